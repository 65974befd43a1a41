import { setImmediate as yieldToOthers } from "node:timers/promises";
import type { Selectable } from "kysely";
import { faultIn } from "../../../scraper/limits.ts";
import { postHash } from "../../../scraper/post-hash.ts";
import { isChangeAsWritten } from "../posts/post-change.ts";
import { isAsWritten } from "../posts/row-sum.ts";
import { type Connection, type Database, explained } from "../database.ts";
import { ArchiveDamaged } from "../errors.ts";
import { brokenLinks, type PageTold, pageToldOf, unnoted } from "../journal/read-journal.ts";
import { pageHash, wholeBody } from "../posts/bodies.ts";
import { headNoted, keptHeadOf, type KeptHead } from "../posts/kept-head.ts";
import { postOf } from "../posts/post-row.ts";
import { unsoundSets } from "../posts/result-sets.ts";
import { spanOf } from "../posts/span-rows.ts";
import type { ChannelTable, PostChangeTable, PostTable, VersionTable } from "../schema/schema.ts";
import { idsIn } from "../spans.ts";

/** Something in the archive that cannot be true. */
export interface Finding {
  readonly where: string;
  readonly what: string;
}

const rowsAStep = 1_000;
const mostFindings = 1_000;

/** Checks a whole archive: the file, its links, its hashes, its numbering and its running figures. At most 1,000 findings. */
export async function verify(
  connection: Connection,
  options: { readonly file: string; readonly now: Date; readonly signal?: AbortSignal },
): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  try {
    for await (const finding of findings(connection, options)) {
      found.push(finding);
      if (found.length >= mostFindings) break;
    }
  } catch (error) {
    const told = explained(error, options.file);
    if (!(told instanceof ArchiveDamaged)) throw error;
    // What cannot be read cannot be looked at further.
    found.push({ where: "file", what: told.message });
  }
  return found;
}

async function* findings(
  { raw, db }: Connection,
  { signal, now }: { readonly signal?: AbortSignal; readonly now: Date },
): AsyncGenerator<Finding> {
  yield* checkFile(raw);
  yield* await checkNumbering(db);
  for (const channel of await db.selectFrom("channel").selectAll().execute()) {
    signal?.throwIfAborted();
    yield* await checkChannel(db, channel);
  }
  yield* checkPosts(db, { now, ...(signal && { signal }) });
  yield* checkBodies(db, signal);
  for await (const what of brokenLinks(db, signal)) yield { where: "journal", what };
  for await (const what of unnoted(db)) yield { where: "journal", what };
  for await (const sha256 of unsoundSets(db))
    yield { where: `set ${sha256}`, what: "what was cited is not what was kept" };
}

function* checkFile(raw: Connection["raw"]): Generator<Finding> {
  for (const row of raw.prepare("PRAGMA integrity_check(100)").all()) {
    const what = String(row["integrity_check"]);
    if (what !== "ok") yield { where: "file", what };
  }
  for (const row of raw.prepare("PRAGMA foreign_key_check").all().slice(0, 100))
    yield {
      where: `table ${String(row["table"])}`,
      what: `row ${String(row["rowid"])} points at a missing ${String(row["parent"])}`,
    };
}

async function checkNumbering(db: Database): Promise<readonly Finding[]> {
  const archive = await db.selectFrom("archive").selectAll().executeTakeFirstOrThrow();
  const posts = await db
    .selectFrom("post")
    .select((eb) => [eb.fn.max("no").as("no"), eb.fn.max("position").as("position")])
    .executeTakeFirst();
  const gone = await db
    .selectFrom("tombstone")
    .select((eb) => eb.fn.max("position").as("position"))
    .executeTakeFirst();
  const found: Finding[] = [];
  if ((posts?.no ?? 0) > archive.last_post_no)
    found.push({ where: "archive", what: `post number ${posts?.no} was never given out` });
  if (Math.max(posts?.position ?? 0, gone?.position ?? 0) > archive.position)
    found.push({ where: "archive", what: "a change lies beyond the archive's position" });
  return found;
}

async function checkChannel(db: Database, channel: ChannelTable): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  const say = (what: string): number => found.push({ where: `@${channel.name}`, what });
  const posts = await db
    .selectFrom("post")
    .where("channel_no", "=", channel.no)
    .select((eb) => [
      eb.fn.countAll<number>().as("posts"),
      eb.fn.max("id").as("newest"),
      eb.fn.count<number>("deleted_at").as("deleted"),
    ])
    .executeTakeFirstOrThrow();
  if (posts.posts !== channel.posts)
    say(`${posts.posts} posts are kept, but ${channel.posts} were counted`);
  if (posts.deleted !== channel.deleted)
    say(`${posts.deleted} posts are deleted, but ${channel.deleted} were counted`);
  if ((posts.newest ?? 0) > (channel.newest_id ?? 0))
    say(`post ${posts.newest} lies beyond the newest id ${channel.newest_id}`);
  const rows = await db
    .selectFrom("span")
    .where("channel_no", "=", channel.no)
    .orderBy("from_id")
    .selectAll()
    .execute();
  const spans = rows.map(spanOf);
  for (const [index, span] of spans.entries()) {
    if (span.from > span.to) say(`the span ${span.from} to ${span.to} runs backwards`);
    const before = spans[index - 1];
    if (before && before.to >= span.from) say(`two spans overlap at id ${span.from}`);
  }
  if (idsIn(spans) !== channel.spanned)
    say(`${idsIn(spans)} ids are spanned, but ${channel.spanned} were counted`);
  const both = await db
    .selectFrom("post")
    .innerJoin("member", (join) =>
      join.onRef("member.channel_no", "=", "post.channel_no").onRef("member.id", "=", "post.id"),
    )
    .where("post.channel_no", "=", channel.no)
    .select("post.id")
    .limit(100)
    .execute();
  for (const { id } of both) say(`id ${id} is a post of its own and part of an album`);
  return found;
}

async function* checkPosts(
  db: Database,
  { signal, now }: { readonly signal?: AbortSignal; readonly now: Date },
): AsyncGenerator<Finding> {
  const names = new Map(
    (await db.selectFrom("channel").select(["no", "name"]).execute()).map((row) => [
      row.no,
      row.name,
    ]),
  );
  for (let after = 0; ;) {
    signal?.throwIfAborted();
    const rows = await db
      .selectFrom("post")
      .where("no", ">", after)
      .orderBy("no")
      .limit(rowsAStep)
      .selectAll()
      .execute();
    const last = rows.at(-1);
    if (!last) return;
    const past = await db
      .selectFrom("version")
      .where("post_no", ">", after)
      .where("post_no", "<=", last.no)
      .orderBy("post_no")
      .orderBy("number")
      .selectAll()
      .execute();
    const seen = await db
      .selectFrom("post_change")
      .where("post_no", ">", after)
      .where("post_no", "<=", last.no)
      .orderBy("no")
      .selectAll()
      .execute();
    const seenOf = Map.groupBy(seen, (change) => change.post_no);
    const pastOf = Map.groupBy(past, (version) => version.post_no);
    for (const row of rows) {
      const channel = names.get(row.channel_no) ?? "?";
      const where = `@${channel}/${row.id}`;
      const key = { channel, id: row.id, publishedAt: row.published_at };
      const versions = pastOf.get(row.no) ?? [];
      const wrong = [...versions, row].flatMap((version) => wrongIn(version, key, now) ?? []);
      if (wrong.length === 0 && !isAsWritten(row)) wrong.push("its row is not what was written");
      for (const what of wrong) yield { where, what };
      if (versions.length + 1 !== row.versions || versions.some((v, i) => v.number !== i + 1))
        yield {
          where,
          what: `${row.versions} versions were counted, but not all are kept in order`,
        };
      else if (!tellsOf(seenOf.get(row.no) ?? [], row, versions))
        yield {
          where,
          what: "what was seen to happen to it is not what its versions and absence say",
        };
    }
    after = last.no;
    await yieldToOthers();
  }
}

/** Every later version was seen once, when it says so; and the post is gone if it went once more than it came back. */
function tellsOf(
  changes: readonly Selectable<PostChangeTable>[],
  row: PostTable,
  past: readonly VersionTable[],
): boolean {
  const edits = changes.filter(({ kind }) => kind === "edited");
  const due = [...past.map(({ seen_at: at }) => at), row.version_seen_at].slice(1);
  const gone = changes.filter(({ kind }) => kind === "deleted");
  const returns = changes.filter(({ kind }) => kind === "returned");
  const { deleted_at: deletedAt } = row;
  return (
    changes.every((one) => isChangeAsWritten(one) && one.channel_no === row.channel_no) &&
    edits.length === due.length &&
    edits.every(({ version }) => version >= 2 && version <= row.versions) &&
    new Set(edits.map(({ version }) => version)).size === due.length &&
    edits.every(({ version, at }) => due[version - 2] === at) &&
    gone.length - returns.length === Number(deletedAt !== null) &&
    (deletedAt === null || gone.at(-1)?.at === deletedAt)
  );
}

function wrongIn(
  parts: { readonly hash: string; content: string; counters: string; addresses: string },
  key: Parameters<typeof postOf>[0],
  now: Date,
): string | undefined {
  try {
    const post = postOf(key, parts);
    if (postHash(post) !== parts.hash) return "a version's content does not give its hash";
    const fault = faultIn(post, now);
    return fault && `it ${fault}; such a post is not taken any more and can be purged`;
  } catch (error) {
    return `a version cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** The pages read, kept compressed: each must come out whole. */
async function* checkBodies(db: Database, signal?: AbortSignal): AsyncGenerator<Finding> {
  for (let after = 0; ;) {
    signal?.throwIfAborted();
    const rows = await db
      .selectFrom("body")
      .where("no", ">", after)
      .orderBy("no")
      .limit(bodiesAStep)
      .select(["no", "channel", "url", "bytes", "status", "headers"])
      .execute();
    const last = rows.at(-1);
    if (!last) return;
    const told = await pageToldOf(
      db,
      rows.map(({ no }) => no),
    );
    for (const { no, channel, url, bytes, ...row } of rows) {
      const page = wholeBody(bytes);
      const head = keptHeadOf(row);
      const { sha256, ...headTold } = told.get(no) ?? {};
      const where = `@${channel}`;
      if (page === "damaged") yield { where, what: `the page ${url} is damaged` };
      else if ((page && pageHash(page)) !== sha256)
        yield { where, what: `the page ${url} is not the one that the journal tells of` };
      else if (!isHead(headTold, head))
        yield { where, what: `status and headers of the page ${url} are not as the journal tells` };
    }
    after = last.no;
    await yieldToOthers();
  }
}
const bodiesAStep = 20;

function isHead(told: Omit<PageTold, "sha256">, head: KeptHead | undefined): boolean {
  const { status, headers } = head ? headNoted(head) : {};
  return told.status === status && told.headers === headers;
}
