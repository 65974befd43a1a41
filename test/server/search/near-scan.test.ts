import { describe, expect, it } from "vitest";
import { highlighter } from "../../../server/search/highlight.ts";
import { Matchers, wordsAllow } from "../../../server/search/match.ts";
import { parseQuery } from "../../../server/search/query/parse.ts";
import { seeded } from "./analysis/sample-lexemes.ts";
import { analyzer, foundIn, indexOf, postsOf } from "./small-index.ts";

/*
 * What NEAR must find, by a scan that knows nothing of the engine: every way to put a side into a text is tried, and
 * every two of them are compared. The texts are of words with one form each, between spaces; `a-b` is one word, and two.
 */
const words = "кофе такси метро USB XQZ радио a-b b a".split(" ");
const random = seeded(23);
const upTo = (most: number): number => Math.floor(random() * most);
const some = (length: number): string =>
  Array.from({ length }, () => words[upTo(words.length)]).join(" ");
const texts = Array.from({ length: 120 }, () =>
  upTo(3) === 0 ? [some(1 + upTo(9)), some(1 + upTo(6))] : [some(1 + upTo(16))],
);

const index = indexOf(postsOf(texts));

interface Side {
  readonly typed: string;
  readonly words: readonly string[];
  readonly slop: number;
}

/** The small parts of a text in their order. */
const cut = (text: string): readonly string[] => text.toLowerCase().split(/[ -]/);
/** Where the parts of `a-b` are joined, by the place of the first. */
function joints(text: string): ReadonlySet<number> {
  const found = new Set<number>();
  let place = 0;
  for (const word of text.split(" ")) {
    if (word === "a-b") found.add(place);
    place += word === "a-b" ? 2 : 1;
  }
  return found;
}

/** All first and last places of a side in a text. */
function spans(
  { words: wanted, slop }: Side,
  text: string,
): readonly (readonly [number, number])[] {
  const all = cut(text);
  const joined = joints(text);
  const reach = (next: number, at: number, left: number): readonly number[] => {
    if (next === wanted.length) return [at - 1];
    return Array.from({ length: left + 1 }, (_, skip) => {
      const here = at + skip;
      if (wanted[next] === "a-b")
        return joined.has(here) ? reach(next + 1, here + 2, left - skip) : [];
      return all[here] === wanted[next] ? reach(next + 1, here + 1, left - skip) : [];
    }).flat();
  };
  return all.flatMap((_, from) => {
    const first = wanted[0] === "a-b" ? joined.has(from) : all[from] === wanted[0];
    return first
      ? reach(1, from + (wanted[0] === "a-b" ? 2 : 1), slop).map((last) => [from, last] as const)
      : [];
  });
}

function scanned(one: readonly Side[], other: readonly Side[], between: number): readonly number[] {
  const isPair = ([from, to]: readonly [number, number], [start, end]: readonly [number, number]) =>
    (start > to && start - to - 1 <= between) || (from > end && from - end - 1 <= between);
  return texts.flatMap((own, i) => {
    const has = own.some((text) => {
      const all = (sides: readonly Side[]) => sides.flatMap((side) => spans(side, text));
      const others = all(other);
      return all(one).some((span) => others.some((beside) => isPair(span, beside)));
    });
    return has ? [i + 1] : [];
  });
}

function found(typed: string): readonly number[] {
  const query = parseQuery(typed);
  expect(query.warnings).toEqual([]);
  const { ids } = foundIn(index, typed);
  const matchers = new Matchers(query, analyzer);
  const matched = texts.flatMap((own, i) => {
    const tokens = own.map((text) => analyzer.tokens(text));
    return wordsAllow(query.root, tokens, matchers) ? [i + 1] : [];
  });
  expect([typed, matched]).toEqual([typed, ids]);
  const mark = highlighter(query, analyzer);
  const unmarked = ids.filter(
    (id) => !texts[id - 1]!.some((text) => mark(text).some(({ hit }) => hit)),
  );
  expect([typed, unmarked]).toEqual([typed, []]);
  return ids;
}

function side(): Side {
  const word = (): string => words[upTo(words.length)]!;
  if (upTo(2) === 0) {
    const one = word();
    return { typed: upTo(3) === 0 ? `=${one}` : one, words: [one.toLowerCase()], slop: 0 };
  }
  const some = Array.from({ length: 2 + upTo(2) }, word);
  const slop = upTo(3);
  const typed = `"${some.join(" ")}"${slop > 0 ? `~${slop}` : ""}`;
  return { typed, words: some.map((one) => one.toLowerCase()), slop };
}

const shown = (sides: readonly Side[]): string =>
  sides.length === 1 ? sides[0]!.typed : `(${sides.map(({ typed }) => typed).join(" OR ")})`;

describe("NEAR against a scan of the texts", () => {
  it("finds the same posts, whatever stands on its sides", () => {
    let hits = 0;
    for (let i = 0; i < 400; i++) {
      const one = Array.from({ length: 1 + (upTo(4) === 0 ? 1 : 0) }, side);
      const other = Array.from({ length: 1 + (upTo(4) === 0 ? 1 : 0) }, side);
      const between = 1 + upTo(6);
      const typed = `${shown(one)} ${upTo(2) === 0 ? "NEAR" : "РЯДОМ"}/${between} ${shown(other)}`;
      const expected = scanned(one, other, between);
      expect([typed, found(typed)]).toEqual([typed, expected]);
      hits += expected.length;
    }
    expect(hits).toBeGreaterThan(1000);
  });
});
