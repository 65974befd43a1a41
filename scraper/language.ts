import { eld } from "eld/extrasmall";

/**
 * The language of a text, ISO 639-1, or `undefined` when it is too short or too mixed to be sure.
 * The script and the letters that only one language has decide first: they cost next to nothing.
 */
export function languageOf(text: string): string | undefined {
  const sample = text.slice(0, longestSample).replaceAll(notProse, " ");
  const letters = countLetters(sample);
  if (letters.all < fewestLetters)
    return letters.dense >= fewestDense ? denseLanguage(letters) : undefined;
  if (letters.dense * denseWeight >= letters.all / 2) return denseLanguage(letters);
  // Russian on technical matters is full of English names; English has no Cyrillic.
  if (letters.cyrillic >= letters.all * shareOfCyrillic) return cyrillicLanguage(sample);
  if (isPlainlyEnglish(sample)) return "en";
  for (const [language, script] of scripts)
    if ((sample.match(script)?.length ?? 0) > letters.all / 2) return language;
  return guessed(sample);
}

interface Letters {
  readonly all: number;
  readonly cyrillic: number;
  /** Signs of writings that say a word in one or two. */
  readonly dense: number;
  readonly kana: number;
  readonly hangul: number;
}

function countLetters(sample: string): Letters {
  let all = 0;
  let cyrillic = 0;
  let dense = 0;
  let kana = 0;
  let hangul = 0;
  for (let i = 0; i < sample.length; i += 1) {
    const code = sample.charCodeAt(i);
    if (code < 0xc0) {
      const lower = code | 0x20;
      if (lower >= 0x61 && lower <= 0x7a) all += 1;
    } else if (code >= 0x0400 && code <= 0x052f) {
      all += 1;
      cyrillic += 1;
    } else if (code < 0x2000) {
      all += 1;
    } else if (code >= 0x3040 && code <= 0x30ff) {
      all += 1;
      dense += 1;
      kana += 1;
    } else if (code >= 0x4e00 && code <= 0x9fff) {
      all += 1;
      dense += 1;
    } else if (code >= 0xac00 && code <= 0xd7a3) {
      all += 1;
      dense += 1;
      hangul += 1;
    }
  }
  return { all, cyrillic, dense, kana, hangul };
}

function denseLanguage({ dense, kana, hangul }: Letters): string {
  if (hangul > dense / 2) return "ko";
  return kana > 0 ? "ja" : "zh";
}

function cyrillicLanguage(sample: string): string | undefined {
  if (/ў/iu.test(sample)) return "be";
  // Kazakh, Tatar, Mongolian …: the detector does not know them and would say Russian.
  if (/[әғқңөұүһҗ]/iu.test(sample)) return undefined;
  const ukrainian = /[іїєґ]/iu.test(sample);
  const russian = /[ыэё]/iu.test(sample);
  if (ukrainian && !russian) return "uk";
  if (russian && !ukrainian) return "ru";
  const language = guessed(sample);
  // A few Russian words look Serbian to it, which no sentence in Serbian is without these letters.
  return language === "sr" && !/[јљњђћџ]/iu.test(sample) ? undefined : language;
}

/** English is known by its small words at a fraction of what the detector costs. */
function isPlainlyEnglish(sample: string): boolean {
  const words = sample.toLowerCase().match(/\p{L}+/gu) ?? [];
  const small = words.filter((word) => smallWords.has(word));
  return (
    small.length >= words.length * shareOfSmallWords && new Set(small).size >= fewestSmallWords
  );
}

function guessed(sample: string): string | undefined {
  const result = eld.detect(sample.slice(0, longestGuess));
  return result.isReliable() && result.language !== "" ? result.language : undefined;
}

/** Characters; more would make the answer dearer, hardly surer. */
const longestSample = 600;
const longestGuess = 300;
const fewestLetters = 24;
const fewestDense = 8;
/** A Chinese sign says about as much as this many letters. */
const denseWeight = 2;
const shareOfCyrillic = 0.3;
const smallWords = new Set(
  (
    "the and of that this with from which you are is it to for not but have has been were when what who how your our " +
    "their they its would about into than these because between before after"
  ).split(" "),
);
const shareOfSmallWords = 1 / 8;
const fewestSmallWords = 3;
const notProse = /https?:\/\/\S+|[@#$][\p{L}\p{N}_]+|[\w.+-]+@[\w.-]+/gu;
const scripts: readonly (readonly [string, RegExp])[] = [
  ["el", /\p{Script=Greek}/gu],
  ["he", /\p{Script=Hebrew}/gu],
  ["ka", /\p{Script=Georgian}/gu],
  ["hy", /\p{Script=Armenian}/gu],
  ["th", /\p{Script=Thai}/gu],
];
