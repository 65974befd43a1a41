import { describe, expect, it } from "vitest";
import { highlighter } from "../../../server/search/highlight.ts";
import { parseQuery } from "../../../server/search/query/parse.ts";
import { seeded } from "./analysis/sample-lexemes.ts";
import { makePost } from "./engines/contract/make-post.ts";
import { analyzer, foundIn, indexOf } from "./small-index.ts";

/*
 * Queries over posts that are hard to cut into words, against a scan that knows nothing of the engine: beside each condition as
 * it is typed stands a pattern of the raw text, by hand, that tells the posts it means.
 */
const word = (pattern: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}\\p{M}])(?:${pattern})(?![\\p{L}\\p{N}\\p{M}])`, "iu");
const gap = "[^\\p{L}\\p{N}]+";
const group = "[ ,.\\u00a0'’]?";

const conditions: readonly (readonly [typed: string, RegExp])[] = [
  ["don’t", word("don[’']t")],
  ["don't", word("don[’']t")],
  ["п’ять", word("п[’'ʼ]ять")],
  ["п'ять", word("п[’'ʼ]ять")],
  ["‘don’t stop’", word(`don[’']t${gap}stop`)],
  ['"don\'t stop"', word(`don[’']t${gap}stop`)],
  [
    "100, 200",
    /(?<![\p{L}\p{N}])100(?![\p{L}\p{N}])[\s\S]*(?<![\p{L}\p{N}])200(?![\p{L}\p{N}])|(?<![\p{L}\p{N}])200(?![\p{L}\p{N}])[\s\S]*(?<![\p{L}\p{N}])100(?![\p{L}\p{N}])/u,
  ],
  ['"100, 200"', word(`100${gap}200`)],
  ["3.141", word(`3${group}141`)],
  ["3,141", word(`3${group}141`)],
  ["=3.141", word("3\\.141")],
  ["1 000 000", word(`1(?<s>${group})000\\k<s>000`)],
  ["1000000", word(`1(?<s>${group})000\\k<s>000`)],
  ["f**k", word("f[\\p{L}\\p{N}]*k")],
  ['"f**k"', word("f[^\\p{L}\\p{N}]+k")],
  ["f*rk", word("f[\\p{L}\\p{N}]*rk")],
  ["*метро", word("[\\p{L}\\p{N}]*метро")],
  ["near/5", word(`near${gap}5`)],
  ["C++", /(?<![\p{L}\p{N}])c\+\+/iu],
  ["GPT-4", word("gpt-4")],
  ["gpt", word("gpt")],
  ["1.2.3", /(?<![\p{N}.])(?<!\p{N}\.)1\.2\.3(?![\p{L}\p{N}])/u],
  ["192.168", word("192\\.168")],
  ["2020-07-13", word("2020-07-13")],
  ["№5", /№ ?5(?![\p{L}\p{N}])/u],
  ["§12", /§ ?12(?![\p{L}\p{N}])/u],
  ['"-5"', /(?<![^\s(])[-−]5(?![\p{L}\p{N}])/u],
  ["★", /(?<![\p{L}\p{N}])★(?![\p{L}\p{N}])/u],
  ["🔥", /🔥/u],
  ["学习", /学习/u],
  ["½", /(?<!\p{N})½/u],
  ["10000₽", /(?<![\p{L}\p{N}])10[., \u00a0'’]?000 ?₽/u],
  ["T-90", word("[tт]-?90")],
  ["Т-90", word("[tт]-?90")],
  ["кофе", word("кофе")],
  ["КОФЕ", /(?<![\p{L}\p{N}])КОФЕ(?![\p{L}\p{N}])/u],
  ["метро", word("метро")],
  ["==Метро", /(?<![\p{L}\p{N}])Метро(?![\p{L}\p{N}])/u],
  ["=метро", word("метро")],
  ["ме*", word("ме[\\p{L}\\p{N}]*")],
  ["#метро", /(?<![\p{L}\p{N}])#метро(?![\p{L}\p{N}_])/iu],
  [
    "метро NEAR/1 кофе",
    word(`метро${gap}(?:[\\p{L}\\p{N}’']+${gap})?кофе|кофе${gap}(?:[\\p{L}\\p{N}’']+${gap})?метро`),
  ],
  ['"кофе метро"', word(`кофе${gap}метро`)],
  ["example.org/page", /(?<![\p{L}\p{N}.-])example\.org\/page(?![\p{L}\p{N}])/iu],
  ["такси~", word("такси|такс|таксы")],
];

const snippets =
  "don’t stop|Don't|п’ять|П'ять кофе|ʼп'ять|100|200|3.141|3,141|3 141|3141|1 000 000|1,000,000|1'000'000|1.000.000|1000000|1,000.000|f**k|fork|folk|f k|near/5|near 5|Near|C++|C#|C|GPT-4-turbo|gpt 4|GPT|v1.2.3|1.2.3|11.2.3|192.168.0.1|192 и 168|2020-07-13-words.pdf|2020-07|№5|№ 5|5|§12|12|-5|−5|1-5|★|a★b|🔥|学习吧|学|½|5½|10.000₽|10 000 ₽|10000₽|10000|Т-90|T-90|T90|кофе|Кофе метро|метро кофе|метро и кофе|Метро|МЕТРО|#метро|КОФЕ|аэрометро|меч|https://example.org/page|example.org/pages|такси|таксы|ёлка".split(
    "|",
  );
const random = seeded(31);
const upTo = (most: number): number => Math.floor(random() * most);
const any = <Item>(items: readonly Item[]): Item => items[upTo(items.length)]!;
const texts = Array.from({ length: 100 }, () =>
  Array.from({ length: 1 + upTo(6) }, () => any(snippets)).reduce(
    (text, next) => `${text}${any([", ", "; ", "\n", " | ", " — "])}${next}`,
  ),
);

const index = indexOf(
  texts.map((text, i) =>
    makePost(i + 1, {
      text,
      entities: [...text.matchAll(/#метро/giu)].map(({ index: offset, 0: { length } }) => ({
        type: "hashtag",
        offset,
        length,
      })),
    }),
  ),
);

function found(typed: string): readonly number[] {
  const { ids, total } = foundIn(index, typed);
  expect([typed, total]).toEqual([typed, ids.length]);
  return ids;
}

interface Query {
  readonly typed: string;
  readonly isIn: (text: string) => boolean;
}

function query(depth: number): Query {
  const kind = depth === 0 ? 0 : upTo(4);
  if (kind === 0) {
    const [typed, pattern] = any(conditions);
    return {
      typed: typed.includes(", ") ? `(${typed})` : typed,
      isIn: (text) => pattern.test(text),
    };
  }
  const [one, other] = [query(depth - 1), query(depth - 1)];
  if (kind === 1)
    return {
      typed: `(${one.typed} OR ${other.typed})`,
      isIn: (text) => one.isIn(text) || other.isIn(text),
    };
  if (kind === 2)
    return {
      typed: `(${one.typed} ${other.typed})`,
      isIn: (text) => one.isIn(text) && other.isIn(text),
    };
  return {
    typed: `(${one.typed} -(${other.typed}))`,
    isIn: (text) => one.isIn(text) && !other.isIn(text),
  };
}

const scanned = (isIn: (text: string) => boolean): readonly number[] =>
  texts.flatMap((text, i) => (isIn(text) ? [i + 1] : []));
const shown = (ids: readonly number[]): readonly string[] =>
  ids.map((id) => `${id}: ${texts[id - 1]}`);

describe("hard posts against a scan of their texts", () => {
  it.each(conditions)("%s finds the same", (typed, pattern) => {
    expect(shown(found(typed))).toEqual(shown(scanned((text) => pattern.test(text))));
  });

  it.each(conditions)("%s is marked in whatever it finds", (typed) => {
    const query = parseQuery(typed);
    const mark = highlighter(query, analyzer);
    const unmarked = found(typed).filter((id) => !mark(texts[id - 1]!).some(({ hit }) => hit));
    expect(shown(unmarked)).toEqual([]);
  });

  it("so do 300 queries made of these", () => {
    let hits = 0;
    for (let i = 0; i < 300; i++) {
      const { typed, isIn } = query(1 + upTo(3));
      const expected = scanned(isIn);
      expect([typed, found(typed)]).toEqual([typed, expected]);
      hits += expected.length;
    }
    expect(hits).toBeGreaterThan(2_000);
  });
});
