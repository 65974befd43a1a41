import { describe, expect, it } from "vitest";
import { Matchers, wordsAllow } from "../../../server/search/match.ts";
import { parseQuery } from "../../../server/search/query/parse.ts";
import { seeded } from "./analysis/sample-lexemes.ts";
import { analyzer, foundIn, indexOf, postsOf } from "./small-index.ts";

/*
 * What `==` must find, by a scan that knows nothing of the engine: texts of plain words between spaces and commas, each
 * word compared as it is written.
 */
const words =
  "мир Мир МИР мИр ёлка Ёлка елка ЁЛКА берёт берет US us Us uS café Café cafe CAFÉ замок замо\u0301к и И the The THE Йод йод Їжа їжа iPhone IPhone iphone".split(
    " ",
  );
const random = seeded(11);
const upTo = (most: number): number => Math.floor(random() * most);
const some = (length: number): string =>
  Array.from({ length }, () => words[upTo(words.length)]).join(upTo(3) === 0 ? ", " : " ");
const texts = Array.from({ length: 110 }, () =>
  upTo(3) === 0 ? [some(1 + upTo(9)), some(1 + upTo(5))] : [some(1 + upTo(14))],
);

const index = indexOf(postsOf(texts));

const cut = (text: string): readonly string[] => text.normalize("NFC").split(/[ ,]+/);

/** The posts that have these very words in this order, with up to so many others between. */
function scanned(wanted: readonly string[], between = 0): readonly number[] {
  const isFrom = (all: readonly string[], from: number): boolean => {
    const reach = (next: number, at: number, left: number): boolean => {
      if (next === wanted.length) return true;
      for (let skip = 0; skip <= left; skip++)
        if (all[at + skip] === wanted[next] && reach(next + 1, at + skip + 1, left - skip))
          return true;
      return false;
    };
    return all[from] === wanted[0] && reach(1, from + 1, between);
  };
  return texts.flatMap((own, i) => {
    const has = own.some((text) => cut(text).some((_, from) => isFrom(cut(text), from)));
    return has ? [i + 1] : [];
  });
}

function found(typed: string): readonly number[] {
  const query = parseQuery(typed);
  const { ids } = foundIn(index, typed);
  const matchers = new Matchers(query, analyzer);
  const matched = texts.flatMap((own, i) =>
    wordsAllow(
      query.root,
      own.map((text) => analyzer.tokens(text)),
      matchers,
    )
      ? [i + 1]
      : [],
  );
  expect([typed, matched]).toEqual([typed, ids]);
  return ids;
}

const written = [...new Set(words.map((word) => word.normalize("NFC")))];

describe("== against a scan of the texts", () => {
  it("finds each word as it is written", () => {
    for (const word of written) expect([word, found(`==${word}`)]).toEqual([word, scanned([word])]);
  });

  it("leaves out the same posts", () => {
    const all = texts.map((_, i) => i + 1);
    for (const word of written) {
      const has = new Set(scanned([word]));
      expect([word, found(`-==${word}`)]).toEqual([word, all.filter((id) => !has.has(id))]);
    }
  });

  it("finds phrases of them, side by side and with others between", () => {
    let hits = 0;
    for (let i = 0; i < 250; i++) {
      const two = [written[upTo(written.length)]!, written[upTo(written.length)]!];
      const phrase = upTo(4) === 0 ? [...two, written[upTo(written.length)]!] : two;
      const between = upTo(3);
      const typed = `=="${phrase.join(" ")}"${between > 0 ? `~${between}` : ""}`;
      const expected = scanned(phrase, between);
      expect([typed, found(typed)]).toEqual([typed, expected]);
      hits += expected.length;
    }
    expect(hits).toBeGreaterThan(100);
  });
});
