import type { InVain, Silence, Watch } from "../../scraper/reading/page-reader.ts";
import { instant } from "../../scraper/instant.ts";
import type { Instant } from "../../scraper/post.ts";
import { runSaid } from "../archive/reasons.ts";
import type { PageTrouble, RunTrouble } from "../archive/runs/run.ts";

/** What a run tells while its source does not answer as it should; `undefined` as soon as it does again. */
export type OnTrouble = (trouble: RunTrouble | undefined) => void;

/** Turns what a reader tells of its tries into what a run tells. */
export function troubleWatch(onTrouble: OnTrouble, now: () => number): Required<Watch> {
  let isInTrouble = false;
  const tell = (trouble: RunTrouble | undefined): void => {
    if (trouble === undefined && !isInTrouble) return;
    isInTrouble = trouble !== undefined;
    onTrouble(trouble);
  };
  return {
    onAnswer: ({ trouble, outcome }) => {
      if (trouble) tell(inVain(trouble, now()));
      else if (outcome !== "stopped") tell(undefined);
    },
    onSilence: (silence) => tell(silent(silence)),
  };
}

const inVain = ({ url, why, tries, mostTries, nextInMs }: InVain, now: number): PageTrouble => ({
  kind: "in-vain",
  url,
  tries,
  mostTries,
  why: runSaid(why).slice(0, longestWhy),
  reasons: why,
  ...(nextInMs !== undefined && {
    nextTryAt: instant(now + nextInMs),
  }),
});

const silent = ({ url, tries, mostTries, ms }: Silence): PageTrouble => ({
  kind: "silent",
  url,
  tries,
  mostTries,
  seconds: Math.round(ms / 1000),
});

/** The trouble as a sentence for a log and a terminal, said at `now`: a next try of another day comes with its date. */
export function sayTrouble(trouble: RunTrouble, now: number): string {
  if (trouble.kind === "file") {
    const { bytes, ofBytes, seconds, mostSeconds } = trouble;
    const much = ofBytes === undefined ? `${bytes}` : `${bytes} of ${ofBytes}`;
    return `A file of ${trouble.url}: ${much} bytes came in ${seconds} s; this try ends after ${mostSeconds} s.`;
  }
  const { url, tries, mostTries } = trouble;
  if (trouble.kind === "silent")
    return `${url} has not answered for ${trouble.seconds} s (try ${tries} of ${mostTries}); it is waited for.`;
  const { why, nextTryAt } = trouble;
  const came = why.replace(/\.$/u, "");
  const what = came.includes(url) ? came : `${url}: ${came}`;
  const next =
    nextTryAt === undefined
      ? "That was the last one."
      : `Next try at ${momentSeenFrom(now, nextTryAt)} UTC.`;
  return `Try ${tries} of ${mostTries}: ${what}. ${next}`;
}

function momentSeenFrom(now: number, at: Instant): string {
  const today = new Date(now).toISOString().slice(0, 10);
  const [day = "", clock = ""] = at.slice(0, 19).split("T");
  return day === today ? clock : `${day} ${clock}`;
}

const longestWhy = 500;
