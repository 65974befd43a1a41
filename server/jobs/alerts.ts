import type { Alert, Finding, Terms } from "../archive/outgoing/alerts.ts";
import type { Run } from "../archive/runs/run.ts";
import type { Snapshot } from "./snapshot.ts";

type Found = Omit<Finding, "kind">;

interface Rule extends Terms {
  /** What is wrong in this look; `undefined` when it does not tell. */
  readonly find: (snapshot: Snapshot) => readonly Found[] | undefined;
  /** The alert as a sentence. */
  readonly say: (alert: Alert) => string;
}

const minuteMs = 60_000;
const gigabyte = 1_000_000_000;
const daySeconds = 86_400;
/** Told before archiving stops, which by default it does at 1 GB. */
const lowDiskBytes = 2 * gigabyte;
const enoughDiskBytes = 3 * gigabyte;
const lateIndexSeconds = 300;
const freshIndexSeconds = 30;
const silenceFactor = 2;
/** How long a failed run of a channel nobody keeps still tells of its source. */
const passingMs = 60 * minuteMs;

/** The rules: when each kind is found, for how long it must hold, how long it must be gone. */
const rules = {
  "source-down": {
    holdsForMs: 0,
    calmForMs: 0,
    find: outages,
    say: ({ facts }) =>
      `The source cannot be read; runs that ended so: ${facts["runs"]}. ${facts["message"]}`,
  },
  "run-failed": {
    holdsForMs: 0,
    calmForMs: 0,
    find: (snapshot) => failures(snapshot, (failure) => failure !== layout),
    say: ({ subject, facts }) => `The last run of @${subject} failed: ${facts["message"]}`,
  },
  "layout-changed": {
    holdsForMs: 0,
    calmForMs: 0,
    find: (snapshot) => failures(snapshot, (failure) => failure === layout),
    say: ({ subject, facts }) =>
      `The page layout changed for @${subject}; nothing of it is taken over until that is looked into: ${facts["message"]}`,
  },
  "channel-silent": {
    holdsForMs: 0,
    calmForMs: 0,
    find: silences,
    say: ({ subject, facts }) =>
      `@${subject} has posted nothing for ${hours(facts["silentSeconds"])} h; its longest silence lately was ${hours(facts["longestGapSeconds"])} h.`,
  },
  "disk-low": {
    holdsForMs: 0,
    calmForMs: 5 * minuteMs,
    find: ({ disk }) => {
      if (!disk) return undefined;
      const { freeBytes } = disk;
      const level = freeBytes < lowDiskBytes ? "firm" : "lingering";
      return freeBytes < enoughDiskBytes ? [{ subject: "", level, facts: { freeBytes } }] : [];
    },
    say: ({ facts }) =>
      `The archive's disk has ${Math.floor(Number(facts["freeBytes"]) / 1_000_000)} MB free.`,
  },
  "index-behind": {
    holdsForMs: 5 * minuteMs,
    calmForMs: 2 * minuteMs,
    find: ({ indexes }) =>
      indexes.flatMap(({ engine, state, behind, lagSeconds }): readonly Found[] => {
        const isLate = state !== "ready" || lagSeconds >= lateIndexSeconds;
        const isFresh = state === "ready" && lagSeconds <= freshIndexSeconds;
        const facts = { state, behind, lagSeconds };
        return isFresh ? [] : [{ subject: engine, level: isLate ? "firm" : "lingering", facts }];
      }),
    say: ({ subject, facts }) =>
      `The ${subject} index is ${facts["state"]} and lacks ${facts["behind"]} changes, the oldest for ${facts["lagSeconds"]} s.`,
  },
  "search-refused": {
    holdsForMs: 0,
    calmForMs: 0,
    find: ({ refused }) =>
      refused?.map(({ id, name, message, reasons }) => ({
        subject: id,
        level: "firm",
        facts: { name, message },
        reasons,
      })),
    say: ({ facts }) =>
      `The saved search “${facts["name"]}” cannot be asked as it is, and waits: ${facts["message"]}`,
  },
} satisfies Readonly<Record<string, Rule>>;

/** Everything the server raises an alert for: a rule here, and its words in `web/words/*.json`. */
export type AlertKind = keyof typeof rules;
export const alertKinds = Object.keys(rules) as readonly AlertKind[];

/** An alert of a kind that this program knows. */
export type KnownAlert = Alert & { readonly kind: AlertKind; readonly sentence: string };

/** Alerts with the sentence each is told in; of kinds that this program knows. */
export const told = (alerts: readonly Alert[]): readonly KnownAlert[] =>
  alerts.flatMap((alert): readonly KnownAlert[] => {
    const kind = alertKinds.find((one) => one === alert.kind);
    return kind === undefined ? [] : [{ ...alert, kind, sentence: sentenceOf(alert) }];
  });

const layout = "PageChanged";

/** The alert as a sentence for whoever gets the message. */
export const sentenceOf = (alert: Alert): string =>
  alertKinds
    .filter((kind) => kind === alert.kind)
    .map((kind) => rules[kind].say(alert))
    .join("") || alert.kind;

/** What is wrong in this look at the server, and which kinds it could tell of. */
export function findingsIn(snapshot: Snapshot): {
  readonly findings: readonly Finding[];
  readonly terms: ReadonlyMap<AlertKind, Terms>;
} {
  const findings: Finding[] = [];
  const terms = new Map<AlertKind, Terms>();
  for (const kind of alertKinds) {
    const { find, holdsForMs, calmForMs }: Rule = rules[kind];
    const found = find(snapshot);
    if (!found) continue;
    terms.set(kind, { holdsForMs, calmForMs });
    for (const finding of found) findings.push({ kind, ...finding });
  }
  return { findings, terms };
}

/**
 * One finding for a source that is down, whatever the number of channels: runs ended because it did not answer, and nobody has
 * had an answer since.
 */
function outages({ at, runs, wanted }: Snapshot): readonly Found[] {
  const answered = lastAnswer(runs);
  const ended = runs.filter(
    (run) =>
      isUnanswered(run) &&
      endOf(run) > answered &&
      (wanted.has(run.channel.toLowerCase()) || at.getTime() - Date.parse(endOf(run)) < passingMs),
  );
  const [newest] = ended;
  if (!newest) return [];
  const { id: runId, error } = newest;
  const facts = { runs: ended.length, message: error?.message ?? "", runId, at: endOf(newest) };
  return [{ subject: "", level: "firm", facts, ...reasonsOf(error) }];
}

/**
 * Channels whose last run failed so. A run under way, waiting or stopped on request tells nothing new; nor does one that an
 * outage of the source ended, which is another alert's matter. A name nobody keeps or reads by a schedule is nobody's loss.
 */
function failures(
  { runs, wanted }: Snapshot,
  isMeant: (failure: string) => boolean,
): readonly Found[] {
  return runs.flatMap((run): readonly Found[] => {
    const { id, channel, state, error } = run;
    const subject = channel.toLowerCase();
    if (state === "done" || !wanted.has(subject)) return [];
    if (state !== "failed" || isPartOfOutage(run, runs))
      return [{ subject, level: "lingering", facts: {} }];
    const { class: failure, message } = error ?? {
      class: "Error",
      message: "It is not known why.",
    };
    const facts = { class: failure, message, runId: id, at: endOf(run) };
    return isMeant(failure) ? [{ subject, level: "firm", facts, ...reasonsOf(error) }] : [];
  });
}

const reasonsOf = (error: Run["error"]): Pick<Finding, "reasons"> =>
  error?.reasons ? { reasons: error.reasons } : {};

/** Whether the source answered nobody while this run tried. */
function isPartOfOutage(run: Run, runs: readonly Run[]): boolean {
  const began = run.startedAt ?? run.dueAt;
  return (
    isUnanswered(run) &&
    !runs.some((other) => isAnswered(other) && endOf(other) >= began && endOf(other) <= endOf(run))
  );
}

const endOf = ({ finishedAt = "" }: Run): string => finishedAt;

/** It ended because the source did not answer, or not with a page. */
const isUnanswered = ({ state, error }: Run): boolean =>
  state === "failed" && (error?.class === "Unreachable" || error?.class === "Throttled");

/** It ended as it did because the source answered: with all that was asked for, or with a refusal. */
const isAnswered = ({ state, error }: Run): boolean =>
  state === "done" || (state === "failed" && answers.has(error?.class ?? ""));
const answers = new Set(["ChannelUnavailable", layout, "MassAbsence"]);

/** When the source surely last answered a run; empty when it never has. */
const lastAnswer = (runs: readonly Run[]): string =>
  runs.filter(isAnswered).map(answeredAt).toSorted().at(-1) ?? "";

/** A run whose files did not all come read its pages at some time since it began, and may have ended within an outage. */
function answeredAt(run: Run): string {
  const { mediaFailed = 0, mediaWaiting = 0 } = run.counts;
  return mediaFailed + mediaWaiting > 0 ? (run.startedAt ?? run.dueAt) : endOf(run);
}

/**
 * Channels that had posted nothing when last read for longer than ever lately, twice over and at least a day. One that
 * was so already when it was added is not news; nor is one that could not be read, which is another alert's matter.
 */
function silences({ paces }: Snapshot): readonly Found[] {
  return paces.flatMap(
    ({ name, addedAt, newest, lastReadAt, longestGapSeconds }): readonly Found[] => {
      if (newest === undefined || lastReadAt === undefined || longestGapSeconds === undefined)
        return [];
      const limit = Math.max(daySeconds, silenceFactor * longestGapSeconds);
      const silentSeconds = secondsBetween(newest, lastReadAt);
      if (silentSeconds <= limit || secondsBetween(newest, addedAt) > limit) return [];
      const facts = { silentSeconds, longestGapSeconds, newest };
      return [{ subject: name.toLowerCase(), level: "firm", facts }];
    },
  );
}

const secondsBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / 1000);

const hours = (seconds: string | number | undefined): number => Math.round(Number(seconds) / 3600);
