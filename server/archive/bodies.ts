import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { IdRange } from "../../scraper/history-page.ts";
import type { Instant } from "../../scraper/post.ts";
import { version } from "../../scraper/version.ts";
import type { Database } from "./database.ts";
import type { ArchiveTable } from "./schema.ts";

const largestBodyBytes = 256 * 1024 * 1024;

/** A page as it was read: the evidence for the versions first seen on it. */
export interface PageBody {
  readonly url: string;
  readonly readAt: Instant;
  readonly body: Uint8Array;
  /** Version of the program that read posts from it, where it is known. */
  readonly parser?: string;
}

/** Keeps a page, compressed; answers its number. */
export async function keepBody(
  tx: Database,
  archive: ArchiveTable,
  page: PageBody & {
    readonly channel: string;
    readonly channelNo?: number;
    readonly span?: IdRange;
    readonly why?: string;
  },
): Promise<number> {
  const no = ++archive.last_body_no;
  await tx
    .insertInto("body")
    .values({
      no,
      channel_no: page.channelNo ?? null,
      channel: page.channel,
      url: page.url,
      read_at: page.readAt,
      why: page.why ?? null,
      from_id: page.span?.from ?? null,
      to_id: page.span?.to ?? null,
      parser: version,
      bytes: zstdCompressSync(page.body),
    })
    .execute();
  return no;
}

/** The page of this number, as it was read. */
export async function bodyOf(db: Database, no: number): Promise<PageBody | undefined> {
  const row = await db
    .selectFrom("body")
    .where("no", "=", no)
    .select(["url", "read_at", "parser", "bytes"])
    .executeTakeFirst();
  if (!row) return undefined;
  const body = zstdDecompressSync(row.bytes, { maxOutputLength: largestBodyBytes });
  const { url, read_at: readAt, parser } = row;
  return { url, readAt, body, ...(parser !== null && { parser }) };
}
