import { isUtf8 } from "node:buffer";
import {
  brotliDecompressSync,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  zstdDecompressSync,
} from "node:zlib";
import { Unreachable } from "../errors.ts";
import { reason } from "../reasons.ts";

/**
 * A body without its packing, at most `maxBytes` of it: whatever packing Node knows, though only gzip is asked for.
 * @throws Unreachable: `lasting` for a packing nobody here knows or a body that is too large
 */
export function unpacked(
  body: Buffer,
  {
    encoding = "",
    maxBytes,
  }: { readonly encoding?: string | undefined; readonly maxBytes: number },
): Buffer {
  const named = encoding
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && name !== "identity");
  // Some servers pack and do not say so.
  const packings = named.length === 0 && isGzip(body) ? ["gzip"] : named.toReversed();
  if (packings.length > mostPackings)
    throw new Unreachable([reason("packed-over")], { lasting: true });
  let plain = body;
  for (const name of packings) plain = without(name, plain, maxBytes);
  if (plain.length > maxBytes) throw tooLarge(maxBytes);
  return plain;
}

export function tooLarge(maxBytes: number): Unreachable {
  return new Unreachable([reason("answer-large", { megabytes: maxBytes / 1_000_000 })], {
    lasting: true,
  });
}

type Unpack = (body: Buffer, options: { readonly maxOutputLength: number }) => Buffer;

const unpackers: ReadonlyMap<string, Unpack> = new Map<string, Unpack>([
  ["gzip", gunzipSync],
  ["x-gzip", gunzipSync],
  // By the letter with a zlib header; some servers leave it out.
  [
    "deflate",
    (body, options) => (hasZlibHeader(body) ? inflateSync : inflateRawSync)(body, options),
  ],
  ["br", brotliDecompressSync],
  ["zstd", zstdDecompressSync],
]);

function without(name: string, body: Buffer, maxBytes: number): Buffer {
  const unpack = unpackers.get(name);
  if (!unpack)
    throw new Unreachable([reason("packing-unknown", { packing: name.slice(0, longestName) })], {
      lasting: true,
    });
  try {
    return unpack(body, { maxOutputLength: maxBytes });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(maxBytes);
    // Somebody on the way has unpacked it already and left the header.
    if (isUtf8(body) && !isGzip(body)) return body;
    throw new Unreachable([reason("packing-damaged", { packing: name })], { cause: error });
  }
}

const isGzip = (body: Buffer): boolean => body[0] === 0x1f && body[1] === 0x8b;

const hasZlibHeader = (body: Buffer): boolean =>
  body.length > 1 && ((body[0] ?? 0) & 0x0f) === 8 && body.readUInt16BE(0) % 31 === 0;

const mostPackings = 3;
const longestName = 40;
