import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { createAnalyzer, type Analyzer } from "../../server/search/analysis/analyzer.ts";
import { foldYo } from "../../server/search/analysis/fold.ts";
import { seeded } from "../server/search/analysis/sample-lexemes.ts";
import { shuffled } from "../server/search/dictionary-words.ts";

/*
 * Recall and precision of word forms on lists that are not ours, by kind of word:
 * `node test/bench/word-forms.ts [--stems] [--words] ru_NAME.tsv uk_NAME.tsv …`
 *
 * A line is a form, a word that it is a form of, the kind of that word, and `either` where a searcher may expect the
 * form or not (participles, comparatives, adverbs), parted by tabs; a list has every word that its forms belong to. Of each
 * kind so many words are drawn by chance and typed twice: as the dictionary has them, and in another of their forms. Sought
 * are all other forms of the list; wrong is what belongs to no word that what was typed may be.
 */
const lexemesAKind = Number(process.env["LEXEMES"] ?? 400);
const shortest = 3;

interface Lexeme {
  readonly lemma: string;
  readonly kind: string;
  readonly forms: Map<string, "sought" | "either">;
}

interface Sum {
  lexemes: number;
  sought: number;
  found: number;
  wrong: number;
}

const contexts = { ru: "мы", uk: "їхні", en: "we" };
type Language = keyof typeof contexts;

const names = new Set(["surname", "place", "given name", "patronymic"]);

function readList(file: string): {
  readonly lexemes: readonly Lexeme[];
  readonly words: ReadonlyMap<string, ReadonlySet<string>>;
} {
  const lexemes = new Map<string, Lexeme>();
  const words = new Map<string, Set<string>>();
  for (const line of readFileSync(file, "utf8").trimEnd().split("\n")) {
    const [form = "", lemma = "", kind = "", either] = line.split("\t").map(foldYo);
    const name = `${lemma}\t${kind}`;
    const lexeme = lexemes.get(name) ?? { lemma, kind, forms: new Map() };
    lexemes.set(name, lexeme);
    if (lexeme.forms.get(form) !== "sought")
      lexeme.forms.set(form, either === "either" ? "either" : "sought");
    const known = words.get(form);
    if (known === undefined) words.set(form, new Set([lemma]));
    else known.add(lemma);
  }
  return { lexemes: [...lexemes.values()], words };
}

/** The forms of the list by the keys that a text of the language gives them. */
function indexed(
  analyzer: Analyzer,
  forms: Iterable<string>,
  { named, language }: { readonly named: ReadonlySet<string>; readonly language: Language },
): ReadonlyMap<string, readonly string[]> {
  const byKey = new Map<string, string[]>();
  for (const form of forms) {
    const texts = [form, ...(named.has(form) ? [capital(form)] : [])].map(
      (written) => `${contexts[language]} ${written}`,
    );
    const keys = texts.flatMap(
      (text) => analyzer.tokens(text).find(({ end }) => end === text.length)?.keys ?? [],
    );
    for (const key of new Set(keys)) {
      const list = byKey.get(key);
      if (list === undefined) byKey.set(key, [form]);
      else list.push(form);
    }
  }
  return byKey;
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

function measure(file: string, analyzer: Analyzer, says: (line: string) => void): Map<string, Sum> {
  const language = basename(file).slice(0, 2) as Language;
  const { lexemes, words } = readList(file);
  const named = new Set(
    lexemes.flatMap(({ kind, forms }) => (names.has(kind) ? [...forms.keys()] : [])),
  );
  const byKey = indexed(analyzer, words.keys(), { named, language });
  const sums = new Map<string, Sum>();
  const random = seeded(13);
  const lemmas = new Set(lexemes.map(({ lemma }) => lemma));
  for (const [kind, all] of Map.groupBy(lexemes, (lexeme) => lexeme.kind)) {
    const useful = all.filter(
      ({ lemma, forms }) =>
        lemma.length >= shortest &&
        forms.has(lemma) &&
        [...forms.values()].filter((is) => is === "sought").length > 1,
    );
    for (const { lemma, forms } of shuffled(useful, random).slice(0, lexemesAKind)) {
      const sought = [...forms].filter(([, is]) => is === "sought").map(([form]) => form);
      const bent = shuffled(sought, random).find(
        (form) => form !== lemma && form.length >= shortest && !lemmas.has(form),
      );
      for (const typed of bent === undefined ? [lemma] : [lemma, bent]) {
        const word = analyzer.query(names.has(kind) ? capital(typed) : typed);
        const found = new Set(word.keys.flatMap((key) => byKey.get(key) ?? []));
        const allowed = words.get(typed)!;
        const missed = sought.filter((form) => form !== typed && !found.has(form));
        const wrong = [...found].filter(
          (form) =>
            form.length >= shortest &&
            words.get(form)!.isDisjointFrom(allowed) &&
            !isVariant(form, allowed, words),
        );
        // What is guessed has a sign that no dictionary's key has.
        const isKnown = analyzer.query(lemma).keys.some((key) => !key.includes("~"));
        const groups = [
          "all",
          kind,
          typed === lemma ? "as in a dictionary" : "in another form",
          ...(isKnown ? [] : ["in no dictionary of ours"]),
        ];
        for (const group of groups) {
          const sum = sums.get(group) ?? { lexemes: 0, sought: 0, found: 0, wrong: 0 };
          sums.set(group, sum);
          sum.lexemes++;
          sum.sought += sought.length - 1;
          sum.found += sought.length - 1 - missed.length;
          sum.wrong += wrong.length;
        }
        if (missed.length + wrong.length > 0)
          says(
            `${kind}: ${typed} (${lemma}) ${missed.length > 0 ? `misses ${missed.join(" ")}` : ""}${wrong.length > 0 ? ` wrong ${wrong.map((form) => `${form}(${[...words.get(form)!].join("/")})`).join(" ")}` : ""} [${word.keys.join(" ")}]`,
          );
      }
    }
  }
  return sums;
}

/** British and American spellings are one word to a searcher, and two to a list. */
function isVariant(
  form: string,
  allowed: ReadonlySet<string>,
  words: ReadonlyMap<string, ReadonlySet<string>>,
): boolean {
  const american = new Set([...allowed].map(spelledAmerican));
  return [...words.get(form)!].some((lemma) => american.has(spelledAmerican(lemma)));
}

function spelledAmerican(word: string): string {
  return /^[a-z]/.test(word)
    ? word
        .replace(/our(?=$|[a-z]{1,5}$)/, "or")
        .replace(/is(?=e[drs]?$|ing$|ation$)/, "iz")
        .replace(/ys(?=e$)/, "yz")
        .replace(/tre$/, "ter")
        .replace(/ogue$/, "og")
        .replace(/ence$/, "ense")
        .replace(/ae|oe/, "e")
        .replace(/ll/, "l")
        .replace(/grey/, "gray")
    : word;
}

const analyzer = createAnalyzer(process.argv.includes("--stems") ? { ukrainian: "none" } : {});
const isTold = process.argv.includes("--words");
console.log(analyzer.version);
for (const file of process.argv.slice(2).filter((argument) => argument.endsWith(".tsv"))) {
  console.log(basename(file));
  const sums = measure(file, analyzer, (line) => isTold && console.log(line));
  for (const [group, { lexemes, sought, found, wrong }] of sums)
    console.log(
      `  ${group.padEnd(20)} recall ${(found / sought).toFixed(3)}, precision ${(found / (found + wrong)).toFixed(3)}  (${lexemes} typed, ${sought} forms, ${wrong} wrong)`,
    );
}
