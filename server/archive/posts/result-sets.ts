import { crc32, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { Instant, PostKey } from "../../../scraper/post.ts";
import type { Database } from "../database.ts";
import { setNotAsKept } from "../errors.ts";
import { entriesOf, type JournalEntry } from "../journal/read-journal.ts";
import { note } from "../journal/write-journal.ts";
import { nameKey } from "../name-key.ts";
import type { PostMark } from "./post-marks.ts";
import type { ResultSetTable } from "../schema/schema.ts";

/** What a query found at one time, kept to be cited. */
export interface ResultSet {
  /** SHA-256, hex, over a line `channel/id hash` for each post, by channel, then id. */
  readonly sha256: string;
  readonly query: string;
  readonly citedAt: Instant;
  readonly posts: number;
  /** Position of the archive that was asked. */
  readonly position: number;
  readonly analyzer: string;
  /** By channel, then id. A kept hash is its first 16 digits. */
  readonly marks: Iterable<PostMark>;
}

export interface KeptSet extends ResultSet {
  readonly marks: readonly PostMark[];
  /** The entry of the journal that tells of it; absent for one from before there was a journal. */
  readonly journal?: JournalEntry;
}

export const shortHash = 16;
const largestSetBytes = 1024 ** 3;
const keysAtOnce = 1_000;

/** The content hash of each of these posts, in order; keys that are not kept are left out. */
export async function marksOf(
  db: Database,
  keys: readonly PostKey[],
): Promise<readonly PostMark[]> {
  if (keys.length > keysAtOnce)
    throw new RangeError(`At most ${keysAtOnce} posts at once; ${keys.length} were asked for.`);
  const found = new Map<string, PostMark>();
  for (const [channel, some] of Map.groupBy(keys, (key) => nameKey(key.channel))) {
    const rows = await db
      .selectFrom("post")
      .innerJoin("channel", "channel.no", "post.channel_no")
      .where("channel.name_key", "=", channel)
      .where(
        "post.id",
        "in",
        some.map(({ id }) => id),
      )
      .select(["channel.name", "post.id", "post.hash", "post.deleted_at"])
      .execute();
    for (const { name, id, hash, deleted_at } of rows)
      found.set(`${channel}/${id}`, { channel: name, id, hash, deleted: deleted_at !== null });
  }
  return keys.flatMap(({ channel, id }) => found.get(`${nameKey(channel)}/${id}`) ?? []);
}

/** Keeps a set, and notes it at `at`; one that is kept already stays as it is. */
export async function keepSet(tx: Database, set: ResultSet, at: Instant): Promise<void> {
  const said = {
    sha256: set.sha256,
    query: set.query,
    cited_at: set.citedAt,
    posts: set.posts,
    position: set.position,
    analyzer: set.analyzer,
  };
  const { sha256, posts, position } = set;
  const known = await setRow(tx, set).select("query").executeTakeFirst();
  if (known) return;
  const event = { what: "cited", sha256, posts, position } as const;
  const journal_no = await note(tx, [{ event }], at);
  await tx
    .insertInto("result_set")
    .values({ ...said, marks: packed(said, set.marks), journal_no })
    .execute();
}

/**
 * The sets whose hash begins so (16 digits at least), the first cited first: one for each query that found the same.
 * @throws ArchiveDamaged when one is not what was kept
 */
export async function setsOf(
  db: Database,
  hash: string,
  file: string,
): Promise<readonly KeptSet[]> {
  if (!/^[0-9a-f]{16,64}$/.test(hash)) return [];
  const rows = await db
    .selectFrom("result_set")
    .where("sha256", ">=", hash)
    .where("sha256", "<", `${hash}g`)
    .orderBy("cited_at")
    .orderBy("query")
    .limit(mostQueries)
    .selectAll()
    .execute();
  const entries = await entriesOf(
    db,
    rows.flatMap(({ journal_no: no }) => no ?? []),
  );
  return rows.map((row) => {
    const journal = entries.get(row.journal_no ?? 0);
    return Object.assign(setOf(row, file), journal && { journal });
  });
}
const mostQueries = 20;

function setOf(row: ResultSetTable, file: string): KeptSet {
  const { sha256, query, posts, position, analyzer } = row;
  const marks = marksIn(row);
  if (!marks) throw setNotAsKept(sha256, file);
  return { sha256, query, citedAt: row.cited_at, posts, position, analyzer, marks };
}

/** The hashes of those kept sets that are not what was kept. */
export async function* unsoundSets(db: Database): AsyncGenerator<string> {
  for (const { sha256, query } of await setKeys(db)) {
    const row = await setRow(db, { sha256, query }).selectAll().executeTakeFirst();
    if (row && !marksIn(row)) yield sha256;
  }
}

// One row at a time: a set may be large.
const setKeys = async (db: Database): Promise<readonly SetKey[]> =>
  db.selectFrom("result_set").select(["sha256", "query"]).execute();
// oxlint-disable-next-line typescript/explicit-function-return-type -- the query's own type
const setRow = (db: Database, { sha256, query }: SetKey) =>
  db.selectFrom("result_set").where("sha256", "=", sha256).where("query", "=", query);
type SetKey = Pick<ResultSetTable, "sha256" | "query">;

/**
 * Every kept set goes on naming its posts, but tells nothing of the content of those that are gone.
 * @throws ArchiveDamaged when one is not what was kept: with a sum of what it says now, it would pass for sound
 */
export async function eraseMarks(
  tx: Database,
  isGone: (key: PostKey) => Promise<boolean>,
  file: string,
): Promise<void> {
  for (const key of await setKeys(tx)) {
    const row = await setRow(tx, key).selectAll().executeTakeFirstOrThrow();
    const marks: PostMark[] = [];
    let erased = 0;
    for (const mark of setOf(row, file).marks) {
      const gone = mark.hash !== nothing && (await isGone(mark));
      if (gone) erased += 1;
      marks.push(gone ? { ...mark, hash: nothing } : mark);
    }
    if (erased > 0)
      await tx
        .updateTable("result_set")
        .set({ marks: packed(row, marks) })
        .where("sha256", "=", key.sha256)
        .where("query", "=", key.query)
        .execute();
  }
}
const nothing = "0".repeat(shortHash);

/** What a row says beside its marks. */
type Said = Omit<ResultSetTable, "marks" | "journal_no">;

/**
 * CRC-32 of all that a row says. Its SHA-256 is over whole hashes, of which the marks keep the beginning only: they cannot be
 * held to it.
 */
const setSum = ({ sha256, query, cited_at, posts, position, analyzer }: Said, lines: string) =>
  crc32(lines, crc32(JSON.stringify([sha256, query, cited_at, posts, position, analyzer])));

/** `!sum`, then `@channel`, then `id hash` lines; a trailing `-` is a deleted post. Ids are steps from the one before. */
function packed(said: Said, marks: Iterable<PostMark>): Uint8Array {
  const lines: string[] = [];
  let last: PostMark | undefined;
  for (const mark of marks) {
    if (mark.channel !== last?.channel) lines.push(`@${mark.channel}`);
    const step = mark.id - (mark.channel === last?.channel ? last.id : 0);
    lines.push(`${step} ${mark.hash.slice(0, shortHash)}${mark.deleted ? "-" : ""}`);
    last = mark;
  }
  const text = lines.join("\n");
  return zstdCompressSync(`!${setSum(said, text)}\n${text}`);
}

/** The marks of a row, or undefined when it is not what was kept; one from before sets had sums is believed where it can be read. */
function marksIn({ marks: bytes, ...said }: ResultSetTable): readonly PostMark[] | undefined {
  const text = unpacked(bytes);
  if (text === undefined) return undefined;
  const [, sum] = /^!(\d+)\n/.exec(text) ?? [];
  const lines = sum === undefined ? text : text.slice(sum.length + 2);
  if (sum !== undefined && Number(sum) !== setSum(said, lines)) return undefined;
  const marks = marksOfLines(lines);
  return marks?.length === said.posts ? marks : undefined;
}

function unpacked(bytes: Uint8Array): string | undefined {
  try {
    return zstdDecompressSync(bytes, { maxOutputLength: largestSetBytes }).toString();
  } catch {
    return undefined;
  }
}

function marksOfLines(lines: string): readonly PostMark[] | undefined {
  const marks: PostMark[] = [];
  let channel = "";
  let id = 0;
  if (lines === "") return marks;
  for (const line of lines.split("\n")) {
    const { name, step, hash, deleted } =
      /^(?:@(?<name>[a-z]\w*)|(?<step>\d+) (?<hash>[\da-f]{16})(?<deleted>-?))$/i.exec(line)
        ?.groups ?? {};
    if (name !== undefined) {
      channel = name;
      id = 0;
    } else if (step !== undefined && hash !== undefined && channel !== "") {
      id += Number(step);
      marks.push({ channel, id, hash, deleted: deleted === "-" });
    } else return undefined;
  }
  return marks;
}
