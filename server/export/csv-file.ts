import type { Column, ExportedPost } from "./post-table.ts";
import { instant } from "../../scraper/instant.ts";

type Value = string | number | boolean | Date | undefined;

/** A CSV file (RFC 4180) of posts, with a head, in UTF-8; `excel`: as Microsoft Excel opens it without harm. */
export async function* csvFile(
  chunks: AsyncIterable<readonly ExportedPost[]>,
  { columns, excel = false }: { readonly columns: readonly Column[]; readonly excel?: boolean },
): AsyncGenerator<string> {
  const row = excel ? excelRow : csvRow;
  yield `${excel ? byteOrderMark : ""}${row(columns.map(({ name }) => name))}`;
  for await (const posts of chunks)
    yield posts.map((post) => row(columns.map(({ value }) => value(post)))).join("");
}

/** Without it Excel takes UTF-8 for the code page of the machine. */
const byteOrderMark = "\uFEFF";

/** A row whose texts are also safe from Excel's guesses at numbers, dates and truth. */
const excelRow = (values: readonly Value[]): string => rowOf(values, isLedForExcel);

/** What begins with an apostrophe is led by one, too: so taking one away from each that begins so gives what was there. */
const isLedForExcel = (text: string): boolean =>
  text.startsWith("'") || isFormula(text) || guesses.some((guess) => guess.test(text.trim()));

/** How the months begin in English, Russian and Ukrainian. */
const month =
  "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec" +
  "|янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек" +
  "|січ|лют|бер|кві|тра|чер|лип|сер|вер|жов|лис|гру";
const currency = "[$€£¥₽₴]";

/** Texts that spreadsheets make another value of, quoted or not. */
const guesses: readonly RegExp[] = [
  // Numbers, also in brackets, with a currency or in powers of ten; dates, times and shares.
  new RegExp(
    `^\\(?${currency}?\\s*[\\d.,][\\d\\s.,:/e+%)-]*(?:${currency}|[ap]\\.?m?\\.?|р\\.?|руб\\.?|грн\\.?)?\\)?$`,
    "iu",
  ),
  // Dates with the name of a month.
  new RegExp(`^(?=.*\\d)(?:\\d[\\d\\s.,:/-]*)?(?:${month})\\p{L}*\\.?[\\d\\s.,:/-]*$`, "iu"),
  /^(?:true|false|истина|ложь|істина|хибність)$/iu,
  /^#(?:n\/a|[a-z/0]+[!?])$/iu,
];

/** One row, ended as the format has it. */
export const csvRow = (values: readonly Value[]): string => rowOf(values, isFormula);

const rowOf = (values: readonly Value[], isLed: IsLed): string =>
  `${values.map((value) => cell(value, isLed)).join(",")}\r\n`;

/** Whether a text is led by one apostrophe. */
type IsLed = (text: string) => boolean;

/**
 * Every text is quoted: readers differ in what ends a line or a bare cell, and so `""` is a text without a letter, and
 * nothing between two commas is no text at all.
 */
function cell(value: Value, isLed: IsLed): string {
  if (value === undefined) return "";
  if (value instanceof Date) return instant(value);
  if (typeof value !== "string") return String(value);
  const text = value.toWellFormed();
  return `"${(isLed(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}

/**
 * What a spreadsheet would take for a formula is led by one apostrophe. What begins with apostrophes before such a sign is
 * led by one more, so that taking the first away again always gives what was there.
 */
const isFormula: IsLed = (text) => /^'*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/.test(text);
