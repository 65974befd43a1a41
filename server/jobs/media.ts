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

/**
 * Files of posts and pictures of channels, fetched when the text of a run is in the archive. Each is claimed, read into a part,
 * told by its bytes, and kept under its hash; every step is written down before the next, so that a stop at any point loses nothing.
 */
export function mediaFetcher({
  archive,
  reader,
  source,
  policy: defaults,
  totalBytes,
  budgetMs = Number.POSITIVE_INFINITY,
  clock = systemClock,
}: {
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
}): FetchMedia {
  const { media } = archive;
  /** Once is enough: it makes good what a crash left before. */
  let recovered = false;

  return async (channel, { signal, onProgress, onWarning, onTrouble = () => {} } = {}) => {
    const counts: { -readonly [K in keyof MediaCounts]: number } = { media: 0, mediaBytes: 0 };
    const policy = await media.policy(channel, defaults);
    if (policy.kinds.length === 0) return counts;
    if (!recovered) await media.recover();
    recovered = true;
    await media.want(channel, policy, signal);
    const deadline = clock.now() + budgetMs;
    const watchFile = slowFiles(onTrouble, source.timeoutMs);
    let ended: End | undefined;
    let refreshing: Promise<unknown> = Promise.resolve();

    const giveUp = async (
      wanted: WantedMedia,
      state: "failed" | "too-large" | "refused",
      why: string,
    ): Promise<void> => {
      await media.giveUp(wanted, state, why);
      const kind = countOf[state];
      counts[kind] = (counts[kind] ?? 0) + 1;
    };
    const tryLater = async (wanted: WantedMedia, why: string, leastMs = 0): Promise<void> => {
      if ((await media.tryLater(wanted, why, leastMs)) === "failed")
        counts.mediaFailed = (counts.mediaFailed ?? 0) + 1;
    };

    const one = async (wanted: WantedMedia): Promise<void> => {
      const outcome = await fetchOne(wanted, wanted.address);
      if (outcome !== "lapsed") return;
      const turn = refreshing.then(() => refreshed(wanted));
      refreshing = turn.catch(() => undefined);
      const address = await turn;
      if (address !== undefined && (await fetchOne(wanted, address)) === "lapsed")
        await tryLater(wanted, "the address that its page shows now has lapsed too");
    };

    const fetchOne = async (wanted: WantedMedia, address: string): Promise<"lapsed" | "done"> => {
      const { maxBytes } = policy;
      const here = wanted.tag === undefined ? 0 : await media.folder.partBytes(wanted.no);
      const part =
        wanted.tag !== undefined && here > 0 && here < maxBytes
          ? { bytes: here, tag: wanted.tag }
          : undefined;
      const watch = watchFile(pageOf(wanted));
      const ask = { maxBytes, onAsked: watch.asked };
      const told = await source
        .get(address, { ...ask, ...(part && { part }), ...(signal && { signal }) }, async (body) =>
          take(wanted, body, watch),
        )
        .finally(watch.ended);
      if (told === "taken") return "done";
      if (told.kind === "lapsed") return "lapsed";
      if (told.kind === "too-large" || told.kind === "refused")
        await giveUp(wanted, told.kind, told.why);
      else await tryLater(wanted, told.why, told.pauseMs);
      return "done";
    };

    const take = async (wanted: WantedMedia, body: MediaBody, watch: FileWatch): Promise<void> => {
      watch.begun(body.from, body.bytes);
      if (!(await media.begin(wanted, body.tag))) return;
      await media.folder.writePart(wanted.no, body.from, seen(body.chunks, watch));
      const content = await media.folder.contentOfPart(wanted.no);
      if (body.bytes !== undefined && content.bytes !== body.bytes)
        throw new Unreachable(`It ends after ${content.bytes} of ${body.bytes} bytes.`);
      if (content.bytes === 0) throw new Unreachable("It is empty.");
      if (!(await media.keep(wanted, content, { totalBytes }))) return;
      counts.media += 1;
      counts.mediaBytes += content.bytes;
      onProgress?.({ ...counts });
    };

    /** The address that its page shows now; `undefined` when that settled the matter. */
    const refreshed = async (wanted: WantedMedia): Promise<string | undefined> => {
      // Another file of the same page may have brought it meanwhile.
      const known = await media.addressOf(wanted);
      if (known !== wanted.address) return known;
      const { postId } = wanted;
      const ask = postId === undefined ? { channel } : { channel, before: await after(postId) };
      const { page } = await reader.read(ask, signal);
      const posts = page.kind === "posts" ? page.posts : [];
      // A page that spans the post and does not show it tells that it is gone; an empty one may be a quiet refusal.
      const told = postId !== undefined && posts.some(({ id }) => id <= postId);
      if (told && !posts.some(({ id }) => id === postId)) {
        await giveUp(wanted, "failed", "its address lapsed, and the post is gone");
        return undefined;
      }
      const avatarUrl = page.kind === "posts" ? page.channel.avatarUrl : undefined;
      await media.readdress(channel, { posts, ...(avatarUrl !== undefined && { avatarUrl }) });
      const address = await media.addressOf(wanted);
      if (address !== wanted.address) return address;
      await tryLater(wanted, "its address lapsed, and its page shows no other");
      return undefined;
    };

    /** The first id above a post and the parts of its album. */
    const after = async (id: number): Promise<number> => {
      const post = await archive.post({ channel, id });
      return (post?.ids.at(-1) ?? id) + 1;
    };

    const worker = async (): Promise<void> => {
      for (;;) {
        signal?.throwIfAborted();
        if (ended !== undefined) return;
        if (clock.now() >= deadline) {
          ended = { kind: "left", say: "The rest of the media is left to the next run." };
          return;
        }
        const wanted = await media.claim(channel, policy.kinds);
        if (!wanted) {
          if (!(await waited())) return;
          continue;
        }
        try {
          await one(wanted);
        } catch (error) {
          // Ended first, and let go of last: nobody else may take what is being cleared away.
          ended = endOf(error, totalBytes);
          if (error instanceof MediaFull) await media.folder.dropPart(wanted.no);
          await media.release(wanted);
          if (ended.kind === "failed") throw error;
        }
      }
    };

    /** Waits for a file whose next try is near; `false` when none is. */
    const waited = async (): Promise<boolean> => {
      const at = await media.nextAt(channel, policy.kinds);
      const wait = at ? at.getTime() - clock.now() : Number.POSITIVE_INFINITY;
      if (wait > longestWaitMs || clock.now() + wait >= deadline) return false;
      await clock.sleep(Math.max(wait, 1), signal);
      return true;
    };

    const work = await Promise.allSettled(
      Array.from({ length: Math.max(1, source.concurrency) }, worker),
    );
    const failure = work.find((end) => end.status === "rejected");
    if (failure) throw failure.reason as Error;
    if (ended?.kind === "left") onWarning?.(ended.say);
    const { waiting } = await media.count(channel);
    return { ...counts, ...(waiting > 0 && { mediaWaiting: waiting }) };
  };
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
