import { faultIn } from "../../../scraper/limits.ts";
import type { Channel, Instant, Post } from "../../../scraper/post.ts";
import type { Archive } from "../archive.ts";
import type { Origin } from "../origins.ts";
import { type DesktopMessage, joinAlbums, postOfMessage } from "./desktop-message.ts";
import { ImportReport } from "./import-report.ts";
import { SeenIds } from "./seen-ids.ts";

const postsATransaction = 200;

/** Collects messages of one channel, joins albums, and saves them some hundred at a time. */
export class MessageSaver {
  readonly report = new ImportReport("messages");
  readonly #archive: Archive;
  /** `at`: when the file was written; `now`: when it is read. */
  readonly #source: {
    readonly at: Instant;
    readonly now: Date;
    readonly origin: Exclude<Origin, "page">;
  };
  readonly #seen = new SeenIds();
  #channel: Channel | undefined;
  #waiting: DesktopMessage[] = [];

  constructor(
    archive: Archive,
    source: { readonly at: Instant; readonly now: Date; readonly origin: Exclude<Origin, "page"> },
  ) {
    this.#archive = archive;
    this.#source = source;
  }

  get channel(): string {
    return this.#channel?.name ?? "";
  }

  begin(channel: Channel): void {
    this.#channel = channel;
  }

  /** `what`: how the message is called where it must be named. */
  async take(message: DesktopMessage, what: string): Promise<void> {
    if (this.#seen.meet(message.id))
      this.report.say(
        `${what}: an earlier message has the same id; the later one counts.`,
        "have the id of an earlier one",
      );
    this.#waiting.push(message);
    if (this.#waiting.length >= postsATransaction) await this.#save({ keepLastAlbum: true });
  }

  async finish(): Promise<void> {
    await this.#save({ keepLastAlbum: false });
  }

  /** The last album may go on in the next messages: it waits for them. */
  async #save({ keepLastAlbum }: { readonly keepLastAlbum: boolean }): Promise<void> {
    const channel = this.#channel;
    if (!channel) return;
    const { at, now, origin } = this.#source;
    const albums = joinAlbums(this.#waiting);
    const last = keepLastAlbum && albums.length > 1 ? albums.pop() : undefined;
    this.#waiting = [...(last ?? [])];
    const byId = new Map<number, Post>();
    for (const album of albums) {
      this.report.joined += album.length - 1;
      const post = postOfMessage(album, channel.name);
      const fault = faultIn(post, now);
      if (fault !== undefined) this.report.refuse(`The message with id ${post.id}`, `it ${fault}`);
      else if (byId.has(post.id)) this.report.repeated++;
      if (fault === undefined) byId.set(post.id, post);
    }
    const posts = [...byId.values()].toSorted((a, b) => a.id - b.id);
    if (posts.length === 0) return;
    this.report.add(await this.#archive.saveImported({ channel, posts, origin, url: "", at }));
  }
}
