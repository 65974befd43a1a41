import dictionary from "dictionary-en";
import { sampleLexemes } from "./analysis/sample-lexemes.ts";

/** Russian dictionary words in all their forms. */
export function russianForms(lexemes: number, random: () => number): readonly string[] {
  return [...new Set(sampleLexemes(lexemes, random).flatMap(({ forms }) => forms))];
}

/** English dictionary words. */
export function englishWords(count: number, random: () => number): readonly string[] {
  const lines = Buffer.from(dictionary.dic).toString().split("\n");
  const words = lines.map((line) => line.split("/")[0]!).filter((word) => /^[a-z]{3,}$/.test(word));
  return shuffled(words, random).slice(0, count);
}

export function shuffled<Item>(items: readonly Item[], random: () => number): readonly Item[] {
  return items
    .map((item) => ({ item, order: random() }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
