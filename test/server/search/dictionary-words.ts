import { readFileSync } from "node:fs";
import dictionary from "dictionary-en";
import { Dawg, missing, root } from "../../../server/search/analysis/dawg.ts";

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Russian dictionary forms, whole families of neighbours, from all over the alphabet. */
export function russianForms(count: number, random: () => number): readonly string[] {
  const words = new Dawg(readFileSync(new URL(import.meta.resolve("az/dicts/words.dawg"))));
  const found = new Set<string>();
  while (found.size < count) {
    const begin = walk(words, random, 4);
    if (begin === undefined) continue;
    let left = 200;
    for (const form of below(words, begin.node, begin.text)) {
      if (left-- === 0) break;
      found.add(form);
    }
  }
  return [...found].slice(0, count);
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

const letters = [...Array.from({ length: 32 }, (_, i) => 0xe0 + i), 0xb8];
const wordEnd = 1;

function walk(
  words: Dawg,
  random: () => number,
  steps: number,
): { node: number; text: string } | undefined {
  let node = root;
  let text = "";
  for (let i = 0; i < steps; i++) {
    const byte = letters[Math.floor(random() * letters.length)]!;
    node = words.follow(node, byte);
    if (node === missing) return undefined;
    text += letter(byte);
  }
  return { node, text };
}

function* below(words: Dawg, node: number, text: string): Generator<string> {
  if (words.follow(node, wordEnd) !== missing) yield text;
  for (const byte of letters) {
    const next = words.follow(node, byte);
    if (next !== missing) yield* below(words, next, text + letter(byte));
  }
}

function letter(byte: number): string {
  return String.fromCodePoint(byte === 0xb8 ? 0x451 : byte + 0x350);
}
