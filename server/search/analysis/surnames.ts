import { foldYo } from "./fold.ts";
import type { Reading } from "./reading.ts";

/**
 * The surname in -ов, -ев, -ин, -ын that a word may be a case of, where the dictionary knows the word as a form of
 * other names only, as towns have them: «Мантурова» is of Мантурово, and of a man named Мантуров.
 */
export function surnameOf(spelling: string, readings: readonly Reading[]): string | undefined {
  const surname = cases.exec(foldYo(spelling))?.[1];
  if (surname === undefined || readings.length === 0) return undefined;
  const isOther = readings.every(({ isName, lemma }) => isName && foldYo(lemma) !== surname);
  return isOther ? surname : undefined;
}

const cases = /^(.{2,}(?:[ое]в|[иы]н))(?:а|у|ым|е|ой|ы|ых|ыми)$/;
