import type { Post } from "../../scraper/post.ts";
import { searchedTexts } from "./document.ts";
import type { LinkedWords, TextPart } from "./highlight.ts";

/** Cuts a text at what was searched for. */
export type Mark = (text: string, links?: readonly LinkedWords[]) => readonly TextPart[];

/** The text of a post in parts, and those of its other texts that hold what was searched for. */
export function markedTexts(
  post: Post,
  mark: Mark,
): { readonly parts: readonly TextPart[]; readonly elsewhere: readonly (readonly TextPart[])[] } {
  const others = searchedTexts(post).slice(post.text === "" ? 0 : 1);
  const elsewhere = others
    .map((text) => mark(text))
    .filter((parts) => parts.some(({ hit }) => hit));
  return { parts: mark(post.text, linksOf(post)), elsewhere };
}

function linksOf({ entities }: Post): readonly LinkedWords[] {
  return entities.flatMap(({ type, offset, length, url }) =>
    type === "link" && url !== undefined ? [{ start: offset, end: offset + length, url }] : [],
  );
}
