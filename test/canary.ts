import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { zstdDecompressSync } from "node:zlib";

/** The files below a folder in which these words stand, in plain bytes or inside anything packed with zstd. */
export function filesWith(folder: string, words: string): readonly string[] {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => holds(readFileSync(file), words));
  return found.map((file) => file.slice(folder.length + 1));
}

function holds(bytes: Buffer, words: string): boolean {
  if (bytes.includes(words)) return true;
  const magic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
  for (let at = bytes.indexOf(magic); at >= 0; at = bytes.indexOf(magic, at + 1)) {
    if (unpackedFrom(bytes.subarray(at))?.includes(words)) return true;
  }
  return false;
}

/** As much as can be unpacked from here: what follows in the file is another thing. */
function unpackedFrom(bytes: Buffer): Buffer | undefined {
  try {
    return zstdDecompressSync(bytes, { maxOutputLength: 1_000_000 });
  } catch {
    return undefined;
  }
}
