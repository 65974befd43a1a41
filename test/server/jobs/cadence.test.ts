import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Schedule } from "../../../server/archive/runs/schedules.ts";
import {
  adaptive,
  adaptiveInterval,
  checkCadence,
  dueAfter,
} from "../../../server/jobs/cadence.ts";
import { dueTimes } from "../../../server/jobs/due-times.ts";

const cron = (expression: string, timezone = "UTC", jitterSeconds = 0) => ({
  channel: "durov",
  cadence: { kind: "cron", expression, timezone } as const,
  jitterSeconds,
});

function dues(timing: ReturnType<typeof cron>, from: string, count: number): readonly string[] {
  const found: string[] = [];
  let at = new Date(from);
  while (found.length < count) {
    const due = dueAfter(timing, at, 0);
    if (!due) break;
    at = due;
    found.push(due.toISOString().replace(":00.000Z", "Z"));
  }
  return found;
}

describe("an hour and minute on a day that clocks are set forward", () => {
  test.for([
    [
      "Europe/Berlin",
      "30 2 * * *",
      "2026-03-28T12:00Z",
      ["2026-03-29T01:00Z", "2026-03-30T00:30Z"],
    ],
    [
      "America/New_York",
      "15 2 * * *",
      "2026-03-08T00:00Z",
      ["2026-03-08T07:00Z", "2026-03-09T06:15Z"],
    ],
    [
      "America/Sao_Paulo",
      "0 0 * * *",
      "2018-11-03T12:00Z",
      ["2018-11-04T03:00Z", "2018-11-05T02:00Z"],
    ],
    ["Asia/Beirut", "0 0 * * *", "2026-03-28T12:00Z", ["2026-03-28T22:00Z", "2026-03-29T21:00Z"]],
    [
      "Australia/Lord_Howe",
      "15 2 * * *",
      "2026-10-03T12:00Z",
      ["2026-10-03T15:30Z", "2026-10-04T15:15Z"],
    ],
    ["Pacific/Apia", "0 12 * * *", "2011-12-29T12:00Z", ["2011-12-29T22:00Z", "2011-12-30T22:00Z"]],
  ] as const)(
    "in %s `%s` comes right after the gap, once",
    ([zone, expression, from, expected]) => {
      expect(dues(cron(expression, zone), from, 2)).toEqual(expected);
    },
  );
});

describe("an hour and minute on a day that clocks are set back", () => {
  test.for([
    [
      "Europe/Berlin",
      "30 2 * * *",
      "2026-10-24T12:00Z",
      ["2026-10-25T00:30Z", "2026-10-26T01:30Z"],
    ],
    [
      "Europe/Berlin",
      "15,45 2 * * *",
      "2026-10-24T12:00Z",
      ["2026-10-25T00:15Z", "2026-10-25T00:45Z", "2026-10-26T01:15Z"],
    ],
    [
      "America/New_York",
      "30 1 * * *",
      "2026-11-01T00:00Z",
      ["2026-11-01T05:30Z", "2026-11-02T06:30Z"],
    ],
    [
      "Australia/Lord_Howe",
      "45 1 * * *",
      "2026-04-04T12:00Z",
      ["2026-04-04T14:45Z", "2026-04-05T15:15Z"],
    ],
  ] as const)("in %s `%s` comes once, the first time", ([zone, expression, from, expected]) => {
    expect(dues(cron(expression, zone), from, expected.length)).toEqual(expected);
  });
});

test.for(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"])(
  "every half hour is every half hour all year in %s, whatever its clocks do",
  (zone) => {
    const found = dues(cron("*/30 * * * *", zone), "2026-01-01T00:00:00Z", 2 * 24 * 365);
    const gaps = new Set(
      found.slice(1).map((at, index) => Date.parse(at) - Date.parse(found[index] ?? "")),
    );
    expect([...gaps]).toEqual([30 * 60_000]);
  },
);

test("a day of the week and the 29th of February come when they are there", () => {
  expect(dues(cron("0 6 29 2 *"), "2026-01-01T00:00:00Z", 2)).toEqual([
    "2028-02-29T06:00Z",
    "2032-02-29T06:00Z",
  ]);
  expect(dues(cron("0 6 * * MON"), "2026-01-01T00:00:00Z", 1)).toEqual(["2026-01-05T06:00Z"]);
});

describe("jitter", () => {
  test("puts a channel off by the same part each time, and less than was said", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z]{5,12}$/),
        fc.integer({ min: 0, max: 7_200 }),
        (channel, jitterSeconds) => {
          const timing = { ...cron("0 * * * *", "Europe/Berlin", jitterSeconds), channel };
          let at = new Date("2026-03-28T20:00:00Z");
          const offs = new Set<number>();
          for (let times = 0; times < 20; times += 1) {
            const due = dueAfter(timing, at, 0);
            if (!due) throw new Error("It must be due again.");
            expect(due > at).toBe(true);
            at = due;
            offs.add(due.getTime() % 3_600_000);
          }
          const [off = -1] = offs;
          expect(offs.size).toBe(1);
          expect(off).toBeGreaterThanOrEqual(0);
          expect(off).toBeLessThanOrEqual(
            jitterSeconds >= 3_600 ? 3_600_000 : jitterSeconds * 1_000,
          );
        },
      ),
    );
  });

  test("spreads channels", () => {
    const offs = Array.from({ length: 100 }, (_, index) =>
      dueAfter(
        { ...cron("0 * * * *", "UTC", 3_599), channel: `channel_${index}` },
        new Date(0),
        0,
      )?.getTime(),
    );
    expect(new Set(offs).size).toBeGreaterThan(90);
  });
});

test.for([
  ["61 * * * *", "UTC", "61"],
  ["* * * *", "UTC", "five parts"],
  ["* * * * * *", "UTC", "five parts"],
  ["0 0 30 2 *", "UTC", "never comes"],
  ["*/0 * * * *", "UTC", "five parts"],
  ["1 ".repeat(200), "UTC", "too long"],
  ["0 0 * * *", "Mars/Base", "Mars/Base"],
  ["0 0 * * *", "", "no time zone"],
] as const)("`%s` in `%s` is refused with a sentence", ([expression, timezone, said]) => {
  const check = (): void => checkCadence({ kind: "cron", expression, timezone }, new Date(0));
  expect(check).toThrow(said);
  expect(check).toThrow(expect.objectContaining({ name: "UsageError" }));
});

describe("the adaptive cadence", () => {
  const hours = 28 * 24;
  const quiet = { hours, posts: 0, changed: 0, fresh: 0 };

  test("reads a busy channel often, a quiet one daily, an unknown one each hour", () => {
    expect(adaptiveInterval({ ...quiet, posts: 20 * hours })).toBe(adaptive.leastMs);
    expect(adaptiveInterval({ ...quiet, posts: hours / 2 })).toBe(2 * 3_600_000);
    expect(adaptiveInterval(quiet)).toBe(adaptive.mostMs);
    expect(adaptiveInterval(undefined)).toBe(adaptive.unknownMs);
  });

  test("reads oftener while fresh posts are likely to change", () => {
    const calm = { hours, posts: 100, changed: 0, fresh: 8 };
    expect(adaptiveInterval({ ...calm, changed: 50 })).toBeLessThan(adaptiveInterval(calm) * 0.7);
    expect(adaptiveInterval({ ...calm, changed: 50, fresh: 0 })).toBe(adaptiveInterval(calm));
  });

  test("stays within its bounds whatever happens, and never slows down for more posts", () => {
    const activity = fc.record({
      hours: fc.double({ min: 1, max: hours, noNaN: true }),
      posts: fc.integer({ min: 0, max: 500 }),
      changed: fc.integer({ min: 0, max: 500 }),
      fresh: fc.integer({ min: 0, max: 500 }),
    });
    fc.assert(
      fc.property(activity, (one) => {
        const interval = adaptiveInterval(one);
        expect(interval).toBeGreaterThanOrEqual(adaptive.leastMs);
        expect(interval).toBeLessThanOrEqual(adaptive.mostMs);
      }),
    );
  });
});

describe("due times that nobody was there for", () => {
  const schedule: Schedule = {
    id: "s",
    ...cron("0 * * * *"),
    misfire: "once",
    paused: false,
    createdAt: "2026-01-01T00:00:00Z",
    nextDueAt: "2026-01-01T01:00:00Z",
  };
  const at = (now: string, own: Partial<Schedule> = {}) =>
    dueTimes({ ...schedule, ...own }, new Date(now), 3_600_000);

  test("are none when it is on time, or a little late", () => {
    const expected = { times: [{ dueAt: "2026-01-01T01:00:00Z" }], next: "2026-01-01T02:00:00Z" };
    expect(at("2026-01-01T01:00:00Z")).toEqual(expected);
    expect(at("2026-01-01T01:59:59Z", { misfire: "skip" })).toEqual(expected);
  });

  test("make one run with `once`, and one entry that says what became of the others", () => {
    const { times, next } = at("2026-01-03T12:30:00Z");
    expect(times).toEqual([
      {
        dueAt: "2026-01-01T01:00:00Z",
        skipped: {
          class: "Misfire",
          message:
            "59 due times from 2026-01-01T01:00:00Z on passed while no process was there to run.",
          reasons: [{ code: "dues-missed", facts: { count: 59, from: "2026-01-01T01:00:00Z" } }],
        },
      },
      { dueAt: "2026-01-03T12:00:00Z" },
    ]);
    expect(next).toBe("2026-01-03T13:00:00Z");
  });

  test("make no run with `skip` when the last is long past, but are told of", () => {
    const daily = {
      ...cron("0 0 * * *"),
      misfire: "skip",
      nextDueAt: "2026-01-02T00:00:00Z",
    } as const;
    const { times, next } = at("2026-01-04T05:00:00Z", daily);
    expect(times).toMatchObject([{ dueAt: "2026-01-02T00:00:00Z", skipped: { class: "Misfire" } }]);
    expect(next).toBe("2026-01-05T00:00:00Z");
    expect(at("2026-01-04T00:30:00Z", daily).times.at(-1)).toEqual({
      dueAt: "2026-01-04T00:00:00Z",
    });
  });

  test("are counted up to a bound, and the last is found beyond it", () => {
    const { times, next } = at("2027-01-01T00:30:00Z", cron("* * * * *"));
    expect(times.at(0)?.skipped?.message).toContain("More than 1000 due times");
    expect(times.at(-1)).toEqual({ dueAt: "2027-01-01T00:30:00Z" });
    expect(next).toBe("2027-01-01T00:31:00Z");
  });

  test("of an adaptive schedule make one run, and the next is an interval from now", () => {
    const adaptiveOne = { cadence: { kind: "adaptive" } } as const;
    expect(at("2026-01-02T00:00:00Z", adaptiveOne)).toEqual({
      times: [{ dueAt: "2026-01-01T01:00:00Z" }],
      next: "2026-01-02T01:00:00Z",
    });
  });
});
