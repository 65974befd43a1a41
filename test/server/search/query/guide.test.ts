import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { parseQuery } from "../../../../server/search/query/parse.ts";
import { maxCharacters, maxTerms } from "../../../../server/search/query/terms.ts";
import { hasValues, isValues } from "../../../../server/search/query/tree.ts";

const guide = readFileSync(new URL("../../../../docs/search.md", import.meta.url), "utf8");

/** What stands between backticks in the first column of the guide's tables. */
const examples = guide
  .split("\n")
  .filter((line) => line.startsWith("| `"))
  .flatMap((line) => /^\|(.*?[^\\])\|/.exec(line)?.[1]?.match(/`[^`]+`/g) ?? [])
  .map((example) => example.slice(1, -1).replace(String.raw`\|`, "|"));

describe("the guide to the search box", () => {
  it("has examples", () => {
    expect(examples.length).toBeGreaterThan(50);
  });

  test.each(examples)("shows “%s”, which is understood without a warning", (example) => {
    expect(parseQuery(example).warnings).toEqual([]);
  });

  it("names every value of has: and is:, and the bounds", () => {
    for (const value of [...hasValues, ...isValues]) expect(guide).toContain(value);
    expect(guide).toContain(`${maxTerms} terms`);
    expect(guide).toContain(`${maxCharacters.toLocaleString("en")} characters`);
  });
});
