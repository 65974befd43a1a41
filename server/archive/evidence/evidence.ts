import type { Instant } from "../../../scraper/post.ts";
import type { Database, Handles } from "../database.ts";
import { bodyOf, type PageBody } from "../posts/bodies.ts";
import { headOf, type JournalEntry } from "../journal/read-journal.ts";

/** A page that tells of a post, by its number. */
export interface PageOfPost {
  readonly postNo: number;
  readonly page: number;
  /** The version first seen on it; absent where it shows that the post is gone. */
  readonly version?: number;
}

/** An entry as it stands in a proof: what it tells only where that is asked for. */
export interface ProofEntry {
  readonly no: number;
  readonly at: Instant;
  readonly digests: Uint8Array;
  readonly told: readonly Told[];
}
interface Told {
  readonly place: number;
  readonly salt: Uint8Array;
  readonly content: string;
}

/** What a proof is to tell of. */
export interface Proven {
  /** Numbers of posts. */
  readonly posts: readonly number[];
  readonly pages: readonly number[];
  /** Entries of which everything is told that speaks of no post and no page: a cited result, say. */
  readonly entries?: readonly number[];
}

const keysAtOnce = 500;
const entriesAtOnce = 500;
const absencesOfPost = 4;

/** What proves what the archive keeps: pages as they came, and the way from an entry of the journal to its head. */
export class Evidence {
  readonly #db: Database;

  constructor({ reader }: Pick<Handles, "reader">) {
    this.#db = reader;
  }

  /** The pages on which versions of these posts were first seen, and those that show that one is gone. At most 500 posts. */
  async pagesOf(posts: readonly number[]): Promise<readonly PageOfPost[]> {
    const rows = await this.#db
      .selectFrom("post")
      .where("no", "in", posts)
      .select(["no", "channel_no", "id", "versions", "body_no", "first_absent_at", "deleted_at"])
      .execute();
    const past = await this.#db
      .selectFrom("version")
      .where("post_no", "in", posts)
      .orderBy("number")
      .select(["post_no", "number", "body_no"])
      .execute();
    const found: PageOfPost[] = past.flatMap(
      ({ post_no: postNo, number: version, body_no: page }) =>
        page === null ? [] : [{ postNo, page, version }],
    );
    for (const row of rows) {
      if (row.body_no !== null)
        found.push({ postNo: row.no, page: row.body_no, version: row.versions });
      if (row.deleted_at === null) continue;
      const absences = await this.#db
        .selectFrom("body")
        .where("channel_no", "=", row.channel_no)
        .where("from_id", "<=", row.id)
        .where("to_id", ">=", row.id)
        .where("read_at", "in", [row.first_absent_at ?? row.deleted_at, row.deleted_at])
        .orderBy("no")
        .limit(absencesOfPost)
        .select("no")
        .execute();
      found.push(...absences.map(({ no }) => ({ postNo: row.no, page: no })));
    }
    return found;
  }

  /** A kept page; undefined when all of it was purged. */
  async page(no: number): Promise<PageBody | undefined> {
    return bodyOf(this.#db, no);
  }

  /** Every entry from the first that tells of any of these to the head, and the one before them. */
  async proof(of: Proven): Promise<{
    readonly before?: JournalEntry;
    readonly head: JournalEntry;
    readonly entries: AsyncIterable<ProofEntry>;
  }> {
    const told = await this.#toldOf(of);
    const head = await headOf(this.#db);
    const first = Math.min(head.entry, ...told.keys());
    const before = await this.#db
      .selectFrom("journal")
      .where("no", "=", first - 1)
      .select(["no", "at", "link"])
      .executeTakeFirst();
    return {
      ...(before && {
        before: {
          entry: before.no,
          at: before.at,
          hash: Buffer.from(before.link).toString("hex"),
        },
      }),
      head,
      entries: this.#entries(first, told),
    };
  }

  async *#entries(
    first: number,
    told: ReadonlyMap<number, readonly Told[]>,
  ): AsyncGenerator<ProofEntry> {
    for (let from = first; ;) {
      const rows = await this.#db
        .selectFrom("journal")
        .where("no", ">=", from)
        .orderBy("no")
        .limit(entriesAtOnce)
        .select(["no", "at", "digests"])
        .execute();
      for (const row of rows) yield { ...row, told: told.get(row.no) ?? [] };
      const last = rows.at(-1);
      if (!last) return;
      from = last.no + 1;
    }
  }

  async #toldOf({ posts, pages, entries = [] }: Proven): Promise<Map<number, Told[]>> {
    const told = new Map<number, Map<number, Told>>();
    const add = (rows: readonly (Told & { readonly no: number })[]): void => {
      for (const { no, ...thing } of rows) {
        const things = told.get(no) ?? new Map<number, Told>();
        told.set(no, things.set(thing.place, thing));
      }
    };
    const things = this.#db
      .selectFrom("journal_content")
      .select([
        "journal_content.no",
        "journal_content.place",
        "journal_content.salt",
        "journal_content.content",
      ]);
    for (const some of chunks(posts)) {
      add(
        await things
          .innerJoin("post", (join) =>
            join
              .onRef("post.channel_no", "=", "journal_content.channel_no")
              .onRef("post.id", "=", "journal_content.post_id"),
          )
          .where("post.no", "in", some)
          .execute(),
      );
      // An album may have been told of under the id of a part.
      add(
        await things
          .innerJoin("member", (join) =>
            join
              .onRef("member.channel_no", "=", "journal_content.channel_no")
              .onRef("member.id", "=", "journal_content.post_id"),
          )
          .where("member.post_no", "in", some)
          .execute(),
      );
    }
    for (const some of chunks(pages)) add(await things.where("body_no", "in", some).execute());
    for (const some of chunks(entries))
      add(
        await things
          .where("journal_content.no", "in", some)
          .where("post_id", "is", null)
          .where("body_no", "is", null)
          .execute(),
      );
    return new Map(
      [...told].map(([no, of]) => [no, [...of.values()].toSorted((a, b) => a.place - b.place)]),
    );
  }
}

function* chunks<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += keysAtOnce)
    yield all.slice(from, from + keysAtOnce);
}
