import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { crc32 } from "node:zlib";
import type { Reading } from "./reading.ts";

/**
 * Ukrainian by a hunspell dictionary on this machine (none is bundled: they are GPL or MPL). Words come folded.
 * Read in about 200 ms at the first word that needs it.
 */
export class Ukrainian {
  readonly hash: number;
  readonly #aff: Buffer;
  readonly #dic: string;
  #words: WordTable | undefined;
  #endings: ReadonlyMap<string, readonly Ending[]> | undefined;

  constructor(files: DictionaryFiles) {
    this.#aff = readFileSync(files.aff);
    this.#dic = files.dic;
    this.hash = crc32(readFileSync(files.dic), crc32(this.#aff));
  }

  /** The words this may be a form of, itself first; none when the dictionary lacks it. */
  readings(word: string): readonly Reading[] {
    const lemmas = new Set<string>();
    if (this.#table().flags(word).length > 0) lemmas.add(word);
    for (const lemma of this.#bases(word)) lemmas.add(lemma);
    const joined = new Set(Array.from(lemmas, (lemma) => suppletive.get(lemma) ?? lemma));
    return [...joined].map((lemma) => ({
      language: "uk",
      key: `${lemma}:uk`,
      lemma,
      isLemma: lemma === word,
      odds: undefined,
    }));
  }

  *#bases(word: string): Generator<string> {
    this.#endings ??= readEndings(this.#aff.toString());
    for (let cut = 0; cut <= longestEnding && cut < word.length; cut++) {
      const stem = word.slice(0, word.length - cut);
      for (const { strip, rules } of this.#endings.get(word.slice(stem.length)) ?? []) {
        const base = stem + strip;
        for (const flags of this.#table().flags(base)) {
          if (rules.some(({ flag, base: fits }) => flags.includes(flag) && fits.test(base))) {
            yield base;
          }
        }
      }
    }
  }

  #table(): WordTable {
    this.#words ??= new WordTable(readFileSync(this.#dic, "utf8"));
    return this.#words;
  }
}

export interface DictionaryFiles {
  readonly aff: string;
  readonly dic: string;
}

/** Where this machine keeps a Ukrainian dictionary: npm's `dictionary-uk`, else the system's. */
export function findUkrainian(): DictionaryFiles | undefined {
  const bases = [
    "/usr/share/hunspell/uk_UA",
    "/usr/share/myspell/dicts/uk_UA",
    "/Library/Spelling/uk_UA",
  ];
  try {
    bases.unshift(fileURLToPath(new URL("index", import.meta.resolve("dictionary-uk"))));
  } catch {
    // Not installed: it is the user's choice.
  }
  return bases
    .map((base) => ({ aff: `${base}.aff`, dic: `${base}.dic` }))
    .find(({ aff, dic }) => existsSync(aff) && existsSync(dic));
}

interface Ending {
  readonly strip: string;
  readonly rules: readonly { readonly flag: string; readonly base: RegExp }[];
}

/** The suffix rules by the ending they put on, then by what they take off. */
function readEndings(aff: string): ReadonlyMap<string, readonly Ending[]> {
  const endings = new Map<string, (Ending & { rules: { flag: string; base: RegExp }[] })[]>();
  for (const line of aff.split("\n")) {
    const [kind, flag, strip, put, base] = line.trim().split(/\s+/);
    if (kind !== "SFX" || flag === undefined || base === undefined) continue;
    const ending = put === "0" ? "" : fold(put!.split("/")[0]!);
    const taken = strip === "0" ? "" : fold(strip!);
    const alike = endings.get(ending) ?? [];
    endings.set(ending, alike);
    let entry = alike.find((one) => one.strip === taken);
    if (entry === undefined) {
      entry = { strip: taken, rules: [] };
      alike.push(entry);
    }
    entry.rules.push({ flag, base: new RegExp(`${fold(base)}$`) });
  }
  return endings;
}

/** 330,000 words with their flags, found by a hash over one text: a Map of strings takes three times the memory. */
class WordTable {
  readonly #written: string;
  readonly #folded: string;
  readonly #slots: Int32Array;

  constructor(dictionary: string) {
    this.#written = dictionary;
    this.#folded = fold(dictionary);
    this.#slots = new Int32Array(1 << (32 - Math.clz32(dictionary.length >> 3)));
    let start = dictionary.indexOf("\n") + 1;
    while (start > 0 && start < dictionary.length) {
      let slot = this.#hash(start);
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (this.#slots.length - 1);
      this.#slots[slot] = start;
      start = dictionary.indexOf("\n", start) + 1;
    }
  }

  /** The flags of each entry spelled so; an entry without flags gives an empty text. */
  flags(word: string): readonly string[] {
    const found: string[] = [];
    let slot = hash(word);
    slot &= this.#slots.length - 1;
    for (let start = this.#slots[slot]!; start !== 0; start = this.#slots[slot]!) {
      const end = start + word.length;
      if (this.#folded.startsWith(word, start) && isEnd(this.#folded.charCodeAt(end))) {
        const line = this.#written.indexOf("\n", end);
        found.push(this.#written.slice(end + 1, line < 0 ? undefined : line));
      }
      slot = (slot + 1) & (this.#slots.length - 1);
    }
    return found;
  }

  #hash(start: number): number {
    let sum = 0;
    for (let i = start; ; i++) {
      const code = this.#folded.charCodeAt(i);
      if (isEnd(code)) return sum & (this.#slots.length - 1);
      sum = mix(sum, code);
    }
  }
}

function hash(word: string): number {
  let sum = 0;
  for (let i = 0; i < word.length; i++) sum = mix(sum, word.charCodeAt(i));
  return sum;
}

function mix(sum: number, code: number): number {
  const mixed = Math.imul(sum ^ code, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}

/** `/`, a line's end or the text's end. */
function isEnd(code: number): boolean {
  return code === 47 || code === 10 || code === 13 || Number.isNaN(code);
}

/** Case and `ґ` gone, every letter in its place. */
function fold(text: string): string {
  return text.toLowerCase().replaceAll("ґ", "г").replaceAll("’", "'");
}

/** Letters of the longest ending a rule puts on. */
const longestEnding = 10;

/** Forms that share no stem with their word, which the dictionary lists as words of their own. */
const suppletive = new Map<string, string>(
  [
    "бути: є буду будеш буде будемо будем будете будуть будь будьте будьмо був була було були",
    "могти: можу можеш може можемо можем можете можуть міг могла могло могли",
    "йти: іти іди ідіть",
    "людина: люди людей людям людьми людях",
    "дитина: діти дітей дітям дітьми дітях",
    "друг: друзі друзів друзям друзями друзях",
    "око: очі очей очам очима очах",
    "я: мене мені мною",
    "ти: тебе тобі тобою",
    "він: його йому ним нім нього ньому",
    "вона: її їй нею ній неї",
    "вони: їх їм ними них",
    "ми: нас нам нами",
    "ви: вас вам вами",
    "хто: кого кому ким",
    "що: чого чому чим",
    "себе: собі собою",
  ].flatMap((line) => {
    const [lemma, forms] = line.split(": ") as [string, string];
    return forms.split(" ").map((form): [string, string] => [form, lemma]);
  }),
);
