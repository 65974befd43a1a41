import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { columnsNamed } from "../server/export/post-table.ts";
import { emptyFolder } from "./help.ts";
import { askDuckDb } from "./server/export/duckdb.ts";
import { post, serveArchive } from "./server/http/small-archive.ts";

const name = "reading-an-export.ipynb";
const notebook = join(import.meta.dirname, "../docs", name);

interface Cell {
  readonly cell_type: string;
  readonly source: readonly string[];
  readonly outputs?: readonly {
    readonly output_type: string;
    readonly data?: Readonly<Record<string, unknown>>;
  }[];
}

const cellsOf = (text: string): readonly Cell[] => (JSON.parse(text) as { cells: Cell[] }).cells;
const code = cellsOf(readFileSync(notebook, "utf8"))
  .filter((cell) => cell.cell_type === "code")
  .map((cell) => cell.source.join(""));

const needed = ["pandas", "duckdb", "pyarrow", "matplotlib", "nbclient", "ipykernel"];
const hasPython =
  spawnSync("python3", ["-c", `import ${needed.join(", ")}`], { stdio: "ignore" }).status === 0;

let served: Awaited<ReturnType<typeof serveArchive>>;
const files: Record<string, Buffer> = {};
beforeAll(async () => {
  const posts = [
    post(1, { text: "=1+1", views: 10, media: [{ kind: "photo" }, { kind: "video" }] }),
    post(2, { text: "", publishedAt: "2026-01-31T23:59:59Z" }),
    post(3, { text: 'a, "b"\nc', publishedAt: "2026-02-01T00:00:00Z", views: 30, edited: true }),
  ];
  const span = { from: 1, to: 3 };
  served = await serveArchive([
    { channel: { name: "garden" }, posts, span, at: "2026-02-02T00:00:00Z" },
  ]);
  for (const format of ["csv", "parquet", "jsonl"]) {
    const answer = await served.app.request(`/api/v1/export?format=${format}`);
    files[`posts.${format}`] = Buffer.from(await answer.arrayBuffer());
  }
}, 60_000);
afterAll(async () => served[Symbol.asyncDispose]());

/** A folder with the files that the notebook reads. */
function folderOfFiles(): string {
  const folder = emptyFolder();
  for (const [file, bytes] of Object.entries(files)) writeFileSync(join(folder, file), bytes);
  return folder;
}

test("the notebook names no column that an export does not have", () => {
  const columns = columnsNamed(undefined);
  const known = new Set(typeof columns === "string" ? [] : columns.map((column) => column.name));
  const [, csv = ""] = code;
  const lists = [...csv.matchAll(/(?:parse_dates=|posts\[)\[([^\]]+)\]/g)].map(([list]) => list);
  const named = [
    ...csv.matchAll(/"(\w+)":/g),
    ...csv.matchAll(/posts\["(\w+)"\]/g),
    ...lists.join(" ").matchAll(/"(\w+)"/g),
  ].map(([, column = ""]) => column);
  expect([...new Set(named)].toSorted()).toEqual([
    "author",
    "channel",
    "deletedConfirmedAt",
    "firstSeenAt",
    "hash",
    "id",
    "language",
    "lastSeenAt",
    "publishedAt",
    "reactions",
    "text",
    "views",
  ]);
  expect(named.filter((column) => !known.has(column))).toEqual([]);
});

test("the notebook's SQL counts posts by their month in UTC", async () => {
  const folder = folderOfFiles();
  const sql = code.flatMap((cell) => /duckdb\.sql\(f"""(.*?)"""\)/su.exec(cell)?.[1] ?? []);
  expect(sql).toHaveLength(1);
  const [query = ""] = sql;
  const asked = query.replace(
    /\{\(folder \/ "posts\.parquet"\)\.as_posix\(\)\}/u,
    join(folder, "posts.parquet"),
  );
  expect(asked).not.toContain("{");
  expect(await askDuckDb(asked)).toEqual([
    {
      month: "2026-01-01 00:00:00",
      channel: "garden",
      posts: "2",
      edited: "0",
      deleted: "0",
      views: 10,
    },
    {
      month: "2026-02-01 00:00:00",
      channel: "garden",
      posts: "1",
      edited: "1",
      deleted: "0",
      views: 30,
    },
  ]);
});

test.skipIf(!hasPython)(
  `the notebook runs from its first cell to its last and draws a picture (skipped where Python lacks ${needed.join(", ")})`,
  { timeout: 180_000 },
  () => {
    const folder = folderOfFiles();
    cpSync(notebook, join(folder, name));
    const run = [
      "import nbformat",
      "from nbclient import NotebookClient",
      `book = nbformat.read(${JSON.stringify(name)}, as_version=4)`,
      "NotebookClient(book, timeout=120).execute()",
      `nbformat.write(book, "done.ipynb")`,
    ].join("\n");
    execFileSync("python3", ["-c", run], { cwd: folder });
    const done = cellsOf(readFileSync(join(folder, "done.ipynb"), "utf8"));
    const outputs = done.flatMap(({ outputs: shown = [] }) => shown);
    expect(outputs.filter((one) => one.output_type === "error")).toEqual([]);
    expect(outputs.filter(({ data }) => data?.["image/png"] !== undefined)).toHaveLength(1);
    const words = JSON.stringify(outputs);
    // The apostrophe that led the formula is gone again.
    expect(words).toContain("=1+1");
    expect(words).not.toContain("'=1+1");
    expect(words).toContain("2026-02-01");
  },
);
