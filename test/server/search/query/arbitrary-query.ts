import * as fc from "fast-check";
import { allOf, anyOf, noneOf } from "../../../../server/search/query/build.ts";
import { parseQuery } from "../../../../server/search/query/parse.ts";
import { alternativesOf } from "../../../../server/search/query/rewrite.ts";
import type { Mark, QueryNode, WordNode } from "../../../../server/search/query/tree.ts";

/** What ages are measured from. */
export const now = new Date("2024-05-31T12:00:00Z");
const at = { start: 0, end: 0 };

/** What people type, and what they should never have: every piece of syntax beside every other. */
export const typedText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...'симметрия|OR|ИЛИ|NOT|НЕ|or|не|-|−|–|—|=|==|САМБО|ЦЕНТРОБАНК|*|~|~2|(|)|()|"|“|”|«|»|„|\\|\\-|\\\\|,|:|#тег|$BTC|@durov|C++|F1-score|10.000₽|10 000|000|1|NEAR/3|РЯДОМ/12|near/5|NEAR/0|🔥|学习|ё'.split(
          "|",
        ),
        "|",
        ...'in:durov has:photo,video is:edited lang:ru views:>10k id:5..9 on:2024-05 age:<7d after:2024 author:"А Б" link:t.me sort:new fold:copies copies:durov/12 foo:bar 12:30 https://t.me/x_(y) has:'.split(
          /(?<!А) /,
        ),
      ),
      fc.constantFrom(" ", " ", " ", "\n", "\u00A0", "\0"),
      fc.string({ unit: "binary", maxLength: 3 }),
      fc.string({ unit: "grapheme", maxLength: 6 }),
    ),
    { maxLength: 30 },
  )
  .map((pieces) => pieces.join(""));

const signs = fc.constantFrom(..."-−–=#$@*~:()|\"“”„‟«»‘’№§\\,.+!?'".split(""));
const letters = fc.constantFrom(
  ...Array.from("абёжXyzИ09₽🔥学"),
  "000",
  "in",
  "has",
  "OR",
  "НЕ",
  "NEAR/5",
  "foo",
  "https://",
);
const spacedNumber = fc.constantFrom(
  "1 000 000",
  "25 000₽",
  "+1 000",
  "№ 5",
  "§ 12а",
  "-7 999 123",
);
const wordText = fc
  .array(fc.oneof(letters, signs), { minLength: 1, maxLength: 6 })
  .map((pieces) => pieces.join(""))
  // A long word in capitals puts the whole query in small letters: no tree that was parsed has one.
  .map((text) => text.replaceAll(/\p{Lu}{6,}/gu, (shouted) => shouted.toLowerCase()))
  .filter((text) => /[\p{L}\p{N}]/u.test(text));

const word = fc
  .record({
    text: wordText,
    mark: fc.constantFrom<WordNode["mark"]>(
      undefined,
      undefined,
      "exact",
      "letters",
      "prefix",
      "typo",
    ),
  })
  .map(({ text, mark }): QueryNode =>
    mark === undefined ? { kind: "word", text, at } : { kind: "word", text, mark, at },
  );

const number = fc
  .record({ text: spacedNumber, mark: fc.constantFrom(undefined, "exact" as const) })
  .map(({ text, mark }): QueryNode =>
    mark === undefined ? { kind: "word", text, at } : { kind: "word", text, mark, at },
  );

const pattern = fc
  .constantFrom(..."*град теле*щик f*k *ab* п'*ть 1*0".split(" "))
  .map((text): QueryNode => ({ kind: "word", text, mark: "pattern", at }));

const phrase = fc
  .record({
    words: fc.array(wordText, { minLength: 1, maxLength: 4 }),
    mark: fc.constantFrom<Mark | undefined>(undefined, undefined, "exact", "letters"),
    slop: fc.constantFrom(0, 0, 1, 100),
  })
  .map(({ words, mark, slop }): QueryNode => {
    const text = words.join(" ");
    return mark === undefined
      ? { kind: "phrase", text, slop, at }
      : { kind: "phrase", text, mark, slop, at };
  });

const side = fc
  .array(fc.oneof(word, number, pattern, phrase), { minLength: 1, maxLength: 2 })
  .map((nodes) => alternativesOf(anyOf(nodes)));

const tagText = fc.stringMatching(/^[a-zа-яё_][a-zа-яё0-9_]{0,8}$/);
const nameText = fc.stringMatching(/^[a-z][a-z0-9_]{2,10}$/);
const values = (one: fc.Arbitrary<string>) => fc.uniqueArray(one, { minLength: 1, maxLength: 3 });
const typedField = fc.constantFrom(
  ..."has:photo,gif has:reactions is:album,deleted views:>=10 views:5..9,<3 reactions:1.5M id:7 on:2024-05-06 during:2023..2024 before:2024-05-06T12:30:00+03:00 after:2024 age:<7d age:1m..1y copies:lab/7,one/2".split(
    " ",
  ),
);
const field = fc.oneof(
  typedField.map((text) => parseQuery(text, { now }).root),
  fc
    .record({
      field: fc.constantFrom("channel" as const, "mentions" as const),
      values: values(nameText),
    })
    .map(({ field, values }): QueryNode => ({ kind: "field", field, values, at })),
  fc
    .record({
      field: fc.constantFrom("author" as const, "fwd" as const),
      values: values(
        wordText
          .map((text) => text.toLowerCase().replace(/^@+/, ""))
          .filter((text) => /[\p{L}\p{N}]/u.test(text)),
      ),
    })
    .map(({ field, values }): QueryNode => ({ kind: "field", field, values, at })),
  values(tagText).map((tags): QueryNode => ({ kind: "field", field: "tag", values: tags, at })),
  values(fc.stringMatching(/^[a-z]{1,8}$/)).map((tags): QueryNode => ({
    kind: "field",
    field: "cashtag",
    values: tags,
    at,
  })),
  values(fc.stringMatching(/^[a-z]{1,5}\.(?:com|ru)(?:\/[a-z(,]{1,3}[a-z0-9]){0,2}$/)).map(
    (hosts): QueryNode => ({
      kind: "field",
      field: "link",
      values: hosts,
      at,
    }),
  ),
  fc
    .subarray(["ru", "en", "uk"], { minLength: 1 })
    .map((codes): QueryNode => ({ kind: "field", field: "lang", values: codes, at })),
);

/** Any tree in normal form. */
export const queryTree: fc.Arbitrary<QueryNode> = fc.letrec<{ node: QueryNode }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, depthIdentifier: "tree" },
    fc.oneof(word, number, pattern, phrase, field),
    fc.array(tie("node"), { minLength: 2, maxLength: 3 }).map(allOf),
    fc.array(tie("node"), { minLength: 2, maxLength: 3 }).map(anyOf),
    tie("node").map(noneOf),
    fc.oneof(word, number, pattern, phrase).map((node): QueryNode => ({
      kind: "was",
      node: alternativesOf(node)[0]!,
      at,
    })),
    fc
      .tuple(side, side, fc.integer({ min: 1, max: 50 }))
      .map(([one, other, between]): QueryNode => ({
        kind: "near",
        sides: [one, other],
        between,
        at,
      })),
  ),
})).node;

/** The tree without where its pieces stood. */
export function withoutPlaces(node: QueryNode): unknown {
  return JSON.parse(
    JSON.stringify(node, (key, value: unknown) => (key === "at" ? undefined : value)),
  );
}

/** The report of a property that does not hold: its smallest counterexample. */
export function counterexample<Value>(
  values: fc.Arbitrary<Value>,
  holds: (value: Value) => boolean,
  numRuns = 3000,
): string | undefined {
  const details = fc.check(fc.property(values, holds), { numRuns });
  if (!details.failed) return undefined;
  return `${fc.defaultReportMessage(details)}\n${String(details.errorInstance)}`;
}
