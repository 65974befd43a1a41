import type { AlertAnswer } from "../../server/contract/alert.ts";
import { megabytes } from "./format.ts";
import { ownWords } from "./reasons.ts";
import type { Words } from "../words/words.ts";

/** What kind of alert it is. */
export const alertTitle = ({ kind }: AlertAnswer, { text }: Words): string =>
  text.alerts.titles[kind];

/** What is wrong, from the facts of the alert. */
export function alertSaid({ kind, facts, reasons }: AlertAnswer, words: Words): string {
  const message = ownWords({ message: "", reasons }, words);
  const told = message === undefined ? facts : { ...facts, message };
  return sentences[kind](told, words.text.alerts.says);
}

type Facts = AlertAnswer["facts"];
type Says = Words["text"]["alerts"]["says"];

const sentences: Readonly<Record<AlertAnswer["kind"], (facts: Facts, says: Says) => string>> = {
  "source-down": ({ runs, message }, says) =>
    says["source-down"]({ runs: Number(runs), message: String(message) }),
  "run-failed": ({ message }) => String(message),
  "layout-changed": ({ message }, says) => says["layout-changed"]({ message: String(message) }),
  "channel-silent": ({ silentSeconds, longestGapSeconds }, says) =>
    says["channel-silent"]({ silent: hours(silentSeconds), longest: hours(longestGapSeconds) }),
  "disk-low": ({ freeBytes }, says) => says["disk-low"]({ free: megabytes(Number(freeBytes)) }),
  "index-behind": ({ behind, lagSeconds }, says) =>
    says["index-behind"]({ behind: Number(behind), seconds: Number(lagSeconds) }),
  "search-refused": ({ name, message }, says) =>
    says["search-refused"]({ name: String(name), message: String(message) }),
};

const hours = (seconds: Facts[string] | undefined): number => Math.round(Number(seconds) / 3600);
