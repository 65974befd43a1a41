import { createHash } from "node:crypto";
import { Cron } from "croner";
import { UsageError } from "../../scraper/errors.ts";
import type { Activity } from "../archive/runs/activity.ts";
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

/**
 * The first due time after a moment; `undefined` when there is none. `intervalMs` is what an adaptive cadence goes by.
 *
 * Where clocks are set forward, an hour and minute that do not exist come right after the gap; where they are set back,
 * what occurs twice is due once, the first time. Expressions with `*` or a step in hour or minute go on through both.
 */
export function dueAfter(timing: Timing, after: Date, intervalMs: number): Date | undefined {
  const { cadence } = timing;
  if (cadence.kind === "adaptive") return new Date(after.getTime() + intervalMs);
  const offset = jitterMs(timing);
  const nominal = cron(cadence).nextRun(new Date(after.getTime() - offset));
  return nominal ? new Date(nominal.getTime() + offset) : undefined;
}

/** The last due time up to a moment, for a cron cadence. */
export function dueBefore(timing: Timing, until: Date): Date | undefined {
  const { cadence } = timing;
  if (cadence.kind === "adaptive") return undefined;
  const offset = jitterMs(timing);
  const [last] = cron(cadence).previousRuns(1, new Date(until.getTime() - offset + 1_000));
  return last && new Date(last.getTime() + offset);
}

/** The first due time of a schedule that begins now: an adaptive one begins at once, but for its jitter. */
export function firstDue(timing: Timing, now: Date): Date | undefined {
  return timing.cadence.kind === "adaptive"
    ? new Date(now.getTime() + jitterMs(timing))
    : dueAfter(timing, now, 0);
}

/** @throws UsageError naming what is wrong with a cron expression or its time zone. */
export function checkCadence(cadence: ScheduleDraft["cadence"], now: Date): void {
  if (cadence.kind === "adaptive") return;
  const { expression, timezone } = cadence;
  if (!isZone(timezone))
    throw new UsageError(`"${timezone}" is no time zone. Name one like Europe/Berlin, or UTC.`);
  if (expression.length > longestExpression)
    throw new UsageError(
      `This cron expression is too long: it has ${expression.length} characters, and the most is ${longestExpression}.`,
    );
  let first: Date | null;
  try {
    first = cron(cadence).nextRun(now);
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

function cron({
  expression,
  timezone,
}: {
  readonly expression: string;
  readonly timezone: string;
}): Cron {
  return new Cron(expression, {
    timezone,
    mode: "5-part",
    fixedTimeRule: "no-wildcard",
    paused: true,
  });
}

function isZone(timezone: string): boolean {
  try {
    return Intl.DateTimeFormat("en", { timeZone: timezone }).format() !== "";
  } catch {
    return false;
  }
}
