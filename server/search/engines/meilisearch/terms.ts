/*
 * What words are in a Meilisearch index. Terms are values of filterable arrays: equality on them is exact, knows no
 * limit of ten words, no typo and no separator. Meilisearch compares values in lower case without edge spaces; forms
 * and keys are folded already, and a label in other letters carries its spelling behind a sign no text holds.
 */

/** Longer values are not filterable in Meilisearch (468 bytes); two words are told apart by so much. */
const longestValue = 100;
const spellingSign = "\u001f";
/** Signs that Meilisearch keeps as they are in a value. */
const signs = "abcdefghijklmnopqrstuvwxyz0123456789!#$%&()*+,-./:;<=>?@[]^_{|}~";
/** Signs of a hash that stands for a word: of 64⁷, so a word meets another of a million once in four million times. */
const valueSigns = 7;
/** What a tokenizer makes nothing else of. */
const letters = signs.slice(0, 26);
/** Letters of a hash that only ranks. */
const rankLetters = 7;

/** A form or name as a value of the index. */
export function termValue(term: string): string {
  return term.length > longestValue ? term.slice(0, longestValue) : term;
}

/** A word key as a value of the index: its hash, which is half as long as the word. */
export function keyValue(key: string): string {
  return code(key, signs, valueSigns);
}

/** A word key for full text search. */
export function rankCode(key: string): string {
  return code(key, letters, rankLetters);
}

/** A hash as so many of these signs. */
function code(text: string, alphabet: string, length: number): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    a = Math.imul(a ^ char, 2_654_435_761);
    b = Math.imul(b ^ char, 1_597_334_677);
  }
  a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909);
  b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909);
  let rest = (b & 0xfffff) * 2 ** 32 + (a >>> 0);
  let written = "";
  for (let i = 0; i < length; i++) {
    written += alphabet[rest % alphabet.length];
    rest = Math.floor(rest / alphabet.length);
  }
  return written;
}

/** A word for full text search that every post has. */
export const anyPost = code("", letters, rankLetters);

/** A name as written, such that names which differ are values which differ. */
export function labelValue(name: string): string {
  const value = termValue(name);
  return value === value.normalize("NFKD").toLowerCase().trim()
    ? value
    : `${value}${spellingSign}${code(name, signs, valueSigns)}`;
}

/** The name of a label's value. */
export function labelName(value: string): string {
  const end = value.indexOf(spellingSign);
  return end === -1 ? value : value.slice(0, end);
}

/** The key a label is found by, of its kind. */
export function namedValue(kind: string, key: string): string {
  return termValue(`${kind} ${key}`);
}

/** The value of an address that a post shows, links to or goes below. */
export function addressValue(address: string): string {
  return namedValue("address", keyValue(address));
}

/** The same of an earlier version. */
export function earlierAddressValue(address: string): string {
  return namedValue("was", keyValue(address));
}

/** A value inside a filter. The only way text gets into one. */
export function quoted(value: string): string {
  return `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
