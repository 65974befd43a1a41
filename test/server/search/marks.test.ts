import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { searchedTexts } from "../../../server/search/document.ts";
import { highlighter } from "../../../server/search/highlight.ts";
import { Matchers, wordsAllow } from "../../../server/search/match.ts";
import { allOf, anyOf, noneOf } from "../../../server/search/query/build.ts";
import { alternativesOf } from "../../../server/search/query/rewrite.ts";
import { parseQuery } from "../../../server/search/query/parse.ts";
import { QuerySyntaxError } from "../../../server/search/query/query-errors.ts";
import { leavesOf } from "../../../server/search/query/terms.ts";
import { printQuery } from "../../../server/search/query/print.ts";
import type { Mark, QueryNode } from "../../../server/search/query/tree.ts";
import { makePost } from "./engines/contract/make-post.ts";
import { counterexample, typedText } from "./query/arbitrary-query.ts";
import { analyzer, indexOf } from "./small-index.ts";

const index = indexOf();

const words =
  "кот коты кошка кошкой рыжий рыжего стали сталь стать банка банк log-loss log loss C++ C F1-score F1 score чат-бот чатбот чат бот 10.000₽ 10 000 10000 covid-19 covid19 19 a.b.ru ru по-прежнему ИИ 学习 学 🔥 ё берёт берет симметрия симетрия Кошка КОШКА US us Us APIs API api ЦИКу ЦИК Ё-мобиль ё-мобиль ЦБ цб".split(
    " ",
  );
let seed = 7;
/** Chance with a seed, so that every run asks the same posts. */
function upTo(most: number): number {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed % most;
}
const sentence = (): string =>
  Array.from({ length: 1 + upTo(7) }, () => words[upTo(words.length)]).join(
    upTo(4) === 0 ? ", " : " ",
  );
const posts = Array.from({ length: 120 }, (_, i) =>
  makePost(i + 1, {
    text: sentence(),
    ...(upTo(3) === 0 ? { poll: { question: sentence(), type: "Poll", options: [] } } : {}),
  }),
);
index.apply(
  posts.map((post) => ({ kind: "put", post })),
  1,
);
const texts = posts.map((post) => searchedTexts(post).map((text) => analyzer.tokens(text)));

const runs = 400;
const at = { start: 0, end: 0 };
const typed = fc.constantFrom(...words);
const word = fc
  .record({
    text: typed,
    mark: fc.constantFrom(
      undefined,
      undefined,
      "exact" as const,
      "letters" as const,
      "prefix" as const,
      "typo" as const,
    ),
  })
  .map(({ text, mark }): QueryNode =>
    mark === undefined ? { kind: "word", text, at } : { kind: "word", text, mark, at },
  );
const pattern = fc
  .constantFrom(..."к*т *шка с*р*я lo*s *1 F*e *об* 1*0 *'*".split(" "))
  .map((text): QueryNode => ({ kind: "word", text, mark: "pattern", at }));
const phrase = fc
  .record({
    all: fc.array(typed, { minLength: 1, maxLength: 3 }),
    mark: fc.constantFrom<Mark | undefined>(undefined, "exact", "letters"),
    slop: fc.nat(3),
  })
  .map(({ all, mark, slop }): QueryNode => {
    const text = all.join(" ");
    return mark === undefined
      ? { kind: "phrase", text, slop, at }
      : { kind: "phrase", text, mark, slop, at };
  });
const side = fc
  .array(fc.oneof(word, phrase, pattern), { minLength: 1, maxLength: 2 })
  .map((nodes) => alternativesOf(anyOf(nodes)));
const near = fc
  .tuple(side, side, fc.integer({ min: 1, max: 4 }))
  .map(([one, other, between]): QueryNode => ({ kind: "near", sides: [one, other], between, at }));
const ofWords: fc.Arbitrary<QueryNode> = fc.letrec<{ node: QueryNode }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, depthIdentifier: "words" },
    fc.oneof(word, phrase, pattern),
    fc.array(tie("node"), { minLength: 2, maxLength: 3 }).map(allOf),
    fc.array(tie("node"), { minLength: 2, maxLength: 3 }).map(anyOf),
    tie("node").map(noneOf),
    near,
  ),
})).node;

function hitsOf(root: QueryNode, prefixLast = false) {
  const query = { root, warnings: [] };
  const request = { query, sort: "new", rankAll: false, offset: 0, limit: 1000 } as const;
  return index.search({ ...request, prefixLast, facets: [] });
}

describe("the embedded index and the highlighter", () => {
  it("take the same posts to hold the words of a query", () => {
    expect(counterexample(ofWords, (root) => agree(root), runs)).toBeUndefined();
  });

  it("take the same posts to hold words of which the last is still being typed", () => {
    const unfinished = fc.tuple(
      typed,
      fc.constantFrom(..."к бе сим лог log лo st 1 C бан".split(" ")),
    );
    expect(
      counterexample(
        unfinished.map((two) => two.join(" ")),
        agreeOnTyping,
        runs,
      ),
    ).toBeUndefined();
  });

  it("are never brought down by what is typed, and no hit lacks its words", () => {
    expect(counterexample(typedText, isAnswered, runs)).toBeUndefined();
  });

  it("leave no hit without a mark that words brought in", () => {
    expect(counterexample(fc.oneof(word, phrase, pattern, near), marksAll, runs)).toBeUndefined();
  });
});

function agreeOnTyping(typed: string): boolean {
  return agree(parseQuery(typed).root, true);
}

function isAnswered(typed: string): boolean {
  try {
    const { root } = parseQuery(typed);
    const { hits } = hitsOf(root);
    const matchers = new Matchers({ root }, analyzer, { reached: reachedBy(root) });
    return hits.every(({ id }) => wordsAllow(root, texts[id - 1] ?? [], matchers));
  } catch (error) {
    if (error instanceof QuerySyntaxError) return true;
    throw error;
  }
}

function agree(root: QueryNode, prefixLast = false): boolean {
  const found = new Set(hitsOf(root, prefixLast).hits.map(({ id }) => id));
  const matchers = new Matchers({ root }, analyzer, { prefixLast, reached: reachedBy(root) });
  const strays = posts.filter(
    ({ id }, i) => found.has(id) !== wordsAllow(root, texts[i] ?? [], matchers),
  );
  if (strays.length === 0) return true;
  const shown = strays.map((post) => `${found.has(post.id)} ${searchedTexts(post).join(" | ")}`);
  throw new Error(`${printQuery({ root })}: found or not\n${shown.join("\n")}`);
}

/** An answer tells what a typo reached only where it may be marked; asked alone, every one tells. */
function reachedBy(root: QueryNode): ReadonlyMap<string, readonly string[]> {
  const typos = [...leavesOf(root)].filter(
    ({ leaf }) => leaf.kind === "word" && leaf.mark === "typo",
  );
  return new Map(typos.flatMap(({ leaf }) => Array.from(hitsOf(leaf).reached ?? [])));
}

function marksAll(root: QueryNode): boolean {
  const { hits, reached } = hitsOf(root);
  const mark = highlighter({ root }, analyzer, { reached });
  return hits.every(({ id }) => {
    const post = posts[id - 1];
    return (
      post !== undefined && searchedTexts(post).some((text) => mark(text).some(({ hit }) => hit))
    );
  });
}
