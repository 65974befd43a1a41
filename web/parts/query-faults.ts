import { html } from "hono/html";
import type { Problem } from "../../server/contract/problem.ts";
import type { SearchAnswer } from "../../server/contract/search.ts";
import type { Html } from "./html.ts";
import type { Words } from "../words/words.ts";

/** What is wrong with a query, or of it could not count, in the language of the page; else in English, marked so. */
export function faultSaid(
  { fault, detail }: { readonly fault?: Problem["fault"] | undefined; readonly detail: string },
  words: Words,
): Html {
  const own = fault && words.answers?.fault(fault);
  return own === undefined ? html`<span lang="en">${detail}</span>` : html`${own}`;
}

/** A problem, likewise. */
export function problemSaid(problem: Problem, words: Words): Html {
  const own = problem.fault ? undefined : words.answers?.problem(problem);
  return own === undefined ? faultSaid(problem, words) : html`${own}`;
}

/** A warning of an answer, likewise. */
export const warningSaid = (
  { code, data, message }: SearchAnswer["warnings"][number],
  words: Words,
): Html => faultSaid({ fault: { code, data }, detail: message }, words);
