import { readFileSync } from "node:fs";
import { Dawg, missing, root } from "../../../../server/search/analysis/dawg.ts";

export interface Lexeme {
  readonly lemma: string;
  readonly forms: readonly string[];
}

/**
 * So many lexemes of the Russian dictionary with all their forms, found by chance and read from its raw data.
 * Words of fewer than four letters are left out: a walk by chance would bring hardly anything else.
 */
export function sampleLexemes(count: number, random: () => number): readonly Lexeme[] {
  const sample = new Map<string, Lexeme>();
  while (sample.size < count) {
    const { word, node } = randomWord(random);
    words.records(node, 4, (bytes) => {
      const paradigm = paradigms[number(bytes, 0)]!;
      const index = number(bytes, 2);
      const part = (form: number): readonly [string, string, string] => [
        ["", "по", "наи"][paradigm[(paradigm.length / 3) * 2 + form]!]!,
        suffixes[paradigm[form]!]!,
        tags[paradigm[paradigm.length / 3 + form]!]!,
      ];
      const [prefix, suffix] = part(index);
      const stem = word.slice(prefix.length, word.length - suffix.length);
      const [, , tag] = part(0);
      const forms = Array.from({ length: paradigm.length / 3 }, (_, form) => {
        const [before, after, own] = part(form);
        // A numeral and its ordinal are one entry of the dictionary and two words.
        return own.includes("Anum") === tag.includes("Anum") ? [before + stem + after] : [];
      }).flat();
      if (sample.size < count) {
        sample.set(`${forms[0]} ${tag}`, { lemma: forms[0]!, forms: [...new Set(forms)] });
      }
    });
  }
  return [...sample.values()];
}

/** Numbers in [0, 1) that are the same at every run. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function randomWord(random: () => number): { readonly word: string; readonly node: number } {
  let node = root;
  let word = "";
  for (;;) {
    const next = letters
      .map((letter) => ({ letter, node: words.followText(node, letter) }))
      .filter((step) => step.node !== missing);
    const end = words.follow(node, 1);
    if (end !== missing && word.length > 3 && (next.length === 0 || random() < 0.3))
      return { word, node: end };
    // Nothing leads on from here but a hyphen: begin again.
    const step = next[Math.floor(random() * next.length)] ?? { letter: "", node: root };
    word = step.node === root ? "" : word + step.letter;
    node = step.node;
  }
}

function number(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! ^ 1) << 6) + (bytes[at + 1]! >> 1);
}

const letters = Array.from("абвгдеёжзийклмнопрстуфхцчшщъыьэюя");
const file = (name: string): Buffer =>
  readFileSync(new URL(import.meta.resolve(`az/dicts/${name}`)));
const words = new Dawg(file("words.dawg"));
const suffixes = JSON.parse(file("suffixes.json").toString()) as string[];
const tags = JSON.parse(file("gramtab-opencorpora-int.json").toString()) as string[];
const paradigms = readParadigms(file("paradigms.array"));

function readParadigms(data: Buffer): readonly Uint16Array[] {
  const list = new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
  let position = 1;
  return Array.from({ length: list[0]! }, () => {
    const length = list[position]!;
    position += length + 1;
    return list.subarray(position - length, position);
  });
}
