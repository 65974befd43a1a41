import { join } from "node:path";
import { expect, it } from "vitest";
import { createAnalyzer } from "../../../../server/search/analysis/analyzer.ts";
import { openEmbeddedEngine } from "../../../../server/search/engines/embedded/embedded-engine.ts";
import { withFallback } from "../../../../server/search/engines/with-fallback.ts";
import { QuerySyntaxError } from "../../../../server/search/query/query-errors.ts";
import { emptyFolder } from "../../../help.ts";
import { ask, Corpus } from "./contract/corpus.ts";

const analyzer = createAnalyzer();
const open = async () =>
  openEmbeddedEngine({
    file: join(emptyFolder(), "index.db"),
    archiveId: "a",
    analyzer,
    inProcess: true,
  });

it("what one engine could not answer another does, and why it was asked is told", async () => {
  await using first = await open();
  await using second = await open();
  await new Corpus(first).made("кот", "пёс");
  await new Corpus(second).made("кот", "пёс");
  const told: unknown[] = [];
  const engine = withFallback(first, second, { onPassedOver: (error) => told.push(error) });
  expect(await ask(engine, "кот")).toMatchObject({ total: 1 });
  expect(told).toEqual([]);

  const broken = new Error("the task failed");
  first.search = async () => {
    throw broken;
  };
  expect(await ask(engine, "кот")).toMatchObject({ total: 1 });
  expect(told).toEqual([broken]);

  // What is wrong with a query is wrong with every engine.
  first.search = async () => {
    throw new QuerySyntaxError("too-many-terms", { start: 0, end: 3 }, { most: "64" });
  };
  await expect(ask(engine, "кот")).rejects.toThrow(QuerySyntaxError);
  expect(told).toEqual([broken]);
});
