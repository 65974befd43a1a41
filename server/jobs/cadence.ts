import { createHash } from "node:crypto";
import { Cron } from "croner";
import { UsageError } from "../../scraper/errors.ts";
import type { Archive } from "../archive/archive.ts";
import type { Activity } from "../archive/runs/activity.ts";
import type { Cadence, CadenceKind, CadenceOf } from "../archive/runs/cadence.ts";
import type { ScheduleDraft } from "../archive/runs/schedules.ts";

const minuteMs = 60_000;
/** Adaptive schedules read a channel no oftener and no seldomer than this, and one they know nothing of each hour. */
export const adaptive = {
  leastMs: 15 * minuteMs,
  mostMs: 24 * 60 * minuteMs,
  unknownMs: 60 * minuteMs,
} as const;
const longestExpression = 200;
const freshHours = 48;

/** What a due time is reckoned from. */
type Timing = Pick<ScheduleDraft, "channel" | "cadence" | "jitterSeconds">;

/** When a cadence is due, its jitter left out. */
interface Rule<Kind extends CadenceKind> {
  /** @throws UsageError naming what is wrong with it. */
  readonly check: (cadence: CadenceOf<Kind>, now: Date) => void;
  /** The first due time of a schedule that begins at a moment. */
  readonly first: (cadence: CadenceOf<Kind>, from: Date) => Date | undefined;
  /** The first due time after a moment, for a channel whose own pace is one step in `paceMs`. */
  readonly after: (cadence: CadenceOf<Kind>, after: Date, paceMs: number) => Date | undefined;
  /** The last due time up to a moment. Without it due times follow from the last run: none can be missed but that one. */
  readonly before?: (cadence: CadenceOf<Kind>, until: Date) => Date | undefined;
  /** Whether `paceMs` matters, which takes a look at what the channel did lately. */
  readonly goesByPace: boolean;
}

const rules: { readonly [Kind in CadenceKind]: Rule<Kind> } = {
  adaptive: {
    check: () => {},
    first: (_, from) => from,
    after: (_, after, paceMs) => new Date(after.getTime() + paceMs),
    goesByPace: true,
  },
  cron: {
    check: checkCron,
    first: (cadence, from) => cron(cadence).nextRun(from) ?? undefined,
    after: (cadence, after) => cron(cadence).nextRun(after) ?? undefined,
    before: (cadence, until) => cron(cadence).previousRuns(1, new Date(until.getTime() + 1_000))[0],
    goesByPace: false,
  },
};

const ruleOf = (cadence: Cadence): Rule<CadenceKind> => rules[cadence.kind] as Rule<CadenceKind>;

/**
 * The first due time after a moment; `undefined` when there is none. `paceMs` is what `paceOf` says.
 *
 * Where clocks are set forward, an hour and minute that do not exist come right after the gap; where they are set back,
 * what occurs twice is due once, the first time. Expressions with `*` or a step in hour or minute go on through both.
 */
export function dueAfter(timing: Timing, after: Date, paceMs: number): Date | undefined {
  const rule = ruleOf(timing.cadence);
  if (!rule.before) return rule.after(timing.cadence, after, paceMs);
  return jittered(timing, after, (moment) => rule.after(timing.cadence, moment, paceMs));
}

/** The last due time up to a moment, of a cadence that has due times whether there was a run or not. */
export function dueBefore(timing: Timing, until: Date): Date | undefined {
  const { before } = ruleOf(timing.cadence);
  return before && jittered(timing, until, (moment) => before(timing.cadence, moment));
}

/** Whether it has due times whether there was a run or not. */
export const hasOwnTimes = ({ cadence }: Timing): boolean => ruleOf(cadence).before !== undefined;

/** The first due time of a schedule that begins now: an adaptive one begins at once, but for its jitter. */
export function firstDue(timing: Timing, now: Date): Date | undefined {
  const { first, before } = ruleOf(timing.cadence);
  if (before) return jittered(timing, now, (moment) => first(timing.cadence, moment));
  const due = first(timing.cadence, now);
  return due && new Date(due.getTime() + jitterMs(timing));
}

/** @throws UsageError naming what is wrong with a cadence, like a cron expression or its time zone. */
export function checkCadence(cadence: Cadence, now: Date): void {
  ruleOf(cadence).check(cadence, now);
}

/** By its channel's own pace, the time between two runs in milliseconds; 0 for a cadence that does not go by it. */
export async function paceOf(
  archive: Archive,
  { cadence, channel }: Pick<Timing, "cadence" | "channel">,
): Promise<number> {
  return ruleOf(cadence).goesByPace ? adaptiveInterval(await archive.kept(channel).activity()) : 0;
}

function checkCron({ expression, timezone }: CadenceOf<"cron">, now: Date): void {
  if (!isZone(timezone))
    throw new UsageError(`"${timezone}" is no time zone. Name one like Europe/Berlin, or UTC.`);
  if (expression.length > longestExpression)
    throw new UsageError(
      `This cron expression is too long: it has ${expression.length} characters, and the most is ${longestExpression}.`,
    );
  let first: Date | null;
  try {
    first = cron({ expression, timezone }).nextRun(now);
  } catch (error) {
    throw new UsageError(
      `"${expression}" is no cron expression. It has five parts: minute (0–59), hour (0–23), day of month (1–31), month (1–12), day of week (0–7), like 0 */2 * * *`,
      { cause: error },
    );
  }
  if (!first)
    throw new UsageError(`"${expression}" never comes: there is no such day. Nothing would run.`);
}

/**
 * How long to leave a channel alone so that one thing is expected to have happened meanwhile: a new post, or a change to
 * one of its fresh posts, as often as its posts have changed before.
 */
export function adaptiveInterval(activity: Activity | undefined): number {
  if (!activity) return adaptive.unknownMs;
  const { posts, hours, changed, fresh } = activity;
  const newAnHour = posts / hours;
  const changesAnHour = posts === 0 ? 0 : (fresh * (changed / posts)) / freshHours;
  const hoursApart = 1 / (newAnHour + changesAnHour);
  return Math.round(
    Math.min(adaptive.mostMs, Math.max(adaptive.leastMs, hoursApart * 60 * minuteMs)),
  );
}

/** Where in its jitter a channel lies: the same at each due time, so that what is regular stays so. */
function jitterMs({ channel, jitterSeconds }: Timing): number {
  const digest = createHash("sha256").update(channel.toLowerCase()).digest();
  return (digest.readUInt32BE(0) % (jitterSeconds + 1)) * 1_000;
}

/** Due times of a cadence that has its own, each put off by the channel's part of the jitter. */
function jittered(
  timing: Timing,
  moment: Date,
  due: (moment: Date) => Date | undefined,
): Date | undefined {
  const offset = jitterMs(timing);
  const nominal = due(new Date(moment.getTime() - offset));
  return nominal && new Date(nominal.getTime() + offset);
}

function cron({ expression, timezone }: Omit<CadenceOf<"cron">, "kind">): Cron {
  return new Cron(expression, {
    timezone,
    mode: "5-part",
    fixedTimeRule: "no-wildcard",
    paused: true,
  });
}

/** Whether a time zone is known. */
export function isZone(timezone: string): boolean {
  try {
    return Intl.DateTimeFormat("en", { timeZone: timezone }).format() !== "";
  } catch {
    return false;
  }
}
