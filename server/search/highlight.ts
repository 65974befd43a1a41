import { domainToUnicode } from "node:url";
import { hostOf } from "./document.ts";
import { addressesAbove, addressOf, hasPath, shownAddress } from "./addresses.ts";
import type { Analyzer } from "./analysis/analyzer.ts";
import { Matchers, Places } from "./match.ts";
import type { FoundToken, MatchOptions, TextNode } from "./match.ts";
import { conditionsOf } from "./query/terms.ts";
import type { Condition } from "./query/terms.ts";
import type { FieldNode, Query } from "./query/tree.ts";

/** A stretch of text; `hit` when it is what was searched for. Joined, parts give the text. */
export interface TextPart {
  readonly text: string;
  readonly hit: boolean;
}

/** Words of a text behind which there is an address. */
export interface LinkedWords {
  readonly start: number;
  readonly end: number;
  readonly url: string;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Cuts texts into parts: what the query looks for, and the rest. Joined, the parts give the text. */
export function highlighter(
  query: Pick<Query, "root">,
  analyzer: Analyzer,
  options: MatchOptions = {},
): (text: string, links?: readonly LinkedWords[]) => readonly TextPart[] {
  const wanted = [...conditionsOf(query.root)].filter(({ negative }) => !negative);
  const conditions = wanted.map(({ condition }) => condition);
  const words = conditions.filter(
    (condition) => condition.kind !== "field" && condition.kind !== "was",
  );
  const signs = conditions.flatMap((each) => (each.kind === "field" ? signsOf(each) : []));
  const matchers = new Matchers(query, analyzer, options);
  const isMeant = linkTest(conditions);
  return (text, links = []) => {
    const ranges = [
      ...wordRanges(words, new Places(words.length > 0 ? analyzer.tokens(text) : []), matchers),
      ...signs.flatMap((sign) => signRanges(sign, text)),
      ...links.filter(({ url }) => isMeant(url)),
    ];
    return cut(text, ranges);
  };
}

/** One text cut into parts, as `highlighter` does. */
export function highlight(
  text: string,
  query: Pick<Query, "root">,
  analyzer: Analyzer,
): readonly TextPart[] {
  return highlighter(query, analyzer)(text);
}

function wordRanges(
  words: readonly TextNode[],
  places: Places,
  matchers: Matchers,
): readonly Range[] {
  return words.flatMap((word) => [...places.found(matchers.of(word))].flatMap(chainRanges));
}

/** Neighbours of one phrase are one range, with the space between them. */
function chainRanges(chain: readonly FoundToken[]): readonly Range[] {
  const ranges: Range[] = [];
  for (const { token, besideLast } of chain) {
    const last = besideLast ? ranges.pop() : undefined;
    ranges.push({ start: last?.start ?? token.start, end: token.end });
  }
  return ranges;
}

/** What of a field can be seen in a text: tags, mentions and hosts. */
interface Sign {
  readonly pattern: RegExp;
  readonly isMeant: (written: string) => boolean;
}

function signsOf(field: FieldNode): readonly Sign[] {
  switch (field.field) {
    case "tag":
      return [nameSign(/#[\p{L}\p{N}\p{M}_·\u200c]+/gu, field.values)];
    case "cashtag":
      return [nameSign(/\$[a-z]+/giu, field.values)];
    case "mentions":
      return [nameSign(/@\w+/g, field.values)];
    case "link":
      return [
        hostSign(field.values.filter((value) => !hasPath(value))),
        ...field.values.filter(hasPath).map(addressSign),
      ];
    default:
      return [];
  }
}

function nameSign(pattern: RegExp, names: readonly string[]): Sign {
  const wanted = new Set(names.map(foldName));
  return { pattern, isMeant: (written) => wanted.has(foldName(written.slice(1))) };
}

function foldName(name: string): string {
  return name.normalize("NFKC").toLowerCase().replaceAll("ё", "е");
}

function hostSign(values: readonly string[]): Sign {
  const hosts = values.flatMap((host) => [host, domainToUnicode(host)]);
  return {
    pattern: /[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)+/gu,
    isMeant: (written) => {
      const host = written.toLowerCase();
      return hosts.some((each) => host === each || host.endsWith(`.${each}`));
    },
  };
}

function addressSign(address: string): Sign {
  return { pattern: shownAddress, isMeant: (written) => liesBelow(written, address) };
}

function liesBelow(written: string, address: string): boolean {
  const own = addressOf(written);
  return own !== undefined && addressesAbove(own).includes(address);
}

/** Whether an address is one of those that these words and fields find. */
function linkTest(leaves: readonly Condition[]): (url: string) => boolean {
  const targets = leaves.flatMap((leaf) =>
    leaf.kind === "field" && leaf.field === "link" ? leaf.values : [],
  );
  const words = leaves.flatMap((leaf) =>
    leaf.kind === "word" && leaf.mark === undefined ? (addressOf(leaf.text) ?? []) : [],
  );
  const addresses = [...targets.filter(hasPath), ...words];
  const hosts = targets.filter((target) => !hasPath(target)).map((host) => domainToUnicode(host));
  return (url) =>
    addresses.some((address) => liesBelow(url, address)) ||
    hosts.some((host) => `.${hostOf(url)}`.endsWith(`.${host}`));
}

function signRanges({ pattern, isMeant }: Sign, text: string): readonly Range[] {
  return [...text.matchAll(pattern)]
    .filter(([written]) => isMeant(written))
    .map(({ 0: written, index }) => ({ start: index, end: index + written.length }));
}

function cut(text: string, ranges: readonly Range[]): readonly TextPart[] {
  const parts: TextPart[] = [];
  let at = 0;
  for (const { start, end } of joined(ranges.map((range) => widened(range, text)))) {
    if (start > at) parts.push({ text: text.slice(at, start), hit: false });
    parts.push({ text: text.slice(start, end), hit: true });
    at = end;
  }
  if (at < text.length) parts.push({ text: text.slice(at), hit: false });
  return parts;
}

/** In order, none touching another. */
function joined(ranges: readonly Range[]): readonly Range[] {
  const apart: Range[] = [];
  for (const range of ranges.toSorted((a, b) => a.start - b.start)) {
    const last = apart.at(-1);
    if (last === undefined || range.start > last.end) apart.push(range);
    else apart[apart.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
  }
  return apart;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
/** How far from a cut a character that people see as one may reach, in UTF-16 units. */
const longestGrapheme = 64;

/** Never cuts what people see as one character. */
function widened({ start, end }: Range, text: string): Range {
  return { start: graphemeEdge(text, start, "start"), end: graphemeEdge(text, end, "end") };
}

function graphemeEdge(text: string, at: number, side: "start" | "end"): number {
  if (at === 0 || at === text.length || isPlain(text.charCodeAt(at))) return at;
  const from = Math.max(0, at - longestGrapheme);
  const near = graphemes.segment(text.slice(from, at + longestGrapheme)).containing(at - from);
  if (near === undefined || near.index === at - from) return at;
  return from + near.index + (side === "end" ? near.segment.length : 0);
}

/** Such a character begins anew whatever stands before it, but for a line feed after its return. */
function isPlain(code: number): boolean {
  return (code >= 0x20 && code < 0x7f) || (code >= 0x410 && code <= 0x451);
}

export interface Snippet {
  readonly parts: readonly TextPart[];
  /** Text before or after was left away. */
  readonly cutBefore: boolean;
  readonly cutAfter: boolean;
}

/** About `length` characters of a text around its first hit, cut between words. */
export function snippet(parts: readonly TextPart[], length = 240): Snippet {
  const text = parts.map((part) => part.text).join("");
  if (text.length <= length) return { parts, cutBefore: false, cutAfter: false };
  const firstHit = parts.findIndex((part) => part.hit);
  const hitAt = parts
    .slice(0, Math.max(0, firstHit))
    .reduce((sum, part) => sum + part.text.length, 0);
  const wanted = Math.min(Math.max(0, hitAt - Math.floor(length / 4)), text.length - length);
  const start = wordEdge(text, wanted, "start");
  const end = wordEdge(text, Math.min(text.length, start + length), "end");
  return { parts: between(parts, start, end), cutBefore: start > 0, cutAfter: end < text.length };
}

/** The nearest space outwards, or, in text without spaces, the edge of a character. */
function wordEdge(text: string, at: number, side: "start" | "end"): number {
  const farthest = 40;
  for (let i = 0; i <= farthest; i++) {
    const edge = side === "start" ? at - i : at + i;
    if (edge <= 0) return 0;
    if (edge >= text.length) return text.length;
    if (/\s/.test(text.charAt(side === "start" ? edge - 1 : edge))) return edge;
  }
  return graphemeEdge(text, at, side);
}

function between(parts: readonly TextPart[], start: number, end: number): readonly TextPart[] {
  let at = 0;
  const kept: TextPart[] = [];
  for (const { text, hit } of parts) {
    const piece = text.slice(Math.max(0, start - at), Math.max(0, end - at));
    if (piece !== "") kept.push({ text: piece, hit });
    at += text.length;
  }
  return kept;
}
