import { isUtf8 } from "node:buffer";
import type { WebPage } from "./source.ts";

type Decoded =
  | { readonly kind: "html"; readonly html: string }
  | { readonly kind: "cut" }
  | { readonly kind: "unknown"; readonly why: string };

/** The text of an answer that arrived whole, in the encoding it really has. */
export function decodePage({ body, headers }: WebPage): Decoded {
  const text = utf8(body) ?? declared(body, headers);
  if (text === undefined) return { kind: "unknown", why: "a body that is not UTF-8" };
  // The site's own scripts get a page as a JSON string; its quotes show whether it is whole.
  if (text.startsWith('"')) {
    const html = jsonString(text);
    return html === undefined ? { kind: "cut" } : { kind: "html", html };
  }
  if (!/<(?:!doctype|html|head|body|div)\b/iu.test(text.slice(0, headLength)))
    return { kind: "unknown", why: "a body that is not HTML" };
  if (text.lastIndexOf("</html") < 0 && !/<\/html/iu.test(text.slice(-tailLength)))
    return { kind: "cut" };
  return { kind: "html", html: text };
}

function utf8(body: Uint8Array): string | undefined {
  if (!isUtf8(body)) return undefined;
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}

/** In the encoding its header names, where it is none of Telegram's. */
function declared(body: Uint8Array, headers: WebPage["headers"]): string | undefined {
  const encoding = /charset=["']?([\w-]+)/iu.exec(headers["content-type"] ?? "")?.[1];
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
