import type { Database } from "../database.ts";
import type { Known } from "./match-posts.ts";
import type { ChangeRow } from "./post-change.ts";
import type { History } from "./told-post.ts";
import { rowSum } from "./row-sum.ts";
import type {
  ArchiveTable,
  MemberTable,
  PostTable,
  SampleTable,
  VersionTable,
} from "../schema/schema.ts";

/** SQLite takes 32,766 values in one statement, PostgreSQL 65,535; a post has 23. */
const rowsAStatement = 500;

const fixedColumns = new Set<string>(["no", "channel_no"]);

/** Inserts new posts and rewrites known ones. */
export async function writePosts(tx: Database, rows: readonly PostTable[]): Promise<void> {
  for (const some of chunks(rows))
    await tx
      .insertInto("post")
      .values(some.map((row) => ({ ...row, sum: rowSum(row) })))
      .onConflict((conflict) =>
        conflict
          .column("no")
          .doUpdateSet((eb) =>
            Object.fromEntries(
              (Object.keys({ ...some[0], sum: 0 }) as (keyof PostTable)[])
                .filter((column) => !fixedColumns.has(column))
                .map((column) => [column, eb.ref(`excluded.${column}`)]),
            ),
          ),
      )
      .execute();
}

/** Nothing but the time of their last sight changed. */
export async function writeSeen(
  tx: Database,
  seen: { readonly nos: readonly number[]; readonly at: string },
): Promise<void> {
  for (const some of chunks(seen.nos))
    await tx
      .updateTable("post")
      .set({ last_seen_at: seen.at })
      .where("no", "in", some)
      .where("last_seen_at", "<", seen.at)
      .execute();
}

export async function writePastVersions(
  tx: Database,
  rows: readonly VersionTable[],
): Promise<void> {
  for (const some of chunks(rows)) await tx.insertInto("version").values(some).execute();
}

export async function writeChanges(tx: Database, rows: readonly ChangeRow[]): Promise<void> {
  for (const some of chunks(rows)) await tx.insertInto("post_change").values(some).execute();
}

/** All earlier versions of these posts anew, and their changes: those with a number are said again. */
export async function writeHistories(
  tx: Database,
  posts: readonly { readonly row: PostTable; readonly history: History }[],
): Promise<void> {
  for (const some of chunks(posts.map(({ row }) => row.no)))
    await tx.deleteFrom("version").where("post_no", "in", some).execute();
  await writePastVersions(
    tx,
    posts.flatMap(({ history }) => history.past),
  );
  const changes = posts.flatMap(({ history }) => history.changes);
  for (const { no, ...change } of changes.filter((one) => one.no !== undefined))
    await tx.updateTable("post_change").set(change).where("no", "=", no!).execute();
  await writeChanges(
    tx,
    changes.filter((one) => one.no === undefined),
  );
}

export async function writeSamples(tx: Database, rows: readonly SampleTable[]): Promise<void> {
  for (const some of chunks(rows))
    await tx
      .insertInto("sample")
      .values(some)
      .onConflict((conflict) => conflict.columns(["post_no", "at"]).doNothing())
      .execute();
}

export async function writeMembers(
  tx: Database,
  channelNo: number,
  changes: { readonly put: readonly MemberTable[]; readonly drop: readonly number[] },
): Promise<void> {
  for (const some of chunks(changes.put))
    await tx
      .insertInto("member")
      .values(some)
      .onConflict((conflict) =>
        conflict.columns(["channel_no", "id"]).doUpdateSet((eb) => ({
          post_no: eb.ref("excluded.post_no"),
          gone_at: eb.ref("excluded.gone_at"),
        })),
      )
      .execute();
  if (changes.drop.length > 0)
    await tx
      .deleteFrom("member")
      .where("channel_no", "=", channelNo)
      .where("id", "in", changes.drop)
      .execute();
}

/** Takes posts out whose ids belong to another post's album: the album has their content. */
export async function absorb(tx: Database, absorbed: readonly Known[]): Promise<void> {
  const nos = absorbed.map(({ row }) => row.no);
  for (const table of ["sample", "version", "post_change", "member"] as const)
    await tx.deleteFrom(table).where("post_no", "in", nos).execute();
  await tx.deleteFrom("post").where("no", "in", nos).execute();
}

/** Marks keys as gone for the index, and keys with a post as not gone. */
export async function writeTombstones(
  tx: Database,
  archive: ArchiveTable,
  keys: {
    readonly channel: string;
    readonly gone: readonly number[];
    readonly present: readonly number[];
  },
): Promise<void> {
  const { channel } = keys;
  for (const some of chunks(keys.present))
    await tx
      .deleteFrom("tombstone")
      .where("channel", "=", channel)
      .where("id", "in", some)
      .execute();
  for (const id of keys.gone)
    await tx
      .insertInto("tombstone")
      .values({ channel, id, position: ++archive.position })
      .onConflict((conflict) =>
        conflict
          .columns(["channel", "id"])
          .doUpdateSet((eb) => ({ position: eb.ref("excluded.position") })),
      )
      .execute();
}

function chunks<T>(rows: readonly T[]): readonly (readonly T[])[] {
  if (rows.length <= rowsAStatement) return rows.length === 0 ? [] : [rows];
  return Array.from({ length: Math.ceil(rows.length / rowsAStatement) }, (_, index) =>
    rows.slice(index * rowsAStatement, (index + 1) * rowsAStatement),
  );
}
