import { open } from "node:fs/promises";
import { extname } from "node:path";
import { UsageError } from "../../../scraper/errors.ts";
import type { Archive } from "../archive.ts";
import { importDesktopExport } from "./import-desktop-export.ts";
import { importSavedPage } from "./import-saved-page.ts";
import type { ImportOptions, Imported } from "./imported.ts";

/** Takes a saved preview page or a Telegram Desktop `result.json` into the archive. No scrape cursor moves. @throws UsageError */
export async function importFile(
  archive: Archive,
  file: string,
  options: ImportOptions = {},
): Promise<Imported> {
  const kind = await kindOf(file);
  return kind === "json"
    ? importDesktopExport(archive, file, options)
    : importSavedPage(archive, file, options);
}

/** What the file is, by how it begins. @throws UsageError where it cannot be read or is neither */
export async function kindOf(file: string): Promise<"json" | "html"> {
  const first = await firstBytes(file).catch((error: unknown) => {
    throw new UsageError(`${file} cannot be read. Check the name and that it is a file.`, {
      cause: error,
    });
  });
  const text = textOf(first).trimStart();
  if (text.startsWith("{")) return "json";
  if (text.startsWith("<")) return "html";
  const other = others.find(([beginning]) => beginning.test(text))?.[1];
  if (other !== undefined)
    throw new UsageError(
      `${file} is ${other}, which is not read. Save the page as HTML ("Webpage, HTML Only") and import that.`,
    );
  const what = extname(file) === "" ? "" : ` (${extname(file)})`;
  throw new UsageError(
    `${file}${what} is neither a saved preview page (HTML) nor a Telegram Desktop export (result.json).`,
  );
}

function textOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  return new TextDecoder().decode(bytes);
}

/** Other ways to save a page, by how their files begin. */
const others: readonly (readonly [RegExp, string])[] = [
  [
    /^(?:From|Snapshot-Content-Location|MIME-Version|Subject|Date|Content-Type): /iu,
    "a page saved as MHTML",
  ],
  [/^bplist00/u, "a Safari web archive"],
  [/^WARC\//u, "a WARC file"],
  [/^%PDF-/u, "a PDF"],
  [/^PK[^ -~]/u, "a ZIP file"],
];

async function firstBytes(file: string): Promise<Uint8Array> {
  await using handle = await open(file);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(512), 0, 512, 0);
  return buffer.subarray(0, bytesRead);
}
