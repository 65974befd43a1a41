import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { answerFaults, pagesFromAnswers, takeFaults } from "../../answer-faults.ts";
import { holdPages } from "./hold-pages.ts";
import { post, serveArchive } from "./small-archive.ts";

const pages = join(import.meta.dirname, "../../../web/pages");

test("each page that is drawn from answers of the API is held to their schemas", () => {
  const drawn = globSync("*.ts", { cwd: pages }).filter((file) =>
    readFileSync(join(pages, file), "utf8").includes("server/contract/"),
  );
  expect(drawn.map((file) => basename(file, ".ts")).toSorted()).toEqual(pagesFromAnswers);
});

test("a key that the schema does not know, or a value it cannot have, is a fault of the page", () => {
  const { problemPage } = holdPages({ problemPage: () => "drawn" });
  const problem = { type: "about:blank", title: "No", status: 404, detail: "None.", note: 1 };
  expect((problemPage as (...all: unknown[]) => unknown)({}, problem)).toBe("drawn");
  const { setPage } = holdPages({ setPage: () => "drawn" });
  (setPage as (...all: unknown[]) => unknown)({}, { id: 5 });
  const faults = takeFaults();
  expect(faults[0]).toContain(
    'problemPage, Problem:  must NOT have additional properties {"additionalProperty":"note"}',
  );
  expect(faults.filter((fault) => fault.startsWith("setPage, ResultSet")).length).toBeGreaterThan(
    0,
  );
});

test("a post's page for programs is what its schema describes, by either way to ask for it", async () => {
  await using served = await serveArchive([
    {
      channel: { name: "garden", counters: { subscribers: 5 } },
      posts: [post(1, { views: 3, text: "Weights on a beam" })],
      span: { from: 1, to: 1 },
      at: "2026-01-03T00:00:00Z",
    },
  ]);
  const byAddress = await served.json("/c/garden/1.json");
  const byHeader = await served.json("/c/garden/1", { headers: { Accept: "application/json" } });
  expect(byAddress).toEqual(byHeader);
  expect(byAddress).toMatchObject({ post: { id: 1 }, samples: [{ views: 3, reactions: [] }] });
  expect(answerFaults).toEqual([]);
});
