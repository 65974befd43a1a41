import { DatabaseSync } from "node:sqlite";

/** What takes a migration back, the newest first. One that is not here adds nothing that stands in the way of itself. */
const undone: readonly (readonly [number: number, sql: string])[] = [
  [18, "DROP TABLE target"],
  [
    17,
    "DROP TABLE stamp; ALTER TABLE body DROP COLUMN status; ALTER TABLE body DROP COLUMN headers",
  ],
  [
    16,
    "DROP TABLE journal_content; DROP TABLE journal; ALTER TABLE result_set DROP COLUMN journal_no",
  ],
  [15, "ALTER TABLE run DROP COLUMN error_reasons; ALTER TABLE alert DROP COLUMN reasons"],
  [13, "DROP TABLE post_change"],
];

/** Makes of an archive one of before, whose last migration was `to`, with what the test put into it. */
export function setBack(file: string, to: number): void {
  using db = new DatabaseSync(file);
  for (const [number, sql] of undone) if (number > to) db.exec(sql);
  db.prepare("DELETE FROM migration WHERE number > ?").run(to);
}
