import { open, readdir, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { UsageError } from "../../../scraper/errors.ts";
import type { Archive } from "../archive.ts";
import { refuseOtherEncodings, refuseUnmarkedUtf16 } from "./encoding.ts";
import { importArchiveLines } from "./import-archive-lines.ts";
import { importDesktopExport } from "./import-desktop-export.ts";
import { importDesktopHtml } from "./import-desktop-html.ts";
import { importSnscrape } from "./import-snscrape.ts";
import { importTdl } from "./import-tdl.ts";
import { importSavedPage } from "./import-saved-page.ts";
import { type ImportKind, kindByBeginning, kindsRead } from "./import-kinds.ts";
import type { ImportOptions, Imported } from "./imported.ts";

/** Takes a file of any kind that is read into the archive. No scrape cursor moves. @throws UsageError */
export async function importFile(
  archive: Archive,
  file: string,
  { kind, ...options }: ImportOptions & { readonly kind?: ImportKind } = {},
): Promise<Imported> {
  const found = await fileOf(file);
  return importers[await kindOf(found, kind)](archive, found, options);
}

const importers: Readonly<
  Record<ImportKind, (archive: Archive, file: string, options: ImportOptions) => Promise<Imported>>
> = {
  page: importSavedPage,
  jsonl: importArchiveLines,
  "desktop-json": importDesktopExport,
  "desktop-html": importDesktopHtml,
  snscrape: importSnscrape,
  tdl: importTdl,
  // The libraries that read it are loaded when one is there.
  evidence: async (...args) => (await import("./import-evidence.ts")).importEvidence(...args),
};

/** What the file is: as it is said to be, else by how it begins. @throws UsageError where it cannot be read or is nothing that is */
export async function kindOf(name: string, said?: ImportKind): Promise<ImportKind> {
  const file = await fileOf(name);
  const first = await firstBytes(file).catch((error: unknown) => {
    throw new UsageError(`${file} cannot be read. Check the name and that it is a file.`, {
      cause: error,
    });
  });
  refuseUnmarkedUtf16(file, first);
  const text = textOf(first).trimStart();
  const kind = said ?? kindByBeginning(text);
  // A page names its encoding itself, and its reader decodes it.
  if (kind !== undefined && kind !== "page" && kind !== "evidence")
    refuseOtherEncodings(file, first);
  if (kind !== undefined) return kind;
  const other = others.find(([beginning]) => beginning.test(text))?.[1];
  if (other !== undefined)
    throw new UsageError(
      `${file} is ${other}, which is not read. Save the page as HTML ("Webpage, HTML Only") and import that.`,
    );
  const what = extname(file) === "" ? "" : ` (${extname(file)})`;
  throw new UsageError(`${file}${what} is nothing that is read. Read are: ${kindsRead}.`);
}

/** The file itself; of the folder of an export of Telegram Desktop the file that holds its messages. */
async function fileOf(name: string): Promise<string> {
  const isFolder = await stat(name).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return name;
  const files = await readdir(name);
  const found = ["result.json", "messages.html"].find((one) => files.includes(one));
  if (found !== undefined) return join(name, found);
  throw new UsageError(
    `${name} is a folder without messages.html or result.json, and so no export of Telegram Desktop.`,
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

/** Enough for the head of an export, and for what names the fields of a long first line. */
const lookedAtBytes = 64 * 1024;

async function firstBytes(file: string): Promise<Uint8Array> {
  await using handle = await open(file);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(lookedAtBytes), 0, lookedAtBytes, 0);
  return buffer.subarray(0, bytesRead);
}
