import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { load } from "cheerio";
import { parse as parseCsv } from "csv-parse/sync";
import { parseAtomFeed, parseJsonFeed } from "feedsmith";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { post, serveArchive } from "../http/small-archive.ts";
import { askDuckDb, type Row } from "./duckdb.ts";
import { hardPosts, hardRows, now, type HardRow } from "./hard-posts.ts";

const formats = ["csv", "parquet", "jsonl", "atom"] as const;
type Format = (typeof formats)[number];

let folder: string;
let served: Awaited<ReturnType<typeof serveArchive>>;
const clock = (): Date => new Date(now);
beforeAll(async () => {
  const span = { from: 1, to: 2_147_483_647 };
  const reading = { channel: { name: "garden" }, posts: hardPosts, span, at: now };
  served = await serveArchive([reading], { now: clock, clock });
  folder = await mkdtemp(join(tmpdir(), "backscroll-read-back-"));
  for (const format of formats) {
    const answer = await served.app.request(`/api/v1/export?format=${format}`);
    await writeFile(path(format), await answer.bytes());
  }
}, 120_000);
afterAll(async () => {
  await served[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const path = (format: Format): string => join(folder, `posts.${format}`);
const textOf = async (format: Format): Promise<string> => readFile(path(format), "utf8");

/** One apostrophe goes from what was led by one, as docs/exports.md says. */
const unled = (text: unknown): unknown =>
  typeof text === "string" && /^'+[=+\-@\t\r＝＋－＠]/.test(text) ? text.slice(1) : text;

const same = (value: unknown): unknown => value;
const number = (value: unknown): number | null => (value == null ? null : Number(value));
/** Milliseconds as the instant they are. */
const instant = (ms: unknown): string | null =>
  ms == null ? null : `${new Date(Number(ms)).toISOString().slice(0, 19)}Z`;

/** What was read as the row that is expected; `read` takes a text to what it stands for. */
function rowOf(row: Row, read: (text: unknown) => unknown = same): HardRow {
  const text = (name: string): never => (read(row[name]) ?? null) as never;
  return {
    channel: text("channel"),
    id: number(row["id"]) ?? 0,
    url: text("url"),
    publishedAt: instant(row["publishedAt"]) ?? "",
    author: text("author"),
    text: read(JSON.parse(String(row["text"]))) as never,
    textState: text("textState"),
    media: text("media"),
    views: number(row["views"]),
    reactions: number(row["reactions"]) ?? 0,
    forwardedFrom: text("forwardedFrom"),
    replyTo: text("replyTo"),
    links: text("links"),
    language: text("language"),
    edited: row["edited"] as boolean,
    versions: number(row["versions"]) ?? 0,
    deletedConfirmedAt: null,
  };
}

/** The first rows that are not as expected, each beside what it should be. */
function wrong<T>(read: readonly T[], expected: readonly T[]): readonly (readonly T[])[] {
  const places = [...Array(Math.max(read.length, expected.length)).keys()];
  return places
    .map((place) => [read[place], expected[place]] as T[])
    .filter(([one, other]) => !isDeepStrictEqual(one, other))
    .slice(0, 3);
}

const instants = ["publishedAt", "firstSeenAt", "lastSeenAt"] as const;
/** Every column, with times as milliseconds, of whatever type the reader took them for. */
const everything = `SELECT * REPLACE (${instants.map((name) => `epoch_ms(${name}) AS ${name}`).join(", ")}, to_json(text)::VARCHAR AS text)`;
const csv = (): string => `read_csv('${path("csv")}', allow_quoted_nulls = false)`;
const parquet = (): string => `read_parquet('${path("parquet")}')`;
const jsonl = (): string =>
  `read_json('${path("jsonl")}', format = 'newline_delimited', sample_size = -1)`;

async function typesOf(source: string): Promise<Readonly<Record<string, unknown>>> {
  const columns = await askDuckDb(`DESCRIBE FROM ${source}`);
  return Object.fromEntries(columns.map((row) => [row["column_name"], row["column_type"]]));
}

describe("other programs read back the same rows, types and instants:", () => {
  test("DuckDB a CSV file, whose types it finds out by itself", async () => {
    const rows = await askDuckDb(`${everything} FROM ${csv()}`);
    expect(
      wrong(
        rows.map((row) => rowOf(row, unled)),
        hardRows,
      ),
    ).toEqual([]);
    expect(await typesOf(csv())).toMatchObject({
      id: "BIGINT",
      views: "BIGINT",
      edited: "BOOLEAN",
      text: "VARCHAR",
      publishedAt: "TIMESTAMP WITH TIME ZONE",
    });
  });

  test("DuckDB a Parquet file", async () => {
    const rows = await askDuckDb(`${everything} FROM ${parquet()}`);
    expect(
      wrong(
        rows.map((row) => rowOf(row)),
        hardRows,
      ),
    ).toEqual([]);
    expect(await typesOf(parquet())).toEqual({
      channel: "VARCHAR",
      id: "BIGINT",
      url: "VARCHAR",
      publishedAt: "TIMESTAMP WITH TIME ZONE",
      author: "VARCHAR",
      text: "VARCHAR",
      textState: "VARCHAR",
      media: "VARCHAR",
      views: "BIGINT",
      reactions: "BIGINT",
      forwardedFrom: "VARCHAR",
      replyTo: "VARCHAR",
      links: "VARCHAR",
      language: "VARCHAR",
      edited: "BOOLEAN",
      versions: "BIGINT",
      deletedConfirmedAt: "TIMESTAMP WITH TIME ZONE",
      firstSeenAt: "TIMESTAMP WITH TIME ZONE",
      lastSeenAt: "TIMESTAMP WITH TIME ZONE",
      hash: "VARCHAR",
      json: "VARCHAR",
    });
  });

  test("DuckDB JSON lines, whose types it finds out by itself", async () => {
    const rows =
      await askDuckDb(`SELECT channel, id, url, epoch_ms(publishedAt) AS publishedAt, author,
      to_json(text)::VARCHAR AS text, textState, list_transform(media, lambda m: m.kind) AS media, views,
      list_sum(list_transform(reactions, lambda r: r.count)) AS reactions, forward.name AS forwardedFrom,
      reply.channel || '/' || reply.id AS replyTo, edited, versions, language FROM ${jsonl()}`);
    const read = rows.map((row) => rowOf({ ...row, media: (row["media"] as string[]).join(" ") }));
    // A post has its links among its entities.
    expect(
      wrong(
        read,
        hardRows.map((row) => Object.assign({ ...row }, { links: null })),
      ),
    ).toEqual([]);
    const [marks] = await askDuckDb(
      `SELECT entities, list_transform(reactions, lambda r: r.emojiId) AS ids FROM ${jsonl()} WHERE id = 114`,
    );
    expect(marks?.["ids"]).toEqual([null, null, "9223372036854775807"]);
    expect(marks?.["entities"]).toContainEqual({
      type: "custom_emoji",
      offset: "26",
      length: "1",
      url: null,
      emojiId: "5368324170671202286",
    });
    expect(await typesOf(jsonl())).toMatchObject({
      id: "BIGINT",
      views: "BIGINT",
      edited: "BOOLEAN",
      text: "VARCHAR",
    });
  });

  test("a program that ends lines wherever any program does reads one post a line", async () => {
    const lines = (await textOf("jsonl")).split(
      /\r\n|(?![\u007F-\u0084\u0086-\u009F])\p{Cc}|[\u2028\u2029]/u,
    );
    expect(lines.pop()).toBe("");
    expect(lines.map((line) => (JSON.parse(line) as { id: number }).id)).toEqual(
      hardRows.map(({ id }) => id),
    );
  });

  test("DuckDB joins the three by instant and hash, and finds each text by itself", async () => {
    const [joined] = await askDuckDb(`SELECT count(*) AS rows FROM ${parquet()} p
      JOIN ${csv()} c ON c.id = p.id AND c.publishedAt = p.publishedAt AND c.hash = p.hash
        AND c.lastSeenAt = p.lastSeenAt AND c.firstSeenAt = p.firstSeenAt
      JOIN ${jsonl()} j ON j.id = p.id AND j.publishedAt AT TIME ZONE 'UTC' = p.publishedAt AND j.hash = p.hash
        AND j.text = p.text AND json_extract_string(p.json, '$.text') = p.text`);
    expect(Number(joined?.["rows"])).toBe(hardRows.length);
    const asked = hardRows
      .filter(({ text }) => !text.includes("\0"))
      .map(({ id, text }) => ({
        id,
        where: `text = '${text.replaceAll("'", "''")}' AND id = ${id}`,
      }));
    const found = await askDuckDb(
      asked.map(({ where }) => `SELECT id FROM ${parquet()} WHERE ${where}`).join(" UNION ALL "),
    );
    expect(found.map((row) => Number(row["id"])).toSorted((a, b) => a - b)).toEqual(
      asked.map(({ id }) => id).toSorted((a, b) => a - b),
    );
  });

  test("csv-parse a CSV file", async () => {
    const rows: Record<string, string>[] = parseCsv(await textOf("csv"), {
      columns: true,
      cast: (value, { quoting }) => (value === "" && !quoting ? null : value),
    });
    const read = rows.map((row) =>
      rowOf(
        {
          ...row,
          text: JSON.stringify(row["text"]),
          publishedAt: Date.parse(row["publishedAt"] ?? ""),
          edited: row["edited"] === "true",
        },
        unled,
      ),
    );
    expect(wrong(read, hardRows)).toEqual([]);
    const cells = rows.flatMap((row) => Object.values(row));
    expect(cells.filter((cell) => /^[=+\-@\t\r＝＋－＠]/.test(cell))).toEqual([]);
  });

  test("feedsmith an Atom file", async () => {
    const exported = parseAtomFeed(await textOf("atom"));
    const { archiveId } = await served.archive.state();
    expect(exported.id).toBe(`urn:backscroll:${archiveId}:`);
    expect(exported.updated).toBe("2099-06-16T11:59:59Z");
    expect(exported.links).toEqual([
      {
        rel: "self",
        href: "http://localhost/api/v1/export?format=atom",
        type: "application/atom+xml",
      },
    ]);
    expect(wrong((exported.entries ?? []).map(shown), hardRows.map(entryOf))).toEqual([]);
  });

  test("feedsmith feeds of either kind", async () => {
    const newest = hardRows.toReversed().slice(0, 50);
    const atom = parseAtomFeed(await served.page("/api/v1/feed.atom"));
    expect(atom.updated).toBe("2099-06-16T11:59:59Z");
    const entries = (atom.entries ?? []).slice(0, newest.length);
    expect(wrong(entries.map(shown), newest.map(entryOf))).toEqual([]);
    const json = parseJsonFeed(await served.page("/api/v1/feed.json"));
    const items = json.items ?? [];
    for (const [place, row] of newest.entries()) {
      expect(items[place]?.content_text ?? "").toBe(told(row).trim());
      expect(htmlText(items[place]?.content_html)).toBe(asHtml(told(row)));
      expect(items[place]?.date_published).toBe(row.publishedAt);
    }
    expect(items.length).toBeGreaterThanOrEqual(newest.length);
  });
});

const link = (offset: number, length: number, url: string) =>
  ({ type: "link", offset, length, url }) as const;

/** What a reader makes of HTML. */
const linked = (html: string | undefined): unknown => {
  const $ = load(html ?? "", null, false);
  return {
    text: htmlText(html),
    tags: [...new Set(html?.match(/(?<=<)\w+/g))].toSorted(),
    links: $("a")
      .toArray()
      .map((one) => [$(one).text(), Object.entries(one.attribs)]),
  };
};

test("feeds keep the addresses of links, as links and as nothing else", async () => {
  const text = 'Read <here>, "there"\nand 👍 here or not, write or call';
  await using own = await serveArchive([
    {
      channel: { name: "garden" },
      posts: [
        post(1, {
          text,
          entities: [
            link(5, 6, 'https://example.org/a?b="c"&d=<e>'),
            { type: "bold", offset: 13, length: 30 },
            link(13, 14, "example.org/no-scheme"),
            link(20, 3, "https://example.org/over-another"),
            link(28, 4, "https://example.org/за углом"),
            link(36, 3, "javascript:alert(1)"),
            link(41, 5, "mailto:a@example.org"),
            link(50, 4, "tel:+1"),
            link(60, 40, "https://example.org/outside"),
            { type: "hashtag", offset: 0, length: 4, url: "https://t.me/s/garden?q=%23Read" },
          ],
        }),
        post(2, { text: "", textState: "withheld", entities: [link(0, 5, "https://example.org")] }),
      ],
      span: { from: 1, to: 2 },
      at: "2026-01-03T00:00:00Z",
    },
  ]);
  const expected = {
    text,
    tags: ["a", "br"],
    links: [
      ["<here>", [["href", 'https://example.org/a?b="c"&d=<e>']]],
      ['"there"and 👍', [["href", "http://example.org/no-scheme"]]],
      ["here", [["href", "https://example.org/за углом"]]],
      ["write", [["href", "mailto:a@example.org"]]],
      ["call", [["href", "tel:+1"]]],
    ],
  };
  for (const path of ["/api/v1/feed.atom?q=read", "/api/v1/export?format=atom&q=read"]) {
    const { entries = [] } = parseAtomFeed(await own.page(path));
    expect(entries.map(({ content }) => linked(content?.value))).toEqual([expected]);
  }
  const { items = [] } = parseJsonFeed(await own.page("/api/v1/feed.json?q=read"));
  expect(items.map(({ content_html: html }) => linked(html))).toEqual([expected]);
  const withheld = parseAtomFeed(await own.page("/api/v1/feed.atom?q=is:withheld"));
  expect(withheld.entries?.[0]?.content?.value).toBe("[withheld by the source]");
});

/** What a feed tells of a post: what there is to read. */
const told = ({ text, textState }: HardRow): string =>
  textState === "withheld" ? "[withheld by the source]" : text;

/** HTML has one kind of line break, and XML no control signs; blanks at the ends are nobody's. */
const asHtml = (text: string): string =>
  text
    .replaceAll(/\r\n|[\n\v\f\r\u0085\u2028\u2029]/g, "\n")
    .replaceAll(/(?![\t\n\u007F-\u009F])\p{Cc}/gu, "\uFFFD")
    .trim();

function htmlText(html: string | undefined): string {
  const page = load(html ?? "");
  page("br").replaceWith("\n");
  return page("body").text().trim();
}

interface Entry {
  readonly id?: string | undefined;
  readonly content?: { readonly value?: string | undefined } | undefined;
  readonly published?: string | undefined;
  readonly updated?: string | undefined;
  readonly authors?: readonly { readonly name?: string | undefined }[] | undefined;
}

/** What a reader shows of an entry. */
const shown = ({ id, content, published, updated, authors }: Entry): unknown => ({
  id,
  text: htmlText(content?.value),
  published,
  updated,
  author: authors?.[0]?.name,
});

/** What it should show: an author without a name is the channel. */
const entryOf = (row: HardRow): unknown => ({
  id: row.url,
  text: asHtml(told(row)),
  published: row.publishedAt,
  updated: row.publishedAt,
  author: row.author === null || row.author === "" ? "@garden" : row.author,
});
