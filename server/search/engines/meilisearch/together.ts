import type { QueryWord, Token } from "../../analysis/analyzer.ts";
import { asTyped, fewBetween, near, sideBySide } from "../../relevance.ts";
import { soughtBy } from "../../sought.ts";
import { readTokens } from "./post-document.ts";

/** What a post with these texts is worth of its score, by how the words of a query stand in it. */
export function shareOf(texts: readonly string[], words: readonly QueryWord[]): number {
  let best = 1;
  const typed = new Set<QueryWord>();
  for (const text of texts) {
    const tokens = readTokens(text);
    for (const word of words) if (tokens.some(({ form }) => form === word.form)) typed.add(word);
    const places = words.map((word) => tokens.filter((token) => isOf(token, word)));
    let share = 1;
    for (const [i, after] of places.slice(1).entries()) {
      const distances = places[i]!.flatMap((one) => after.map((other) => between(one, other)));
      if (distances.includes(0)) share += sideBySide;
      if (distances.some((distance) => Math.abs(distance) <= fewBetween)) share += near;
    }
    best = Math.max(best, share);
  }
  return typed.size === words.length ? best + asTyped : best;
}

function isOf(token: Token, word: QueryWord): boolean {
  const { keys, forms } = soughtBy(word, undefined);
  return forms.includes(token.form) || token.keys.some((key) => keys.includes(key));
}

/** How many words are between, less than 0 (and one for itself) where the other comes first. */
function between(one: Token, other: Token): number {
  return other.position >= one.end ? other.position - one.end : other.end - one.position - 1;
}
