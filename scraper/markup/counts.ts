import { isCount } from "../limits.ts";

/** Reads a number as Telegram shows it: `146`, `5 012`, `3.42K`, `18.9M`; `undefined` when it is none. */
export function parseCount(shown: string): number | undefined {
  const match = /^(\d+(?:[\s,]\d{3})*)(?:\.(\d+))?([KMB]?)$/iu.exec(shown.trim());
  if (!match) return undefined;
  const [, whole = "", fraction = "", unit = ""] = match;
  if (fraction !== "" && unit === "") return undefined;
  const number = Number(`${whole.replaceAll(/[\s,]/gu, "")}.${fraction || "0"}`);
  return countOf(Math.round(number * (units.get(unit.toUpperCase()) ?? Number.NaN)));
}

/** Reads `0:58` or `1:02:05` as seconds; `undefined` when it is neither. */
export function parseDuration(shown: string): number | undefined {
  if (!/^\d+(?::[0-5]\d){1,2}$/u.test(shown.trim())) return undefined;
  return countOf(shown.split(":").reduce((seconds, part) => seconds * 60 + Number(part), 0));
}

/** Reads `42%`; `undefined` when it is no percentage. */
export function parsePercent(shown: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*%$/u.exec(shown.trim());
  const percent = Number(match?.[1]);
  return percent <= 100 ? percent : undefined;
}

/** A number beyond all sense is no number. */
function countOf(number: number): number | undefined {
  return isCount(number) ? number : undefined;
}

const units = new Map([
  ["", 1],
  ["K", 1_000],
  ["M", 1_000_000],
  ["B", 1_000_000_000],
]);
