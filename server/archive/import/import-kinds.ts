/** What is read, by how it is called after `--kind`, and what that is in words. */
export const importKinds = {
  page: "a saved preview page (HTML)",
  jsonl: "JSON lines that Backscroll wrote (export, scrape)",
  "desktop-json": "a Telegram Desktop export as JSON (result.json)",
  "desktop-html": "a Telegram Desktop export as HTML (messages.html, or the folder it lies in)",
  snscrape: "JSON lines of snscrape (telegram-channel)",
  tdl: "an export of tdl (chat export)",
  evidence: "a package of evidence (WACZ) that Backscroll wrote",
} as const;
export type ImportKind = keyof typeof importKinds;

/** All that is read, as the end of a sentence. */
export const kindsRead = Object.values(importKinds).join("; ");

export function isImportKind(name: string): name is ImportKind {
  return Object.hasOwn(importKinds, name);
}

/** The kind of a file by how it begins; undefined when it is none of them. */
export function kindByBeginning(beginning: string): ImportKind | undefined {
  return looks.find(([, isSo]) => isSo(beginning))?.[0];
}

/** The first that fits counts. */
const looks: readonly (readonly [ImportKind, (beginning: string) => boolean])[] = [
  // A ZIP, whose first file this is.
  ["evidence", (text) => text.startsWith("PK") && text.slice(0, 100).includes("pages.warc.gz")],
  ["desktop-html", (text) => text.startsWith("<") && /<div class="page_wrap[" ]/u.test(text)],
  ["page", (text) => text.startsWith("<")],
  [
    "jsonl",
    (text) =>
      text.startsWith("{") && has(lineOf(text), "channel", "id", "publishedAt", "textState"),
  ],
  [
    "snscrape",
    (text) =>
      text.startsWith("{") && /"_type"\s*:\s*"snscrape\.modules\.telegram\./u.test(lineOf(text)),
  ],
  [
    "snscrape",
    (text) => text.startsWith("{") && has(lineOf(text), "url", "date", "content", "outlinks"),
  ],
  ["tdl", (text) => /^\{\s*"id"\s*:\s*-?\d+\s*,\s*"messages"\s*:/u.test(text)],
  ["desktop-json", (text) => text.startsWith("{") && (has(text, "messages") || has(text, "chats"))],
];

const lineOf = (text: string): string => text.split("\n", 1)[0] ?? "";

/** Whether these stand as names of fields in it. */
function has(text: string, ...names: readonly string[]): boolean {
  return names.every((name) => new RegExp(String.raw`"${name}"\s*:`, "u").test(text));
}
