import { describe, expect, it, test } from "vitest";
import { parseQuery } from "../../../../server/search/query/parse.ts";
import { piecesOf } from "../../../../server/search/query/pieces.ts";
import { printQuery } from "../../../../server/search/query/print.ts";
import { counterexample, now, queryTree } from "./arbitrary-query.ts";
import type { QueryNode } from "../../../../server/search/query/tree.ts";

describe("the pieces of a query", () => {
  test.each([
    ["", []],
    ["кот", ["кот | "]],
    [
      "кот -курс in:durov",
      ["кот | -курс in:durov", "-курс | кот in:durov", "in:durov | кот -курс"],
    ],
    ["кот OR собака", ["кот OR собака | "]],
    ["(кот OR собака) мышь", ["кот OR собака | мышь", "мышь | кот OR собака"]],
    ["кот мышь sort:new", ["кот | мышь sort:new", "мышь | кот sort:new"]],
    ["-(a b)", ["-(a b) | "]],
  ])("of “%s” are %j", (typed, expected) => {
    const pieces = piecesOf(parseQuery(typed));
    expect(pieces.map(({ text, without }) => `${text} | ${without}`)).toEqual(expected);
  });

  it("tell what is excluded", () => {
    const pieces = piecesOf(parseQuery("кот -курс -in:durov"));
    expect(pieces.map(({ negative }) => negative)).toEqual([false, true, true]);
  });

  it("joined by AND are the query, whatever the query", () => {
    expect(counterexample(queryTree, joinsToQuery)).toBeUndefined();
  });
});

function joinsToQuery(root: QueryNode): boolean {
  const whole = printQuery({ root });
  const pieces = piecesOf({ root, warnings: [] });
  const text = pieces.map((piece) => `(${piece.text})`).join(" ");
  if (whole.length > 1000 || text.length > 1000) return true;
  try {
    return printQuery(parseQuery(text, { now })) === whole;
  } catch (error) {
    return String(error).includes("64 terms") || String(error).includes("the most is 1000");
  }
}
