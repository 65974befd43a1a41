import type { Instant } from "../../scraper/post.ts";
import type { Archive } from "../archive/archive.ts";
import type { RunCounts } from "../archive/runs/run.ts";
import type { Schedule, ScheduleDraft } from "../archive/runs/schedules.ts";
import { dueAfter, firstDue, paceOf } from "./cadence.ts";
import { instant } from "../../scraper/instant.ts";

/** What schedules will ask of the source, as far as can be told. */
export interface Plan {
  readonly from: Instant;
  readonly hours: number;
  readonly requests: number;
  readonly runs: number;
  readonly channels: number;
  readonly each: readonly PlannedChannel[];
}

interface PlannedChannel {
  readonly channel: string;
  readonly runs: number;
  readonly requests: number;
  /** What a run's requests are reckoned from; `nothing`: the first run reads a history of unknown length beside. */
  readonly from: "past runs" | "what is kept" | "nothing";
}

const hourMs = 3_600_000;
const usualHours = 24;
const comparedRuns = 20;
const idsAPage = 20;
/** More due times of one schedule are not counted. */
const mostRuns = 100_000;

/** The plan of the hours after `now` for schedules, or for drafts of them before they are saved; paused ones ask nothing. */
export async function planOf(
  archive: Archive,
  schedules: readonly (Schedule | ScheduleDraft)[],
  { now, hours = usualHours }: { readonly now: Date; readonly hours?: number },
): Promise<Plan> {
  const each: PlannedChannel[] = [];
  for (const schedule of schedules) {
    if ("paused" in schedule && schedule.paused) continue;
    const until = new Date(now.getTime() + hours * hourMs);
    const runs = await runsWithin(archive, schedule, { now, until });
    if (runs > 0) each.push(await costOf(archive, schedule.channel, runs));
  }
  const sum = (of: "runs" | "requests"): number => each.reduce((all, one) => all + one[of], 0);
  return {
    from: instant(now),
    hours,
    requests: Math.round(sum("requests")),
    runs: sum("runs"),
    channels: each.length,
    each,
  };
}

async function runsWithin(
  archive: Archive,
  schedule: Schedule | ScheduleDraft,
  { now, until }: { readonly now: Date; readonly until: Date },
): Promise<number> {
  const interval = await paceOf(archive, schedule);
  const kept = "nextDueAt" in schedule ? schedule.nextDueAt : undefined;
  let due = kept === undefined ? firstDue(schedule, now) : new Date(kept);
  let runs = 0;
  while (due && due <= until && runs < mostRuns) {
    runs += 1;
    due = dueAfter(schedule, due, interval);
  }
  return runs;
}

async function costOf(archive: Archive, channel: string, runs: number): Promise<PlannedChannel> {
  const done = await archive.runs.list({ channel, state: "done", limit: comparedRuns });
  // The first run of a channel reads its whole history, and is like no other.
  const usual = done.length > 1 && done.length < comparedRuns ? done.slice(0, -1) : done;
  if (usual.length > 0 && done.length > 1) {
    const mean = usual.reduce((sum, { counts }) => sum + requestsOf(counts), 0) / usual.length;
    return { channel, runs, requests: mean * runs, from: "past runs" };
  }
  const kept = archive.kept(channel);
  const recent = await kept.recentWindow();
  if (!recent) return { channel, runs, requests: runs, from: "nothing" };
  const again = 1 + pagesOf(recent);
  const unread = (await kept.unread()).reduce((sum, range) => sum + pagesOf(range), 0);
  return { channel, runs, requests: unread + again * runs, from: "what is kept" };
}

const requestsOf = (counts: RunCounts): number => counts.requests;

const pagesOf = ({ from, to }: { readonly from: number; readonly to: number }): number =>
  Math.ceil((to - from + 1) / idsAPage);
