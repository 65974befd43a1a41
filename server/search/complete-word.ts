import { searchPosts, type SearchHit, type SearchParts } from "./search-posts.ts";
import { outermost } from "./analysis/tokens.ts";
import type { Analyzer } from "./analysis/analyzer.ts";

/** A word that the one being typed may become, and how many posts the query finds with it. */
export interface Completion {
  readonly word: string;
  readonly total: number;
}

/** Shorter beginnings are those of too many words. */
const fewestLetters = 3;
/** The newest posts with a word that begins so: their words are offered. */
const postsLookedAt = 50;
const mostOffered = 6;

/**
 * How the last word of a query may go on, by the words of the newest posts that it would then find; one entry for all forms of a
 * word, those that find the most first. Of a word behind a sign there is none. @throws QuerySyntaxError
 */
export async function completeWord(
  parts: SearchParts,
  { q, within }: { readonly q: string; readonly within?: readonly string[] | undefined },
  options: { readonly signal?: AbortSignal } = {},
): Promise<readonly Completion[]> {
  const [begun = ""] = lastWord.exec(q) ?? [];
  if (begun.length < fewestLetters) return [];
  const ask = async (query: string, more: { readonly prefix?: boolean; readonly limit: number }) =>
    searchPosts(parts, { q: query, sort: "new", ...more, ...(within && { within }) }, options);
  const { hits } = await ask(q, { prefix: true, limit: postsLookedAt });
  const words = wordsIn(hits, begun, parts.analyzer).slice(0, mostOffered);
  const before = q.slice(0, q.length - begun.length);
  const found: Completion[] = [];
  for (const word of words)
    found.push({ word, total: (await ask(before + word, { limit: 1 })).total });
  return found.toSorted((a, b) => b.total - a.total || (a.word < b.word ? -1 : 1));
}

/** Letters at the end, with nothing before them but a space or a bracket. */
const lastWord = /(?<=^|[\s(])\p{L}[\p{L}\p{M}]*$/u;

/** The words of these posts that begin so, by how many of the posts have them; a word by the form it is named by. */
function wordsIn(hits: readonly SearchHit[], begun: string, analyzer: Analyzer): readonly string[] {
  const start = formOf(begun, analyzer);
  const posts = new Map<string, { word: string; count: number }>();
  for (const { parts, elsewhere } of hits) {
    const forms = new Set(
      [parts, ...elsewhere]
        .flat()
        .filter(({ hit }) => hit)
        .flatMap(({ text }) => outermost(analyzer.tokens(text)).map(({ form }) => form))
        .filter((form) => form.startsWith(start) && /^[\p{L}\p{M}]+$/u.test(form)),
    );
    for (const [key, word] of new Map([...forms].map((form) => named(form, start, analyzer)))) {
      const known = posts.get(key) ?? { word, count: 0 };
      posts.set(key, { word: known.word, count: known.count + 1 });
    }
  }
  return [...posts.values()].toSorted((a, b) => b.count - a.count).map(({ word }) => word);
}

const formOf = (word: string, analyzer: Analyzer): string => analyzer.query(word).form;

/** What a form's word is known by, and what it is offered as: its dictionary form, unless that begins otherwise. */
function named(form: string, start: string, analyzer: Analyzer): readonly [string, string] {
  const { readings } = analyzer.query(form);
  const taken = readings.filter((reading) => reading.taken);
  const [only] = taken;
  if (!only || taken.length > 1) return [form, form];
  const { lemma } = only;
  return formOf(lemma, analyzer).startsWith(start) ? [lemma, lemma] : [form, form];
}
