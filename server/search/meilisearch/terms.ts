/*
 * What words are in a Meilisearch index. Terms are values of filterable arrays: equality on them is exact, knows no
 * limit of ten words, no typo and no separator. Meilisearch compares values in lower case without edge spaces; forms
 * and keys are folded already, and a label in other letters carries its spelling behind a sign no text holds.
 */

/** Longer values are not filterable in Meilisearch (468 bytes); two words are told apart by so much. */
const longestValue = 100;
const spellingSign = "\u001f";
/** Letters of a hash: 26¹¹ is more than 2⁵¹. */
const codeLength = 11;

/** A form or key as a value of the index. */
export function termValue(term: string): string {
  return term.length > longestValue ? term.slice(0, longestValue) : term;
}

/** The value of two words side by side, by one key of each. */
export function pairValue(first: string, second: string): string {
  return code(`${first}\n${second}`);
}

/** A word for full text search: letters only, of which no tokenizer makes anything else. */
export function rankCode(term: string): string {
  return code(term);
}

/** A word for full text search that every post has. */
export const anyPost = code("");

/** 52 bits of a hash as eleven letters. */
function code(text: string): string {
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
  let letters = "";
  for (let i = 0; i < codeLength; i++) {
    letters += String.fromCharCode(97 + (rest % 26));
    rest = Math.floor(rest / 26);
  }
  return letters;
}

/** A name as written, such that names which differ are values which differ. */
export function labelValue(name: string): string {
  const value = termValue(name);
  return value === value.normalize("NFKD").toLowerCase().trim()
    ? value
    : `${value}${spellingSign}${code(name)}`;
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

/** A value inside a filter. The only way text gets into one. */
export function quoted(value: string): string {
  return `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
