import type { Analyzer, Token } from "../../analysis/analyzer.ts";
import { formOf } from "../../analysis/letters.ts";
import {
  addressesOf,
  earlierTexts,
  hasOf,
  type IndexChange,
  isOf,
  labelKeys,
  labelsOf,
  searchedTexts,
  secondsOf,
} from "../../document.ts";
import { countsOf } from "../../query/counts.ts";
import { anOccurrence, beginsWithCapital, firstLineWords, onFirstLine } from "../../relevance.ts";
import { relevanceSteps, stepAttribute } from "./settings.ts";
import {
  addressValue,
  anyPost,
  earlierAddressValue,
  keyValue,
  labelValue,
  namedValue,
  rankCode,
  termValue,
} from "./terms.ts";

const secondsADay = 86_400;

/** One document of an index: a post, words the index learnt, or what the index is. */
export type IndexDocument = Readonly<Record<string, unknown>> & { readonly pk: string };

/** The key of a post's document. Only posts have a hyphen in it. */
export function postKey(channel: string, id: number): string {
  return `${channel.toLowerCase()}-${id}`;
}

/** A post as a document, with the forms in its texts. */
export function postDocument(
  { post, earlier: versions = [], changedAt }: Extract<IndexChange, { kind: "put" }>,
  { analyzer, archiveId }: { readonly analyzer: Analyzer; readonly archiveId: string },
): { readonly document: IndexDocument; readonly forms: ReadonlySet<string> } {
  const written = searchedTexts(post);
  const texts = written.map((text) => analyzer.tokens(text));
  const labels = labelsOf(post);
  const at = secondsOf(post.publishedAt);
  const forms = formsIn(texts);
  const earlier = earlierTexts(versions);
  const before = earlier.texts.map((text) => analyzer.tokens(text));
  const named = labels.flatMap((label) =>
    labelKeys(label).map((key) => namedValue(label.kind, key)),
  );
  const shown = (kind: string): readonly string[] =>
    labels.filter((label) => label.kind === kind).map(({ value }) => labelValue(value));
  const document = {
    pk: postKey(post.channel, post.id),
    archive: archiveId,
    no: post.no,
    at,
    day: Math.floor(at / secondsADay),
    channel: labelValue(post.channel),
    inChannel: post.channel,
    id: post.id,
    ...countsOf(post, undefined),
    ...(changedAt === undefined ? {} : { changed: secondsOf(changedAt) }),
    ...(post.language === undefined ? {} : { lang: post.language }),
    has: [...hasOf(post)],
    is: [...isOf(post)],
    tag: shown("tag"),
    link: shown("link"),
    author: shown("author"),
    named: [
      ...new Set([
        ...named,
        ...Array.from(addressesOf(post), addressValue),
        ...earlier.addresses.map(earlierAddressValue),
        namedValue("channel", post.channel.toLowerCase()),
      ]),
    ],
    forms: [...forms, ...namesIn(texts)].map(termValue),
    keys: keysIn(texts).map(keyValue),
    ...relevance(texts, firstLine(written[0], texts[0])),
    [stepAttribute(relevanceSteps)]: anyPost,
    texts: texts.map(writtenTokens),
    ...(before.length === 0
      ? {}
      : {
          wasForms: [...formsIn(before)].map(termValue),
          wasKeys: keysIn(before).map(keyValue),
          wasTexts: before.map(writtenTokens),
        }),
  };
  return { document, forms: forms.union(formsIn(before)) };
}

type Texts = readonly (readonly Token[])[];

function formsIn(texts: Texts): ReadonlySet<string> {
  return new Set(texts.flatMap((tokens) => tokens.map(({ form }) => form)));
}

function keysIn(texts: Texts): readonly string[] {
  return [...new Set(texts.flatMap((tokens) => tokens.flatMap(({ keys }) => keys)))];
}

/** The words that begin with a capital, as written. */
function namesIn(texts: readonly (readonly Token[])[]): ReadonlySet<string> {
  return new Set(
    texts
      .flat()
      .map((token) => token.written)
      .filter(beginsWithCapital),
  );
}

function firstLine(text = "", tokens: readonly Token[] = []): readonly Token[] {
  return tokens.slice(0, firstLineWords(text, tokens));
}

function placesOf(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const at: Token[][] = [];
  for (const token of tokens) (at[token.position] ??= []).push(token);
  return at;
}

function placeAfter({ position, end }: Token, at: readonly (readonly Token[])[]): number {
  let place = position + 1;
  while (at[place]?.some((token) => token.end <= end) === true) place += 1;
  return place;
}

/** Okapi BM25 of one word, against a text of usual length: no word knows of the others, so it is said once. */
const saturation = 1.2;
const lengthShare = 0.75;
const usualLength = 80;

/** Every key's code in the attribute of its relevance. */
function relevance(
  texts: readonly (readonly Token[])[],
  first: readonly Token[],
): Readonly<Record<string, string>> {
  const counts = new Map<string, number>();
  const count = (tokens: readonly Token[], share: number): void => {
    for (const { keys } of tokens)
      for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + share);
  };
  for (const tokens of texts) count(tokens, anOccurrence);
  count(first, onFirstLine);
  const length = texts.reduce((sum, tokens) => sum + tokens.length, 0);
  const damping = saturation * (1 - lengthShare + lengthShare * (length / usualLength));
  const steps: string[][] = [];
  for (const [key, counted] of counts) {
    const score = counted / (counted + damping);
    const step = Math.min(relevanceSteps - 1, Math.round((1 - score) * relevanceSteps));
    (steps[step] ??= []).push(rankCode(key));
  }
  return Object.fromEntries(
    steps.flatMap((codes, step) => [[stepAttribute(step), codes.join(" ")]]),
  );
}

/**
 * Tokens of a text in few letters: a line each with the form as written and what other keys than it there are; a technical word
 * that covers others says first from which place on, and how many.
 */
function writtenTokens(tokens: readonly Token[]): string {
  const at = placesOf(tokens);
  return tokens
    .map((token) => {
      const span = placeAfter(token, at) - token.position;
      const covers = token === at[token.position]?.at(-1) ? "" : `${token.position},${span}`;
      const keys = token.keys.length === 1 && token.keys[0] === token.form ? [] : token.keys;
      return [covers, token.written, ...keys].join("\t");
    })
    .join("\n");
}

/** The tokens of a text that a document holds; places stand for where they begin and end. */
export function readTokens(written: string): readonly Token[] {
  if (written === "") return [];
  let place = 0;
  return written.split("\n").map((line) => {
    const [covers = "", written = "", ...others] = line.split("\t");
    const form = formOf(written);
    const keys = others.length > 0 ? others : [form];
    const [position, span] = covers === "" ? [place++, 1] : covers.split(",").map(Number);
    return { form, written, keys, position: position!, start: position!, end: position! + span! };
  });
}
