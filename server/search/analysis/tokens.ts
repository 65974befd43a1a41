import { fold } from "./fold.ts";

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
}

/**
 * Cuts a text into words, numbers, emoji, currency signs and single characters of scripts without spaces.
 * Parts joined by signs come side by side, and before them the whole, at the first part's position.
 */
export function* textWords(text: string): Generator<TextWord> {
  let position = 0;
  for (const chain of chains(text)) {
    yield* wholes(text, chain, position);
    for (const atom of chain) {
      yield { spelling: atom.spelling, start: atom.start, end: atom.end, position: position++ };
    }
  }
}

/** The tokens that no other covers: what a person typed as words, a technical one whole. */
export function outermost<Place extends { readonly start: number; readonly end: number }>(
  tokens: readonly Place[],
): readonly Place[] {
  let reached = -1;
  return tokens.filter(({ end }) => {
    if (end <= reached) return false;
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
  if (last === undefined) return undefined;
  const length = next.start - last.end;
  if (length > 2 || last.kind === "single" || next.kind === "single") return undefined;
  if (length === 0) return last.kind === "number" || next.kind === "number" ? "" : undefined;
  if (last.kind === "currency" || next.kind === "currency") return undefined;
  const sign = text.slice(last.end, next.start).normalize("NFKC").replace(/^\\/, "");
  const numbers = last.kind === "number" && next.kind === "number";
  if (sign === "-" || sign === "\u2010") return "-";
  if (sign === "_" || sign === "&") return sign;
  if (sign === "." || sign === "@")
    return ascii.test(last.spelling + next.spelling) ? sign : undefined;
  if (sign === "," || sign === ":") return numbers ? sign : undefined;
  return sign === " " && numbers && continuesNumber(chain, next.spelling) ? "" : undefined;
}

/** `10 000`: three more digits after one to three, or after more such groups. */
function continuesNumber(chain: readonly Atom[], digits: string): boolean {
  return (
    /^\d{3}$/.test(digits) &&
    /^\d{1,3}$/.test(chain[0]!.spelling) &&
    chain.every(({ joint }) => joint === "")
  );
}

/** The technical words a chain makes: all of it, a number without its currency, a host without its subdomain. */
function* wholes(text: string, chain: readonly Atom[], position: number): Generator<TextWord> {
  const first = chain[0]!;
  const last = chain.at(-1)!;
  if (first.kind === "single" || chain.length > longestChain) return;
  const head = first.kind === "word" && headSign(text, first) ? "." : "";
  const tail = tailSign(text, last);
  const sign = tail.replaceAll("\\", "");
  if (chain.length > 1 || head !== "" || tail !== "") {
    yield {
      ...joined(chain, position),
      spelling: head + joined(chain, position).spelling + sign,
      start: first.start - head.length,
      end: last.end + tail.length,
      signed: head !== "" || tail !== "" || isSigned(chain),
    };
  }
  const numbers = chain.filter(({ kind }) => kind !== "currency");
  if (numbers.length > 1 && numbers.length < chain.length) {
    yield joined(numbers, position + chain.indexOf(numbers[0]!));
  }
  for (let i = 1; i < chain.length - 1; i++) {
    if (chain[i]!.joint === "." && last.kind === "word" && chain[i + 1]!.joint === ".") {
      yield joined(chain.slice(i), position + i);
    }
  }
}

function joined(chain: readonly Atom[], position: number): TextWord {
  return {
    spelling: chain.map(({ joint, spelling }, i) => (i > 0 ? joint : "") + spelling).join(""),
    start: chain[0]!.start,
    end: chain.at(-1)!.end,
    position,
    parts: chain.map(({ spelling }) => spelling),
    signed: isSigned(chain),
  };
}

function isSigned(chain: readonly Atom[]): boolean {
  return chain.some(({ joint }, i) => i > 0 && joint !== "-" && joint !== "_");
}

/** `.NET`: a dot that begins a Latin word and ends nothing. */
function headSign(text: string, { start }: Atom): boolean {
  return (
    text[start - 1] === "." &&
    /[a-z]/i.test(text[start]!) &&
    !/[^\s([{"'«“]/.test(text[start - 2] ?? " ")
  );
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

/** One character of a script without spaces as it is, an emoji without its variations and skin tones. */
function foldSingle(written: string): string {
  return written.normalize("NFKC").replace(/\ufe0e|\ufe0f|\p{Emoji_Modifier}/gu, "");
}

/** A chain of more parts is a list or noise, never one word. */
const longestChain = 8;
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
const dress = "(?:\\ufe0e|\\ufe0f|\\p{Emoji_Modifier})*";

const atoms = new RegExp(
  [
    `${letter}${inside}*(?:['’ʼ‘\`´′＇]${letter}${inside}*)*`,
    `[${unspaced}][\\p{M}ﾞﾟ]*`,
    "\\p{Sc}",
    "\\p{RI}\\p{RI}",
    `${pictograph}${dress}(?:\\u200d${pictograph}${dress})*`,
  ].join("|"),
  "gv",
);
