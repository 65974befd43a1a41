import type { AffixRules } from "./affix-rules.ts";
import { changedBases } from "./ukrainian-sounds.ts";
import type { WordTable } from "./word-table.ts";

/**
 * Entries without flags, as a hunspell dictionary has them where no flag gives all the forms of a word: it lists each
 * («Донецьк», «Донецька», «Донецьком»). Which belong together is learned from the words that decline alike.
 */
export class Unflagged {
  readonly #table: WordTable;
  readonly #rules: AffixRules;

  constructor(table: WordTable, rules: AffixRules) {
    this.#table = table;
    this.#rules = rules;
  }

  /** The words that an entry without flags is a form of; none where it is a word of its own. */
  lemmas(word: string): readonly string[] {
    const changed = [...changedBases(word)].filter((base) => this.#table.flags(base).length > 0);
    return changed.length > 0 ? changed : this.#alike(word);
  }

  /** The words that decline or conjugate like others, with the most of their forms listed. */
  #alike(word: string): readonly string[] {
    const counts = new Map<string, number>();
    for (const { base, flag } of this.#rules.bases(word)) {
      if (base === word) continue;
      const entries = this.#table.flags(base);
      if (entries.length === 0 || entries.some((flags) => flags.includes(flag))) continue;
      const listed = this.#listed(base, flag);
      if (listed >= (infinitive.test(base) ? 1 : fewest)) {
        counts.set(base, Math.max(counts.get(base) ?? 0, listed));
      }
    }
    const best = Math.max(0, ...counts.values());
    if (best === 0 || best <= this.#listedOf(word)) return [];
    return [...counts].filter(([, count]) => count === best).map(([base]) => base);
  }

  /** How many forms of the word, bent by any one flag, are listed. */
  #listedOf(word: string): number {
    let most = 0;
    for (const flag of this.#rules.flags(word)) most = Math.max(most, this.#listed(word, flag));
    return most;
  }

  #listed(base: string, flag: string): number {
    let count = 0;
    for (const form of this.#rules.forms(base, flag)) {
      if (this.#table.flags(form).includes("")) count++;
    }
    return count;
  }
}

/** Forms that must be listed for a word to be taken as bent like others: fewer are alike by chance. */
const fewest = 3;
/** No other words end so, and some verbs have few forms: «вистачає». */
const infinitive = /.{2}ти(?:ся)?$/;
