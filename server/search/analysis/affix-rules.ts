/** The suffix rules of a hunspell affix file (hunspell(5)), to take words apart and to put them together. */
export class AffixRules {
  readonly #byEnding = new Map<string, Rule[]>();
  /** By the last letter of the word that they bend, then by flag. */
  readonly #byLast = new Map<string, Map<string, Rule[]>>();

  constructor(affixes: string) {
    /** Thousands of rules share some hundred conditions. */
    const known = new Map<string, Condition>();
    for (const line of affixes.split("\n")) {
      const [kind, flag, strip, put, base] = line.trim().split(/\s+/);
      if (kind !== "SFX" || flag === undefined || base === undefined) continue;
      const { fits, lastLetters } = known.get(base) ?? conditionOf(base);
      known.set(base, { fits, lastLetters });
      const rule: Rule = {
        flag,
        strip: strip === "0" ? "" : foldUkrainian(strip!),
        ending: put === "0" ? "" : foldUkrainian(put!.split("/")[0]!),
        base: fits,
      };
      add(this.#byEnding, rule.ending, rule);
      for (const letter of lastLetters) {
        const flags = this.#byLast.get(letter) ?? new Map<string, Rule[]>();
        this.#byLast.set(letter, flags);
        add(flags, flag, rule);
      }
    }
  }

  /** Every word, real or not, of which this may be a form, with the flag that it needs. */
  *bases(word: string): Generator<{ readonly base: string; readonly flag: string }> {
    for (let cut = 0; cut <= longestEnding && cut < word.length; cut++) {
      const stem = word.slice(0, word.length - cut);
      for (const { flag, strip, base: fits } of this.#byEnding.get(word.slice(stem.length)) ?? []) {
        const base = stem + strip;
        if (fits.test(base)) yield { base, flag };
      }
    }
  }

  /** The flags with which this word may be bent. */
  flags(base: string): Iterable<string> {
    return this.#byLast.get(base.at(-1)!)?.keys() ?? [];
  }

  /** The forms that a flag gives a word, itself left out. */
  forms(base: string, flag: string): ReadonlySet<string> {
    const forms = new Set<string>();
    for (const rule of this.#byLast.get(base.at(-1)!)?.get(flag) ?? []) {
      if (rule.base.test(base)) {
        forms.add(base.slice(0, base.length - rule.strip.length) + rule.ending);
      }
    }
    forms.delete(base);
    return forms;
  }
}

/** Case and `ґ` gone, every letter in its place. */
export function foldUkrainian(text: string): string {
  return text.toLowerCase().replaceAll("ґ", "г").replaceAll("’", "'");
}

interface Rule {
  readonly flag: string;
  readonly strip: string;
  readonly ending: string;
  readonly base: RegExp;
}

/** What a word that a rule bends looks like at its end. */
interface Condition {
  readonly fits: RegExp;
  readonly lastLetters: readonly string[];
}

function conditionOf(base: string): Condition {
  const pattern = foldUkrainian(base);
  const last = new RegExp(`^${/(?:\[[^\]]*\]|[^()])$/u.exec(pattern)?.[0] ?? "."}$`);
  return {
    fits: new RegExp(`${pattern}$`),
    lastLetters: Array.from(alphabet).filter((letter) => last.test(letter)),
  };
}

function add(rules: Map<string, Rule[]>, name: string, rule: Rule): void {
  const alike = rules.get(name);
  if (alike === undefined) rules.set(name, [rule]);
  else alike.push(rule);
}

/** Letters of the longest ending a rule puts on. */
const longestEnding = 10;
const alphabet = "абвгдеєжзиіїйклмнопрстуфхцчшщьюя'";
