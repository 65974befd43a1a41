import { setImmediate as yieldToOthers } from "node:timers/promises";
import { sql } from "kysely";
import type { Instant } from "../../../scraper/post.ts";
import type { Database } from "../database.ts";
import type { JournalTable } from "../schema/schema.ts";
import { digestBytes, digestOf, linkAfter } from "./entry.ts";

/** An entry: who knows its hash can tell whether anything up to it was changed since. */
export interface JournalEntry {
  /** Its number, from 1. */
  readonly entry: number;
  readonly at: Instant;
  /** SHA-256, hex. */
  readonly hash: string;
}

const entriesAStep = 500;
const mostOfAKind = 100;

/** The newest entry: every archive has at least the one that begins its journal. */
export async function headOf(db: Database): Promise<JournalEntry> {
  const row = await db
    .selectFrom("journal")
    .orderBy("no", "desc")
    .limit(1)
    .select(["no", "at", "link"])
    .executeTakeFirstOrThrow();
  return entryOf(row);
}

/** The entries of these numbers, by their number. */
export async function entriesOf(
  db: Database,
  nos: readonly number[],
): Promise<ReadonlyMap<number, JournalEntry>> {
  if (nos.length === 0) return new Map();
  const rows = await db
    .selectFrom("journal")
    .where("no", "in", nos)
    .select(["no", "at", "link"])
    .execute();
  return new Map(rows.map((row) => [row.no, entryOf(row)]));
}

const entryOf = (row: Pick<JournalTable, "no" | "at" | "link">): JournalEntry => ({
  entry: row.no,
  at: row.at,
  hash: Buffer.from(row.link).toString("hex"),
});

/** Walks the whole chain; answers in words what does not hold. */
export async function* brokenLinks(db: Database, signal?: AbortSignal): AsyncGenerator<string> {
  let link: Uint8Array | undefined;
  for (let after = 0; ;) {
    signal?.throwIfAborted();
    const entries = await db
      .selectFrom("journal")
      .where("no", ">", after)
      .orderBy("no")
      .limit(entriesAStep)
      .selectAll()
      .execute();
    const last = entries.at(-1);
    if (!last) {
      if (after === 0) yield "the journal is empty";
      return;
    }
    const contents = await db
      .selectFrom("journal_content")
      .where("no", ">", after)
      .where("no", "<=", last.no)
      .select(["no", "place", "salt", "content"])
      .execute();
    const toldBy = Map.groupBy(contents, ({ no }) => no);
    for (const entry of entries) {
      after += 1;
      if (entry.no !== after) yield `entry ${after} of the journal is missing`;
      after = entry.no;
      if (!isSame(linkAfter(link, entry), entry.link))
        yield `entry ${entry.no} does not follow from the one before it`;
      ({ link } = entry);
      const told = toldBy.get(entry.no) ?? [];
      if (!told.every(({ place, salt, content }) => tells(entry, place, digestOf(salt, content))))
        yield `entry ${entry.no} does not tell what was written`;
    }
    await yieldToOthers();
  }
}

const tells = ({ digests }: JournalTable, place: number, digest: Uint8Array): boolean =>
  isSame(digests.subarray(place * digestBytes, (place + 1) * digestBytes), digest);

/** What is kept and no entry tells of, at most a hundred of a kind, in words. */
export async function* unnoted(db: Database): AsyncGenerator<string> {
  const posts = await db
    .selectFrom("post")
    .innerJoin("channel", "channel.no", "post.channel_no")
    .where(isUntold("post.hash"))
    .select(["channel.name", "post.id"])
    .limit(mostOfAKind)
    .execute();
  for (const { name, id } of posts)
    yield `no entry of the journal tells of @${name}/${id} as it is`;
  const versions = await db
    .selectFrom("version")
    .innerJoin("post", "post.no", "version.post_no")
    .innerJoin("channel", "channel.no", "post.channel_no")
    .where(isUntold("version.hash"))
    .select(["channel.name", "post.id", "version.number"])
    .limit(mostOfAKind)
    .execute();
  for (const { name, id, number } of versions)
    yield `no entry of the journal tells of version ${number} of @${name}/${id}`;
}

/** Whether nothing that is told of a post names this hash; an album may have been told of under an id that is a part of it now. */
const isUntold = (hash: "post.hash" | "version.hash") => sql<boolean>`not exists (
  select 1 from journal_content
  where journal_content.channel_no = post.channel_no
    and journal_content.post_id in
      (select post.id union all select member.id from member where member.post_no = post.no)
    and instr(journal_content.content, ${sql.ref(hash)}) > 0)`;

/** What the journal tells last of a page; no SHA-256 where nothing of it is left. */
export interface PageTold {
  readonly sha256?: string;
  readonly status?: number;
  readonly headers?: string;
}

/** What it tells last of each of these pages, by their number. */
export async function pageToldOf(
  db: Database,
  bodyNos: readonly number[],
): Promise<ReadonlyMap<number, PageTold>> {
  const rows = await db
    .selectFrom("journal_content")
    .where("body_no", "in", bodyNos)
    .orderBy("no")
    .orderBy("place")
    .select(["body_no", "content"])
    .execute();
  return new Map(
    rows.map(({ body_no, content }) => [body_no ?? 0, JSON.parse(content) as PageTold]),
  );
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
