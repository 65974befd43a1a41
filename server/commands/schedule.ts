import { channelName } from "../../scraper/channel-name.ts";
import { UsageError } from "../../scraper/errors.ts";
import { jsonLine } from "../export/json-line.ts";
import { type Cadence, cadenceKinds, cadenceOf, fieldsOf } from "../archive/runs/cadence.ts";
import type { Schedule, ScheduleDraft } from "../archive/runs/schedules.ts";
import { exitCodes } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { checkCadence, firstDue } from "../jobs/cadence.ts";
import { instant } from "../../scraper/instant.ts";
import { type Plan, planOf } from "../jobs/plan.ts";
import { openArchive } from "../wiring/open-desk.ts";
import { number, table } from "../terminal.ts";
import type { JsonFlag } from "./keep.ts";
import type { Session } from "./session.ts";
import { ownCommand } from "../../scraper/own-command.ts";

export interface ScheduleFlags extends JsonFlag {
  /** Of cadences: the option of a kind is followed by its first field, each other field has its own. */
  readonly [cadence: string]: unknown;
  readonly jitter?: string;
  readonly misfire?: string;
  /** Says what it would ask for, and saves nothing. */
  readonly preview?: boolean;
}

const longestJitterSeconds = 86_400;

/** Says what the schedules will ask of the source, then makes them; a channel that has one gets this in its place. */
export async function addSchedules(
  { config, print, progress }: Session,
  channels: readonly string[],
  flags: ScheduleFlags,
): Promise<ExitCode> {
  const now = new Date();
  const drafts = draftsOf(channels, flags, now);
  await using archive = await openArchive(config, { mayMake: true });
  const plan = await planOf(archive, drafts, { now });
  const others = (await archive.schedules.list()).filter(
    ({ channel }) => !drafts.some((draft) => sameName(draft.channel, channel)),
  );
  const all = await planOf(archive, [...others, ...drafts], { now });
  progress.say(`Next ${plan.hours} hours: ${describePlan(plan)}.`);
  if (others.length > 0) progress.say(`With the other schedules: ${describePlan(all)}.`);
  const most = config.rate * plan.hours * 3_600;
  if (all.requests > most)
    progress.say(
      `That is more than the ${number(most)} requests that BACKSCROLL_RATE allows: runs will be skipped.`,
    );
  if (flags.preview) {
    if (flags.json) print(jsonLine({ plan, all }));
    return exitCodes.done;
  }
  for (const draft of drafts) {
    const due = firstDue(draft, now);
    const schedule = await archive.schedules.set(draft, due && instant(due));
    if (flags.json) print(jsonLine(schedule));
    else progress.say(`@${schedule.channel}: ${describe(schedule)}.`);
  }
  return exitCodes.done;
}

/** Every schedule, and what they will ask of the source together. */
export async function listSchedules(
  { config, print, progress }: Session,
  { json }: JsonFlag,
): Promise<ExitCode> {
  await using archive = await openArchive(config);
  const schedules = await archive.schedules.list();
  if (json) for (const schedule of schedules) print(jsonLine(schedule));
  else if (schedules.length === 0)
    progress.say(`There are no schedules. Make one: ${ownCommand} schedule add durov --adaptive`);
  else {
    print(
      table([
        ["channel", "when", "next due", "missed due times"],
        ...schedules.map((schedule) => [
          `@${schedule.channel}`,
          cadenceWords(schedule.cadence),
          schedule.paused ? "paused" : (schedule.nextDueAt ?? "never again"),
          schedule.misfire === "once" ? "run once" : "skipped",
        ]),
      ]),
    );
    const plan = await planOf(archive, schedules, { now: new Date() });
    progress.say(`Next ${plan.hours} hours: ${describePlan(plan)}.`);
  }
  return exitCodes.done;
}

/** Does one thing to the schedules of some channels (or ids). @throws UsageError when there is none, before anything is done */
export async function changeSchedules(
  { config, print, progress }: Session,
  named: readonly string[],
  { does, json }: JsonFlag & { readonly does: "remove" | "pause" | "resume" },
): Promise<ExitCode> {
  await using archive = await openArchive(config);
  const { schedules } = archive;
  const found: Schedule[] = [];
  for (const name of named) {
    const schedule = (await schedules.get(name)) ?? (await schedules.get(channelName(name)));
    if (!schedule)
      throw new UsageError(`@${name} has no schedule. \`${ownCommand} schedule list\` shows all.`);
    found.push(schedule);
  }
  for (const one of found) {
    const due = does === "resume" ? firstDue(one, new Date()) : undefined;
    const changed =
      does === "remove"
        ? await schedules.remove(one.id)
        : does === "pause"
          ? await schedules.pause(one.id)
          : await schedules.resume(one.id, due && instant(due));
    if (json) print(jsonLine(changed ?? one));
    else
      progress.say(
        does === "remove"
          ? `@${one.channel}: the schedule is removed. What is kept of the channel stays.`
          : `@${one.channel}: ${describe(changed ?? one)}.`,
      );
  }
  return exitCodes.done;
}

function draftsOf(
  channels: readonly string[],
  flags: ScheduleFlags,
  now: Date,
): readonly ScheduleDraft[] {
  const cadence = typedCadence(flags);
  checkCadence(cadence, now);
  const { misfire = "once" } = flags;
  if (misfire !== "once" && misfire !== "skip")
    throw new UsageError(`--misfire is "${misfire}". It must be "skip" or "once".`);
  const jitterSeconds = jitterOf(flags.jitter);
  return channels.map((typed) => ({
    channel: channelName(typed),
    cadence,
    jitterSeconds,
    misfire,
  }));
}

function typedCadence(flags: ScheduleFlags): Cadence {
  const [kind, another] = cadenceKinds.filter((one) => flags[one] !== undefined);
  if (!kind || another) throw new UsageError(`Say when, by one of ${waysToSay()}.`);
  for (const other of cadenceKinds)
    for (const { name } of other === kind ? [] : fieldsOf(other).slice(1))
      if (flags[name] !== undefined) throw new UsageError(`--${name} goes with --${other}.`);
  const [first] = fieldsOf(kind);
  return cadenceOf(kind, (field) => {
    const typed = flags[field === first?.name ? kind : field];
    return typeof typed === "string" ? typed : undefined;
  });
}

/** Like `--adaptive or --cron "0 *\/2 * * *"`. */
const waysToSay = (): string =>
  cadenceKinds
    .map((kind) => {
      const [first] = fieldsOf(kind);
      return first ? `--${kind} "${first.example}"` : `--${kind}`;
    })
    .join(" or ");

function jitterOf(typed = "0"): number {
  const seconds = /^\d{1,6}$/.test(typed) ? Number(typed) : -1;
  if (seconds < 0 || seconds > longestJitterSeconds)
    throw new UsageError(
      `--jitter is "${typed}". It must be a whole number of seconds from 0 to ${longestJitterSeconds}.`,
    );
  return seconds;
}

function describePlan({ requests, runs, channels, each }: Plan): string {
  const unknown = each.filter(({ from }) => from === "nothing").length;
  const first = unknown === 0 ? "" : `, and the whole history of ${count(unknown, "new channel")}`;
  return `${count(requests, "request")}${first}, ${count(runs, "run")}, ${count(channels, "channel")}`;
}

const count = (some: number, what: string): string =>
  `${number(some)} ${what}${some === 1 ? "" : "s"}`;

function describe(schedule: Schedule): string {
  const when = cadenceWords(schedule.cadence);
  if (schedule.paused) return `${when}, paused`;
  return `${when}, next ${schedule.nextDueAt ?? "never again"}`;
}

function cadenceWords(cadence: Cadence): string {
  const { kind, ...fields } = cadence;
  return Object.values(fields).join(" ") || kind;
}

const sameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
