import { within } from "../../scraper/reading/bounds.ts";
import { PageChanged } from "../../scraper/errors.ts";
import type { HistoryPage, IdRange } from "../../scraper/reading/history-page.ts";
import { readHistory, readNewest } from "../../scraper/reading/history.ts";
import { type PageReader, accepting, watched } from "../../scraper/reading/page-reader.ts";
import type { Post } from "../../scraper/post.ts";
import { fillRateFell } from "../../scraper/markup/fill-rate.ts";
import { Tally } from "../../scraper/tally.ts";
import type { ArchivedChannel, PageSaved } from "../archive/posts/archived-post.ts";
import type { Archive } from "../archive/archive.ts";
import { MassAbsence } from "../archive/errors.ts";
import { type Lease, noCounts, type RunCounts } from "../archive/runs/run.ts";
import { idsIn, union, without } from "./id-ranges.ts";
import { revisitedMs, revisits } from "./revisits.ts";
import type { FetchMedia } from "./media.ts";
import { type OnTrouble, troubleWatch } from "./trouble.ts";

export interface ArchiveOptions {
  /** Only posts of `since ≤ publishedAt < until`, and at most `limit`; a later run without them completes the rest. */
  readonly since?: Date;
  readonly until?: Date;
  readonly limit?: number;
  /** A person looked: pages that lack a field or many kept posts are taken as they are. */
  readonly acceptChange?: boolean;
  /** Reads everything again. */
  readonly full?: boolean;
  readonly signal?: AbortSignal;
  /** The run this is: nothing is saved but under its lease, and its counts go on from `done`. */
  readonly run?: { readonly lease: Lease; readonly done: RunCounts };
  readonly onProgress?: (counts: RunCounts) => void;
  /** Sentences for the operator about what a page held and the parser did not know. */
  readonly onWarning?: (sentence: string) => void;
  readonly onTrouble?: OnTrouble;
}

/**
 * Brings one channel up to date: its posts, and when all of them are in the archive the files they show, as far as these
 * are wanted. Text never waits for media. @throws as `archivePosts` does; DiskFull
 */
export async function archiveChannel(
  parts: {
    readonly archive: Archive;
    readonly reader: PageReader;
    readonly fetchMedia?: FetchMedia;
  },
  name: string,
  options: ArchiveOptions = {},
): Promise<RunCounts> {
  const { signal, onProgress, onWarning, onTrouble } = options;
  const posts = await archivePosts(parts, name, options);
  if (!parts.fetchMedia) return posts;
  const files = await parts.fetchMedia(name, {
    ...(signal && { signal }),
    ...(onWarning && { onWarning }),
    ...(onTrouble && { onTrouble }),
    ...(onProgress && { onProgress: (counts) => onProgress({ ...posts, ...counts }) }),
  });
  const { media, mediaBytes, ...left } = files;
  return { ...posts, ...left, ...(media > 0 && { media, mediaBytes }) };
}

/**
 * Brings one channel's posts up to date: its newest page, then every id no page has spanned, the recent window again, older
 * posts whose next look is due (`revisits.ts`), and posts whose absence is due to be confirmed. Each page is saved as it comes, so a stopped run loses nothing.
 * @throws what the reader and the archive throw; what was saved before stays.
 */
async function archivePosts(
  { archive, reader: shared }: { readonly archive: Archive; readonly reader: PageReader },
  name: string,
  options: ArchiveOptions = {},
): Promise<RunCounts> {
  const { limit = Number.POSITIVE_INFINITY, full = false, acceptChange = false } = options;
  const { onWarning, onProgress, run } = options;
  await archive.refusePurged(name);
  const known = await archive.channel(name);
  const counts: { -readonly [K in keyof RunCounts]: number } = { ...(run?.done ?? noCounts) };
  const warnings = new Tally();
  const latest = known ? await latestPosts(archive, known) : [];

  const troubles =
    options.onTrouble && troubleWatch(options.onTrouble, () => archive.now().getTime());
  const reader = watched(accepting(shared, acceptChange), {
    ...troubles,
    onAnswer: (answer) => {
      const { outcome, requests, bytes } = answer;
      counts.requests += requests;
      counts.bytes += bytes;
      troubles?.onAnswer(answer);
      if (outcome === "posts" || outcome === "empty" || outcome === "stopped") return;
      counts.failed += 1;
      onProgress?.({ ...counts });
    },
  });
  const save = async (page: HistoryPage): Promise<void> => {
    if (!acceptChange) refuseChangedLayout(page, latest);
    const countsWith = (saved: PageSaved): RunCounts => withPage(counts, saved);
    const saved = await archive.savePage(page, {
      acceptMassAbsence: acceptChange,
      ...(run && { run: { lease: run.lease, countsWith } }),
    });
    Object.assign(counts, countsWith(saved));
    warnings.add(...page.warnings);
    onProgress?.({ ...counts });
    if (!acceptChange) refuseMassAbsence(name, counts);
  };

  try {
    const expectPosts = (known?.posts ?? 0) > 0 && !acceptChange;
    const asked = known?.name ?? name;
    const shown = await readNewest(reader, asked, { expectPosts, ...signalOf(options) });
    const knownTo = known?.newestId ?? 0;
    // A channel that shows nothing, and a person says that is so: every post is missing.
    const newest =
      shown.span || knownTo === 0 ? shown : { ...shown, span: { from: 1, to: knownTo } };
    const bounded = within(newest, options);
    if (bounded) await save(bounded);
    const channel = newest.channel.name;
    const wanted = await idsToRead(archive, { channel, newest, full, known });
    const rest = bounded?.span ? without(wanted, bounded.span) : wanted;
    const left = limit - (bounded?.posts.length ?? 0);
    if (left <= 0) return { ...counts };
    const bounds = { ...options, limit: left };
    for await (const page of readHistory(reader, channel, { ...bounds, ranges: rest }))
      await save(page);
    // A whole reading that leaves ids unread met pages that would not show them.
    if (isWhole(options)) sayHoles(await archive.kept(channel).unread(), onWarning);
    return counts;
  } catch (error) {
    onProgress?.({ ...counts });
    if (error instanceof PageChanged)
      await archive.keepUnreadable({
        ...unreadable(name, error),
        ...(run && { lease: run.lease }),
      });
    throw error;
  } finally {
    for (const line of warnings.lines()) onWarning?.(line);
  }
}

function withPage(counts: RunCounts, saved: PageSaved): RunCounts {
  return {
    ...counts,
    pages: counts.pages + 1,
    new: counts.new + saved.new,
    edited: counts.edited + saved.edited,
    unchanged: counts.unchanged + saved.unchanged,
    missed: counts.missed + saved.missed,
    deleted: counts.deleted + saved.deleted,
  };
}

function unreadable(
  channel: string,
  { url, head, body, readAt, message }: PageChanged,
): Parameters<Archive["keepUnreadable"]>[0] {
  return { channel, url, ...(head && { head }), body, readAt, why: message };
}

/** Highest first. The newest page is part of it: what bounds left out of it stays to be read. */
async function idsToRead(
  archive: Archive,
  run: {
    readonly channel: string;
    readonly newest: HistoryPage;
    readonly full: boolean;
    readonly known: ArchivedChannel | undefined;
  },
): Promise<readonly IdRange[]> {
  const newestId = run.newest.span?.to;
  if (newestId === undefined) return [];
  // What was posted last may be gone: then the newest known lies above the newest shown.
  if (run.full) return [{ from: 1, to: Math.max(newestId, run.known?.newestId ?? 0) }];
  const kept = archive.kept(run.channel);
  const unread = await kept.unread();
  if (!run.known) return union(unread.length > 0 ? unread : [{ from: 1, to: newestId }]);
  const recent = await kept.recentWindow();
  const confirm = await kept.toConfirm();
  const again = revisits(await kept.looks(revisitedMs), {
    channel: run.channel,
    now: archive.now(),
  });
  return union([...unread, ...(recent ? [recent] : []), ...confirm, ...again]);
}

const isWhole = ({ since, until, limit }: ArchiveOptions): boolean =>
  since === undefined && until === undefined && limit === undefined;

function sayHoles(unread: readonly IdRange[], onWarning: ArchiveOptions["onWarning"]): void {
  if (unread.length === 0) return;
  const named = unread
    .slice(0, namedHoles)
    .map(({ from, to }) => (from === to ? from : `${from}–${to}`));
  const more = unread.length > namedHoles ? ", …" : "";
  onWarning?.(
    `${idsIn(unread)} ids could not be read, because no page that came back spans them: ${named.join(", ")}${more}. The next run asks again.`,
  );
}

async function latestPosts(
  archive: Archive,
  { name, newestId }: ArchivedChannel,
): Promise<readonly Post[]> {
  if (newestId === undefined) return [];
  const { before } = await archive.context(
    { channel: name, id: newestId },
    { before: comparedPosts, after: 0 },
  );
  return before;
}

/** Only news is compared: what was posted in another age may well have looked otherwise. */
function refuseChangedLayout(page: HistoryPage, latest: readonly Post[]): void {
  const news = page.posts.filter(({ id }) => id > (latest.at(-1)?.id ?? 0));
  const fallen = fillRateFell(news, latest);
  if (fallen) throw new PageChanged(fallen, page);
}

/** One page alone is held to account when it is saved; a little missing from each of many adds up here. */
function refuseMassAbsence(channel: string, { missed, edited, unchanged }: RunCounts): void {
  const of = missed + edited + unchanged;
  if (missed > Math.max(missedAtLeast, of * missedShare))
    throw new MassAbsence({ channel, missing: missed, of });
}

const signalOf = ({ signal }: ArchiveOptions): { readonly signal?: AbortSignal } =>
  signal ? { signal } : {};

/** How many of a channel's newest posts a page's fields are compared with. */
const comparedPosts = 200;
/** How many unread stretches a sentence names. */
const namedHoles = 5;
/** More than this many missing posts, and more than this share of those read again, stop a run. */
const missedAtLeast = 20;
const missedShare = 0.1;
