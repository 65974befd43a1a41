import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createAnalyzer } from "../../../../server/search/analysis/analyzer.ts";
import type { IndexChange } from "../../../../server/search/document.ts";
import { EmbeddedIndex } from "../../../../server/search/engines/embedded/embedded-index.ts";
import type { EngineAnswer } from "../../../../server/search/port.ts";
import { parseQuery } from "../../../../server/search/query/parse.ts";
import { seeded } from "../analysis/sample-lexemes.ts";
import { makePost } from "./contract/make-post.ts";

const folder = mkdtempSync(join(tmpdir(), "backscroll-copies-"));
const analyzer = createAnalyzer({ ukrainian: "none" });
const open = (): EmbeddedIndex =>
  new EmbeddedIndex({ file: join(folder, "index.db"), archiveId: "a", analyzer });
const random = seeded(17);
const upTo = (most: number): number => Math.floor(random() * most);
const channels = ["one", "two", "three"];
const originals = Array.from({ length: 6 }, (_, text) =>
  Array.from({ length: 20 + text }, (_word, i) => `слово${text}х${i}`),
);

afterAll(() => rmSync(folder, { recursive: true }));

/** A text that one of a few others is more or less alike with. */
function aText(): string {
  const words = [...originals[upTo(originals.length)]!];
  for (let changes = upTo(4); changes > 0; changes--) words[upTo(words.length)] = `иное${upTo(30)}`;
  return words.join(" ");
}

function aChange(): IndexChange {
  const id = 1 + upTo(60);
  const channel = channels[id % channels.length]!;
  if (random() < 0.15) return { kind: "purge", channel, id };
  const publishedAt = `2024-03-${String(1 + upTo(28)).padStart(2, "0")}T12:00:00Z`;
  const text = random() < 0.1 ? "коротко" : aText();
  return { kind: "put", post: makePost(id, { id, channel, publishedAt, text }) };
}

function folded(index: EmbeddedIndex, within?: readonly string[]): EngineAnswer {
  return index.search({
    query: parseQuery("fold:copies"),
    sort: "old",
    rankAll: false,
    offset: 0,
    limit: 100,
    prefixLast: false,
    facets: [],
    ...(within !== undefined && { within }),
  });
}

test("groups kept from before a change are those that a look at the whole index finds", () => {
  using index = open();
  let copies = 0;
  for (let position = 1; position <= 80; position++) {
    index.apply(Array.from({ length: 1 + upTo(5) }, aChange), position);
    using other = open();
    for (const within of [undefined, ["one", "three"]]) {
      const answer = folded(index, within);
      expect(answer).toEqual(folded(other, within));
      copies += answer.folded!.copies.filter((one) => one !== undefined).length;
    }
  }
  expect(copies).toBeGreaterThan(100);
});

test("groups that are made ahead, bit by bit, are those that a look at the whole index finds", () => {
  using ahead = open();
  while (ahead.prepareCopies());
  using other = open();
  expect(folded(ahead)).toEqual(folded(other));
});
