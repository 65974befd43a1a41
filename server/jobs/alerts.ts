import type { Alert, Finding, Terms } from "../archive/outgoing/alerts.ts";
import type { Snapshot } from "./snapshot.ts";

/** Everything the server raises an alert for. */
export const alertKinds = [
  "run-failed",
  "layout-changed",
  "channel-silent",
  "disk-low",
  "index-behind",
] as const;
export type AlertKind = (typeof alertKinds)[number];

type Found = Omit<Finding, "kind">;

interface Rule extends Terms {
  readonly kind: AlertKind;
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

/** The rules: when each kind is found, for how long it must hold, how long it must be gone. */
const rules: readonly Rule[] = [
  {
    kind: "run-failed",
    holdsForMs: 0,
    calmForMs: 0,
    find: (snapshot) => failures(snapshot, (failure) => failure !== layout),
    say: ({ subject, facts }) => `The last run of @${subject} failed: ${facts["message"]}`,
  },
  {
    kind: "layout-changed",
    holdsForMs: 0,
    calmForMs: 0,
    find: (snapshot) => failures(snapshot, (failure) => failure === layout),
    say: ({ subject, facts }) =>
      `The page layout changed for @${subject}; nothing of it is taken over until that is looked into: ${facts["message"]}`,
  },
  {
    kind: "channel-silent",
    holdsForMs: 0,
    calmForMs: 0,
    find: silences,
    say: ({ subject, facts }) =>
      `@${subject} has posted nothing for ${hours(facts["silentSeconds"])} h; its longest silence lately was ${hours(facts["longestGapSeconds"])} h.`,
  },
  {
    kind: "disk-low",
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
  {
    kind: "index-behind",
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
];

const layout = "PageChanged";

/** The alert as a sentence for whoever gets the message. */
export const sentenceOf = (alert: Alert): string =>
  rules.find(({ kind }) => kind === alert.kind)?.say(alert) ?? alert.kind;

/** What is wrong in this look at the server, and which kinds it could tell of. */
export function findingsIn(snapshot: Snapshot): {
  readonly findings: readonly Finding[];
  readonly terms: ReadonlyMap<string, Terms>;
} {
  const findings: Finding[] = [];
  const terms = new Map<string, Terms>();
  for (const { kind, find, holdsForMs, calmForMs } of rules) {
    const found = find(snapshot);
    if (!found) continue;
    terms.set(kind, { holdsForMs, calmForMs });
    for (const { subject, level, facts } of found) findings.push({ kind, subject, level, facts });
  }
  return { findings, terms };
}

/** Channels whose last run failed so. A run under way, waiting or stopped on request tells nothing new. */
function failures({ runs }: Snapshot, isMeant: (failure: string) => boolean): readonly Found[] {
  return runs.flatMap(({ id, channel, state, error, finishedAt = "" }): readonly Found[] => {
    const subject = channel.toLowerCase();
    if (state === "done") return [];
    if (state !== "failed") return [{ subject, level: "lingering", facts: {} }];
    const { class: failure, message } = error ?? {
      class: "Error",
      message: "It is not known why.",
    };
    const facts = { class: failure, message, runId: id, at: finishedAt };
    return isMeant(failure) ? [{ subject, level: "firm", facts }] : [];
  });
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
