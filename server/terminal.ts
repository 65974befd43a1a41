import type { RunCounts } from "./archive/runs/run.ts";
import { withoutSecrets } from "./secrets.ts";
import type { TextPart } from "./search/search-posts.ts";

type Out = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

/** Words for people, on stderr: one live line on a terminal, a plain line every 5 seconds elsewhere. */
export class Progress {
  readonly #out: Out;
  readonly #now: () => number;
  #last = Number.NEGATIVE_INFINITY;
  #live = false;
  #secrets: readonly string[] = [];

  constructor(out: Out, options: { readonly now: () => number }) {
    this.#out = out;
    this.#now = options.now;
  }

  /** From now on these are not shown, wherever they stand. */
  hide(secrets: readonly string[]): void {
    this.#secrets = secrets;
  }

  /** Shows how a run goes; called as often as one likes. */
  update(line: string): void {
    const every = this.#out.isTTY ? 100 : 5000;
    if (this.#now() - this.#last < every) return;
    this.#last = this.#now();
    if (!this.#out.isTTY) return void this.#out.write(`${line}\n`);
    this.#out.write(`\r\u001B[K${line.slice(0, (this.#out.columns ?? 80) - 1)}`);
    this.#live = true;
  }

  /** A line that stays. */
  say(line: string): void {
    const clean = withoutSecrets(line, this.#secrets);
    this.#out.write(`${this.#live ? "\r\u001B[K" : ""}${clean}\n`);
    this.#live = false;
  }
}

/** `1,204 new, 3 edited, 20 as before, 61 pages, 62 requests (1 without a page), 1,131 kB`; counts of nothing are left out. What was never reached has nothing to say of news. */
export function describeCounts(counts: RunCounts): string {
  const parts = [
    [counts.new, "new"],
    [counts.edited, "edited"],
    [counts.unchanged, "as before"],
    [counts.missed, "missing for now"],
    [counts.deleted, "deleted"],
    [counts.media ?? 0, "files"],
    ...filesLeft(counts),
  ] as const;
  const said = parts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${number(count)} ${word}`);
  const { pages, requests, bytes, failed } = counts;
  const nothing = pages === 0 ? "nothing could be read yet" : "nothing new";
  return [
    ...(said.length > 0 ? said : [nothing]),
    `${number(pages)} pages`,
    `${number(requests)} requests${failed > 0 ? ` (${number(failed)} without a page)` : ""}`,
    `${number(Math.ceil(bytes / 1000))} kB`,
  ].join(", ");
}

/** `12 files, 3 MB, 6 files refused`. */
export function describeFiles({ media = 0, mediaBytes = 0, ...left }: FileCounts): string {
  const megabytes = number(Math.round(mediaBytes / 1_000_000));
  const notHad = filesLeft(left)
    .filter(([count]) => count > 0)
    .map(([count, words]) => `, ${number(count)} ${words}`);
  return `${number(media)} files, ${megabytes} MB${notHad.join("")}`;
}

type FileCounts = Pick<
  RunCounts,
  "media" | "mediaBytes" | "mediaTooLarge" | "mediaRefused" | "mediaFailed" | "mediaWaiting"
>;

/** What a run's files came to beside those that are kept. */
const filesLeft = (counts: FileCounts): readonly (readonly [number, string])[] => [
  [counts.mediaTooLarge ?? 0, "files too large"],
  [counts.mediaRefused ?? 0, "files refused"],
  [counts.mediaFailed ?? 0, "files given up"],
  [counts.mediaWaiting ?? 0, "files waiting"],
];

export const number = (value: number): string => value.toLocaleString("en-US");

/** Hits in bold on a terminal; elsewhere the text as it is, since any sign added could be one of its own. */
export function markHits(parts: readonly TextPart[], bold: boolean): string {
  const [open, close] = bold ? ["\u001B[1m", "\u001B[22m"] : ["", ""];
  return parts.map(({ text, hit }) => (hit ? open + plain(text) + close : plain(text))).join("");
}

/** Strangers' text for a terminal: no control characters but newline and tab, so that no post can drive it. */
export function plain(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
  return text.replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, "�");
}

/** Columns padded to their widest cell; the last is left as it is. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows)
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  return rows
    .map((row) =>
      row
        .map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0)))
        .join("  "),
    )
    .join("\n");
}
