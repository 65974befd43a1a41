/**
 * The form of a word with its very letters, where they are not the form's own: `симметрия^c` begins with a capital,
 * `сша^u` is in capitals, `елка^=ёлка` has its letters in full. Words of one form are written alike when these are equal.
 * Of a word's apostrophes, joining signs and invisible marks only the form tells.
 */
export function writtenForm(form: string, written: string): string {
  if (written === form) return form;
  const own = lettersIn(form);
  const letters = lettersIn(written);
  if (letters === own) return form;
  if (letters === own.charAt(0).toUpperCase() + own.slice(1)) return `${form}${lettersSign}c`;
  if (letters === own.toUpperCase()) return `${form}${lettersSign}u`;
  return `${form}${lettersSign}=${letters}`;
}

/** The usual other letters of a form: with a capital first, and all in capitals. */
export const usualLetters = (form: string): readonly string[] => [
  `${form}${lettersSign}c`,
  `${form}${lettersSign}u`,
];

/** Stands before the letters; no form has it. */
export const lettersSign = "^";

/** The form without its letters. */
export function formOf(written: string): string {
  const end = written.indexOf(lettersSign);
  return end === -1 ? written : written.slice(0, end);
}

function lettersIn(text: string): string {
  return plain.test(text) ? text : text.normalize("NFC").replaceAll(others, "");
}

const plain = /^[a-zа-яёіїєґ]+$/i;
const others = /[^\p{L}\p{M}]|\p{Default_Ignorable_Code_Point}/gu;
