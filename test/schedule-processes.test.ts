import type { spawn } from "node:child_process";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { makeTruth } from "../demo/make-truth.ts";
import { type StandIn, startStandIn } from "../demo/stand-in.ts";
import type { Truth } from "../demo/truth.ts";
import { Archive } from "../server/archive/archive.ts";
import type { Run } from "../server/archive/runs/run.ts";
import { leaseMs } from "../server/archive/runs/lease.ts";
import { archiveChannel } from "../server/jobs/archive-channel.ts";
import { Scheduler } from "../server/jobs/scheduler.ts";
import { systemClock } from "../scraper/clock.ts";
import { backscroll, emptyFolder, quickReader } from "./help.ts";

interface Bench {
  readonly truth: Truth;
  readonly standIn: StandIn;
  readonly data: string;
  readonly command: readonly string[];
  /** The archive; `lateMs` ahead of everybody else's clock. */
  open(lateMs?: number): Promise<Archive>;
}

async function bench(posts: number): Promise<Bench> {
  const truth = makeTruth({ posts, seed: 12, kinds: ["english"], channel: "on_time" });
  const standIn = await startStandIn({ channels: [truth], latencyMs: 20 });
  onTestFinished(async () => standIn.close());
  const data = emptyFolder();
  const open = async (lateMs = 0): Promise<Archive> => {
    const archive = await Archive.open(`${data}/archive.db`, {
      now: () => new Date(Date.now() + lateMs),
    });
    onTestFinished(async () => archive[Symbol.asyncDispose]());
    return archive;
  };
  const archive = await open();
  const cadence = { kind: "cron", expression: "0 0 1 1 *", timezone: "UTC" } as const;
  const draft = { channel: "on_time", cadence, jitterSeconds: 0, misfire: "once" } as const;
  await archive.schedules.set(draft, "2026-01-01T00:00:00Z");
  const command = ["schedule", "run", "--data", data, "--source", standIn.origin];
  return { truth, standIn, data, command, open };
}

/** Runs what waits, as a server does that started after every lease of now has lapsed. */
async function takeOver(one: Bench): Promise<void> {
  const lateMs = leaseMs + 1_000;
  const archive = await one.open(lateMs);
  const reader = await quickReader(one.standIn);
  await using scheduler = new Scheduler({
    archive,
    runChannel: async (name, run) => archiveChannel({ archive, reader }, name, run),
    clock: { ...systemClock, now: () => Date.now() + lateMs },
    holder: "the next one",
  });
  await scheduler.drain();
}

const real = ({ state }: Run): boolean => state !== "skipped";

describe("several processes on one archive", () => {
  test(
    "eight that see one due time make one run, and each says how it went",
    { timeout: 120_000 },
    async () => {
      const one = await bench(200);
      const ended = await Promise.all(
        Array.from({ length: 8 }, async () => backscroll(one.command)),
      );
      expect(ended.filter(({ code }) => code !== 0)).toEqual([]);
      expect(ended).toHaveLength(8);
      const said = ended.filter(({ said: words }) => words.includes("@on_time: 200 new"));
      expect(said).toHaveLength(1);
      const archive = await one.open();
      const runs = await archive.runs.list({ limit: 100 });
      expect(runs.filter(real)).toMatchObject([{ state: "done", counts: { new: 200 } }]);
      expect(one.standIn.requests.length).toBeLessThanOrEqual(14);
    },
  );

  test(
    "a holder that is killed is followed by another, which finishes its run",
    { timeout: 60_000 },
    async () => {
      const one = await bench(400);
      await backscroll(one.command, {
        started: (child) =>
          one.standIn.fail(({ number }) => {
            if (number === 8) child.kill("SIGKILL");
            return undefined;
          }),
      });
      one.standIn.fail();
      const archive = await one.open();
      expect((await archive.runs.list({ limit: 9 })).filter(real)).toMatchObject([
        { state: "running" },
      ]);
      expect((await archive.state()).posts).toBeLessThan(400);

      await takeOver(one);
      const [run, ...others] = (await archive.runs.list({ limit: 9 })).filter(real);
      expect(others).toEqual([]);
      expect(run).toMatchObject({ state: "done", holder: "the next one", counts: { new: 400 } });
      expect(await archive.verify()).toEqual([]);
    },
  );

  test(
    "one that slept through its lease saves nothing after, says so, and ends with 130",
    { timeout: 60_000 },
    async () => {
      const one = await bench(400);
      const archive = await one.open();
      let asleep: ReturnType<typeof spawn> | undefined;
      let pages = 0;
      one.standIn.fail(({ path }) => {
        if (path.startsWith("/s/")) pages += 1;
        return pages > 7 ? { kind: "slow", ms: 1_000 } : undefined;
      });
      const sleeper = backscroll([...one.command, "--concurrency", "1"], {
        started: (child) => {
          asleep = child;
        },
      });
      // It sleeps with a request under way and nothing half written, which would keep everybody from writing.
      await vi.waitUntil(
        async () => (await archive.runs.list({ limit: 1 }))[0]?.counts.pages === 7,
        { timeout: 30_000 },
      );
      asleep?.kill("SIGSTOP");
      one.standIn.fail();
      await takeOver(one);
      const before = await archive.state();
      expect(before.posts).toBe(400);
      asleep?.kill("SIGCONT");
      const { code, said } = await sleeper;
      expect(said).toContain("Another process has taken this run over");
      expect(code).toBe(130);
      expect(await archive.state()).toEqual(before);
      expect((await archive.runs.list({ limit: 9 })).filter(real)).toMatchObject([
        { state: "done", holder: "the next one", counts: { new: 400 } },
      ]);
    },
  );

  test(
    "a command waits for the one that reads its channel, then does as it was asked",
    { timeout: 60_000 },
    async () => {
      const one = await bench(60);
      const archive = await one.open();
      const begun = await archive.runs.begin({ channel: "on_time", holder: "somebody" });
      if ("busy" in begun) throw new Error("Nobody reads it yet.");
      const asked = ["archive", "on_time", "--data", one.data, "--source", one.standIn.origin];
      const waiting = backscroll(asked, {
        started: (child) => {
          child.stderr?.on("data", (words: string) => {
            if (!words.includes("is being read by somebody since")) return;
            expect(one.standIn.requests.filter(({ path }) => path.startsWith("/s/"))).toEqual([]);
            void archive.runs.finish(begun.lease, { state: "done", counts: begun.run.counts });
          });
        },
      });
      expect(await waiting).toMatchObject({ code: 0 });
      expect(await archive.runs.list({ limit: 1 })).toMatchObject([
        { state: "done", cause: "command", counts: { new: 60 } },
      ]);
    },
  );
});
