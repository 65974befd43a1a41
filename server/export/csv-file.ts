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
const excelRow = (values: readonly Value[]): string =>
  csvRow(values.map((value) => (typeof value === "string" ? guarded(value) : value)));

const guarded = (text: string): string => (guessed.test(text) ? `'${text}` : text);

/**
 * What Excel makes another value of, quoted or not: numbers of more than 15 digits, zeros before a number, dates, shares, `1e5`,
 * `TRUE`. What begins with apostrophes before such a text is led by one more, too.
 */
const guessed = /^'*\s*(?:[\d.,][\d\s.,:/e+%-]*|true|false)$/iu;

/** One row, ended as the format has it. */
export const csvRow = (values: readonly Value[]): string => `${values.map(cell).join(",")}\r\n`;

/**
 * Every text is quoted: readers differ in what ends a line or a bare cell, and so `""` is a text without a letter, and
 * nothing between two commas is no text at all.
 */
function cell(value: Value): string {
  if (value === undefined) return "";
  if (value instanceof Date) return instant(value);
  if (typeof value !== "string") return String(value);
  const text = value.toWellFormed();
  return `"${(formula.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}

/**
 * What a spreadsheet would take for a formula is led by one apostrophe. What begins with apostrophes before such a sign is
 * led by one more, so that taking the first away again always gives what was there.
 */
const formula = /^'*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;
