import { instant } from "../../scraper/instant.ts";
import type { Instant } from "../../scraper/post.ts";
import { reason } from "../../scraper/reasons.ts";
import { endedFor, type RunError } from "../archive/runs/run.ts";
import type { DueTime } from "../archive/runs/run-ledger.ts";
import type { Schedule } from "../archive/runs/schedules.ts";
import { dueAfter, dueBefore, hasOwnTimes } from "./cadence.ts";

/** A due time that nobody was there for within this is missed; so is every one but the last. */
const lateAfterMs = 3_600_000;
const mostCounted = 1_000;

/**
 * What a schedule that is due owes the ledger, and when it is due next. Of several due times that have passed, the last may
 * run (its misfire policy says whether, when it is late), and one entry says what became of the others.
 */
export function dueTimes(
  schedule: Schedule,
  now: Date,
  intervalMs: number,
): { readonly times: readonly DueTime[]; readonly next: Instant | undefined } {
  const first = new Date(schedule.nextDueAt ?? now);
  const { last, count } = lastDue(schedule, first, now);
  const next = dueAfter(schedule, hasOwnTimes(schedule) ? last : now, intervalMs);
  const isLate = now.getTime() - last.getTime() > lateAfterMs;
  const leftOut = isLate && schedule.misfire === "skip" ? count : count - 1;
  const times: DueTime[] = [];
  if (leftOut > 0) times.push({ dueAt: instant(first), skipped: missed(leftOut, first) });
  if (leftOut < count) times.push({ dueAt: instant(last) });
  return { times, next: next && instant(next) };
}

function lastDue(schedule: Schedule, first: Date, now: Date): { last: Date; count: number } {
  let last = first;
  let count = 1;
  if (!hasOwnTimes(schedule)) return { last, count };
  while (count <= mostCounted + 1) {
    const next = dueAfter(schedule, last, 0);
    if (!next || next > now) return { last, count };
    last = next;
    count += 1;
  }
  return { last: dueBefore(schedule, now) ?? last, count };
}

function missed(count: number, first: Date): RunError {
  const from = instant(first);
  const many = Math.min(count, mostCounted);
  return endedFor(
    "Misfire",
    count === 1
      ? reason("due-missed", { from })
      : reason(count > mostCounted ? "many-dues-missed" : "dues-missed", { count: many, from }),
  );
}
