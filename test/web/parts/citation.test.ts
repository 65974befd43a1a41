import { plugins } from "@citation-js/core";
import "@citation-js/plugin-bibtex";
import { describe, expect, test } from "vitest";
import { citationOf } from "../../../web/parts/citation.ts";
import { post } from "../../server/http/small-archive.ts";

const cited = (text: string, title: string) =>
  citationOf(
    {
      ...post(7, { channel: "a_b", text }),
      hash: "f".repeat(64),
      firstSeenAt: "2026-01-02T00:00:00Z",
      lastSeenAt: "2026-01-03T00:00:00Z",
      versions: 1,
    },
    title,
  );
/** What a reference manager makes of it. */
const read = (bibtex: string): unknown => plugins.input.chain(bibtex, { generateGraph: false });

describe("BibTeX, read by citation.js, says", () => {
  test.each([
    "Симметрия весов",
    "50% & #1 $5 a_b ~ ^ \\x",
    "a {b} c } {",
    "1990--1995 --- a range",
    "``quoted'' and 'it', ,,low''",
    "?`Que?` !`Si!` What?! No!!",
    'he said "so"',
    "<b>&amp;</b> << >> |",
    "@article{x,}",
    "a, b = c",
    "https://example.org/a_b?c=d%20e#f",
    "\\alpha \\$ x \\",
    "👩‍👩‍👧 می‌خواهم",
  ])("what stands there: %s", (words) => {
    expect(read(cited(words, words).bibtex)).toEqual([
      {
        id: "a_b_7",
        "citation-key": "a_b_7",
        type: "document",
        title: words,
        author: [{ family: words }],
        issued: { "date-parts": [[2026, 1, 1]] },
        accessed: { "date-parts": [[2026, 1, 3]] },
        publisher: "Telegram, @a_b",
        URL: "https://t.me/a_b/7",
        note: `SHA-256 ${"f".repeat(64)}`,
      },
    ]);
  });

  test("a long title up to a whole sign, on one line whatever ends a line", () => {
    const [long] = read(cited(`a${"👍".repeat(80)}`, "Title").bibtex) as { title: string }[];
    expect(long?.title).toBe(`a${"👍".repeat(44)}…`);
    const [lines] = read(cited("one\r\u2028two\u0085\u202Ethree\u0000", "Title").bibtex) as {
      title: string;
    }[];
    expect(lines?.title).toBe("one two three");
  });
});
