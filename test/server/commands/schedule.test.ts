import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makeTruth } from "../../../demo/make-truth.ts";
import { type StandIn, startStandIn } from "../../../demo/stand-in.ts";
import { Archive } from "../../../server/archive/archive.ts";
import { type Ended, backscroll, emptyFolder } from "../../help.ts";

interface Bench {
  readonly standIn: StandIn;
  readonly run: (...args: string[]) => Promise<Ended>;
}

async function bench(): Promise<Bench> {
  const truth = makeTruth({ posts: 30, seed: 4, channel: "on_time", kinds: ["english"] });
  const standIn = await startStandIn({ channels: [truth] });
  onTestFinished(async () => standIn.close());
  const data = emptyFolder();
  await (await Archive.open(join(data, "archive.db")))[Symbol.asyncDispose]();
  const env = { BACKSCROLL_DATA: data, BACKSCROLL_SOURCE: standIn.origin };
  return { standIn, run: async (...args) => backscroll(["schedule", ...args], { env }) };
}

const objects = ({ out }: Ended): unknown[] =>
  out
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown);

test("a schedule is previewed, made, listed, paused, resumed and removed", async () => {
  const { run } = await bench();
  const cron = ["--cron", "0 */2 * * *", "--timezone", "Europe/Berlin"];
  const previewed = await run("add", "@on_time", ...cron, "--preview");
  expect(previewed.said).toContain(
    "Next 24 hours: 12 requests, and the whole history of 1 new channel, 12 runs, 1 channel.",
  );
  expect(objects(await run("list", "--json"))).toEqual([]);

  const made = objects(await run("add", "t.me/on_time", ...cron, "--jitter", "60", "--json"));
  const cadence = { kind: "cron", expression: "0 */2 * * *", timezone: "Europe/Berlin" };
  expect(made).toMatchObject([{ channel: "on_time", cadence, jitterSeconds: 60, misfire: "once" }]);
  expect(objects(await run("pause", "on_time", "--json"))).toMatchObject([{ paused: true }]);
  expect((await run("list")).out).toContain("paused");
  const [resumed] = objects(await run("resume", "ON_TIME", "--json"));
  expect(resumed).toMatchObject({ paused: false, nextDueAt: expect.any(String) });
  expect(await run("remove", "on_time")).toMatchObject({ code: 0 });
  expect(objects(await run("list", "--json"))).toEqual([]);
});

test("what is due is run once by a scheduler outside, with the exit codes of the contract", async () => {
  const { run, standIn } = await bench();
  expect(await run("run")).toMatchObject({
    code: 0,
    said: expect.stringContaining("Nothing is due"),
  });
  await run("add", "on_time", "no_such_one", "--adaptive");
  const ran = await run("run", "--json");
  expect(ran.code).toBe(3);
  expect(objects(ran)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ channel: "on_time", state: "done", new: 30 }),
      expect.objectContaining({ channel: "no_such_one", state: "failed" }),
    ]),
  );
  const asked = standIn.requests.length;
  expect(await run("run")).toMatchObject({ code: 0 });
  expect(standIn.requests.length).toBe(asked);
});

test.for([
  [["add", "on_time"], "--cron"],
  [["add", "on_time", "--cron", "* * * * *", "--adaptive"], "--adaptive"],
  [["add", "on_time", "--adaptive", "--timezone", "UTC"], "--timezone goes with --cron"],
  [["add", "on_time", "--cron", "61 * * * *"], '"61 * * * *" is no cron expression. It'],
  [["add", "on_time", "--cron", "0 0 * * *", "--timezone", "Mars/Base"], "no time zone"],
  [["add", "on_time", "--adaptive", "--jitter", "1h"], "--jitter"],
  [["add", "on_time", "--adaptive", "--misfire", "twice"], "--misfire"],
  [["add", "not a name!", "--adaptive"], "not a name"],
  [["pause", "nobody_here"], "has no schedule"],
] as const)("`schedule %j` is bad usage and says why", async ([args, why]) => {
  const { run } = await bench();
  const { code, said } = await run(...args);
  expect(said).toContain(why);
  expect(code).toBe(2);
});
