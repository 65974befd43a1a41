import type { IdRange } from "../../../scraper/reading/history-page.ts";
import type { Instant, Post } from "../../../scraper/post.ts";
import type { PageSaved } from "./archived-post.ts";
import type { Database } from "../database.ts";
import { type Decision, decideKnown, decideMissed, decideNew } from "./decide.ts";
import { MassAbsence } from "../errors.ts";
import { deletedEvent, joinedEvent, postEvents } from "./post-events.ts";
import type { Noted } from "../journal/write-journal.ts";
import { type Known, type Match, covers, liveIds, matchPosts } from "./match-posts.ts";
import { type Origin, otherPrograms } from "../origins.ts";
import type { ArchiveTable, ChannelTable, MemberTable, PostTable } from "../schema/schema.ts";
import { decideTold, decideToldNew, type KeptHistory } from "./decide-told.ts";
import type { ToldPost } from "./told-post.ts";
import { changesSeen, deletionSeen } from "./post-change.ts";
import { laySpan } from "./span-rows.ts";
import {
  absorb,
  writeChanges,
  writeHistories,
  writeMembers,
  writePastVersions,
  writePosts,
  writeSamples,
  writeSeen,
  writeTombstones,
} from "./write-rows.ts";

/** Posts of one channel as one source told them at one moment. `span`: only a page that tells of every id in it. */
export interface Batch {
  readonly posts: readonly Post[];
  readonly origin: Origin;
  readonly at: Instant;
  readonly url: string;
  readonly bodyNo: number | null;
  readonly span?: IdRange;
  readonly acceptMassAbsence?: boolean;
  /** Of each of the posts, by its id, what another archive kept of it. */
  readonly told?: ReadonlyMap<number, ToldPost>;
}

/** What saving changed, and what it did to the posts that were given. */
export interface PostsSaved {
  readonly page: PageSaved;
  readonly taken: PostsTaken;
}

/** How many posts of a file were new, changed something of what is kept, told nothing else, or something else that is not taken. */
export interface PostsTaken {
  readonly new: number;
  readonly changed: number;
  readonly equal: number;
  readonly otherwise: number;
}

/** The rows that hold the running figures, read once, changed here, written once by the caller; and what is to be noted. */
export interface Ledger {
  readonly archive: ArchiveTable;
  readonly channel: ChannelTable;
  /** What the journal will tell of this transaction, in order. */
  readonly noted: Noted[];
}

const massAbsenceAtLeast = 5;
const massAbsenceShare = 0.2;

/** Saves posts with versions, samples, absences and spans. Runs inside the caller's transaction. @throws MassAbsence */
export async function savePosts(tx: Database, ledger: Ledger, batch: Batch): Promise<PostsSaved> {
  const { archive, channel } = ledger;
  const known = await knownOf(tx, channel.no, batch);
  const matches = matchPosts(onePerId(batch.posts), known, batch.span);
  const missed = missedOf(known, matches, batch);
  refuseMassAbsence(known, missed, { batch, channel: channel.name });

  const histories = batch.told ? await historiesOf(tx, matches) : new Map<number, KeptHistory>();
  const decided = matches.map((match) => ({
    match,
    decision: decide(match, { ledger, batch, histories }),
  }));
  const absences = missed.map(({ row }) => decideMissed(row, batch.at));
  const rows: PostTable[] = [];
  for (const { decision } of decided)
    if (decision.row)
      rows.push(
        decision.changed ? { ...decision.row, position: ++archive.position } : decision.row,
      );
  for (const { row, deleted } of absences)
    rows.push(deleted ? { ...row, position: ++archive.position } : row);

  const absorbed = decided.flatMap(({ match, decision }) => (decision.seen ? match.absorbed : []));
  if (absorbed.length > 0) await absorb(tx, absorbed);
  await writePastVersions(
    tx,
    decided.flatMap(({ decision }) => decision.past ?? []),
  );
  await writePosts(tx, rows);
  await writeHistories(
    tx,
    decided.flatMap(({ decision: { row, history } }) => (row && history ? [{ row, history }] : [])),
  );
  await writeChanges(tx, [
    ...decided.flatMap(({ match, decision }) =>
      match.known && !decision.history ? changesSeen(match.known.row, decision, batch.at) : [],
    ),
    ...absences.flatMap(({ row, deleted }) => (deleted ? deletionSeen(row, batch.at) : [])),
  ]);
  await writeSeen(tx, { nos: seenNos(decided), at: batch.at });
  await writeSamples(
    tx,
    decided.flatMap(({ decision }) => decision.sample ?? []),
  );
  await writeMembers(
    tx,
    channel.no,
    memberChanges(decided, { channelNo: channel.no, batch, known }),
  );
  await writeTombstones(tx, archive, {
    channel: channel.name,
    gone: [
      ...absorbed.map(({ row }) => row.id),
      ...decided.flatMap(({ match: { known: old, post }, decision }) =>
        old && decision.row && old.row.id !== post.id ? [old.row.id] : [],
      ),
    ],
    present: rows.map(({ id }) => id),
  });
  await recordSpan(tx, { channel, batch, known, decided });
  countPosts(channel, { known, rows, absorbed });
  const where = { channel: channel.name, channelNo: channel.no, at: batch.at };
  ledger.noted.push(
    ...absorbed.map(({ row }) => joinedEvent(row, where)),
    ...decided.flatMap(({ match, decision }) => postEvents(match.known?.row, decision, where)),
    ...absences.flatMap(({ row, deleted }) => (deleted ? deletedEvent(row, where) : [])),
  );
  const outcomes = decided.map(({ decision }) => decision.outcome);
  const page = {
    new: outcomes.filter((outcome) => outcome === "new").length,
    edited: outcomes.filter((outcome) => outcome === "edited").length,
    unchanged: outcomes.filter((outcome) => outcome === "unchanged").length,
    missed: missed.length,
    deleted: absences.filter(({ deleted }) => deleted).length,
  };
  return { page, taken: takenOf(decided) };
}

function takenOf(decided: readonly Decided[]): PostsTaken {
  const count = { new: 0, changed: 0, equal: 0, otherwise: 0 };
  for (const { decision } of decided)
    if (decision.outcome === "new") count.new++;
    else if (decision.otherwise) count.otherwise++;
    else if (decision.row) count.changed++;
    else count.equal++;
  return count;
}

/** A page that shows a post twice (pinned on top, say) shows one post. */
function onePerId(posts: readonly Post[]): readonly Post[] {
  const byId = new Map(posts.map((post) => [post.id, post]));
  return byId.size === posts.length ? posts : [...byId.values()];
}

interface Decided {
  readonly match: Match;
  readonly decision: Decision;
}

async function knownOf(tx: Database, channelNo: number, batch: Batch): Promise<readonly Known[]> {
  const { span } = batch;
  const ids = batch.posts.flatMap((post) => post.ids).filter((id) => !covers(span, id));
  const posts = tx.selectFrom("post").where("channel_no", "=", channelNo).selectAll();
  const members = tx.selectFrom("member").where("channel_no", "=", channelNo).selectAll();
  const rows = new Map<number, PostTable>();
  const parts = new Map<number, MemberTable>();
  const add = (found: readonly PostTable[]): void => found.forEach((row) => rows.set(row.no, row));
  const addParts = (found: readonly MemberTable[]): void =>
    found.forEach((part) => parts.set(part.id, part));
  if (span) {
    add(await posts.where("id", ">=", span.from).where("id", "<=", span.to).execute());
    addParts(await members.where("id", ">=", span.from).where("id", "<=", span.to).execute());
  }
  if (ids.length > 0) {
    add(await posts.where("id", "in", ids).execute());
    addParts(await members.where("id", "in", ids).execute());
  }
  const heads = [...new Set([...parts.values()].map((part) => part.post_no))];
  const missing = heads.filter((no) => !rows.has(no));
  if (missing.length > 0) add(await posts.where("no", "in", missing).execute());
  const albums = [...rows.values()].filter(isAlbum).map(({ no }) => no);
  const withParts = [...new Set([...heads, ...albums])];
  if (withParts.length > 0) addParts(await members.where("post_no", "in", withParts).execute());
  const byPost = Map.groupBy(parts.values(), (part) => part.post_no);
  return [...rows.values()].map((row) => ({ row, members: byPost.get(row.no) ?? [] }));
}

/** Its stored parts name several ids: such a post may have members outside the span. */
function isAlbum(row: PostTable): boolean {
  return row.content.includes('"ids":[');
}

function missedOf(
  known: readonly Known[],
  matches: readonly Match[],
  { span, at }: Batch,
): readonly Known[] {
  const met = new Set(matches.flatMap((match) => [match.known, ...match.absorbed]));
  return known.filter(
    (one) =>
      covers(span, one.row.id) &&
      !met.has(one) &&
      one.row.kind !== "deleted" &&
      one.row.last_seen_at < at &&
      (one.row.last_absent_at ?? "") < at,
  );
}

/** Posts that only an export told of do not count: the export may be older than their deletion. */
function refuseMassAbsence(
  known: readonly Known[],
  missed: readonly Known[],
  page: { readonly batch: Batch; readonly channel: string },
): void {
  const { batch, channel } = page;
  if (batch.acceptMassAbsence) return;
  const of = known.filter(
    (one) => covers(batch.span, one.row.id) && one.row.kind !== "deleted" && fromPages(one),
  ).length;
  const missing = missed.filter(fromPages).length;
  if (missing > Math.max(massAbsenceAtLeast, of * massAbsenceShare))
    throw new MassAbsence({ channel, missing, of, url: batch.url });
}

function fromPages({ row }: Known): boolean {
  return row.origin !== "archive-export" && !otherPrograms.has(row.origin);
}

function decide(
  { post, known, partial }: Match,
  by: {
    readonly ledger: Ledger;
    readonly batch: Batch;
    readonly histories: ReadonlyMap<number, KeptHistory>;
  },
): Decision {
  const { archive, channel } = by.ledger;
  const { origin, at, bodyNo, told: all } = by.batch;
  const told = all?.get(post.id);
  const place = (): { no: number; channelNo: number } => ({
    no: ++archive.last_post_no,
    channelNo: channel.no,
  });
  const reading = { post, origin, at, bodyNo };
  if (!known) return told ? decideToldNew(told, place()) : decideNew(reading, place());
  const history = by.histories.get(known.row.no);
  if (told && partial)
    return { outcome: "unchanged", changed: false, seen: false, otherwise: true };
  if (told && history) return decideTold(history, told);
  if (!partial) return decideKnown(known.row, reading);
  return { outcome: "unchanged", changed: false, seen: at >= known.row.last_seen_at };
}

/** The kept posts among these with their earlier versions and changes, by their number. */
async function historiesOf(
  tx: Database,
  matches: readonly Match[],
): Promise<ReadonlyMap<number, KeptHistory>> {
  const rows = matches.flatMap(({ known }) => known?.row ?? []);
  if (rows.length === 0) return new Map();
  const nos = rows.map(({ no }) => no);
  const past = await tx
    .selectFrom("version")
    .where("post_no", "in", nos)
    .orderBy("number")
    .selectAll()
    .execute();
  const changes = await tx
    .selectFrom("post_change")
    .where("post_no", "in", nos)
    .orderBy("no")
    .selectAll()
    .execute();
  const pastOf = Map.groupBy(past, (version) => version.post_no);
  const changesOf = Map.groupBy(changes, (change) => change.post_no);
  return new Map(
    rows.map((row) => [
      row.no,
      { row, past: pastOf.get(row.no) ?? [], changes: changesOf.get(row.no) ?? [] },
    ]),
  );
}

function seenNos(decided: readonly Decided[]): readonly number[] {
  return decided.flatMap(({ match, decision }) =>
    match.known && decision.seen && !decision.row ? [match.known.row.no] : [],
  );
}

function memberChanges(
  decided: readonly Decided[],
  page: { readonly channelNo: number; readonly batch: Batch; readonly known: readonly Known[] },
): { readonly put: readonly MemberTable[]; readonly drop: readonly number[] } {
  const { channelNo, batch, known } = page;
  const before = new Map(
    known.flatMap(({ members }) => members.map((part) => [part.id, part] as const)),
  );
  const put = new Map<number, MemberTable>();
  const heads = new Set<number>();
  for (const { match, decision } of decided) {
    const no = decision.row?.no ?? match.known?.row.no;
    if (no === undefined || !decision.seen) continue;
    const { post, known: old, partial } = match;
    if (!partial) heads.add(post.id);
    const head = partial ? old?.row.id : post.id;
    const was = old ? liveIds(old) : [];
    for (const id of was)
      if (!partial && !post.ids.includes(id))
        put.set(id, { channel_no: channelNo, id, post_no: no, gone_at: batch.at });
    for (const id of post.ids)
      if (id !== head) put.set(id, { channel_no: channelNo, id, post_no: no, gone_at: null });
  }
  for (const id of heads) put.delete(id);
  const differs = (part: MemberTable): boolean => {
    const old = before.get(part.id);
    return (
      !old || old.post_no !== part.post_no || (old.gone_at === null) !== (part.gone_at === null)
    );
  };
  return {
    put: [...put.values()].filter(differs),
    drop: [...heads].filter((id) => before.has(id)),
  };
}

async function recordSpan(
  tx: Database,
  page: {
    readonly channel: ChannelTable;
    readonly batch: Batch;
    readonly known: readonly Known[];
    readonly decided: readonly Decided[];
  },
): Promise<void> {
  const { channel, batch, known, decided } = page;
  const { span } = batch;
  if (!span) {
    const shown = decided.flatMap(({ match }) => (match.known ? [] : match.post.ids));
    channel.unspanned_kept += await countUnspanned(tx, channel.no, shown);
    return;
  }
  const news = await laySpan(tx, channel, { ...span, readAt: batch.at });
  if (channel.unspanned_kept > 0)
    channel.unspanned_kept -= known
      .flatMap(liveIds)
      .filter((id) => news.some((gap) => covers(gap, id))).length;
  channel.newest_id = Math.max(channel.newest_id ?? 0, span.to);
}

async function countUnspanned(
  tx: Database,
  channelNo: number,
  ids: readonly number[],
): Promise<number> {
  if (ids.length === 0) return 0;
  const spans = await tx
    .selectFrom("span")
    .where("channel_no", "=", channelNo)
    .where("from_id", "<=", Math.max(...ids))
    .where("to_id", ">=", Math.min(...ids))
    .select(["from_id", "to_id"])
    .execute();
  return ids.filter((id) => !spans.some((span) => span.from_id <= id && id <= span.to_id)).length;
}

function countPosts(
  channel: ChannelTable,
  saved: { known: readonly Known[]; rows: readonly PostTable[]; absorbed: readonly Known[] },
): void {
  const before = new Map(saved.known.map(({ row }) => [row.no, row]));
  for (const row of saved.rows) {
    const old = before.get(row.no);
    if (!old) channel.posts++;
    channel.deleted += Number(row.kind === "deleted") - Number(old?.kind === "deleted");
    channel.first_id = Math.min(channel.first_id ?? row.id, row.id);
    channel.newest_id = Math.max(channel.newest_id ?? 0, row.id, ...idsOf(row));
    if (channel.oldest === null || row.published_at < channel.oldest)
      channel.oldest = row.published_at;
    if (channel.newest === null || row.published_at > channel.newest)
      channel.newest = row.published_at;
  }
  for (const { row } of saved.absorbed) {
    channel.posts--;
    channel.deleted -= Number(row.kind === "deleted");
  }
}

function idsOf(row: PostTable): readonly number[] {
  if (!isAlbum(row)) return [];
  return (JSON.parse(row.content) as { ids?: readonly number[] }).ids ?? [];
}
