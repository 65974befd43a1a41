import { describe, expect, onTestFinished, test } from "vitest";
import type { Fault } from "../../../demo/faults.ts";
import { makeTruth } from "../../../demo/make-truth.ts";
import type { Truth } from "../../../demo/truth.ts";
import { Gate } from "../../../scraper/reading/gate.ts";
import { pageReader } from "../../../scraper/reading/page-reader.ts";
import { Archive } from "../../../server/archive/archive.ts";
import type { Run } from "../../../server/archive/runs/run.ts";
import { leaseMs } from "../../../server/archive/runs/lease.ts";
import type { ScheduleDraft } from "../../../server/archive/runs/schedules.ts";
import { archiveChannel } from "../../../server/jobs/archive-channel.ts";
import { firstDue } from "../../../server/jobs/cadence.ts";
import { instant } from "../../../scraper/instant.ts";
import { Scheduler } from "../../../server/jobs/scheduler.ts";
import { emptyFolder } from "../../help.ts";
import { inProcessSource } from "../../in-process-source.ts";
import { Machine, VirtualClock } from "../../virtual-clock.ts";

interface Bench {
  readonly clock: VirtualClock;
  readonly archive: Archive;
  readonly channels: readonly Truth[];
  readonly asked: () => number;
  faults: Fault | undefined;
  /** A server on this archive, at work until it is stopped. */
  server(holder: string, options?: { readonly runsAtOnce?: number }): Promise<Server>;
  schedule(draft?: Partial<ScheduleDraft>): Promise<void>;
  runs(): Promise<readonly Run[]>;
}

interface Server {
  readonly scheduler: Scheduler;
  readonly hindered: unknown[];
  /** Ends it as SIGTERM does. */
  stop(): Promise<void>;
  /** Frozen, it does nothing more and tells nobody. */
  readonly machine: Machine;
}

const start = "2026-03-01T00:00:00Z";
const [hour, minute, second] = [3_600_000, 60_000, 1_000];

async function bench(posts: readonly number[] = [30]): Promise<Bench> {
  const clock = new VirtualClock(start);
  const file = `${emptyFolder()}/archive.db`;
  const archive = await Archive.open(file, { now: clock.date });
  onTestFinished(async () => archive[Symbol.asyncDispose]());
  const channels = posts.map((count, index) =>
    makeTruth({
      posts: count,
      seed: index + 1,
      channel: `channel_${index + 1}`,
      kinds: ["english"],
    }),
  );
  const one: Bench = {
    clock,
    archive,
    channels,
    faults: undefined,
    asked: () => source.asked,
    runs: async () => archive.runs.list({ limit: 100 }),
    async schedule(own = {}) {
      const cadence = { kind: "cron", expression: "0 * * * *", timezone: "UTC" } as const;
      const draft = {
        channel: "channel_1",
        cadence,
        jitterSeconds: 0,
        misfire: "once",
        ...own,
      } as const;
      const due = firstDue(draft, clock.date());
      await archive.schedules.set(draft, due && instant(due));
    },
    async server(holder, options = {}) {
      const own = await Archive.open(file, { now: clock.date });
      const hindered: unknown[] = [];
      const machine = new Machine(clock);
      const gate = new Gate({ rate: 2, clock: machine });
      const reader = pageReader({ source, clock: machine, gate, random: () => 0.5 });
      const scheduler = new Scheduler({
        archive: own,
        runChannel: async (name, run) => archiveChannel({ archive: own, reader }, name, run),
        clock: machine,
        holder,
        onHindered: (error) => hindered.push(error),
        ...options,
      });
      const over = new AbortController();
      const keeping = scheduler.keep(over.signal);
      const stop = async (): Promise<void> => {
        over.abort();
        await scheduler[Symbol.asyncDispose]();
        await keeping;
      };
      onTestFinished(async () => {
        machine.thaw();
        await clock.until(stop());
        await own[Symbol.asyncDispose]();
      });
      return { scheduler, hindered, stop, machine };
    },
  };
  const source = inProcessSource({
    channels,
    faults: () => one.faults,
    style: { weight: "light" },
  });
  return one;
}

const stateOf = ({ state }: Run): string => state;
const kept = async ({ archive }: Bench): Promise<number> => (await archive.state()).posts;

describe("a schedule", () => {
  test("is run when it is due, each time once, by one of two servers", async () => {
    const one = await bench();
    await one.schedule();
    await one.server("one");
    await one.server("two");
    await one.clock.pass(3 * hour + minute);
    const runs = await one.runs();
    expect(runs.map(({ dueAt, state }) => `${dueAt} ${state}`)).toEqual([
      "2026-03-01T03:00:00Z done",
      "2026-03-01T02:00:00Z done",
      "2026-03-01T01:00:00Z done",
    ]);
    expect(await kept(one)).toBe(30);
  });

  test("that a command makes, changes or pauses is followed within two seconds", async () => {
    const one = await bench();
    const { hindered } = await one.server("one");
    await one.schedule({ cadence: { kind: "adaptive" } });
    await one.clock.pass(2 * second);
    expect(await one.runs()).toHaveLength(1);
    await one.archive.schedules.pause("channel_1");
    await one.clock.pass(3 * hour);
    expect((await one.runs()).map(stateOf)).toEqual(["done"]);
    await one.archive.schedules.resume("channel_1", instant(one.clock.date()));
    await one.clock.pass(2 * second);
    expect(await one.runs()).toHaveLength(2);
    expect(hindered).toEqual([]);
  });

  test("whose server was away runs once for all it missed, and the ledger says so", async () => {
    const one = await bench();
    await one.schedule();
    one.clock.set("2026-03-02T12:30:00Z");
    await one.server("one");
    await one.clock.pass(minute);
    expect(await one.runs()).toMatchObject([
      { dueAt: "2026-03-02T12:00:00Z", state: "done" },
      { dueAt: "2026-03-01T01:00:00Z", state: "skipped", error: { class: "Misfire" } },
    ]);
  });

  test("does nothing again when the machine's clock is set back", async () => {
    const one = await bench();
    await one.schedule();
    await one.server("one");
    await one.clock.pass(2 * hour + minute);
    one.clock.set("2026-03-01T00:30:00Z");
    await one.clock.pass(hour);
    expect(await one.runs()).toHaveLength(2);
    await one.clock.pass(2 * hour);
    expect((await one.runs())[0]).toMatchObject({ dueAt: "2026-03-01T03:00:00Z", state: "done" });
  });

  test("of a channel that is still being read is skipped, and says why", async () => {
    const one = await bench([30]);
    const cadence = { kind: "cron", expression: "* * * * *", timezone: "UTC" } as const;
    await one.schedule({ cadence });
    one.faults = { kind: "status", status: 429, retryAfter: "45" };
    await one.server("one");
    await one.clock.pass(2 * minute + second);
    one.faults = undefined;
    await one.clock.pass(minute);
    const [third, second_, first] = await one.runs();
    expect(first).toMatchObject({ state: "done" });
    expect([second_, third].map((run) => run?.state)).toContain("skipped");
    expect(second_).toMatchObject({ error: { class: "Overlap" } });
  });
});

describe("a run", () => {
  test("whose holder vanished is taken over, and the one that wakes again saves nothing more", async () => {
    const one = await bench([120]);
    const first = await one.server("one");
    await first.scheduler.ask("channel_1");
    await one.clock.pass(1.2 * second);
    first.machine.freeze();
    const before = await kept(one);
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(120);

    await one.server("two");
    await one.clock.pass(leaseMs - 2 * second);
    expect(await kept(one)).toBe(before);
    await one.clock.pass(20 * second);
    expect(await one.runs()).toMatchObject([{ state: "done", holder: "two" }]);
    expect(await kept(one)).toBe(120);
    const { position } = await one.archive.state();
    first.machine.thaw();
    await one.clock.pass(minute);
    expect((await one.archive.state()).position).toBe(position);
    const [run] = await one.runs();
    expect(run).toMatchObject({ state: "done", holder: "two", counts: { new: 120 } });
    const lines = await one.archive.runs.lines(run?.id ?? "");
    expect(lines.map(({ text }) => text)).toEqual(["one vanished; two took the run over."]);
    expect(await one.archive.verify()).toEqual([]);
  });

  test("has in its log when each line was said, not when it was written", async () => {
    const one = await bench();
    const { scheduler } = await one.server("one");
    one.faults = { kind: "status", status: 502 };
    const { id } = await scheduler.ask("channel_1");
    await one.clock.pass(10 * second);
    const why = "https://t.me/s/channel_1: it answers 502";
    expect((await one.archive.runs.lines(id)).slice(0, 2)).toEqual([
      {
        no: 1,
        at: "2026-03-01T00:00:00Z",
        text: `Try 1 of 8: ${why}. Next try at 00:00:00 UTC.`,
      },
      {
        no: 2,
        at: "2026-03-01T00:00:00Z",
        text: `Try 2 of 8: ${why}. Next try at 00:00:01 UTC.`,
      },
    ]);
  });

  test("has the date of a next try that is not today's", async () => {
    const one = await bench();
    await one.clock.pass(24 * hour - minute);
    const { scheduler } = await one.server("one");
    one.faults = { kind: "status", status: 429, retryAfter: "120" };
    const { id } = await scheduler.ask("channel_1");
    await one.clock.pass(10 * second);
    const said = (await one.archive.runs.lines(id)).map(({ text }) => text);
    expect(said).toEqual([
      "Try 1 of 8: https://t.me/s/channel_1: it answers 429. Next try at 2026-03-02 00:01:00 UTC.",
    ]);
  });

  test("is stopped from another process within seconds, and a retry goes on from there", async () => {
    const one = await bench([200]);
    const { scheduler } = await one.server("one");
    const { id } = await scheduler.ask("channel_1");
    await one.clock.pass(1.2 * second);
    await one.archive.runs.stop(id);
    await one.clock.pass(3 * second);
    expect(await one.runs()).toMatchObject([{ state: "stopped", error: { class: "Stopped" } }]);
    const before = await kept(one);
    expect(before).toBeLessThan(200);
    await one.archive.runs.retry(id);
    await one.clock.pass(minute);
    const [again] = await one.runs();
    expect(again).toMatchObject({ state: "done", cause: "retry", retryOf: id });
    expect(again?.counts.new).toBe(200 - before);
  });

  test("in hand when its server is told to stop goes on at the next one, counts included", async () => {
    const one = await bench([200]);
    const first = await one.server("one");
    await first.scheduler.ask("channel_1");
    await one.clock.pass(1.2 * second);
    await one.clock.until(first.stop());
    expect((await one.runs()).map(stateOf)).toEqual(["waiting"]);
    await one.server("two");
    await one.clock.pass(minute);
    expect(await one.runs()).toMatchObject([
      { state: "done", holder: "two", counts: { new: 200 } },
    ]);
  });

  test("that fails says why in a class, a sentence and what that is made of, and others go on", async () => {
    const one = await bench([30, 30]);
    const { scheduler } = await one.server("one");
    await scheduler.ask("no_such_channel");
    await scheduler.ask("channel_2");
    await one.clock.pass(minute);
    const [other, failed] = await one.runs();
    expect(other).toMatchObject({ channel: "channel_2", state: "done" });
    expect(failed).toMatchObject({ state: "failed", error: { class: "ChannelUnavailable" } });
    expect(failed?.error?.message).toContain("Check the spelling");
    expect(failed?.error?.reasons).toEqual([
      { code: "channel-missing", facts: { channel: "no_such_channel" } },
    ]);
  });

  test("that gives up says what came of the last try, and while it tries, of that one", async () => {
    const one = await bench();
    one.faults = { kind: "status", status: 502 };
    const { scheduler } = await one.server("one");
    await scheduler.ask("channel_1");
    await one.clock.pass(2 * second);
    const came = { code: "status", facts: { status: 502 } };
    const [running] = await one.runs();
    expect(running?.trouble).toMatchObject({ why: "it answers 502", reasons: [came] });
    await one.clock.pass(hour);
    const [failed] = await one.runs();
    expect(failed?.error).toEqual({
      class: "Unreachable",
      message:
        "Gave up on /s/channel_1 after 8 tries: it answers 502. What was read is kept; the next run goes on from there.",
      reasons: [{ code: "gave-up", facts: { path: "/s/channel_1", tries: 8 } }, came],
    });
  });

  test("waits for a place when as many run as may at once, and one gate serves them all", async () => {
    const one = await bench([90, 90, 90]);
    const { scheduler } = await one.server("one", { runsAtOnce: 2 });
    for (const name of ["channel_1", "channel_2", "channel_3"]) await scheduler.ask(name);
    await one.clock.pass(second);
    expect((await one.runs()).map(stateOf)).toEqual(["waiting", "running", "running"]);
    const before = one.asked();
    await one.clock.pass(2 * second);
    expect(one.asked() - before).toBeLessThanOrEqual(5);
    await one.clock.pass(minute);
    expect((await one.runs()).map(stateOf)).toEqual(["done", "done", "done"]);
    expect(await kept(one)).toBe(270);
  });
});

test("what is due is run once and drained, for a scheduler outside", async () => {
  const one = await bench([30, 30]);
  await one.schedule();
  await one.schedule({ channel: "channel_2" });
  one.clock.set("2026-03-01T01:10:00Z");
  const own = await one.server("one");
  await own.stop();
  const clock = one.clock;
  const gate = new Gate({ rate: 100, clock });
  const source = inProcessSource({ channels: one.channels, style: { weight: "light" } });
  const reader = pageReader({ source, clock, gate });
  const scheduler = new Scheduler({
    archive: one.archive,
    runChannel: async (name, run) => archiveChannel({ archive: one.archive, reader }, name, run),
    clock,
    holder: "outside",
  });
  await clock.until(scheduler.drain());
  await clock.until(scheduler.drain());
  expect((await one.runs()).map(stateOf)).toEqual(["done", "done"]);
});
