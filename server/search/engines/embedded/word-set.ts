import type { Token } from "../../analysis/analyzer.ts";

/** A text of fewer words is nobody's copy: greetings and headings are alike by chance. */
const fewestWords = 8;
/** Words are kept as so many numbers: of sixty words about one in seventy is taken for another of them. */
export const wordNumbers = 4_096;
/** Sets that share nine tenths of all their words are alike. */
const sharedTenths = 9;
/** The greatest step from a number to the next that one byte says. */
const longStep = 255;

/** Addresses and @names differ between copies by their nature, so they are no words of a text. */
const notWords = /(?:https?:\/\/|\bwww\.|\bt\.me\/)\S+|@[a-z]\w+/giu;
/** Cheaper by far, and most texts have none. */
const mayHaveThem = /[@/]|www\./iu;
const aWord = /[\p{L}\p{N}]/u;

/**
 * The different words of a text as ascending numbers, a byte for each and seldom two; undefined for one that is too short
 * to be a copy. `terms` are the keys of each word of `words`.
 */
export function wordSetOf(
  text: string,
  words: readonly Token[],
  terms: readonly string[],
): Uint8Array | undefined {
  if (words.length < fewestWords) return undefined;
  const passed = mayHaveThem.test(text)
    ? Array.from(text.matchAll(notWords), ({ index: start, 0: { length } }) => ({
        start,
        end: start + length,
      }))
    : [];
  marked.fill(0);
  let counted = 0;
  let next = 0;
  for (const [i, { form, start }] of words.entries()) {
    while (passed[next] !== undefined && passed[next]!.end <= start) next++;
    if ((passed[next] !== undefined && passed[next]!.start <= start) || !aWord.test(form)) continue;
    counted++;
    const number = numberOf(terms[i]!);
    marked[number >>> 5]! |= 1 << (number & 31);
  }
  return counted < fewestWords ? undefined : inSteps();
}

/** A bit for each word number of the text that is looked at: cheaper than a set that is then put in order. */
const marked = new Uint32Array(wordNumbers / 32);

/** FNV-1a, its upper bits mixed into the lower. */
function numberOf(term: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let i = 0; i < term.length; i++) hash = Math.imul(hash ^ term.charCodeAt(i), 0x01_00_01_93);
  return (hash ^ (hash >>> 12) ^ (hash >>> 24)) & (wordNumbers - 1);
}

function inSteps(): Uint8Array {
  const bytes: number[] = [];
  let last = -1;
  for (let i = 0; i < marked.length; i++) {
    for (let bits = marked[i]!; bits !== 0; bits &= bits - 1) {
      const number = (i << 5) + 31 - Math.clz32(bits & -bits);
      let step = number - last - 1;
      for (; step >= longStep; step -= longStep) bytes.push(longStep);
      bytes.push(step);
      last = number;
    }
  }
  return Uint8Array.from(bytes);
}

/** The numbers of a set, ascending. */
export function numbersIn(bytes: Uint8Array): Uint16Array {
  const numbers = new Uint16Array(bytes.length);
  let length = 0;
  let last = -1;
  let step = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    step += byte;
    if (byte === longStep) continue;
    last += step + 1;
    numbers[length++] = last;
    step = 0;
  }
  return numbers.subarray(0, length);
}

/** Whether sets of these sizes could be alike at all. */
export function mayBeAlike(one: number, other: number): boolean {
  return Math.min(one, other) * 10 >= Math.max(one, other) * sharedTenths;
}

/** Jaccard's similarity: words in both, of words in either. */
export function areAlike(one: Uint16Array, other: Uint16Array): boolean {
  let both = 0;
  for (let i = 0, j = 0; i < one.length && j < other.length;) {
    const difference = one[i]! - other[j]!;
    if (difference === 0) both++;
    if (difference <= 0) i++;
    if (difference >= 0) j++;
  }
  return both * 10 >= (one.length + other.length - both) * sharedTenths;
}
