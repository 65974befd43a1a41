import { fold } from "./fold.ts";
import { isGrouped, isGroupJoint, isNumberSpace, spacedNumberEnd } from "./numbers.ts";

/** A word of a text, or several parts that signs join into one technical word. */
export interface TextWord {
  /** Folded, with `ё` as written and its signs: `c++`, `f1-score`, `10.000₽`. */
  readonly spelling: string;
  readonly start: number;
  readonly end: number;
  readonly position: number;
  /** Folded parts of a technical word; absent for a plain word. */
  readonly parts?: readonly string[];
  /** What joins the parts or closes the word is more than hyphens, so only this very spelling is meant. */
  readonly signed?: boolean;
  /** Of a word with numbers in groups of three: with the groups joined (`10000₽`), and all parts apart (`10, 000, ₽`). */
  readonly number?: { readonly whole: string; readonly apart: string };
}

/**
 * Cuts a text into words, numbers, emoji, currency signs and single characters of scripts without spaces.
 * Parts joined by signs come side by side, and before the first of them the whole, at its position.
 */
export function* textWords(text: string): Generator<TextWord> {
  let position = 0;
  for (const chain of chains(text)) {
    const [first] = chain;
    if (chain.length === 1 && isPlain(text, first!)) {
      const { spelling, start, end } = first!;
      yield { spelling, start, end, position: position++ };
      continue;
    }
    const parts = partsOf(chain);
    for (const [i, { atoms: own }] of parts.entries()) {
      yield* technicalWords(text, { parts, from: i, position });
      for (const { spelling, start, end } of own)
        yield { spelling, start, end, position: position++ };
    }
  }
}

function isPlain(text: string, atom: Atom): boolean {
  return atom.kind === "single" || (headSign(text, atom) === "" && tailSign(text, atom) === "");
}

/** Tokens that cover all others and do not overlap: what a person typed as words, a technical one whole. */
export function outermost<Place extends { readonly start: number; readonly end: number }>(
  tokens: readonly Place[],
): readonly Place[] {
  let reached = 0;
  return tokens.filter(({ start, end }) => {
    if (start < reached) return false;
    reached = end;
    return true;
  });
}

interface Atom {
  readonly spelling: string;
  readonly start: number;
  readonly end: number;
  readonly kind: "word" | "number" | "currency" | "single";
  /** The sign between this part and the one before. */
  readonly joint: string;
}

/** Parts in a row that signs join. */
function* chains(text: string): Generator<readonly Atom[]> {
  let chain: Atom[] = [];
  for (const match of text.matchAll(atoms)) {
    const [written] = match;
    const kind = kindOf(written);
    const spelling = kind === "single" ? foldSingle(written) : fold(written);
    if (spelling === "") continue;
    const atom = { spelling, kind, start: match.index, end: match.index + written.length };
    const joint = jointOf(chain, atom, text);
    if (joint === undefined) {
      if (chain.length > 0) yield chain;
      chain = [{ ...atom, joint: "" }];
    } else chain.push({ ...atom, joint });
  }
  if (chain.length > 0) yield chain;
}

/** The sign that makes one word of two neighbours, or nothing. A backslash before it is only an escape. */
function jointOf(
  chain: readonly Atom[],
  next: Omit<Atom, "joint">,
  text: string,
): string | undefined {
  const last = chain.at(-1);
  if (last === undefined || next.start - last.end > 2) return undefined;
  if (last.kind === "single" || next.kind === "single") return undefined;
  const between = text.slice(last.end, next.start);
  const numbers = last.kind === "number" && next.kind === "number";
  if (last.kind === "currency" || next.kind === "currency")
    return isOfCurrency(chain, next, between) ? "" : undefined;
  if (between === "") return last.kind === "number" || next.kind === "number" ? "" : undefined;
  if (isNumberSpace(between))
    return numbers && continuesNumber(chain, between, { text, end: next.end })
      ? between
      : undefined;
  if (numbers && apostrophe.test(between)) return "'";
  const sign = between.normalize("NFKC").replace(/^\\/, "");
  if (sign === "-" || sign === "\u2010") return "-";
  if (sign === "_" || sign === "&") return sign;
  if (sign === "." || sign === "@")
    return ascii.test(last.spelling + next.spelling) ? sign : undefined;
  return numbers && (sign === "," || sign === ":") ? sign : undefined;
}

/** `10 000`: three more digits of a number that began here, after a sign or after another number's hyphen. */
function continuesNumber(
  chain: readonly Atom[],
  space: string,
  { text, end }: { readonly text: string; readonly end: number },
): boolean {
  let first = chain.length - 1;
  while (chain[first]!.joint === space) first--;
  const before = chain[first - 1]?.kind;
  const begins =
    chain[first]!.joint === "-"
      ? before === "number" || before === "currency"
      : chain[first]!.joint === "";
  return begins && end <= (spacedNumberEnd(text, chain[first]!.start) ?? 0);
}

/** A currency is of the number it stands beside, before or after it. */
function isOfCurrency(chain: readonly Atom[], next: Omit<Atom, "joint">, between: string): boolean {
  if (between !== "" && !isNumberSpace(between)) return false;
  const last = chain.at(-1)!;
  if (next.kind === "currency") return last.kind === "number";
  return next.kind === "number" && (between === "" || chain.length === 1);
}

/** A part of a chain: an atom, or those of a number in groups of three. */
interface Part {
  readonly atoms: readonly Atom[];
  /** The sign between this part and the one before. */
  readonly joint: string;
  readonly spelling: string;
  /** With its groups joined. */
  readonly whole: string;
}

function partsOf(chain: readonly Atom[]): readonly Part[] {
  const runs: Atom[][] = [];
  for (const atom of chain) {
    if (isGroupJoint(atom.joint)) runs.at(-1)!.push(atom);
    else runs.push([atom]);
  }
  return runs.flatMap((run) => (isGrouped(run) ? [run] : run.map((atom) => [atom]))).map(partOf);
}

function partOf(run: readonly Atom[]): Part {
  const spellings = run.map(({ spelling }) => spelling);
  return {
    atoms: run,
    joint: run[0]!.joint,
    spelling: run.map(({ joint, spelling }, i) => (i > 0 ? joint.trim() : "") + spelling).join(""),
    whole: spellings.join(""),
  };
}

/** The technical words of a chain that begin with this part, the longest first: every stretch with its signs. */
function* technicalWords(
  text: string,
  { parts, from, position }: { parts: readonly Part[]; from: number; position: number },
): Generator<TextWord> {
  for (let end = parts.length; end > from; end--) {
    const some = parts.slice(from, end);
    if (some.reduce((sum, part) => sum + part.atoms.length, 0) > longestWord) continue;
    const head = from === 0 ? headSign(text, some[0]!.atoms[0]!) : "";
    const tail = end === parts.length ? tailSign(text, some.at(-1)!.atoms.at(-1)!) : "";
    if (head !== "" && tail !== "") yield joined(some, { head, tail, position });
    if (head !== "") yield joined(some, { head, tail: "", position });
    if (tail !== "") yield joined(some, { head: "", tail, position });
    if (some.length > 1 || some[0]!.atoms.length > 1)
      yield joined(some, { head: "", tail: "", position });
    const version = some.length > 1 ? versionOf(text, some) : undefined;
    if (version !== undefined) yield joined(version, { head: "", tail: "", position });
  }
}

/** `1.2.3` of `v1.2.3`: the letters before a number with points may be left out. */
function versionOf(
  text: string,
  [first, second, ...more]: readonly Part[],
): readonly Part[] | undefined {
  if (second!.joint !== "." || second!.atoms[0]!.kind !== "number") return undefined;
  const atom = first!.atoms[0]!;
  const [letters, digits] = /^\p{L}+(\d+)$/u.exec(text.slice(atom.start, atom.end)) ?? [];
  if (letters === undefined || digits === undefined) return undefined;
  const bare = { ...atom, spelling: digits, start: atom.end - digits.length };
  return [partOf([bare]), second!, ...more];
}

function joined(
  parts: readonly Part[],
  { head, tail, position }: { head: string; tail: string; position: number },
): TextWord {
  const sign = tail.replaceAll("\\", "");
  const written = (of: "spelling" | "whole"): string =>
    spelledHead(head) +
    parts.map((part, i) => (i > 0 ? part.joint.trim() : "") + part[of]).join("") +
    sign;
  const all = parts.flatMap((part) => part.atoms);
  const hasGroups = parts.some((part) => part.atoms.length > 1);
  return {
    spelling: written("spelling"),
    start: all[0]!.start - head.length,
    end: all.at(-1)!.end + tail.length,
    position,
    ...(parts.length > 1 ? { parts: parts.map(({ whole }) => whole) } : {}),
    signed: head !== "" || tail !== "" || isSigned(parts),
    ...(hasGroups
      ? {
          number: {
            whole: written("whole"),
            apart: all.map(({ spelling }) => spelling).join(", "),
          },
        }
      : {}),
  };
}

function isSigned(parts: readonly Part[]): boolean {
  return parts.some(({ joint }, i) => i > 0 && joint !== "-" && joint !== "_");
}

/** `.NET`, `№ 5`, `-5`: signs that belong to the word after them, with their backslash or space. */
function headSign(text: string, { start, kind }: Atom): string {
  if (kind === "currency" || kind === "single") return "";
  const before = text.slice(Math.max(0, start - 3), start);
  if (isDigit(text, start)) return (numberMark.exec(before) ?? plusOrMinus.exec(before))?.[0] ?? "";
  const isDot =
    before.endsWith(".") && /[a-z]/i.test(text[start]!) && beginning.test(before.slice(0, -1));
  return isDot ? "." : "";
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}

/** The sign as it is spelt: one minus for all. */
function spelledHead(head: string): string {
  const sign = head.replace("\\", "").trim();
  return minus.test(sign) ? "-" : sign;
}

/** `C++`, `C#`, `18+`, `50%`: signs that belong to the word before them, with their backslashes. */
function tailSign(text: string, { end, spelling, kind }: Atom): string {
  tails.lastIndex = end;
  const tail = kind === "currency" ? undefined : tails.exec(text)?.[0];
  if (tail === undefined) return "";
  const sign = tail.replaceAll("\\", "");
  if (sign === "#") return /^[a-z]{1,2}$/.test(spelling) ? tail : "";
  if (sign === "%") return kind === "number" ? tail : "";
  return tail;
}

function kindOf(written: string): Atom["kind"] {
  if (/^\p{Sc}/u.test(written)) return "currency";
  if (/^[\p{L}\p{N}]/u.test(written))
    return uncut.test(written) ? "single" : /^\p{N}+$/u.test(written) ? "number" : "word";
  return "single";
}

/** One character of a script without spaces or a symbol as it is, an emoji without its variations and skin tones. */
function foldSingle(written: string): string {
  const one = /^\p{L}/u.test(written) ? written.normalize("NFKC") : written;
  return one.replace(/\ufe0e|\ufe0f|\p{Emoji_Modifier}/gu, "");
}

/** Parts of a technical word. Of a longer chain each stretch of so many is one: indexes know of 15 places at most. */
const longestWord = 8;
const apostrophe = /^['’ʼ‘`´′＇]$/;
const numberMark = /[№§][ \u00a0\u2009\u202f]?$/;
const plusOrMinus = /(?<=(?:^|[\s([{"'«“„]))\\?[+\-\u2010\u2011−–﹣－]$/;
const minus = /^[-\u2010\u2011−–﹣－]$/;
/** What may stand before a sign that opens a word. */
const beginning = /(?:^|[\s([{"'«“])$/;
const ascii = /^[a-z0-9']+$/;
const tails = /\\?\+\\?\+(?!\+)|\\?\+(?![\p{L}\p{N}+])|\\?#(?![\p{L}\p{N}])|%/uy;

/** Scripts written without spaces: each character is a word, so any piece of a line is found. */
const uncut =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ーｰ]/u;

const unspaced =
  "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}ーｰ";
const letter = `[[\\p{L}\\p{N}]--[${unspaced}]]`;
const inside = `[[\\p{L}\\p{N}\\p{M}\\p{Default_Ignorable_Code_Point}]--[${unspaced}]]`;
const pictograph = "[\\p{Extended_Pictographic}--[©®™‼⁉〰〽]]";
/** A symbol by itself: not those of ASCII, a minus, accents, or what lines are drawn of. */
const symbol =
  "(?<![\\p{L}\\p{N}\\p{M}])(?![№§][ \\u00a0\\u2009\\u202f]?\\d)[[\\p{S}§]--[\\p{ASCII}\\p{Sk}\\p{Sc}−\\u2500-\\u259f]](?![\\p{L}\\p{N}])";
const dress = "(?:\\ufe0e|\\ufe0f|\\p{Emoji_Modifier})*";

const atoms = new RegExp(
  [
    `${letter}${inside}*(?:(?:(?<!\\d)['’ʼ‘\`´′＇]|['’ʼ‘\`´′＇](?!\\d))${letter}${inside}*)*`,
    `[${unspaced}][\\p{M}ﾞﾟ]*`,
    "\\p{Sc}",
    "\\p{RI}\\p{RI}",
    `${pictograph}${dress}(?:\\u200d${pictograph}${dress})*`,
    symbol,
  ].join("|"),
  "gv",
);
