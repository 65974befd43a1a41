import { join } from "node:path";
import { expect, test } from "vitest";
import { Archive } from "../../../server/archive/archive.ts";
import { noCounts } from "../../../server/archive/runs/run.ts";
import { createAnalyzer } from "../../../server/search/analysis/analyzer.ts";
import { openEmbeddedEngine } from "../../../server/search/engines/embedded/embedded-engine.ts";
import { watchOnce } from "../../../server/jobs/watch.ts";
import { backscroll, emptyFolder } from "../../help.ts";

test("alerts are listed and dismissed with a reason", async () => {
  const data = emptyFolder();
  {
    await using archive = await Archive.open(join(data, "archive.db"));
    await archive.schedules.set(
      { channel: "garden", cadence: { kind: "adaptive" }, jitterSeconds: 0, misfire: "once" },
      "2099-01-01T00:00:00Z",
    );
    const begun = await archive.runs.begin({ channel: "garden", holder: "test" });
    if (!("lease" in begun)) throw new Error("It is being read already.");
    const error = { class: "DiskFull", message: "There is no room." };
    await archive.runs.finish(begun.lease, { state: "failed", counts: noCounts, error });
    const { archiveId } = await archive.state();
    const analyzer = createAnalyzer();
    const file = join(data, "index.db");
    await using engine = await openEmbeddedEngine({ file, archiveId, analyzer, inProcess: true });
    await watchOnce({ archive, engine, now: () => new Date() });
  }
  const run = async (...args: string[]) => backscroll(["alerts", ...args, "--data", data]);
  const { out, said } = await run("list");
  expect(said).toBe("");
  expect(out).toContain("The last run of @garden failed: There is no room.");
  const [listed = ""] = (await run("list", "--json")).out.split("\n");
  const { id } = JSON.parse(listed) as { id: string };
  for (const [args, why] of [
    [["dismiss", "nobody", "--reason", "x"], "No alert has the id nobody"],
    [["dismiss", id, "--reason", " "], "--reason takes a reason"],
    [["dismiss", id], "--reason"],
  ] as const) {
    const refused = await run(...args);
    expect([refused.code, refused.said]).toEqual([2, expect.stringContaining(why)]);
  }
  expect(await run("dismiss", id, "--reason", "A new disk comes on Monday.")).toMatchObject({
    code: 0,
    said: expect.stringContaining("Dismissed: The last run of @garden failed"),
  });
  expect(await run("list")).toMatchObject({ out: "", said: "There are no open alerts.\n" });
  expect((await run("list", "--all")).out).toMatch(/dismissed .*A new disk comes on Monday\./);
  expect(await run("reopen", "nobody")).toMatchObject({
    code: 2,
    said: expect.stringContaining("No alert has the id nobody"),
  });
  expect(await run("reopen", id)).toMatchObject({
    code: 0,
    said: expect.stringContaining("Told of again: The last run of @garden failed"),
  });
  expect((await run("list")).out).toMatch(/open .*There is no room\./);
});
