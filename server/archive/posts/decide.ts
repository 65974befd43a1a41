import { postHash } from "../../../scraper/post-hash.ts";
import type { Instant, Post } from "../../../scraper/post.ts";
import { readPostAgain } from "../../../scraper/markup/posts.ts";
import { type PostParts, partsOf, postOf, wordsOf } from "./post-row.ts";
import { type Origin, origins, otherPrograms } from "../origins.ts";
import type { PostTable, SampleTable, VersionTable } from "../schema/schema.ts";
import type { History } from "./told-post.ts";
import { utcDay } from "../spans.ts";

/** What one reading of a post means for its row. `row.position` and `row.sum` are set by whoever writes it. */
export interface Decision {
  readonly outcome: "new" | "edited" | "unchanged";
  /** The row as it must be, when more than its last sight differs. */
  readonly row?: PostTable;
  /** Must the index look at it? */
  readonly changed: boolean;
  /** Was it seen at all, or does an older or poorer source tell us nothing? */
  readonly seen: boolean;
  readonly past?: VersionTable;
  /** All earlier versions and changes, where more than one version was told at once. */
  readonly history?: History;
  /** Told something else than is kept, by a source that is older or knows less: what is kept stays. */
  readonly otherwise?: true;
  readonly sample?: SampleTable;
}

export interface Reading {
  readonly post: Post;
  readonly origin: Origin;
  readonly at: Instant;
  readonly bodyNo: number | null;
}

const emptyCounters = "{}";
const noAddresses = "{}";
const freshMs = 48 * 3_600_000;

/** A post seen for the first time. */
export function decideNew(
  { post, origin, at, bodyNo }: Reading,
  place: { readonly no: number; readonly channelNo: number },
): Decision & { readonly row: PostTable } {
  const parts = partsOf(post);
  const row: PostTable = {
    no: place.no,
    channel_no: place.channelNo,
    id: post.id,
    kind: kindOf(post),
    published_at: post.publishedAt,
    origin,
    hash: postHash(post),
    ...parts,
    body_no: bodyNo,
    versions: 1,
    version_seen_at: at,
    first_seen_at: at,
    last_seen_at: at,
    counters_at: at,
    sampled_at: at,
    first_absent_at: null,
    last_absent_at: null,
    absent_checks: 0,
    deleted_at: null,
    position: 0,
    sum: null,
  };
  const sample = { post_no: row.no, at, counters: parts.counters };
  return {
    outcome: "new",
    row,
    changed: true,
    seen: true,
    ...(parts.counters !== emptyCounters && { sample }),
  };
}

/** A kept post seen again: a new version, other counters, back from absence, or just seen. */
export function decideKnown(row: PostTable, reading: Reading): Decision {
  const { origin, at, bodyNo } = reading;
  const rank = origins.indexOf(origin) - origins.indexOf(row.origin);
  if (rank < 0 || (rank === 0 && at < row.last_seen_at)) {
    const otherwise = wordsOf(row) !== wordsOf(partsOf(reading.post));
    return { outcome: "unchanged", changed: false, seen: false, ...(otherwise && { otherwise }) };
  }
  const post = tellsLess(row, reading.post) ? keptOf(row, reading.post) : reading.post;
  const parts = partsOf(post);
  const hash = parts.content === row.content ? row.hash : postHash(post);
  const retold = hash !== row.hash && isRetold(row, { post, origin, hash, parts });
  const same = hash === row.hash || retold;
  const countersMoved = parts.counters !== row.counters;
  const changed =
    !same ||
    parts.content !== row.content ||
    countersMoved ||
    row.deleted_at !== null ||
    post.id !== row.id ||
    post.publishedAt !== row.published_at;
  const sample = sampleFor(row, { at, counters: parts.counters });
  if (!changed && !sample && parts.addresses === row.addresses && row.first_absent_at === null)
    return { outcome: "unchanged", changed, seen: true };
  const next: PostTable = {
    ...row,
    id: post.id,
    kind: kindOf(post),
    published_at: post.publishedAt,
    origin,
    hash,
    ...parts,
    // A page that a browser saved may have lost them.
    addresses: same && parts.addresses === noAddresses ? row.addresses : parts.addresses,
    body_no: same && !retold ? row.body_no : bodyNo,
    versions: same ? row.versions : row.versions + 1,
    version_seen_at: same ? row.version_seen_at : at,
    last_seen_at: at > row.last_seen_at ? at : row.last_seen_at,
    counters_at: countersMoved ? at : row.counters_at,
    sampled_at: sample ? at : row.sampled_at,
    first_absent_at: null,
    last_absent_at: null,
    absent_checks: 0,
    deleted_at: null,
  };
  return {
    outcome: same ? "unchanged" : "edited",
    row: next,
    changed,
    seen: true,
    ...(!same && { past: pastOf(row) }),
    ...(sample && { sample }),
  };
}

/** A kept post that a page spanned and did not show: first a doubt; on a later UTC day a deletion. */
export function decideMissed(row: PostTable, at: Instant): { row: PostTable; deleted: boolean } {
  const first = row.first_absent_at ?? at;
  const deleted = utcDay(at) > utcDay(first);
  return {
    deleted,
    row: {
      ...row,
      first_absent_at: first,
      last_absent_at: at,
      absent_checks: row.absent_checks + 1,
      ...(deleted && { kind: "deleted", deleted_at: at }),
    },
  };
}

function kindOf(post: Post): "kept" | "service" {
  return post.service === undefined ? "kept" : "service";
}

/** An embed says of an event of the channel only that there was one. */
function tellsLess(row: PostTable, { service, textState }: Post): boolean {
  return row.kind === "service" && service !== undefined && textState === "withheld";
}

/** The same said in another way, which is no edit. */
function isRetold(
  row: PostTable,
  next: {
    readonly post: Post;
    readonly origin: Origin;
    readonly hash: string;
    readonly parts: PostParts;
  },
): boolean {
  if (otherPrograms.has(row.origin)) {
    // Of one program's two exports the later counts; else the way of the fuller source.
    if (next.origin === row.origin) return false;
    if (row.kind === "service" || wordsOf(row) === wordsOf(next.parts)) return true;
    return row.origin === "snscrape" && isRetoldBySnscrape(row, next);
  }
  if (row.origin === "saved-page") {
    if (row.kind === "service" && row.content.includes('"textState":"withheld"')) return true;
    if (plainHash(keptOf(row, next.post)) === plainHash(next.post)) return true;
  }
  return isReadOtherwise(row, next);
}

/**
 * snscrape leaves line breaks out, or makes more of them, and emoji as pages spell them, without what joins their parts; of a
 * reply it tells the words that are answered for its own.
 */
function isRetoldBySnscrape(
  row: PostTable,
  { post, parts }: { readonly post: Post; readonly parts: PostParts },
): boolean {
  const told = lettersOf(wordsOf(row));
  if (told === lettersOf(wordsOf(parts))) return true;
  return told !== "" && told === lettersOf(post.reply?.text ?? "");
}

/** Without blanks, and without what joins the parts of an emoji or makes a sign one. */
const lettersOf = (text: string): string => text.replaceAll(/\s|\u200D|\uFE0F/gu, "");

/** What an earlier version of the parser did not understand is read again by this one before it is called an edit. */
function isReadOtherwise(
  row: PostTable,
  { post, hash }: { readonly post: Post; readonly hash: string },
): boolean {
  if (!row.content.includes('"rawHtml":')) return false;
  const again = readPostAgain(keptOf(row, post));
  return again !== undefined && postHash(again) === hash;
}

function keptOf(row: PostTable, { channel }: Post): Post {
  return postOf({ channel, id: row.id, publishedAt: row.published_at }, row);
}

/**
 * The hash with all addresses in one spelling: browsers that save a page complete them (`https://example.org/`) and take away
 * what told that one was escaped twice.
 */
function plainHash(post: Post): string {
  const plain: unknown = JSON.parse(JSON.stringify(post), (name, value: unknown) =>
    name === "url" && typeof value === "string"
      ? (URL.parse(value.replaceAll("&amp;", "&"))?.href ?? value)
      : value,
  );
  return postHash(plain as Post);
}

function pastOf(row: PostTable): VersionTable {
  return {
    post_no: row.no,
    number: row.versions,
    hash: row.hash,
    content: row.content,
    counters: row.counters,
    addresses: row.addresses,
    body_no: row.body_no,
    seen_at: row.version_seen_at,
    last_seen_at: row.last_seen_at,
  };
}

/** Samples are bounded: one an hour while a post is younger than 48 hours, then one a UTC day. */
function sampleFor(
  row: PostTable,
  now: { readonly at: Instant; readonly counters: string },
): SampleTable | undefined {
  const moved = now.counters !== row.counters || row.counters_at > row.sampled_at;
  if (!moved) return undefined;
  const isFresh = Date.parse(now.at) - Date.parse(row.published_at) < freshMs;
  const slot = isFresh ? "2026-01-01T00".length : "2026-01-01".length;
  if (now.at.slice(0, slot) === row.sampled_at.slice(0, slot)) return undefined;
  return { post_no: row.no, at: now.at, counters: now.counters };
}
