import { foldYo } from "./fold.ts";
import type { Reading } from "./reading.ts";

/** A surname as a dictionary would have it, and its stem as that of an unknown word. */
export interface Surname {
  readonly lemma: string;
  readonly stem: string;
}

/**
 * The surname in -ов, -ев, -ин, -ын, -ский, -цкий that a word may be a case of, where the dictionary knows the word as a form
 * of other names only, as towns have them: «Мантурова» is of Мантурово, and of a man named Мантуров.
 */
export function surnameOf(spelling: string, readings: readonly Reading[]): Surname | undefined {
  const surname = surnameIn(foldYo(spelling), cases);
  if (surname === undefined || readings.length === 0) return undefined;
  const isOther = readings.every(
    ({ isName, lemma }) => isName === true && foldYo(lemma) !== surname.lemma,
  );
  return isOther ? surname : undefined;
}

/**
 * The same of a word written with a capital that is known as a bent common word: «Слонов» among elephants, «Шустова». In small
 * letters it is that word.
 */
export function surnameInCapital(
  spelling: string,
  readings: readonly Reading[],
): Surname | undefined {
  const surname = surnameIn(foldYo(spelling), anyCase);
  if (surname === undefined || readings.length === 0) return undefined;
  const isOther = readings.every(
    ({ isLemma, lemma }) => !isLemma && foldYo(lemma) !== surname.lemma,
  );
  return isOther ? surname : undefined;
}

/** Whether a word looks like one at all. */
export const seemsSurname = (written: string): boolean => looks.test(written);

function surnameIn(word: string, endings: RegExp): Surname | undefined {
  const [, short, long] = endings.exec(word) ?? [];
  if (short !== undefined) return { lemma: short, stem: short };
  return long === undefined ? undefined : { lemma: `${long}ий`, stem: long };
}

const cases =
  /^(?:(.{2,}(?:[ое]в|[иы]н))(?:а|у|ым|е|ой|ы|ых|ыми)|(.{2,}[сц]к)(?:ого|ому|им|ом|ая|ой|ую|ие|их|ими))$/;
const anyCase = /^(.{2,}(?:[ое]в|[иы]н))(?:|а|у|ым|е|ой|ы|ых|ыми)$/;
const looks = /^[А-ЯЁ][а-яё]{1,}(?:[оеё]в|[иы]н)(?:|а|у|ым|е|ой|ы|ых|ыми)$/;
