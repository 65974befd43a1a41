import { hash } from "node:crypto";
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { IdRange } from "../../../scraper/reading/history-page.ts";
import type { Instant } from "../../../scraper/post.ts";
import type { ResponseHead } from "../../../scraper/reading/source.ts";
import { version } from "../../../scraper/version.ts";
import type { Database } from "../database.ts";
import type { Noted } from "../journal/write-journal.ts";
import type { ArchiveTable } from "../schema/schema.ts";
import { headNoted, keptHeadOf, keptHead, type KeptHead } from "./kept-head.ts";

const largestBodyBytes = 256 * 1024 * 1024;

/** A page as it was read: the evidence for the versions first seen on it. */
export interface PageBody {
  readonly url: string;
  readonly readAt: Instant;
  readonly body: Uint8Array;
  /** Version of the program that read posts from it, where it is known. */
  readonly parser?: string;
  /** When something that was purged was cut out of it. */
  readonly cutAt?: Instant;
  /** The ids that it spans. */
  readonly span?: IdRange;
  /** What the answer said before it; absent where it was no answer, or is not what it was. */
  readonly head?: KeptHead;
}

/** Keeps a page, compressed; answers what the journal is to tell of it, its number among that. */
export async function keepBody(
  tx: Database,
  archive: ArchiveTable,
  page: Omit<PageBody, "head"> & {
    readonly head?: ResponseHead;
    readonly channel: string;
    readonly channelNo?: number;
    readonly why?: string;
  },
): Promise<Noted & { readonly bodyNo: number }> {
  const no = ++archive.last_body_no;
  const { head: said, ...kept } = page;
  const head = said && keptHead(said);
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
      purged_at: page.cutAt ?? null,
      bytes: packed(page.body),
      status: head?.status ?? null,
      headers: head?.headers ?? null,
    })
    .execute();
  return pageNoted({ ...kept, ...(head && { head }), no });
}

/** A page that is kept, as the journal tells it. */
export function pageNoted(page: {
  readonly no: number;
  readonly channel: string;
  readonly channelNo?: number;
  readonly url: string;
  readonly readAt: Instant;
  readonly body: Uint8Array;
  readonly head?: KeptHead;
}): Noted & { readonly bodyNo: number } {
  const { no, channel, channelNo, url, readAt, body, head } = page;
  const event = {
    what: "page",
    page: no,
    channel,
    url,
    readAt,
    sha256: pageHash(body),
    ...(head && headNoted(head)),
  } as const;
  return { event, bodyNo: no, ...(channelNo !== undefined && { channelNo }) };
}

/** SHA-256 of a page as it was read, hex. */
export const pageHash = (body: Uint8Array): string => hash("sha256", body);

/** The page of this number, as it was read but for what was purged; undefined when all of it was. */
export async function bodyOf(db: Database, no: number): Promise<PageBody | undefined> {
  const row = await db
    .selectFrom("body")
    .where("no", "=", no)
    .select(["url", "read_at", "parser", "bytes", "purged_at", "status", "headers"])
    .select(["from_id", "to_id"])
    .executeTakeFirst();
  if (!row || row.bytes.length === 0) return undefined;
  const { url, read_at: readAt, parser, purged_at: cutAt, from_id: from, to_id: to } = row;
  const body = unpacked(row.bytes);
  const head = keptHeadOf(row);
  return {
    url,
    readAt,
    body,
    ...(from !== null && to !== null && { span: { from, to } }),
    ...(head && { head }),
    ...(parser !== null && { parser }),
    ...(cutAt !== null && { cutAt }),
  };
}

/** The number of a kept page that is the same, read at the same time. */
export async function samePage(
  db: Database,
  page: {
    readonly channelNo: number;
    readonly url: string;
    readonly readAt: Instant;
    readonly body: Uint8Array;
  },
): Promise<number | undefined> {
  const rows = await db
    .selectFrom("body")
    .where("channel_no", "=", page.channelNo)
    .where("url", "=", page.url)
    .where("read_at", "=", page.readAt)
    .select(["no", "bytes"])
    .execute();
  return rows.find(({ bytes }) => {
    const body = wholeBody(bytes);
    return body instanceof Uint8Array && Buffer.compare(body, page.body) === 0;
  })?.no;
}

/** With a checksum, so that a page that was damaged since does not come out as another. */
const packed = (body: Uint8Array): Buffer =>
  zstdCompressSync(body, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });

const unpacked = (bytes: Uint8Array): Uint8Array =>
  zstdDecompressSync(bytes, { maxOutputLength: largestBodyBytes });

/** A kept page as it went into its compression; undefined for the nothing that a purge left. */
export function wholeBody(bytes: Uint8Array): Uint8Array | "damaged" | undefined {
  if (bytes.length === 0) return undefined;
  try {
    return unpacked(bytes);
  } catch {
    return "damaged";
  }
}

/** Looks at a page and puts another, or none, in its place: what is left is no answer any more, and has no head. */
export async function replaceBody(
  tx: Database,
  row: { readonly no: number; readonly bytes: Uint8Array },
  change: {
    readonly at: Instant;
    /** The page itself when nothing is to be changed, undefined when it must go. */
    readonly to: (body: Uint8Array) => Uint8Array | undefined;
  },
): Promise<"as before" | "cut" | "dropped"> {
  if (row.bytes.length === 0) return "as before";
  const body = unpacked(row.bytes);
  const next = change.to(body);
  if (next === body) return "as before";
  const bytes = next ? packed(next) : new Uint8Array();
  await tx
    .updateTable("body")
    .set({ bytes, purged_at: change.at, status: null, headers: null })
    .where("no", "=", row.no)
    .execute();
  return next ? "cut" : "dropped";
}
