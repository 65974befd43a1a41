/**
 * One spelling for what people take for one word: compatibility forms, case, stress marks, Latin accents,
 * invisible marks and look-alike letters of the other alphabet are gone. Keeps `ё` (see `foldYo`), `й` and `ї`.
 */
export function fold(written: string): string {
  if (plainLatin.test(written)) return written.toLowerCase();
  let text = written;
  if (!plain.test(text)) {
    text = text
      .split(ownNumber)
      .map((part, i) => (i % 2 === 0 ? part.normalize("NFKC") : part))
      .join("")
      .replace(ignorable, "")
      .replace(/\s/g, "")
      .replace(apostrophe, "'")
      .replace(accented, (letter) => letter.normalize("NFD"))
      .replace(accents, "");
  }
  text = text.toLowerCase().replaceAll("ґ", "г");
  if (!plain.test(text))
    text = text.replace(accents, "").replace(ligature, (letter) => spelled.get(letter)!);
  return latin.test(text) && cyrillic.test(text) ? oneScript(text) : text;
}

/** `ё` is `е` for whoever searches; only the choice between two words may look at it. */
export function foldYo(text: string): string {
  return text.replaceAll("ё", "е");
}

/** `Cбербанк` with a Latin C is a Cyrillic word: letters that only look foreign follow the majority. */
function oneScript(text: string): string {
  const latinLetters = text.match(/\p{Script=Latin}/gu)!;
  const cyrillicLetters = text.match(/\p{Script=Cyrillic}/gu)!;
  const minority = latinLetters.length <= cyrillicLetters.length ? latinLetters : cyrillicLetters;
  const isTie = latinLetters.length === cyrillicLetters.length;
  for (const [letters, twins] of [
    [latinLetters, cyrillicTwins],
    [cyrillicLetters, latinTwins],
  ] as const) {
    if ((isTie || letters === minority) && letters.every((letter) => twins.has(letter))) {
      return Array.from(text, (letter) => twins.get(letter) ?? letter).join("");
    }
  }
  return text;
}

const plainLatin = /^[a-z0-9]+$/i;
const plain = /^[a-z0-9а-яёіїєґ'-]*$/i;
/** Fractions, and digits raised or lowered behind others: ½ is not 12, nor 10² 102. */
const ownNumber =
  /([\u00bc-\u00be\u2150-\u215f\u2189]|(?<=\d)[²³¹\u2070\u2074-\u2079\u2080-\u2089]+)/;
const ignorable = /\p{Default_Ignorable_Code_Point}/gu;
const apostrophe = /[’ʼ‘`´ʹ′＇]/g;
/** Precomposed letters whose accent does not make another letter of ours (`й`, `ї`, `ў`, `ё` stay). */
const accented = /[\u00c0-\u024f\u1e00-\u1eff\u0370-\u03ff\u1f00-\u1fff\u0400\u0450\u040d\u045d]/g;
const accents = /[\u0300-\u036f\u20d0-\u20ff]/g;
const latin = /\p{Script=Latin}/u;
const cyrillic = /\p{Script=Cyrillic}/u;

const ligature = /[ßæœøłđðþıς]/g;
const spelled = new Map<string, string>(
  Object.entries({
    ß: "ss",
    æ: "ae",
    œ: "oe",
    ø: "o",
    ł: "l",
    đ: "d",
    ð: "d",
    þ: "th",
    ı: "i",
    ς: "σ",
  }),
);

/** The Latin letter that looks like this Cyrillic one, or the letter itself. */
export function latinTwin(letter: string): string {
  return latinTwins.get(letter) ?? letter;
}

/** Lower-case letters (and the lower case of capitals) that look alike in print. */
const latinLook = "aeopcyxikmthb";
const cyrillicLook = "аеорсухікмтнв";
const cyrillicTwins = new Map(Array.from(latinLook, (letter, i) => [letter, cyrillicLook[i]!]));
const latinTwins = new Map(Array.from(cyrillicLook, (letter, i) => [letter, latinLook[i]!]));
