import type { AlertAnswer } from "../../server/contract/alert.ts";
import { megabytes } from "./format.ts";
import { ownWords } from "./reasons.ts";
import type { Words } from "../words/words.ts";

/** What kind of alert it is. */
export const alertTitle = ({ kind }: AlertAnswer, { text }: Words): string =>
  text.alerts.titles[kind];

/** What is wrong, from the facts of the alert: each kind is said by the names of its own. */
export function alertSaid({ kind, facts, reasons }: AlertAnswer, words: Words): string {
  const message = ownWords({ message: "", reasons }, words);
  const say: (values: never) => string = words.text.alerts.says[kind];
  return say({ ...inLargeUnits(facts), ...(message !== undefined && { message }) } as never);
}

/** Facts with, beside each time in seconds, whole hours, and beside each size in bytes, whole megabytes. */
function inLargeUnits(facts: AlertAnswer["facts"]): AlertAnswer["facts"] {
  const larger = Object.entries(facts).flatMap(([name, value]) => {
    if (typeof value !== "number") return [];
    if (name.endsWith("Seconds"))
      return [[name.replace("Seconds", "Hours"), Math.round(value / 3600)]];
    return name.endsWith("Bytes") ? [[name.replace("Bytes", "Megabytes"), megabytes(value)]] : [];
  });
  return { ...facts, ...(Object.fromEntries(larger) as AlertAnswer["facts"]) };
}
