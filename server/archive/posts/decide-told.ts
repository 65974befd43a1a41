import type { Selectable } from "kysely";
import { postHash } from "../../../scraper/post-hash.ts";
import type { Instant } from "../../../scraper/post.ts";
import { type Origin, origins } from "../origins.ts";
import type { PostChangeTable, PostTable, VersionTable } from "../schema/schema.ts";
import type { Decision } from "./decide.ts";
import { type Merged, mergeVersions, type Sighted } from "./merge-versions.ts";
import { type ChangeRow, summed } from "./post-change.ts";
import { type PostParts, partsOf, wordsOf } from "./post-row.ts";
import { type History, newestOf, type ToldPost } from "./told-post.ts";

/** A kept post with its earlier versions and with what was seen to happen to it. */
export interface KeptHistory {
  readonly row: PostTable;
  readonly past: readonly VersionTable[];
  readonly changes: readonly Selectable<PostChangeTable>[];
}

interface Content {
  readonly parts: PostParts;
  readonly bodyNo: number | null;
  readonly isTold: boolean;
}

const origin: Origin = "archive-export";

/** A post that only another archive told of. */
export function decideToldNew(
  told: ToldPost,
  place: { readonly no: number; readonly channelNo: number },
): Decision & { readonly row: PostTable } {
  const post = newestOf(told);
  const versions = mergeVersions([], told.versions.map(sighted));
  const newest = lastOf(versions);
  const { counters } = newest.last.parts;
  const row: PostTable = {
    no: place.no,
    channel_no: place.channelNo,
    id: post.id,
    kind: post.service === undefined ? "kept" : "service",
    published_at: post.publishedAt,
    origin,
    hash: newest.hash,
    ...newest.last.parts,
    body_no: newest.content.bodyNo,
    versions: versions.length,
    version_seen_at: newest.seenAt,
    first_seen_at: told.firstSeenAt,
    last_seen_at: told.lastSeenAt,
    counters_at: told.lastSeenAt,
    sampled_at: told.lastSeenAt,
    first_absent_at: null,
    last_absent_at: null,
    absent_checks: 0,
    deleted_at: null,
    position: 0,
    sum: null,
  };
  const kept = told.deleted ? goneAs(row, told.deleted) : row;
  const gone = told.deleted ? [goneChange(kept)] : [];
  return {
    outcome: "new",
    row: kept,
    changed: true,
    seen: true,
    history: { past: pastOf(row, versions), changes: [...editsOf(row, versions, []), ...gone] },
    ...(counters !== "{}" && { sample: { post_no: row.no, at: told.lastSeenAt, counters } }),
  };
}

/**
 * A kept post of which another archive tells: versions stand in the order in which they were seen, the newest counts; a
 * deletion holds unless the post was seen after it.
 */
export function decideTold(kept: KeptHistory, told: ToldPost): Decision {
  const { row: before, past, changes } = kept;
  const start = isRetold(before, told) ? asTold(before, told) : before;
  const own = [...past.map(pastSighted), rowSighted(start)];
  const versions = mergeVersions(own, told.versions.map(sighted));
  const newest = lastOf(versions);
  const { isTold } = newest.last;
  const post = newestOf(told);
  const lastSeenAt = later(before.last_seen_at, told.lastSeenAt);
  const countersMoved = newest.last.parts.counters !== before.counters;
  const merged: PostTable = {
    ...start,
    ...(isTold && { id: post.id, published_at: post.publishedAt }),
    ...(newest.hash !== start.hash && { origin }),
    hash: newest.hash,
    ...newest.last.parts,
    body_no: newest.content.bodyNo,
    versions: versions.length,
    version_seen_at: newest.seenAt,
    first_seen_at: earlier(before.first_seen_at, told.firstSeenAt),
    last_seen_at: lastSeenAt,
    ...(isTold && countersMoved && { counters_at: lastSeenAt, sampled_at: lastSeenAt }),
  };
  const numbered = changes.map((change) => renumbered(change, versions));
  const { row, changes: fates } = fateOf(merged, {
    before,
    told,
    changes: numbered,
    ownNumber: numberOf(past.length, versions) ?? versions.length,
  });
  const kind = row.deleted_at !== null ? "deleted" : isService(row) ? "service" : "kept";
  const next: PostTable = { ...row, kind };
  const history: History = {
    past: pastOf(next, versions),
    changes: [
      ...editsOf(next, versions, numbered),
      ...numbered
        .filter((change, at) => change.kind !== "edited" && change.version !== changes[at]?.version)
        .map(resummed),
      ...fates,
    ],
  };
  const isAsBefore =
    JSON.stringify(next) === JSON.stringify(before) &&
    JSON.stringify(history.past) === JSON.stringify(past) &&
    history.changes.length === 0;
  if (isAsBefore) return { outcome: "unchanged", changed: false, seen: false };
  return {
    outcome: next.hash === before.hash ? "unchanged" : "edited",
    row: next,
    // The index knows when a post last changed, too.
    changed: isNews(before, next) || history.changes.length > 0,
    seen: isTold,
    history,
    ...(isTold &&
      countersMoved && { sample: { post_no: next.no, at: lastSeenAt, counters: next.counters } }),
  };
}

/** Must the index look at it? */
function isNews(before: PostTable, next: PostTable): boolean {
  const parts = [
    "id",
    "kind",
    "published_at",
    "hash",
    "content",
    "counters",
    "versions",
    "deleted_at",
  ] as const;
  return parts.some((part) => before[part] !== next[part]);
}

/** An export of another program told the same words in its own, poorer way: that is no version of its own. */
function isRetold(row: PostTable, told: ToldPost): boolean {
  const [only, ...others] = told.versions;
  if (!only || others.length > 0 || row.versions > 1) return false;
  if (origins.indexOf(row.origin) >= origins.indexOf(origin)) return false;
  const parts = partsOf(only.post);
  return postHash(only.post) !== row.hash && wordsOf(parts) === wordsOf(row);
}

function asTold(row: PostTable, told: ToldPost): PostTable {
  const post = newestOf(told);
  return { ...row, ...partsOf(post), hash: postHash(post), origin, body_no: null };
}

/** Whether the post is there, by whoever looked last. */
function fateOf(
  row: PostTable,
  by: {
    readonly before: PostTable;
    readonly told: ToldPost;
    readonly changes: readonly Numbered[];
    /** The number that our newest version has now. */
    readonly ownNumber: number;
  },
): { readonly row: PostTable; readonly changes: readonly ChangeRow[] } {
  const { before, told, changes } = by;
  const here = {
    ...row,
    first_absent_at: null,
    last_absent_at: null,
    absent_checks: 0,
    deleted_at: null,
  };
  if (before.deleted_at !== null) {
    if (told.lastSeenAt <= before.deleted_at) return { row, changes: [] };
    const { absent_checks, deleted_at } = before;
    const back = { ...here, absent_checks, deleted_at, versions: by.ownNumber };
    const returned = changeOf(back, {
      kind: "returned",
      at: told.lastSeenAt,
      lastSeenAt: before.last_seen_at,
    });
    if (!told.deleted) return { row: here, changes: [returned] };
    const gone = goneAs(here, told.deleted);
    return { row: gone, changes: [returned, goneChange(gone)] };
  }
  const { deleted } = told;
  if (!deleted) {
    const isSeenSince = before.last_absent_at !== null && told.lastSeenAt > before.last_absent_at;
    return { row: isSeenSince ? here : row, changes: [] };
  }
  if (changes.some((one) => one.kind === "deleted" && one.at === deleted.confirmedAt))
    return { row, changes: [] };
  const gone = goneAs(here, deleted);
  if (deleted.confirmedAt >= row.last_seen_at) return { row: gone, changes: [goneChange(gone)] };
  const wasGone = { ...gone, versions: versionAt(row, by.changes, deleted.confirmedAt) };
  return {
    row,
    changes: [
      goneChange({ ...wasGone, last_seen_at: told.lastSeenAt }),
      changeOf(wasGone, { kind: "returned", at: before.last_seen_at, lastSeenAt: told.lastSeenAt }),
    ],
  };
}

/** Which version it had at that moment, as far as edits tell. */
function versionAt(row: PostTable, changes: readonly Numbered[], at: Instant): number {
  const since = changes.filter((one) => one.kind === "edited" && one.at > at);
  return Math.max(1, row.versions - since.length);
}

function goneAs(row: PostTable, deleted: NonNullable<ToldPost["deleted"]>): PostTable {
  return {
    ...row,
    kind: "deleted",
    first_absent_at: deleted.firstAbsentAt,
    last_absent_at: deleted.confirmedAt,
    absent_checks: deleted.checks,
    deleted_at: deleted.confirmedAt,
  };
}

function goneChange(row: PostTable): ChangeRow {
  return changeOf(row, { kind: "deleted", at: row.deleted_at ?? "", lastSeenAt: row.last_seen_at });
}

function changeOf(
  row: PostTable,
  what: {
    readonly kind: "deleted" | "returned";
    readonly at: Instant;
    readonly lastSeenAt: Instant;
  },
): ChangeRow {
  return summed({
    post_no: row.no,
    channel_no: row.channel_no,
    kind: what.kind,
    version: row.versions,
    at: what.at,
    last_seen_at: what.lastSeenAt,
    absent_checks: row.absent_checks,
    deleted_at: row.deleted_at,
  });
}

type Numbered = Selectable<PostChangeTable> & { readonly was: number };

/** The change with the number its version has now. */
function renumbered(
  change: Selectable<PostChangeTable>,
  versions: readonly Merged<Content>[],
): Numbered {
  const version = numberOf(change.version - 1, versions) ?? change.version;
  return { ...change, version, was: change.version };
}

/** The number, from 1, of the version in which our version of this place begins. */
function numberOf(place: number, versions: readonly Merged<Content>[]): number | undefined {
  const found = versions.findIndex(({ own }) => own.includes(place));
  return found === -1 ? undefined : found + 1;
}

function resummed({ was: _was, sum: _sum, no, ...change }: Numbered): History["changes"][number] {
  return { ...summed(change), no };
}

/** The edits that led to the versions after the first, where they are new or say something else than before. */
function editsOf(
  row: PostTable,
  versions: readonly Merged<Content>[],
  changes: readonly Numbered[],
): History["changes"] {
  const known = new Map(
    changes.filter(({ kind }) => kind === "edited").map((one) => [one.version, one]),
  );
  return versions.slice(1).flatMap((version, place) => {
    const number = place + 2;
    const old = known.get(number);
    const edit = summed({
      post_no: row.no,
      channel_no: row.channel_no,
      kind: "edited",
      version: number,
      at: version.seenAt,
      last_seen_at:
        old && old.at === version.seenAt
          ? old.last_seen_at
          : (versions[place]?.lastSeenAt ?? version.seenAt),
      absent_checks: 0,
      deleted_at: null,
    });
    if (!old) return [edit];
    return edit.sum === old.sum ? [] : [{ ...edit, no: old.no }];
  });
}

function pastOf(row: PostTable, versions: readonly Merged<Content>[]): readonly VersionTable[] {
  return versions
    .slice(0, -1)
    .map(({ hash, content, last: { parts }, seenAt, lastSeenAt }, place) => ({
      post_no: row.no,
      number: place + 1,
      hash,
      content: parts.content,
      counters: parts.counters,
      addresses: parts.addresses,
      body_no: content.bodyNo,
      seen_at: seenAt,
      last_seen_at: lastSeenAt,
    }));
}

function sighted({
  post,
  seenAt,
  lastSeenAt,
  page,
}: ToldPost["versions"][number]): Sighted<Content> {
  const content = { parts: partsOf(post), bodyNo: page ?? null, isTold: true };
  return { hash: postHash(post), seenAt, lastSeenAt, content };
}

function pastSighted(past: VersionTable): Sighted<Content> {
  return {
    hash: past.hash,
    seenAt: past.seen_at,
    lastSeenAt: past.last_seen_at,
    content: ownContent(past),
  };
}

function rowSighted(row: PostTable): Sighted<Content> {
  return {
    hash: row.hash,
    seenAt: row.version_seen_at,
    lastSeenAt: row.last_seen_at,
    content: ownContent(row),
  };
}

function ownContent(row: PostParts & { readonly body_no: number | null }): Content {
  const { content, counters, addresses, body_no: bodyNo } = row;
  return { parts: { content, counters, addresses }, bodyNo, isTold: false };
}

function lastOf(versions: readonly Merged<Content>[]): Merged<Content> {
  const last = versions.at(-1);
  if (!last) throw new RangeError("A post has at least one version.");
  return last;
}

function isService(row: PostTable): boolean {
  return (
    row.content.includes('"service":') &&
    (JSON.parse(row.content) as { service?: string }).service !== undefined
  );
}

const later = (a: Instant, b: Instant): Instant => (a > b ? a : b);
const earlier = (a: Instant, b: Instant): Instant => (a < b ? a : b);
