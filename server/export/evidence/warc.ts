import { createHash } from "node:crypto";
import { STATUS_CODES } from "node:http";
import { gzipSync } from "node:zlib";
import { getSurt, WARCRecord, WARCSerializer } from "warcio";
import type { PageBody } from "../../archive/posts/bodies.ts";

/** A record of a WARC, packed by itself, and its line of the index; without one it is none of a page. */
export interface PackedRecord {
  readonly bytes: Uint8Array;
  readonly indexLine?: (offset: number) => string;
}

export const warcName = "pages.warc.gz";
const warcVersion = "WARC/1.1";
const html = "text/html; charset=utf-8";

/** The body is kept unpacked and whole: what said otherwise of it is told under another name. */
const ofTheWay: ReadonlySet<string> = new Set([
  "content-encoding",
  "content-length",
  "transfer-encoding",
]);
const original = "x-archive-orig-";

/** The first record: who wrote the file. */
export async function infoRecord(info: {
  readonly software: string;
  readonly archive: string;
  readonly at: string;
}): Promise<PackedRecord> {
  const record = WARCRecord.createWARCInfo(
    {
      filename: warcName,
      date: info.at,
      warcVersion,
      warcHeaders: idOf(`${info.archive} ${info.at}`),
    },
    {
      software: info.software,
      format: "WARC File Format 1.1",
      description: "Pages of Telegram's public preview, as they were read",
      "backscroll-archive": info.archive,
    },
  );
  return { bytes: await packed(record) };
}

/** A kept page: the answer as it came, or its body alone where nothing else of it is kept. */
export async function pageRecord(
  page: PageBody,
  about: { readonly archive: string; readonly no: number },
): Promise<PackedRecord> {
  const { url, readAt, body, head, cutAt } = page;
  const warcHeaders = {
    ...idOf(`${about.archive} ${about.no}`),
    "Backscroll-Page": String(about.no),
    ...(cutAt !== undefined && { "Backscroll-Cut-At": cutAt }),
  };
  const common = { url, date: readAt, warcVersion } as const;
  const record = head
    ? WARCRecord.create(
        {
          ...common,
          type: "response",
          warcHeaders,
          statusline: `HTTP/1.1 ${head.status} ${STATUS_CODES[head.status] ?? ""}`,
          httpHeaders: [
            ...headersOf(head.headers).map(([name, value]): [string, string] => [
              ofTheWay.has(name.toLowerCase()) ? original + name : name,
              value,
            ]),
            ["content-length", String(body.length)],
          ],
        },
        [body],
      )
    : WARCRecord.create(
        { ...common, type: "resource", warcHeaders: { ...warcHeaders, "Content-Type": html } },
        [body],
      );
  const bytes = await packed(record);
  const target = record.warcTargetURI ?? url;
  const facts = {
    url: target,
    mime: "text/html",
    ...(head && { status: String(head.status) }),
    digest: `sha256:${sha256(body)}`,
    length: String(bytes.length),
    filename: warcName,
    recordDigest: `sha256:${sha256(bytes)}`,
  };
  const at = readAt.replaceAll(/\D/g, "");
  return {
    bytes,
    indexLine: (offset) =>
      `${getSurt(target)} ${at} ${JSON.stringify({ ...facts, offset: String(offset) })}`,
  };
}

/** The kept pairs of names and values. */
export const headersOf = (kept: string): readonly (readonly [string, string])[] =>
  JSON.parse(kept) as readonly (readonly [string, string])[];

async function packed(record: WARCRecord): Promise<Uint8Array> {
  return gzipSync(await WARCSerializer.serialize(record));
}

/** The same for the same page, whenever a package is made of it (a UUID of version 8). */
function idOf(name: string): { readonly "WARC-Record-ID": string } {
  const hex = sha256(name);
  const groups = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return { "WARC-Record-ID": `<urn:uuid:${groups.join("-")}>` };
}

const sha256 = (bytes: string | Uint8Array): string =>
  createHash("sha256").update(bytes).digest("hex");
