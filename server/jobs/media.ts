import type { Clock } from "../../scraper/clock.ts";
import { systemClock } from "../../scraper/clock.ts";
import { ChannelUnavailable, PageChanged, Throttled, Unreachable } from "../../scraper/errors.ts";
import type { MediaBody, MediaSource } from "../../scraper/reading/media-source.ts";
import type { PageReader } from "../../scraper/reading/page-reader.ts";
import type { Archive } from "../archive/archive.ts";
import { MediaFull, type WantedMedia } from "../archive/media/media-files.ts";
import { bytesInMegabyte, type MediaPolicy } from "../archive/media/media-policy.ts";
import type { RunCounts } from "../archive/runs/run.ts";
import { type FileWatch, slowFiles } from "./slow-files.ts";
import type { OnTrouble } from "./trouble.ts";

/** What became of a channel's files in one run. */
interface MediaCounts extends Pick<
  RunCounts,
  "mediaTooLarge" | "mediaRefused" | "mediaFailed" | "mediaWaiting"
> {
  /** Files that are now kept; one that was here already counts as well. */
  readonly media: number;
  readonly mediaBytes: number;
}

interface MediaOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (counts: MediaCounts) => void;
  readonly onWarning?: (sentence: string) => void;
  /** Told of a file that does not come, or takes long. */
  readonly onTrouble?: OnTrouble;
}

/** Fetches what is wanted of one channel's files; what it leaves stays wanted. @throws DiskFull; the signal's reason. */
export type FetchMedia = (channel: string, options?: MediaOptions) => Promise<MediaCounts>;

interface FetcherParts {
  readonly archive: Archive;
  /** Shows posts again whose addresses lapsed. */
  readonly reader: PageReader;
  readonly source: MediaSource;
  readonly policy: MediaPolicy;
  /** What the store may hold; with it reached, nothing more is fetched. */
  readonly totalBytes: number;
  /** After this time the rest is left to the next run. */
  readonly budgetMs?: number;
  readonly clock?: Clock;
}

/**
 * Files of posts and pictures of channels, fetched when the text of a run is in the archive. Each is claimed, read into a part,
 * told by its bytes, and kept under its hash; every step is written down before the next, so that a stop at any point loses nothing.
 */
export function mediaFetcher(parts: FetcherParts): FetchMedia {
  const { media } = parts.archive;
  /** Once is enough: it makes good what a crash left before. */
  let recovered = false;

  return async (channel, options = {}) => {
    const policy = await media.policy(channel, parts.policy);
    if (policy.kinds.length === 0) return { media: 0, mediaBytes: 0 };
    if (!recovered) await media.recover();
    recovered = true;
    await media.want(channel, policy, options.signal);
    const files = new ChannelFiles(parts, { channel, policy, options });
    await files.fetch();
    const { waiting } = await media.count(channel);
    return { ...files.counts, ...(waiting > 0 && { mediaWaiting: waiting }) };
  };
}

/** The files of one channel in one run. */
class ChannelFiles {
  readonly counts: { -readonly [K in keyof MediaCounts]: number } = { media: 0, mediaBytes: 0 };
  readonly #parts: FetcherParts;
  readonly #channel: string;
  readonly #policy: MediaPolicy;
  readonly #options: MediaOptions;
  readonly #clock: Clock;
  readonly #deadline: number;
  readonly #watchFile: (page: string) => FileWatch;
  #ended: End | undefined;
  #refreshing: Promise<unknown> = Promise.resolve();

  constructor(
    parts: FetcherParts,
    of: {
      readonly channel: string;
      readonly policy: MediaPolicy;
      readonly options: MediaOptions;
    },
  ) {
    const { budgetMs = Number.POSITIVE_INFINITY, clock = systemClock, source } = parts;
    this.#parts = parts;
    this.#channel = of.channel;
    this.#policy = of.policy;
    this.#options = of.options;
    this.#clock = clock;
    this.#deadline = clock.now() + budgetMs;
    this.#watchFile = slowFiles(of.options.onTrouble ?? (() => {}), source.timeoutMs);
  }

  /** As many at once as the source takes. @throws DiskFull; the signal's reason */
  async fetch(): Promise<void> {
    const workers = Math.max(1, this.#parts.source.concurrency);
    const work = await Promise.allSettled(
      Array.from({ length: workers }, async () => this.#work()),
    );
    const failure = work.find((end) => end.status === "rejected");
    if (failure) throw failure.reason as Error;
    if (this.#ended?.kind === "left") this.#options.onWarning?.(this.#ended.say);
  }

  get #media(): Archive["media"] {
    return this.#parts.archive.media;
  }

  async #work(): Promise<void> {
    for (;;) {
      this.#options.signal?.throwIfAborted();
      if (this.#ended !== undefined) return;
      if (this.#clock.now() >= this.#deadline) {
        this.#ended = { kind: "left", say: "The rest of the media is left to the next run." };
        return;
      }
      const wanted = await this.#media.claim(this.#channel, this.#policy.kinds);
      if (!wanted) {
        if (!(await this.#waited())) return;
        continue;
      }
      try {
        await this.#one(wanted);
      } catch (error) {
        // Ended first, and let go of last: nobody else may take what is being cleared away.
        const end = endOf(error, this.#parts.totalBytes);
        this.#ended = end;
        if (error instanceof MediaFull) await this.#media.folder.dropPart(wanted.no);
        await this.#media.release(wanted);
        if (end.kind === "failed") throw error;
      }
    }
  }

  /** Waits for a file whose next try is near; `false` when none is. */
  async #waited(): Promise<boolean> {
    const at = await this.#media.nextAt(this.#channel, this.#policy.kinds);
    const wait = at ? at.getTime() - this.#clock.now() : Number.POSITIVE_INFINITY;
    if (wait > longestWaitMs || this.#clock.now() + wait >= this.#deadline) return false;
    await this.#clock.sleep(Math.max(wait, 1), this.#options.signal);
    return true;
  }

  async #one(wanted: WantedMedia): Promise<void> {
    const outcome = await this.#fetchOne(wanted, wanted.address);
    if (outcome !== "lapsed") return;
    const turn = this.#refreshing.then(async () => this.#refreshed(wanted));
    this.#refreshing = turn.catch(() => undefined);
    const address = await turn;
    if (address !== undefined && (await this.#fetchOne(wanted, address)) === "lapsed")
      await this.#tryLater(wanted, "the address that its page shows now has lapsed too");
  }

  async #fetchOne(wanted: WantedMedia, address: string): Promise<"lapsed" | "done"> {
    const { maxBytes } = this.#policy;
    const { signal } = this.#options;
    const here = wanted.tag === undefined ? 0 : await this.#media.folder.partBytes(wanted.no);
    const part =
      wanted.tag !== undefined && here > 0 && here < maxBytes
        ? { bytes: here, tag: wanted.tag }
        : undefined;
    const watch = this.#watchFile(pageOf(wanted));
    const ask = { maxBytes, onAsked: watch.asked };
    const told = await this.#parts.source
      .get(address, { ...ask, ...(part && { part }), ...(signal && { signal }) }, async (body) =>
        this.#take(wanted, body, watch),
      )
      .finally(watch.ended);
    if (told === "taken") return "done";
    if (told.kind === "lapsed") return "lapsed";
    if (told.kind === "too-large" || told.kind === "refused")
      await this.#giveUp(wanted, told.kind, told.why);
    else await this.#tryLater(wanted, told.why, told.pauseMs);
    return "done";
  }

  async #take(wanted: WantedMedia, body: MediaBody, watch: FileWatch): Promise<void> {
    watch.begun(body.from, body.bytes);
    if (!(await this.#media.begin(wanted, body.tag))) return;
    await this.#media.folder.writePart(wanted.no, body.from, seen(body.chunks, watch));
    const content = await this.#media.folder.contentOfPart(wanted.no);
    if (body.bytes !== undefined && content.bytes !== body.bytes)
      throw new Unreachable(`It ends after ${content.bytes} of ${body.bytes} bytes.`);
    if (content.bytes === 0) throw new Unreachable("It is empty.");
    const { totalBytes } = this.#parts;
    if (!(await this.#media.keep(wanted, content, { totalBytes }))) return;
    this.counts.media += 1;
    this.counts.mediaBytes += content.bytes;
    this.#options.onProgress?.({ ...this.counts });
  }

  /** The address that its page shows now; `undefined` when that settled the matter. */
  async #refreshed(wanted: WantedMedia): Promise<string | undefined> {
    // Another file of the same page may have brought it meanwhile.
    const known = await this.#media.addressOf(wanted);
    if (known !== wanted.address) return known;
    const { postId } = wanted;
    const channel = this.#channel;
    const ask = postId === undefined ? { channel } : { channel, before: await this.#after(postId) };
    const { page } = await this.#parts.reader.read(ask, this.#options.signal);
    const posts = page.kind === "posts" ? page.posts : [];
    // A page that spans the post and does not show it tells that it is gone; an empty one may be a quiet refusal.
    const told = postId !== undefined && posts.some(({ id }) => id <= postId);
    if (told && !posts.some(({ id }) => id === postId)) {
      await this.#giveUp(wanted, "failed", "its address lapsed, and the post is gone");
      return undefined;
    }
    const avatarUrl = page.kind === "posts" ? page.channel.avatarUrl : undefined;
    await this.#media.readdress(channel, { posts, ...(avatarUrl !== undefined && { avatarUrl }) });
    const address = await this.#media.addressOf(wanted);
    if (address !== wanted.address) return address;
    await this.#tryLater(wanted, "its address lapsed, and its page shows no other");
    return undefined;
  }

  /** The first id above a post and the parts of its album. */
  async #after(id: number): Promise<number> {
    const post = await this.#parts.archive.post({ channel: this.#channel, id });
    return (post?.ids.at(-1) ?? id) + 1;
  }

  async #giveUp(
    wanted: WantedMedia,
    state: "failed" | "too-large" | "refused",
    why: string,
  ): Promise<void> {
    await this.#media.giveUp(wanted, state, why);
    const kind = countOf[state];
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
  }

  async #tryLater(wanted: WantedMedia, why: string, leastMs = 0): Promise<void> {
    if ((await this.#media.tryLater(wanted, why, leastMs)) === "failed")
      this.counts.mediaFailed = (this.counts.mediaFailed ?? 0) + 1;
  }
}

const pageOf = ({ channel, postId }: WantedMedia): string =>
  `https://t.me/${channel}${postId === undefined ? "" : `/${postId}`}`;

/** The same bytes, with the watch told of them. */
async function* seen(chunks: AsyncIterable<Uint8Array>, { came }: FileWatch) {
  for await (const chunk of chunks) {
    came(chunk.length);
    yield chunk;
  }
}

const countOf = {
  failed: "mediaFailed",
  "too-large": "mediaTooLarge",
  refused: "mediaRefused",
} as const;

/** Why no more files are asked for: the rest is left to the next run, or an error is thrown. */
type End = { readonly kind: "left"; readonly say: string } | { readonly kind: "failed" };

function endOf(error: unknown, totalBytes: number): End {
  if (error instanceof MediaFull) {
    const size = Math.floor(totalBytes / bytesInMegabyte);
    const say = `Media take ${size} MB, which is all they may. What is wanted beyond it waits.`;
    return { kind: "left", say };
  }
  if (isTheirs(error))
    return { kind: "left", say: `Media wait for the next run: ${error.message}` };
  return { kind: "failed" };
}

/** Told by the source, and no fault of the run: the files stay wanted. */
const isTheirs = (error: unknown): error is Error =>
  [Throttled, Unreachable, ChannelUnavailable, PageChanged].some((one) => error instanceof one);

/** A next try that is nearer is waited for. */
const longestWaitMs = 30_000;
