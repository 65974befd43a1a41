import { DuckDBInstance } from "@duckdb/node-api";

export type Row = Readonly<Record<string, unknown>>;

/** DuckDB in a session of another time zone; asked one statement, it answers with rows of plain values. */
export async function askDuckDb(statement: string, zone = "America/St_Johns"): Promise<Row[]> {
  const database = await DuckDBInstance.create(":memory:", { threads: "2" });
  const connection = await database.connect();
  try {
    await connection.run(`SET TimeZone = '${zone}'`);
    const answer = await connection.runAndReadAll(statement);
    return answer.getRowObjectsJson();
  } finally {
    connection.closeSync();
    database.closeSync();
  }
}
