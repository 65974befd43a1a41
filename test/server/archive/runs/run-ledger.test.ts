import { describe, expect, onTestFinished, test } from "vitest";
import { Archive } from "../../../../server/archive/archive.ts";
import { LeaseLost } from "../../../../server/archive/errors.ts";
import { type Lease, noCounts, type Run } from "../../../../server/archive/runs/run.ts";
import { leaseMs } from "../../../../server/archive/runs/lease.ts";
import type { Schedule } from "../../../../server/archive/runs/schedules.ts";
import { emptyFolder } from "../../../help.ts";
import { channel, page, range } from "../sample.ts";

interface Bench {
  readonly archive: Archive;
  /** Another process's view of the same archive. */
  readonly other: Archive;
  readonly time: { now: number };
}

const start = Date.UTC(2026, 0, 1);

async function bench(): Promise<Bench> {
  const file = `${emptyFolder()}/archive.db`;
  const time = { now: start };
  const now = (): Date => new Date(time.now);
  const archive = await Archive.open(file, { now });
  const other = await Archive.open(file, { now });
  onTestFinished(async () => {
    await archive[Symbol.asyncDispose]();
    await other[Symbol.asyncDispose]();
  });
  return { archive, other, time };
}

async function scheduled({ archive }: Bench, dueAt = "2026-01-01T00:00:00Z"): Promise<Schedule> {
  const cadence = { kind: "adaptive" } as const;
  const draft = { channel: channel.name, cadence, jitterSeconds: 0, misfire: "once" } as const;
  return archive.schedules.set(draft, dueAt);
}

const later = "2026-01-01T01:00:00Z";

async function claimed({ archive }: Bench, holder = "one"): Promise<{ run: Run; lease: Lease }> {
  const [taken] = await archive.runs.claim({ holder, limit: 1 });
  if (!taken) throw new Error("There was nothing to claim.");
  return taken;
}

const onePage = (lease: Lease, from = 1) =>
  [
    page(range(from, from + 2)),
    {
      run: {
        lease,
        countsWith: (saved: { new: number }) => ({ ...noCounts, pages: 1, new: saved.new }),
      },
    },
  ] as const;

describe("a due time", () => {
  test("becomes one run, whoever comes first", async () => {
    const one = await bench();
    const schedule = await scheduled(one);
    const times = [{ dueAt: "2026-01-01T00:00:00Z" }];
    expect(await one.archive.runs.due(schedule, times, later)).toBe(true);
    expect(await one.other.runs.due(schedule, times, later)).toBe(false);
    expect(await one.other.runs.list({ limit: 10 })).toMatchObject([
      { state: "waiting", cause: "schedule", scheduleId: schedule.id, dueAt: times[0]?.dueAt },
    ]);
    expect((await one.other.schedules.get(channel.name))?.nextDueAt).toBe(later);
  });

  test("is skipped, and says why, while the run before it is open", async () => {
    const one = await bench();
    const first = await scheduled(one);
    await one.archive.runs.due(first, [{ dueAt: "2026-01-01T00:00:00Z" }], later);
    const second = await one.archive.schedules.get(first.id);
    if (second) await one.archive.runs.due(second, [{ dueAt: later }], undefined);
    const [skipped] = await one.archive.runs.list({ limit: 1 });
    expect(skipped).toMatchObject({ state: "skipped", error: { class: "Overlap" } });
    expect(skipped?.error?.message).toContain("2026-01-01T00:00:00Z");
    expect(await one.archive.runs.newestOfEach()).toMatchObject([{ state: "waiting" }]);
  });

  test("of a paused schedule, or one changed meanwhile, makes none", async () => {
    const one = await bench();
    const schedule = await scheduled(one);
    await one.other.schedules.pause(channel.name);
    expect(await one.archive.runs.due(schedule, [{ dueAt: later }], later)).toBe(false);
    expect(await one.archive.schedules.due(10)).toEqual([]);
    await one.other.schedules.resume(channel.name, "2026-01-01T00:30:00Z");
    expect(await one.archive.runs.due(schedule, [{ dueAt: later }], later)).toBe(false);
    expect(await one.archive.runs.list({ limit: 10 })).toEqual([]);
  });

  test("whose schedule is removed before its run began is skipped", async () => {
    const one = await bench();
    await one.archive.runs.due(await scheduled(one), [{ dueAt: later }], later);
    await one.other.schedules.remove(channel.name.toUpperCase());
    expect(await one.archive.runs.list({ limit: 10 })).toMatchObject([
      { state: "skipped", error: { class: "ScheduleRemoved" } },
    ]);
  });
});

describe("a run that waits", () => {
  test("is not taken up before it is due, as when a clock was set back", async () => {
    const one = await bench();
    await one.archive.runs.due(await scheduled(one), [{ dueAt: later }], undefined);
    await one.archive.runs.start({ channel: "other", cause: "asked" });
    const next = { holder: "one", limit: 9 };
    const taken = async () => (await one.archive.runs.claim(next)).map(({ run }) => run.channel);
    expect(await taken()).toEqual(["other"]);
    one.time.now = Date.parse(later);
    expect(await taken()).toContain(channel.name);
  });

  test("waits for the other of its channel, also when both could be taken up at once", async () => {
    const one = await bench();
    const asked = await one.archive.runs.start({ channel: channel.name, cause: "asked" });
    const command = await one.archive.runs.begin({ channel: channel.name, holder: "one" });
    if (!("lease" in command)) throw new Error("The channel is being read already.");
    await one.archive.runs.release(command.lease, noCounts);
    const next = { holder: "two", limit: 9 };
    const [first, ...others] = await one.other.runs.claim(next);
    expect([first?.run.id, others]).toEqual([asked.id, []]);
    if (first) await one.other.runs.finish(first.lease, { state: "done", counts: noCounts });
    expect(await one.other.runs.claim(next)).toMatchObject([{ run: { id: command.run.id } }]);
  });

  test("is one of at most 1,000: no other is asked for, but one of them is still given", async () => {
    const one = await bench();
    const ask = async (n: number): Promise<Run> =>
      one.archive.runs.start({ channel: `channel_${n}`, cause: "asked" });
    for (let n = 1; n <= 1_000; n += 1) await ask(n);
    await expect(ask(1_001)).rejects.toThrow(
      "1000 runs wait already. Ask again when some are done.",
    );
    expect(await ask(1_000)).toMatchObject({ channel: "channel_1000", state: "waiting" });
  });
});

describe("a lease", () => {
  test("is given once, and one channel is read by one holder", async () => {
    const one = await bench();
    await one.archive.runs.start({ channel: channel.name, cause: "asked" });
    await claimed(one);
    expect(await one.other.runs.claim({ holder: "two", limit: 9 })).toEqual([]);
    expect(await one.other.runs.begin({ channel: "GRADIENT", holder: "two" })).toMatchObject({
      busy: { holder: "one", state: "running" },
    });
  });

  test("lets its holder save, and the run's counts go with the page", async () => {
    const one = await bench();
    await one.archive.runs.start({ channel: channel.name, cause: "asked" });
    const { lease, run } = await claimed(one);
    await one.archive.savePage(...onePage(lease));
    expect((await one.other.runs.get(run.id))?.counts).toMatchObject({ pages: 1, new: 3 });
  });

  test("that ended is taken over, and a holder that wakes again can save nothing", async () => {
    const one = await bench();
    await one.archive.runs.start({ channel: channel.name, cause: "asked" });
    const dead = await claimed(one);
    one.time.now += leaseMs - 1;
    expect(await one.other.runs.claim({ holder: "two", limit: 1 })).toEqual([]);
    one.time.now += 1;
    const [taken] = await one.other.runs.claim({ holder: "two", limit: 1 });
    expect(taken?.run).toMatchObject({ id: dead.run.id, holder: "two" });

    await expect(one.archive.savePage(...onePage(dead.lease))).rejects.toThrow(LeaseLost);
    const odd = { channel: channel.name, url: "https://t.me/s/x", why: "odd", readAt: later };
    const unread = { ...odd, body: new Uint8Array([1]), lease: dead.lease };
    await expect(one.archive.keepUnreadable(unread)).rejects.toThrow(LeaseLost);
    await expect(one.archive.runs.renew(dead.lease, noCounts)).rejects.toThrow(LeaseLost);
    const end = { state: "done", counts: noCounts } as const;
    await expect(one.archive.runs.finish(dead.lease, end)).rejects.toThrow(LeaseLost);
    expect(await one.archive.channels()).toEqual([]);

    if (taken) await one.other.savePage(...onePage(taken.lease));
    expect(await one.archive.channels()).toMatchObject([{ posts: 3 }]);
    expect((await one.archive.runs.lines(dead.run.id)).map(({ text }) => text)).toEqual([
      "one vanished; two took the run over.",
    ]);
  });

  test("that is renewed is not taken over", async () => {
    const one = await bench();
    await one.archive.runs.start({ channel: channel.name, cause: "asked" });
    const { lease } = await claimed(one);
    for (let times = 0; times < 5; times += 1) {
      one.time.now += leaseMs / 2;
      expect(await one.archive.runs.renew(lease, noCounts)).toEqual({ stop: false });
      expect(await one.other.runs.claim({ holder: "two", limit: 1 })).toEqual([]);
    }
  });

  test("of a command that died is not taken over by others, who cannot know what it was asked for", async () => {
    const one = await bench();
    await one.archive.runs.begin({ channel: channel.name, holder: "one" });
    one.time.now += leaseMs;
    expect(await one.other.runs.claim({ holder: "two", limit: 1 })).toEqual([]);
    expect(await one.other.runs.list({ limit: 1 })).toMatchObject([
      { state: "failed", error: { class: "HolderLost" } },
    ]);
  });

  test("of a run that ends every process is not given for ever", async () => {
    const one = await bench();
    await one.archive.runs.start({ channel: channel.name, cause: "asked" });
    let holders = 0;
    while ((await one.archive.runs.claim({ holder: `no. ${holders}`, limit: 1 })).length > 0) {
      holders += 1;
      one.time.now += leaseMs;
    }
    expect(holders).toBe(20);
    expect(await one.archive.runs.list({ limit: 1 })).toMatchObject([
      { state: "failed", error: { class: "HolderLost" } },
    ]);
  });

  test("let go by a process that stops goes to the next, with what was done", async () => {
    const one = await bench();
    await one.archive.runs.start({ channel: channel.name, cause: "asked" });
    const { lease, run } = await claimed(one);
    const counts = { ...noCounts, pages: 7 };
    await one.archive.runs.release(lease, counts);
    const [next] = await one.other.runs.claim({ holder: "two", limit: 1 });
    expect(next?.run).toMatchObject({ id: run.id, counts, holder: "two" });
    await expect(one.archive.runs.renew(lease, counts)).rejects.toThrow(LeaseLost);
  });
});

describe("stop and retry", () => {
  test("a run that waits stops at once, one under way at its holder's next word", async () => {
    const one = await bench();
    const { id } = await one.archive.runs.start({ channel: channel.name, cause: "asked" });
    expect(await one.other.runs.stop(id)).toMatchObject({ state: "stopped" });

    const again = await one.other.runs.retry(id);
    expect(again).toMatchObject({ state: "waiting", cause: "retry", retryOf: id });
    const { lease } = await claimed(one);
    expect(await one.other.runs.stop(again?.id ?? "")).toMatchObject({
      state: "running",
      stopRequested: true,
    });
    expect(await one.archive.runs.renew(lease, noCounts)).toEqual({ stop: true });
  });

  test("a run whose holder died stops at once", async () => {
    const one = await bench();
    const { id } = await one.archive.runs.start({ channel: channel.name, cause: "asked" });
    await claimed(one);
    one.time.now += leaseMs;
    expect(await one.other.runs.stop(id)).toMatchObject({ state: "stopped" });
    expect(await one.other.runs.claim({ holder: "two", limit: 1 })).toEqual([]);
  });

  test("a run that has ended stays as it is; an open one is not doubled; an unknown one is none", async () => {
    const one = await bench();
    const { id } = await one.archive.runs.start({ channel: channel.name, cause: "asked" });
    const { lease } = await claimed(one);
    expect(await one.archive.runs.retry(id)).toMatchObject({ id });
    await one.archive.runs.finish(lease, { state: "done", counts: noCounts });
    expect(await one.archive.runs.stop(id)).toMatchObject({ state: "done" });
    expect(await one.archive.runs.stop("none")).toBeUndefined();
    expect(await one.archive.runs.retry("none")).toBeUndefined();
  });
});

describe("what is kept", () => {
  test("runs are listed newest first, by channel and state, page by page", async () => {
    const one = await bench();
    for (const name of ["first", "second", "third"])
      await one.archive.runs.start({ channel: name, cause: "asked" });
    const [third, second] = await one.archive.runs.list({ limit: 2 });
    expect([third?.channel, second?.channel]).toEqual(["third", "second"]);
    const rest = await one.archive.runs.list({ limit: 2, before: second?.id ?? "" });
    expect(rest.map((run) => run.channel)).toEqual(["first"]);
    expect(await one.archive.runs.list({ limit: 9, channel: "SECOND" })).toHaveLength(1);
    expect(await one.archive.runs.list({ limit: 9, state: "done" })).toEqual([]);
  });

  test("a log has at most 1,000 lines, and the last says that there were more", async () => {
    const one = await bench();
    const { id } = await one.archive.runs.start({ channel: channel.name, cause: "asked" });
    const said = Array.from({ length: 1_003 }, (_, index) => ({
      at: "2026-03-01T00:00:00Z",
      text: `line ${index + 1}`,
    }));
    await one.archive.runs.say(id, ...said);
    const lines = await one.archive.runs.lines(id, 998);
    expect(lines.map(({ no, text }) => `${no} ${text}`)).toEqual([
      "999 line 999",
      "1000 There was more to say than a log has room for.",
    ]);
  });

  test("runs of more than a year ago go, with their lines; the newest stays", async () => {
    const one = await bench();
    const old = await one.archive.runs.start({ channel: "old", cause: "asked" });
    await one.archive.runs.say(old.id, { at: "2026-03-01T00:00:00Z", text: "said long ago" });
    await one.archive.runs.stop(old.id);
    const newer = await one.archive.runs.start({ channel: "newer", cause: "asked" });
    await one.archive.runs.stop(newer.id);
    await one.archive.runs.prune();
    expect(await one.archive.runs.list({ limit: 9 })).toHaveLength(2);
    one.time.now += 401 * 86_400_000;
    await one.archive.runs.prune();
    expect((await one.archive.runs.list({ limit: 9 })).map(({ id }) => id)).toEqual([newer.id]);
    expect(await one.archive.runs.lines(old.id)).toEqual([]);
    expect(await one.archive.verify()).toEqual([]);
  });
});
