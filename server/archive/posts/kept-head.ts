import { hash } from "node:crypto";
import type { ResponseHead } from "../../../scraper/reading/source.ts";

/** What is kept of an answer's head beside its page, as columns. */
export interface KeptHead {
  readonly status: number;
  /** JSON of `[name, value]` pairs, in the order in which they came. */
  readonly headers: string;
}

const mostHeaders = 100;
const longestValue = 2_000;
const mostCharacters = 16_000;

/** What lets somebody in, or tells who was: it is no part of the page. */
const secrets: ReadonlySet<string> = new Set([
  "set-cookie",
  "set-cookie2",
  "cookie",
  "authorization",
  "proxy-authorization",
  "authentication-info",
  "proxy-authentication-info",
]);

/** The head as it is kept: without secrets, and no more of it than a server has reason to say. */
export function keptHead({ status, headers }: ResponseHead): KeptHead {
  const kept: (readonly [string, string])[] = [];
  let characters = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (!isName.test(name) || secrets.has(name.toLowerCase())) continue;
    const said = value.slice(0, longestValue).replaceAll(control, " ");
    characters += name.length + said.length;
    if (kept.length >= mostHeaders || characters > mostCharacters) break;
    kept.push([name, said]);
  }
  return { status, headers: JSON.stringify(kept) };
}

/** A token, as HTTP names headers. */
const isName = /^[\w!#$%&'*+.^`|~-]{1,100}$/u;
// oxlint-disable-next-line no-control-regex -- these would end a header's line
const control = /[\u0000-\u001f\u007f]/gu;

/** As the journal tells it: the number, and SHA-256 of the headers as they are kept, hex. */
export function headNoted(head: KeptHead): { readonly status: number; readonly headers: string } {
  return { status: head.status, headers: hash("sha256", head.headers) };
}

/** The head of a kept page; undefined where there is none. */
export function keptHeadOf(row: {
  readonly status: number | null;
  readonly headers: string | null;
}): KeptHead | undefined {
  const { status, headers } = row;
  return status === null || headers === null ? undefined : { status, headers };
}
