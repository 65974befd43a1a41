import { defined } from "../../../scraper/defined.ts";
import { faultIn } from "../../../scraper/limits.ts";
import type { Instant, Post } from "../../../scraper/post.ts";
import type { Archive } from "../archive.ts";
import { nameKey } from "../name-key.ts";
import type { Origin } from "../origins.ts";
import type { ImportReport } from "./import-report.ts";

const postsATransaction = 200;
/** A file of many channels opens no more than these at once. */
const mostWaiting = 2_000;

/** Collects posts by channel, and saves them some hundred at a time. */
export class PostSaver {
  readonly #archive: Archive;
  readonly #source: {
    readonly at: Instant;
    readonly now: Date;
    readonly origin: Exclude<Origin, "page">;
    readonly report: ImportReport;
  };
  readonly #names = new Map<string, string>();
  readonly #waiting = new Map<string, Map<number, Post>>();
  #posts = 0;
  /** The number of the channel, where the file is of one and tells it. */
  chatId: number | undefined;

  constructor(
    archive: Archive,
    source: {
      readonly at: Instant;
      readonly now: Date;
      readonly origin: Exclude<Origin, "page">;
      readonly report: ImportReport;
    },
  ) {
    this.#archive = archive;
    this.#source = source;
  }

  get channels(): readonly string[] {
    return [...this.#names.values()];
  }

  /** `what`: how the post is called where it must be named. */
  async take(post: Post, what: string): Promise<void> {
    const { now, report } = this.#source;
    const fault = faultIn(post, now);
    if (fault !== undefined) {
      report.refuse(what, `it ${fault}`);
      return;
    }
    const key = nameKey(post.channel);
    if (!this.#names.has(key)) this.#names.set(key, post.channel);
    const waiting = this.#waiting.get(key) ?? new Map<number, Post>();
    this.#waiting.set(key, waiting);
    if (waiting.has(post.id)) {
      report.repeated++;
      report.say(
        `${what} has the id of an earlier one; the later one counts.`,
        "have the id of an earlier one",
      );
    } else this.#posts++;
    waiting.set(post.id, post);
    if (waiting.size >= postsATransaction) await this.#save(key);
    if (this.#posts >= mostWaiting) await this.finish();
  }

  async finish(): Promise<void> {
    for (const key of this.#waiting.keys()) await this.#save(key);
  }

  async #save(key: string): Promise<void> {
    const posts = [...(this.#waiting.get(key)?.values() ?? [])].toSorted((a, b) => a.id - b.id);
    this.#waiting.delete(key);
    this.#posts -= posts.length;
    if (posts.length === 0) return;
    const { at, origin, report } = this.#source;
    const name = this.#names.get(key) ?? key;
    const { chatId } = this;
    const channel = { name, title: name, verified: false, counters: {}, ...defined({ chatId }) };
    report.add(await this.#archive.saveImported({ channel, posts, origin, url: "", at }));
  }
}
