import { spacedNumberEnd } from "../analysis/numbers.ts";

/** A stretch of the typed text with its backslashes taken away. */
export interface Chars {
  readonly text: string;
  /** Places in `text` of the signs that a backslash made plain. */
  readonly escaped: ReadonlySet<number>;
  /** Where the stretch ends in the source. */
  readonly end: number;
}

/** Blank to the eye, line ends included. Other control characters are signs that nothing is found by, as a zero-width space is. */
export const isSpace = (char: string): boolean => /\p{White_Space}/u.test(char);
export const isMinus = (char: string): boolean => char === "-" || char === "−" || char === "–";
export const isQuote = (char: string): boolean => '"“”„‟«»'.includes(char) && char !== "";

export const opensQuote = (char: string): boolean => isQuote(char) && char !== "»";

/** Reads from `from` until `stopsAt` says so of a sign without a backslash, or to the end. */
export function readChars(
  source: string,
  from: number,
  stopsAt: (char: string, at: number) => boolean,
): Chars {
  let text = "";
  const escaped = new Set<number>();
  let at = from;
  while (at < source.length) {
    const char = source.charAt(at);
    if (char === "\\") {
      const sign = String.fromCodePoint(source.codePointAt(at + 1) ?? 0x20);
      if (isSign(sign)) {
        escaped.add(text.length);
        text += sign;
        at += 1 + sign.length;
        continue;
      }
    }
    if (stopsAt(char, at)) break;
    text += char;
    at += 1;
  }
  return { text, escaped, end: at };
}

/** Whether a backslash takes the meaning of this sign away. */
function isSign(char: string): boolean {
  return /[\p{P}\p{S}]/u.test(char);
}

/** The place of the quote that closes the one at `open`, or undefined when nothing does. */
export function closingQuote(source: string, open: number): number | undefined {
  if (source.charAt(open) === "‘") return closingSingleQuote(source, open);
  for (const closers of closersOf(source.charAt(open))) {
    const { end } = readChars(source, open + 1, (char) => closers.includes(char));
    if (end < source.length) return end;
  }
  return undefined;
}

/** ‘…’ quotes only from one token to the end of a later one; else both signs are apostrophes. */
function closingSingleQuote(source: string, open: number): number | undefined {
  let isLater = false;
  const { end } = readChars(source, open + 1, (char, at) => {
    isLater ||= isSpace(char);
    return (
      char === "’" && isLater && (endsToken(source.charAt(at + 1)) || source.charAt(at + 1) === "~")
    );
  });
  return end < source.length ? end : undefined;
}

/** Whether a phrase opens here, where a token begins. */
export function opensPhrase(source: string, at: number): boolean {
  const char = source.charAt(at);
  return opensQuote(char) || (char === "‘" && closingQuote(source, at) !== undefined);
}

/** First the proper partner, then what people type for it. */
function closersOf(open: string): readonly string[] {
  if (open === "«") return ["»"];
  return open === '"' ? ['"', "“”‟"] : ["“”‟", '"'];
}

/** The keyword that stands whole at `at`, `undefined` when none does. */
export function keywordAt(source: string, at: number): "OR" | "NOT" | undefined {
  for (const [word, meaning] of keywords) {
    if (source.startsWith(word, at) && endsToken(source.charAt(at + word.length))) return meaning;
  }
  return undefined;
}
export const keywordLength = (source: string, at: number): number =>
  keywords.find(([word]) => source.startsWith(word, at))?.[0].length ?? 0;

/** `NEAR/5`, whole at `at`: how many words it lets stand between, and its length. */
export function nearAt(
  source: string,
  at: number,
): { readonly between: number; readonly length: number } | undefined {
  nearOperator.lastIndex = at;
  const [operator, digits] = nearOperator.exec(source) ?? [];
  if (operator === undefined || !endsToken(source.charAt(at + operator.length))) return undefined;
  return { between: Number(digits), length: operator.length };
}

const nearOperator = /(?:NEAR|РЯДОМ)\/(\d+)/y;

/** Whether somebody may have meant `NEAR/5`. */
export const resemblesNear = (text: string): boolean =>
  /^(?:[^/:]+\/)?(?:near|рядом)\/\d+$/iu.test(text);

/** Whether this is an operator wherever it stands alone, but for after a minus. */
export const isKeyword = (text: string): boolean => keywords.some(([word]) => word === text);

const keywords = [
  ["OR", "OR"],
  ["ИЛИ", "OR"],
  ["NOT", "NOT"],
  ["НЕ", "NOT"],
] as const;

function endsToken(char: string): boolean {
  return char === "" || isSpace(char) || isQuote(char) || "()|".includes(char);
}

/** Whether there is anything in it that a post could be searched for. */
export function isSearchable(text: string): boolean {
  return /[\p{L}\p{N}\p{So}\p{Sc}\p{Extended_Pictographic}§]|(?!−)(?=\P{ASCII})\p{Sm}/u.test(text);
}

/** Up to where the token that begins here goes on over spaces: in `1 000 000₽` to the sign, in `№ 5` to the digits. */
export function spacedNumberAt(source: string, at: number): number | undefined {
  numberSigns.lastIndex = at;
  const [signs] = numberSigns.exec(source)!;
  const end = spacedNumberEnd(source, at + signs.length);
  return (
    end ??
    (/[№§]\s$/.test(signs) && /\d/.test(source.charAt(at + signs.length))
      ? at + signs.length
      : undefined)
  );
}

const numberSigns = /[\\\p{Sc}+−–-]{0,3}(?:[№§][ \u00a0\u2009\u202f]?)?/uy;
