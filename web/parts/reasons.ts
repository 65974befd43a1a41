import { html } from "hono/html";
import type { RunReason } from "../../server/contract/reason.ts";
import { name } from "./format.ts";
import type { Html } from "./html.ts";
import type { Words } from "../words/words.ts";

/** A sentence of the server, and what it is made of where that is told. */
interface Sentence {
  readonly message: string;
  readonly reasons?: readonly (Pick<RunReason, "facts"> & { readonly code: string })[] | undefined;
}

/** It in the language of the page, as far as its reasons are told; else nothing. */
export const ownWords = ({ reasons }: Sentence, words: Words): string | undefined =>
  reasons && words.answers?.reasons(reasons);

/** It in the language of the page; else in English, marked so. */
export function sentenceSaid(sentence: Sentence, words: Words): Html {
  const own = ownWords(sentence, words);
  return own === undefined
    ? html`<span lang="en" dir="auto">${name(sentence.message)}</span>`
    : html`<span dir="auto">${name(own)}</span>`;
}
