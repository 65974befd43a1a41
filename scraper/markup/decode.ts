import { isUtf8 } from "node:buffer";
import { type ReadingCode, type Reason, reason } from "../reasons.ts";
import type { WebPage } from "../reading/source.ts";

type Decoded =
  | { readonly kind: "html"; readonly html: string }
  | { readonly kind: "cut" }
  | { readonly kind: "unknown"; readonly why: Reason<ReadingCode> };

/** The text of an answer that arrived whole, in the encoding it really has. */
export function decodePage({ body, headers }: WebPage): Decoded {
  const text = utf8(body) ?? declared(body, headers);
  if (text === undefined) return { kind: "unknown", why: reason("body-no-utf8") };
  // The site's own scripts get a page as a JSON string; its quotes show whether it is whole.
  if (text.startsWith('"')) {
    const html = jsonString(text);
    return html === undefined ? { kind: "cut" } : { kind: "html", html };
  }
  const html = withoutPreamble(text);
  if (!/<(?:!doctype|html|head|body|div)\b/iu.test(html.slice(0, headLength)))
    return { kind: "unknown", why: reason("body-no-html") };
  return isWhole(text) ? { kind: "html", html: text } : { kind: "cut" };
}

/** What programs that save pages write before the page: where they had it from, notes of their own. */
function withoutPreamble(text: string): string {
  let at = 0;
  for (;;) {
    at = skipBlanks(text, at);
    const end = text.startsWith("<!--", at)
      ? text.indexOf("-->", at + 4)
      : text.startsWith("<?", at)
        ? text.indexOf("?>", at + 2)
        : -1;
    if (end < 0) break;
    at = end + (text.startsWith("<?", at) ? 2 : 3);
  }
  return text.slice(at);
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && /[\s\uFEFF]/u.test(text[at] ?? "")) at += 1;
  return at;
}

/** Whether a page arrived to its end. SingleFile leaves the last tags out; then all boxes must be closed. */
function isWhole(text: string): boolean {
  if (text.lastIndexOf("</html") >= 0 || /<\/html/iu.test(text.slice(-tailLength))) return true;
  if (!/Page saved with SingleFile/u.test(text.slice(0, headLength))) return false;
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  return text.trimEnd().endsWith(">") && count(/<div\b/giu) === count(/<\/div>/giu);
}

function utf8(body: Uint8Array): string | undefined {
  if (!isUtf8(body)) return utf16(body);
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}

/** Some editors save pages so; the first two bytes tell. */
function utf16(body: Uint8Array): string | undefined {
  const [first, second] = body;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(body);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(body);
  return undefined;
}

/** In the encoding its header or its own head names, where it is none of Telegram's. */
function declared(body: Uint8Array, headers: WebPage["headers"]): string | undefined {
  const head = Buffer.from(body.subarray(0, headLength)).toString("latin1");
  const encoding = [headers["content-type"] ?? "", head]
    .map((place) => /charset=["']?([\w-]+)/iu.exec(place)?.[1])
    .find((name) => name !== undefined && !/^utf-?8$/iu.test(name));
  if (encoding === undefined) return undefined;
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}

function jsonString(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "string" ? value.toWellFormed() : undefined;
  } catch {
    return undefined;
  }
}

const headLength = 4096;
const tailLength = 4096;
