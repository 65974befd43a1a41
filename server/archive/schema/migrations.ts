import { type Kysely, sql } from "kysely";
import type { Connection } from "../database.ts";
import { ArchiveDamaged, ArchiveOlder, ArchiveUnusable, mendArchive } from "../errors.ts";
import { instant } from "../../../scraper/instant.ts";
import type { Instant } from "../../../scraper/post.ts";
import { channelPictures } from "./migration-channel-pictures.ts";
import { journal } from "./migration-journal.ts";
import { evidence } from "./migration-evidence.ts";
import { keeping } from "./keeping-tables.ts";
import { deliveriesAndSavedSearches } from "./migrate-deliveries.ts";
import { mediaTables } from "./media-tables.ts";
import { schedulesAndRuns } from "./migration-schedules-and-runs.ts";
import { troubles } from "./migration-troubles.ts";
import { reasons } from "./migration-reasons.ts";
import { postChanges } from "./migration-post-changes.ts";
import { rowSums } from "./migration-row-sums.ts";
import { tellUpgraded } from "./upgraded.ts";
import { targets } from "./migration-targets.ts";
import { watching } from "./migration-watching.ts";
import type { Tables } from "./schema.ts";
import { ownCommand } from "../../../scraper/own-command.ts";

interface Migration {
  readonly number: number;
  readonly name: string;
  /** `at` is now. */
  readonly up: (db: Kysely<Tables>, at: Instant) => Promise<void>;
}

/** `BkSc`, in the header of every archive: how a foreign SQLite file is told from ours. */
const applicationId = 0x426b5363;

/** Brings the file to this program's schema, each step in a transaction of its own. @throws ArchiveUnusable */
export async function migrate(
  { raw, db }: Connection,
  options: { readonly file: string; readonly now: () => Date; readonly newId: () => string },
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    if (tablesIn(raw) > 0) return;
    raw.exec(`PRAGMA application_id = ${applicationId}`);
    await createMigrationTable(tx);
  });
  refuseForeign(raw, options.file);
  const from = await schemaNumber(db);
  for (const migration of migrations) {
    await db.transaction().execute(async (tx) => {
      if (migration.number <= (await schemaNumber(tx))) return;
      const at = options.now().toISOString();
      await migration.up(tx, instant(options.now()));
      if (migration.number === 1) await identify(tx, { id: options.newId(), at });
      await tx
        .insertInto("migration")
        .values({ number: migration.number, name: migration.name, at })
        .execute();
    });
  }
  await refuseOtherSchema(db, options.file);
  const to = newestNumber();
  // One that was just made comes from none.
  if (from > 0 && from < to) tellUpgraded({ file: options.file, from, to });
}

/** @throws ArchiveUnusable when the file is no archive, or one that this program cannot bring up to date. */
export async function checkOurs({ raw, db }: Connection, file: string): Promise<void> {
  refuseEmpty(raw, file);
  refuseForeign(raw, file);
  refuseNewer(await schemaNumber(db), file);
}

/** @throws ArchiveUnusable when the file is not an archive of exactly this program's schema. */
export async function checkSchema({ raw, db }: Connection, file: string): Promise<void> {
  refuseEmpty(raw, file);
  refuseForeign(raw, file);
  await refuseOtherSchema(db, file);
}

/** @throws ArchiveDamaged when the file holds another program's tables; an empty file will do. */
function refuseForeign(raw: Connection["raw"], file: string): void {
  if (tablesIn(raw) === 0) return;
  const id = raw.prepare("PRAGMA application_id").get()?.["application_id"];
  if (id !== applicationId)
    throw new ArchiveDamaged(
      `${file} is a database of another program and was not touched. Choose another data folder, or take a backup back: ${ownCommand} restore FILE`,
    );
}

/** Before anything is written: @throws ArchiveDamaged as above, ArchiveUnusable for an archive of a newer program. */
export function refuseToWrite(raw: Connection["raw"], file: string): void {
  refuseForeign(raw, file);
  if (tablesIn(raw) === 0) return;
  const found = raw.prepare("SELECT max(number) AS number FROM migration").get();
  refuseNewer(Number(found?.["number"]), file);
}

function refuseEmpty(raw: Connection["raw"], file: string): void {
  if (tablesIn(raw) === 0)
    throw new ArchiveDamaged(`${file} is empty: it is no archive. ${mendArchive}`);
}

async function refuseOtherSchema(db: Kysely<Tables>, file: string): Promise<void> {
  const found = await schemaNumber(db);
  const ours = newestNumber();
  refuseNewer(found, file);
  if (found >= ours) return;
  const count = db.selectFrom("post").select((eb) => eb.fn.countAll<number>().as("posts"));
  throw new ArchiveOlder(
    `${file} was written by an older Backscroll (schema ${found}, this one needs ${ours}). Run a command that writes, such as \`archive\`, once.`,
    {
      schema: { found, needed: ours },
      steps: migrations.filter((step) => step.number > found).map(({ name }) => name),
      posts: (await count.executeTakeFirstOrThrow()).posts,
    },
  );
}

function refuseNewer(found: number, file: string): void {
  if (found > newestNumber())
    throw new ArchiveUnusable(
      `${file} was written by a newer Backscroll (schema ${found}, this one knows ${newestNumber()}). Update the program.`,
    );
}

function tablesIn(raw: Connection["raw"]): number {
  return Number(raw.prepare("SELECT count(*) AS n FROM sqlite_schema").get()?.["n"]);
}

async function schemaNumber(db: Kysely<Tables>): Promise<number> {
  const row = await db
    .selectFrom("migration")
    .select((eb) => eb.fn.max("number").as("number"))
    .executeTakeFirst();
  return row?.number ?? 0;
}

async function createMigrationTable(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable("migration")
    .addColumn("number", "integer", (c) => c.primaryKey())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("at", "text", (c) => c.notNull())
    .execute();
}

async function identify(db: Kysely<Tables>, row: { id: string; at: string }): Promise<void> {
  await db
    .insertInto("archive")
    .values({
      id: 1,
      archive_id: row.id,
      created_at: row.at,
      position: 0,
      last_post_no: 0,
      last_body_no: 0,
    })
    .execute();
}

const migrations: readonly Migration[] = [
  { number: 1, name: "first schema", up: firstSchema },
  { number: 2, name: "access keys", up: accessKeys },
  { number: 3, name: "citable result sets, parser of each page", up: resultSets },
  { number: 4, name: "schedules and the ledger of runs", up: schedulesAndRuns },
  { number: 5, name: "media files", up: mediaTables },
  { number: 6, name: "deliveries, saved searches", up: deliveriesAndSavedSearches },
  { number: 7, name: "sessions, rotated keys, alerts", up: watching },
  { number: 8, name: "purges, backups", up: keeping },
  { number: 9, name: "counters of a channel, day by day", up: channelSamples },
  { number: 10, name: "what runs wait for, dismissed alerts", up: troubles },
  { number: 11, name: "labels of a channel", up: channelLabels },
  { number: 12, name: "checksums of posts' rows", up: rowSums },
  { number: 13, name: "what happened to posts", up: postChanges },
  { number: 14, name: "pictures of channels", up: channelPictures },
  { number: 15, name: "reasons of runs and alerts", up: reasons },
  { number: 16, name: "the journal", up: journal },
  { number: 17, name: "status and headers of pages, time stamps", up: evidence },
  { number: 18, name: "targets", up: targets },
];

const newestNumber = (): number => migrations.at(-1)?.number ?? 0;

async function channelLabels({ schema }: Kysely<Tables>): Promise<void> {
  await schema.alterTable("channel").addColumn("labels", "text").execute();
}

async function accessKeys({ schema }: Kysely<Tables>): Promise<void> {
  await schema
    .createTable("access_key")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("hash", "text", (c) => c.notNull().unique())
    .addColumn("scopes", "text", (c) => c.notNull())
    .addColumn("channels", "text", (c) => c.notNull())
    .addColumn("origins", "text", (c) => c.notNull())
    .addColumn("created_at", "text", (c) => c.notNull())
    .addColumn("expires_at", "text")
    .addColumn("revoked_at", "text")
    .execute();
}

async function resultSets({ schema }: Kysely<Tables>): Promise<void> {
  await schema
    .createTable("result_set")
    .addColumn("sha256", "text", (c) => c.notNull())
    .addColumn("query", "text", (c) => c.notNull())
    .addColumn("cited_at", "text", (c) => c.notNull())
    .addColumn("posts", "integer", (c) => c.notNull())
    .addColumn("position", "integer", (c) => c.notNull())
    .addColumn("analyzer", "text", (c) => c.notNull())
    .addColumn("marks", "blob", (c) => c.notNull())
    .addPrimaryKeyConstraint("result_set_key", ["sha256", "query"])
    .execute();
  await schema.alterTable("body").addColumn("parser", "text").execute();
}

async function channelSamples({ schema }: Kysely<Tables>): Promise<void> {
  await schema
    .createTable("channel_sample")
    .addColumn("channel_no", "integer", (c) => c.notNull())
    .addColumn("day", "text", (c) => c.notNull())
    .addColumn("counters", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("channel_sample_key", ["channel_no", "day"])
    .execute();
}

async function firstSchema(db: Kysely<Tables>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable("archive")
    .addColumn("id", "integer", (c) => c.primaryKey())
    .addColumn("archive_id", "text", (c) => c.notNull())
    .addColumn("created_at", "text", (c) => c.notNull())
    .addColumn("position", "integer", (c) => c.notNull())
    .addColumn("last_post_no", "integer", (c) => c.notNull())
    .addColumn("last_body_no", "integer", (c) => c.notNull())
    .execute();
  await schema
    .createTable("channel")
    .addColumn("no", "integer", (c) => c.primaryKey())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("name_key", "text", (c) => c.notNull().unique())
    .addColumn("title", "text", (c) => c.notNull())
    .addColumn("description", "text")
    .addColumn("avatar_url", "text")
    .addColumn("verified", "integer", (c) => c.notNull())
    .addColumn("chat_id", "bigint")
    .addColumn("counters", "text", (c) => c.notNull())
    .addColumn("added_at", "text", (c) => c.notNull())
    .addColumn("last_read_at", "text")
    .addColumn("posts", "integer", (c) => c.notNull())
    .addColumn("deleted", "integer", (c) => c.notNull())
    .addColumn("first_id", "integer")
    .addColumn("newest_id", "integer")
    .addColumn("oldest", "text")
    .addColumn("newest", "text")
    .addColumn("spanned", "integer", (c) => c.notNull())
    .addColumn("unspanned_kept", "integer", (c) => c.notNull())
    .execute();
  await schema
    .createTable("body")
    .addColumn("no", "integer", (c) => c.primaryKey())
    .addColumn("channel_no", "integer", (c) => c.references("channel.no"))
    .addColumn("channel", "text", (c) => c.notNull())
    .addColumn("url", "text", (c) => c.notNull())
    .addColumn("read_at", "text", (c) => c.notNull())
    .addColumn("why", "text")
    .addColumn("from_id", "integer")
    .addColumn("to_id", "integer")
    .addColumn("bytes", "blob", (c) => c.notNull())
    .execute();
  await schema
    .createIndex("body_of_ids")
    .on("body")
    .columns(["channel_no", "to_id", "from_id"])
    .execute();
  await schema
    .createTable("post")
    .addColumn("no", "integer", (c) => c.primaryKey())
    .addColumn("channel_no", "integer", (c) => c.notNull().references("channel.no"))
    .addColumn("id", "integer", (c) => c.notNull())
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("published_at", "text", (c) => c.notNull())
    .addColumn("origin", "text", (c) => c.notNull())
    .addColumn("hash", "text", (c) => c.notNull())
    .addColumn("content", "text", (c) => c.notNull())
    .addColumn("counters", "text", (c) => c.notNull())
    .addColumn("addresses", "text", (c) => c.notNull())
    .addColumn("body_no", "integer", (c) => c.references("body.no"))
    .addColumn("versions", "integer", (c) => c.notNull())
    .addColumn("version_seen_at", "text", (c) => c.notNull())
    .addColumn("first_seen_at", "text", (c) => c.notNull())
    .addColumn("last_seen_at", "text", (c) => c.notNull())
    .addColumn("counters_at", "text", (c) => c.notNull())
    .addColumn("sampled_at", "text", (c) => c.notNull())
    .addColumn("first_absent_at", "text")
    .addColumn("last_absent_at", "text")
    .addColumn("absent_checks", "integer", (c) => c.notNull())
    .addColumn("deleted_at", "text")
    .addColumn("position", "integer", (c) => c.notNull())
    .addUniqueConstraint("post_key", ["channel_no", "id"])
    .execute();
  await schema.createIndex("post_position").on("post").column("position").unique().execute();
  await schema
    .createIndex("post_not_plain")
    .on("post")
    .columns(["channel_no", "id", "kind"])
    .where("kind", "<>", sql.lit("kept"))
    .execute();
  await schema
    .createIndex("post_missed")
    .on("post")
    .columns(["channel_no", "first_absent_at"])
    .where("first_absent_at", "is not", null)
    .execute();
  await schema
    .createTable("member")
    .addColumn("channel_no", "integer", (c) => c.notNull())
    .addColumn("id", "integer", (c) => c.notNull())
    .addColumn("post_no", "integer", (c) => c.notNull().references("post.no"))
    .addColumn("gone_at", "text")
    .addPrimaryKeyConstraint("member_key", ["channel_no", "id"])
    .execute();
  await schema.createIndex("member_post").on("member").column("post_no").execute();
  await schema
    .createTable("version")
    .addColumn("post_no", "integer", (c) => c.notNull().references("post.no"))
    .addColumn("number", "integer", (c) => c.notNull())
    .addColumn("hash", "text", (c) => c.notNull())
    .addColumn("content", "text", (c) => c.notNull())
    .addColumn("counters", "text", (c) => c.notNull())
    .addColumn("addresses", "text", (c) => c.notNull())
    .addColumn("body_no", "integer", (c) => c.references("body.no"))
    .addColumn("seen_at", "text", (c) => c.notNull())
    .addColumn("last_seen_at", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("version_key", ["post_no", "number"])
    .execute();
  await schema
    .createTable("sample")
    .addColumn("post_no", "integer", (c) => c.notNull().references("post.no"))
    .addColumn("at", "text", (c) => c.notNull())
    .addColumn("counters", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("sample_key", ["post_no", "at"])
    .execute();
  await schema
    .createTable("span")
    .addColumn("channel_no", "integer", (c) => c.notNull().references("channel.no"))
    .addColumn("from_id", "integer", (c) => c.notNull())
    .addColumn("to_id", "integer", (c) => c.notNull())
    .addColumn("read_at", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("span_key", ["channel_no", "from_id"])
    .execute();
  await schema
    .createTable("tombstone")
    .addColumn("channel", "text", (c) => c.notNull())
    .addColumn("id", "integer", (c) => c.notNull())
    .addColumn("position", "integer", (c) => c.notNull())
    .addPrimaryKeyConstraint("tombstone_key", ["channel", "id"])
    .execute();
  await schema.createIndex("tombstone_position").on("tombstone").column("position").execute();
}
