import { expect, onTestFinished, test } from "vitest";
import { Archive } from "../../../server/archive/archive.ts";
import { noCounts } from "../../../server/archive/runs/run.ts";
import { planOf } from "../../../server/jobs/plan.ts";
import { emptyFolder } from "../../help.ts";
import { page, range } from "../archive/sample.ts";

const now = new Date("2026-06-15T12:00:00Z");

async function anArchive(): Promise<Archive> {
  const archive = await Archive.open(`${emptyFolder()}/archive.db`, { now: () => now });
  onTestFinished(async () => archive[Symbol.asyncDispose]());
  return archive;
}

const hourly = (channel: string) => ({
  channel,
  cadence: { kind: "cron", expression: "0 * * * *", timezone: "UTC" } as const,
  jitterSeconds: 0,
  misfire: "once" as const,
});

test("a channel that was read before is planned by what its runs asked, the first one aside", async () => {
  const archive = await anArchive();
  for (const requests of [900, 4, 2]) {
    await archive.runs.start({ channel: "Gradient", cause: "asked" });
    for (const { lease } of await archive.runs.claim({ holder: "one", limit: 1 }))
      await archive.runs.finish(lease, { state: "done", counts: { ...noCounts, requests } });
  }
  expect(await planOf(archive, [hourly("gradient")], { now })).toMatchObject({
    hours: 24,
    runs: 24,
    requests: 72,
    channels: 1,
    each: [{ from: "past runs" }],
  });
});

test("a channel that is kept and was not read by a run is planned by its unread ids and its recent window", async () => {
  const archive = await anArchive();
  await archive.savePage(page(range(201, 220)));
  const { requests, each } = await planOf(archive, [hourly("Gradient")], { now, hours: 1 });
  expect(each).toMatchObject([{ from: "what is kept", runs: 1 }]);
  expect(requests).toBe(10 + 2);
});

test("of a channel nobody knows yet only the runs are planned, and the plan says so", async () => {
  const archive = await anArchive();
  const plan = await planOf(archive, [hourly("unknown_one")], { now });
  expect(plan).toMatchObject({ runs: 24, requests: 24, each: [{ from: "nothing" }] });
});

test("paused schedules and those that are not due within the hours ask nothing", async () => {
  const archive = await anArchive();
  await archive.schedules.set(hourly("paused_one"), "2026-06-15T13:00:00Z");
  await archive.schedules.pause("paused_one");
  await archive.schedules.set(hourly("later_one"), "2026-06-17T13:00:00Z");
  const plan = await planOf(archive, await archive.schedules.list(), { now });
  expect(plan).toMatchObject({ runs: 0, requests: 0, channels: 0 });
});
