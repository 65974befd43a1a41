import { ByteWriter, ParquetWriter, schemaFromColumnData } from "hyparquet-writer";
import type { ColumnSource } from "hyparquet-writer";
import { jsonLine } from "./json-line.ts";
import type { Column, ExportedPost } from "./post-table.ts";

const rowsAGroup = 1_000;

/** A Parquet file of posts, a row group at a time: the columns, and, where `isWhole`, `json`, the whole post. */
export async function* parquetFile(
  chunks: AsyncIterable<readonly ExportedPost[]>,
  table: { readonly columns: readonly Column[]; readonly isWhole: boolean },
): AsyncGenerator<Uint8Array> {
  const bytes = new ByteWriter();
  const file = new ParquetWriter({
    writer: bytes,
    schema: schemaFromColumnData({ columnData: columnsOf([], table) }).map(inUtc),
    createdBy: "backscroll",
  });
  let rows: ExportedPost[] = [];
  for await (const posts of chunks) {
    rows.push(...posts);
    if (rows.length < rowsAGroup) continue;
    await file.write({ columnData: columnsOf(rows, table), rowGroupSize: rows.length });
    rows = [];
    yield taken(bytes);
  }
  if (rows.length > 0)
    await file.write({ columnData: columnsOf(rows, table), rowGroupSize: rows.length });
  await file.finish();
  yield taken(bytes);
}

type SchemaElement = ReturnType<typeof schemaFromColumnData>[number];

/** Without it readers take a time for the hour on the wall of wherever they run. */
const inUtc = (element: SchemaElement): SchemaElement =>
  element.converted_type === "TIMESTAMP_MILLIS"
    ? {
        ...element,
        logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MILLIS" },
      }
    : element;

function columnsOf(
  posts: readonly ExportedPost[],
  table: { readonly columns: readonly Column[]; readonly isWhole: boolean },
): ColumnSource[] {
  const columns = table.columns.map(({ name, type, value }): ColumnSource => {
    const values = posts.map(value);
    const data =
      type === "INT64"
        ? values.map((one) => (one === undefined ? one : BigInt(Number(one))))
        : values;
    return { name, type, data, nullable: true, offsetIndex: false };
  });
  if (!table.isWhole) return columns;
  return [
    ...columns,
    {
      name: "json",
      type: "STRING",
      data: posts.map(jsonLine),
      nullable: false,
      offsetIndex: false,
    },
  ];
}

/** What was written since the last time; the writer goes on counting where it is in the file. */
function taken(writer: ByteWriter): Uint8Array {
  const bytes = writer.getBytes().slice();
  writer.index = 0;
  return bytes;
}
