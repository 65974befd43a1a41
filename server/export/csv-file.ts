import { postTable, type ExportedPost } from "./post-table.ts";

type Value = string | number | boolean | Date | undefined;

/** A CSV file (RFC 4180) of posts, with a head, in UTF-8. */
export async function* csvFile(
  chunks: AsyncIterable<readonly ExportedPost[]>,
): AsyncGenerator<string> {
  yield csvRow(postTable.map(({ name }) => name));
  for await (const posts of chunks)
    yield posts.map((post) => csvRow(postTable.map(({ value }) => value(post)))).join("");
}

/** One row, ended as the format has it. */
export const csvRow = (values: readonly Value[]): string => `${values.map(cell).join(",")}\r\n`;

/**
 * Every text is quoted: readers differ in what ends a line or a bare cell, and so `""` is a text without a letter, and
 * nothing between two commas is no text at all.
 */
function cell(value: Value): string {
  if (value === undefined) return "";
  if (value instanceof Date) return `${value.toISOString().slice(0, 19)}Z`;
  if (typeof value !== "string") return String(value);
  const text = value.toWellFormed();
  return `"${(formula.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}

/**
 * What a spreadsheet would take for a formula is led by one apostrophe. What begins with apostrophes before such a sign is
 * led by one more, so that taking the first away again always gives what was there.
 */
const formula = /^'*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;
