import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { crc32 } from "node:zlib";
import { AffixRules } from "./affix-rules.ts";
import type { Reading } from "./reading.ts";
import { closedUkrainian } from "./ukrainian-closed.ts";
import { longForm } from "./ukrainian-sounds.ts";
import { Unflagged } from "./unflagged.ts";
import { WordTable } from "./word-table.ts";

/**
 * Ukrainian by a hunspell dictionary on this machine: one that npm fetched as an optional package, or the system's (none is
 * bundled: they are GPL or MPL). Words come folded.
 * Read in about 200 ms at the first word that needs it.
 */
export class Ukrainian {
  readonly hash: number;
  readonly #aff: Buffer;
  readonly #dic: string;
  #words: Words | undefined;

  constructor(files: DictionaryFiles) {
    this.#aff = readFileSync(files.aff);
    this.#dic = files.dic;
    this.hash = crc32(readFileSync(files.dic), crc32(this.#aff));
  }

  /** The words this may be a form of, itself first; none when the dictionary lacks it. */
  readings(word: string): readonly Reading[] {
    const { table } = this.#open();
    return [...this.#lemmas(word)].map((lemma) => ({
      language: "uk",
      key: `${lemma}:uk`,
      lemma,
      isLemma: lemma === word,
      isPlain: table.isInSmallLetters(lemma),
      odds: undefined,
    }));
  }

  #lemmas(word: string): ReadonlySet<string> {
    const { table, rules, unflagged } = this.#open();
    const closed = closedUkrainian.get(word);
    const lemmas = new Set(closed);
    const flags = table.flags(word);
    if (flags.some((each) => each !== "")) lemmas.add(word);
    for (const { base, flag } of rules.bases(word)) {
      if (table.flags(base).some((each) => each.includes(flag))) lemmas.add(base);
    }
    if (closed !== undefined) return lemmas;
    if (flags.includes("")) for (const lemma of unflagged.lemmas(word)) lemmas.add(lemma);
    const long = lemmas.size === 0 ? longForm(word) : undefined;
    if (long !== undefined) for (const lemma of this.#lemmas(long)) lemmas.add(lemma);
    // Listed, and no form of another: a word that does not bend, or the first of those that are listed with it.
    if (flags.length > 0 && lemmas.size === 0) lemmas.add(word);
    return lemmas;
  }

  #open(): Words {
    if (this.#words === undefined) {
      const table = new WordTable(readFileSync(this.#dic, "utf8"));
      const rules = new AffixRules(this.#aff.toString());
      this.#words = { table, rules, unflagged: new Unflagged(table, rules) };
    }
    return this.#words;
  }
}

interface Words {
  readonly table: WordTable;
  readonly rules: AffixRules;
  readonly unflagged: Unflagged;
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
    // Left out with npm's optional packages.
  }
  return bases
    .map((base) => ({ aff: `${base}.aff`, dic: `${base}.dic` }))
    .find(({ aff, dic }) => existsSync(aff) && existsSync(dic));
}
