import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse as parseCsv } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { backscroll } from "../../help.ts";
import { post, serveArchive } from "../http/small-archive.ts";
import { askDuckDb } from "./duckdb.ts";

/** A text as kept, and as a cell of a file for Excel has it. */
const texts: readonly (readonly [string, string])[] = [
  ["plain words", "plain words"],
  ["9223372036854775807", "'9223372036854775807"],
  ["0012", "'0012"],
  ["1e5", "'1e5"],
  ["2026-01-02", "'2026-01-02"],
  ["12:30", "'12:30"],
  ["1/2", "'1/2"],
  ["50%", "'50%"],
  [".5", "'.5"],
  ["TRUE", "'TRUE"],
  ["'0012", "''0012"],
  ["=1+1", "'=1+1"],
  ["-5", "'-5"],
  ["@name", "'@name"],
  ["12 posts", "12 posts"],
  ["true words", "true words"],
  // These were seen to become others in LibreOffice, or are documented of Excel.
  ["$5", "'$5"],
  ["5 €", "'5 €"],
  ["1 000 руб.", "'1 000 руб."],
  ["(5)", "'(5)"],
  ["true ", "'true "],
  ["ИСТИНА", "'ИСТИНА"],
  ["Jan 5", "'Jan 5"],
  ["5-Mar", "'5-Mar"],
  ["Mar 2026", "'Mar 2026"],
  ["8 марта", "'8 марта"],
  ["24 серпня 1991", "'24 серпня 1991"],
  ["5:30 PM", "'5:30 PM"],
  ["#N/A", "'#N/A"],
  ["#REF!", "'#REF!"],
  ["'quoted' at once", "''quoted' at once"],
  ["#tag", "#tag"],
  ["May", "May"],
  ["5 apples", "5 apples"],
  ["May I ask 5 things?", "May I ask 5 things?"],
  ["(so) 5", "(so) 5"],
  ["Привіт, «світ»\nдругий рядок", "Привіт, «світ»\nдругий рядок"],
  ['he said "so"', 'he said "so"'],
];

let folder: string;
let served: Awaited<ReturnType<typeof serveArchive>>;
beforeAll(async () => {
  const posts = texts.map(([text], place) =>
    post(place + 1, { text, views: 5_000_000_000 + place, edited: place === 0 }),
  );
  const span = { from: 1, to: texts.length };
  const reading = { channel: { name: "garden" }, posts, span, at: "2026-01-31T00:00:00Z" };
  served = await serveArchive([reading]);
  folder = await mkdtemp(join(tmpdir(), "backscroll-csv-"));
}, 60_000);
afterAll(async () => {
  await served[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const exported = async (query: string): Promise<Response> =>
  served.app.request(`/api/v1/export?${query}`);

/** The bytes of an export, and where they lie for another program to read. */
async function saved(query: string): Promise<{ readonly bytes: Buffer; readonly path: string }> {
  const answer = await exported(query);
  expect(answer.status).toBe(200);
  const bytes = Buffer.from(await answer.arrayBuffer());
  const path = join(folder, `${encodeURIComponent(query)}.file`);
  await writeFile(path, bytes);
  return { bytes, path };
}

/** As docs/exports.md says. */
const unled = (text: string): string => (text.startsWith("'") ? text.slice(1) : text);

describe("a CSV for Excel", () => {
  test("has a mark of byte order, rows that end in CRLF, and no text that Excel makes another of", async () => {
    const { bytes, path } = await saved("format=csv&excel=true&columns=id,text,views,edited");
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const lines = bytes.toString("utf8").slice(1).split("\r\n");
    expect(lines[0]).toBe('"id","text","views","edited"');
    expect(lines[2]).toBe(`2,"'9223372036854775807",5000000001,false`);
    expect(lines.pop()).toBe("");
    const read = parseCsv(bytes, { bom: true, columns: true }) as { id: string; text: string }[];
    expect(read.map(({ text }) => text)).toEqual(texts.map(([, cell]) => cell));
    expect(read.map(({ text }) => unled(text))).toEqual(texts.map(([text]) => text));
    const rows = await askDuckDb(
      `SELECT id, text, views FROM read_csv('${path}', allow_quoted_nulls = false) ORDER BY id`,
    );
    expect(rows).toEqual(
      texts.map(([, text], place) => ({
        id: String(place + 1),
        text,
        views: String(5_000_000_000 + place),
      })),
    );
  });

  test("is not what is written otherwise", async () => {
    const { bytes } = await saved("format=csv&columns=id,text");
    expect(bytes[0]).toBe('"'.charCodeAt(0));
    expect(bytes.toString()).toContain('2,"9223372036854775807"\r\n3,"0012"\r\n');
  });
});

/** Names and types of columns, as DuckDB finds them out. */
const described = async (source: string): Promise<unknown> =>
  (await askDuckDb(`DESCRIBE FROM ${source}`)).map((row) => [
    row["column_name"],
    row["column_type"],
  ]);

describe("columns that are chosen", () => {
  test("stand in the order and by the names that were asked for, in CSV and in Parquet", async () => {
    const { path, bytes } = await saved("format=csv&columns=text,date,id");
    expect(bytes.toString().split("\r\n")[1]).toBe('"plain words",2026-01-01T01:00:00Z,1');
    const types = [
      ["text", "VARCHAR"],
      ["date", "TIMESTAMP WITH TIME ZONE"],
      ["id", "BIGINT"],
    ];
    expect(await described(`read_csv('${path}', allow_quoted_nulls = false)`)).toEqual(types);
    const parquet = await saved("format=parquet&columns=text,date,id");
    expect(await described(`read_parquet('${parquet.path}')`)).toEqual(types);
    const [first] = await askDuckDb(
      `SELECT text, epoch_ms(date) AS date, id FROM read_parquet('${parquet.path}') ORDER BY id LIMIT 1`,
    );
    expect(first).toEqual({ text: "plain words", date: String(Date.UTC(2026, 0, 1, 1)), id: "1" });
  });

  const all =
    "channel, id, url, publishedAt, author, text, textState, media, views, reactions, forwardedFrom, replyTo, links, language, edited, versions, deletedConfirmedAt, firstSeenAt, lastSeenAt, hash, date";
  test.each([
    ["format=csv&columns=id,colour,text", `There is no column “colour”. There are: ${all}.`],
    ["format=csv&columns=", `There is no column “”. There are: ${all}.`],
    ["format=csv&columns=__proto__", `There is no column “__proto__”. There are: ${all}.`],
    ["format=jsonl&columns=id", "Columns are chosen of csv and parquet, not of jsonl."],
    ["format=parquet&excel=true", "A file for Excel is csv, not parquet."],
  ])("%s is refused by name", async (query, detail) => {
    const answer = await exported(query);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ detail });
  });

  test("have a tag of their own, and the manifest's address is without them", async () => {
    const asked = ["columns=id,text", "columns=text,id", "columns=id,text&excel=true"];
    const tags: (string | null)[] = [];
    const links: (string | null)[] = [];
    for (const query of asked) {
      const answer = await exported(`format=csv&${query}`);
      await answer.text();
      tags.push(answer.headers.get("ETag"));
      links.push(answer.headers.get("Link"));
    }
    expect(new Set(tags).size).toBe(3);
    expect(new Set(links)).toEqual(
      new Set(['</api/v1/export?format=manifest>; rel="describedby"; type="application/json"']),
    );
  });

  test("the command line refuses what cannot be, and makes nothing", async () => {
    const data = ["--data", join(folder, "none")];
    const asked = ["export", "words", "--format", "csv", "-o", join(folder, "x.csv")];
    expect(await backscroll([...asked, "--columns", "id, colour", ...data])).toMatchObject({
      code: 2,
      said: `--columns: There is no column “colour”. There are: ${all}.\n`,
    });
    const atom = asked.map((word) => (word === "csv" ? "atom" : word));
    expect(await backscroll([...atom, "--excel", ...data])).toMatchObject({
      code: 2,
      said: "--excel: A file for Excel is csv, not atom.\n",
    });
  });
});
