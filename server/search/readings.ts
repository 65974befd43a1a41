import type { Analyzer, QueryWord } from "./analysis/analyzer.ts";
import { acronymOf } from "./analysis/bent-signs.ts";
import { languageOf } from "./analysis/language.ts";
import { outermost } from "./analysis/tokens.ts";
import { printQuery } from "./query/print.ts";
import { rewrite } from "./query/rewrite.ts";
import { leavesOf } from "./query/terms.ts";
import type { Leaf } from "./query/terms.ts";
import type { PhraseNode, Query, QueryNode, WordNode } from "./query/tree.ts";

type Reading = QueryWord["readings"][number];

/** A word of the query that was taken to be several, or one of two. */
export interface Readings {
  /** As typed. */
  readonly word: string;
  /** `query` is the whole query with this word narrowed to this reading, by typing a form that only it has. */
  readonly taken: readonly { readonly lemma: string; readonly query: string }[];
  /** What else it may mean, and was not taken: the plain word of capitals, the acronym of Caps Lock. */
  readonly instead?: readonly { readonly lemma: string; readonly query: string }[];
}

/**
 * The words of a query for which more than one reading was taken in the language of the query, in order. What they
 * mean in another language is looked for all the same, and no choice: its posts are its own.
 */
export function readingsOf(query: Query, analyzer: Analyzer): readonly Readings[] {
  const found = new Map<string, Readings>();
  const language = languageOf(printQuery(query)) === "uk" ? "uk" : "ru";
  for (const { leaf } of leavesOf(query.root)) {
    if (!hasForms(leaf)) continue;
    for (const { start, end } of outermost(analyzer.tokens(leaf.text))) {
      const word = leaf.text.slice(start, end);
      const { apart, readings } = analyzer.query(word);
      if (apart !== undefined) {
        const root = withPhrase(query, analyzer, { word, phrase: apart });
        found.set(word, {
          word,
          taken: readings.map(({ lemma }) => ({ lemma, query: printQuery(query) })),
          instead: [{ lemma: apart, query: printQuery({ ...query, root }) }],
        });
        continue;
      }
      const taken = narrowings(analyzer, word, language).map(({ lemma, form }) => ({
        lemma,
        query: printQuery({ ...query, root: replaced(query, analyzer, { word, form }) }),
      }));
      if (taken.length > 1) found.set(word, { word, taken });
    }
  }
  return [...capitalsOf(query, analyzer), ...shoutedWords(query, analyzer), ...found.values()];
}

/** The words that mean what is written in capitals, though their letters are a plain word, too. */
function capitalsOf(query: Query, analyzer: Analyzer): readonly Readings[] {
  const isInCapitals = (word: string): boolean => analyzer.query(word).inCapitals === true;
  return typedWords(query.root, analyzer, isInCapitals).map((word) => {
    const form = word.toLowerCase();
    const root = replaced(query, analyzer, { word, form, mayTouch: isBent });
    return {
      word,
      taken: [{ lemma: word, query: printQuery(query) }],
      instead: [{ lemma: form, query: printQuery({ ...query, root }) }],
    };
  });
}

const isAcronym = (word: string): boolean => acronymOf(word) !== undefined;

/** The words whose capitals Caps Lock is taken for. */
function shoutedWords(query: Query, analyzer: Analyzer): readonly Readings[] {
  const { inCapitals } = query;
  if (inCapitals === undefined) return [];
  return typedWords(inCapitals, analyzer, isAcronym).map((word) => ({
    word,
    taken: [{ lemma: word.toLowerCase(), query: printQuery(query) }],
    instead: [{ lemma: word, query: printQuery({ ...query, root: inCapitals }) }],
  }));
}

/** The different words of a query that pass, as typed; `==` leaves nothing to choose. */
function typedWords(
  root: QueryNode,
  analyzer: Analyzer,
  passes: (word: string) => boolean,
): readonly string[] {
  const words = [...leavesOf(root)].flatMap(({ leaf }) =>
    isBent(leaf)
      ? outermost(analyzer.tokens(leaf.text)).map(({ start, end }) => leaf.text.slice(start, end))
      : [],
  );
  return [...new Set(words)].filter(passes);
}

/** Whether its capitals tell what a word or phrase means. */
function isBent(leaf: Leaf): leaf is WordNode | PhraseNode {
  return leaf.kind !== "field" && (leaf.mark === undefined || leaf.mark === "exact");
}

/** Whether a word or phrase means all forms of its words; marks fix the form. */
function hasForms(leaf: Leaf): leaf is WordNode | PhraseNode {
  return leaf.kind !== "field" && leaf.mark === undefined;
}

interface Narrowing {
  readonly lemma: string;
  /** The form to type instead; the word itself when no form tells this reading apart. */
  readonly form: string;
}

function narrowings(analyzer: Analyzer, word: string, language: "ru" | "uk"): readonly Narrowing[] {
  const asked = analyzer.query(word);
  const all = asked.exact ? [] : asked.readings.filter((reading) => reading.taken);
  const own = all.filter((reading) => reading.language === language);
  const taken = own.length > 0 ? own : all;
  return taken.map((reading) => ({
    lemma: reading.lemma,
    form: formOf(analyzer, reading, taken) ?? word,
  }));
}

/** A form that means this reading alone, the more of it the better; else one that leaves another reading out. */
function formOf(
  analyzer: Analyzer,
  reading: Reading,
  taken: readonly Reading[],
): string | undefined {
  const keysOf = (readings: readonly Reading[]): readonly string[] =>
    readings
      .filter(({ language }) => language === undefined || language === reading.language)
      .flatMap(({ keys }) => keys);
  const forms = formsLike(reading.lemma).map((form) => ({
    form,
    keys: keysOf(analyzer.query(form).readings.filter((each) => each.taken)),
  }));
  const alone = forms
    .filter(({ keys }) => keys.length > 0 && keys.every((key) => reading.keys.includes(key)))
    .toSorted((a, b) => b.keys.length - a.keys.length);
  const narrower = forms.find(
    ({ keys }) =>
      reading.keys.every((key) => keys.includes(key)) &&
      !keysOf(taken).every((key) => keys.includes(key)),
  );
  return (alone[0] ?? narrower)?.form;
}

/** The dictionary form, then what may be others of the same word: the analyzer knows which are. */
function formsLike(lemma: string): readonly string[] {
  if (!/[а-яё]/i.test(lemma)) return [lemma, ...englishForms(lemma)];
  const stem = lemma.replace(/[аеийоуыьэюяё]$/i, "");
  return [lemma, ...russianEndings.map((ending) => stem + ending)];
}

/** As English spells them, since they are shown: `writings`, `boxes`, `tries`, `making`. */
function englishForms(lemma: string): readonly string[] {
  const y = /[^aeiou]y$/.test(lemma);
  const bare = lemma.slice(0, -1);
  const plural = y ? `${bare}ies` : lemma + (/(?:s|x|z|ch|sh)$/.test(lemma) ? "es" : "s");
  if (lemma.endsWith("ing")) return [plural];
  return [
    plural,
    `${/[^eoy]e$/.test(lemma) ? bare : lemma}ing`,
    y ? `${bare}ied` : lemma + (lemma.endsWith("e") ? "d" : "ed"),
  ];
}

const russianEndings = "ью ом ем ой ей ами ями ах ях ам ям у ю а я ы и е ов ев".split(" ");

/** Every plain `word` of the query becomes several side by side. */
function withPhrase(
  query: Query,
  analyzer: Analyzer,
  { word, phrase }: { readonly word: string; readonly phrase: string },
): Query["root"] {
  return rewrite(replaced(query, analyzer, { word, form: phrase }), (leaf) =>
    leaf.kind === "word" && leaf.text.includes(phrase)
      ? { kind: "phrase", text: leaf.text, slop: 0, at: leaf.at }
      : leaf,
  );
}

/** Every `word` of the query becomes `form`, in the words and phrases that this may touch. */
function replaced(
  query: Query,
  analyzer: Analyzer,
  {
    word,
    form,
    mayTouch = hasForms,
  }: {
    readonly word: string;
    readonly form: string;
    readonly mayTouch?: (leaf: Leaf) => leaf is WordNode | PhraseNode;
  },
): Query["root"] {
  return rewrite(query.root, (leaf) => {
    if (!mayTouch(leaf)) return leaf;
    let text = "";
    let at = 0;
    for (const { start, end } of outermost(analyzer.tokens(leaf.text))) {
      if (leaf.text.slice(start, end) !== word) continue;
      text += leaf.text.slice(at, start) + form;
      at = end;
    }
    return { ...leaf, text: text + leaf.text.slice(at) };
  });
}
