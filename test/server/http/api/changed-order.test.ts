import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Post } from "../../../../scraper/post.ts";
import { importFile } from "../../../../server/archive/import/import-file.ts";
import { catchUp, rebuildIndex } from "../../../../server/search/catch-up.ts";
import { emptyFolder } from "../../../help.ts";
import { post, serveArchive, type ServeOptions } from "../small-archive.ts";

const day = (date: number): string => `2026-01-${String(date).padStart(2, "0")}T00:00:00Z`;
const without = (posts: readonly Post[], ...ids: readonly number[]): readonly Post[] =>
  posts.filter(({ id }) => !ids.includes(id));

const garden = (date: number, posts: readonly Post[]) => ({
  channel: { name: "garden" },
  posts,
  span: { from: 1, to: 7 },
  at: day(date),
});
const orchard = (date: number, own: Partial<Post>) => ({
  channel: { name: "orchard" },
  posts: [post(1, { channel: "orchard", publishedAt: "2025-12-01T00:00:00Z", ...own })],
  span: { from: 1, to: 1 },
  at: day(date),
});

/**
 * Of `garden`, 1 to 7: on the 11th 2 is edited, 5 and 6 are missed; on the 12th both are gone; on the 13th 6 is back as it
 * was. 1, 3, 4 and 7 never change. `orchard` 1 is edited on the 14th.
 */
async function served(options: ServeOptions = {}) {
  const first = [1, 2, 3, 4, 5, 6, 7].map((id) => post(id));
  const edited = first.map((one) =>
    one.id === 2 ? post(2, { text: "Tulips, corrected", edited: true }) : one,
  );
  const server = await serveArchive(
    [
      garden(10, first),
      orchard(10, { text: "Pears" }),
      garden(11, without(edited, 5, 6)),
      garden(12, without(edited, 5, 6)),
      garden(13, without(edited, 5)),
      orchard(14, { text: "Plums", edited: true }),
    ],
    options,
  );
  onTestFinished(async () => server[Symbol.asyncDispose]());
  return server;
}

interface Answer {
  readonly total: number;
  readonly sort: string;
  readonly parsed: string;
  readonly hits: readonly {
    readonly channel: string;
    readonly id: number;
    readonly changedAt?: string;
  }[];
}

const order = ({ hits }: Answer): readonly string[] =>
  hits.map(({ channel, id, changedAt }) =>
    [channel, id, ...(changedAt === undefined ? [] : ["at", changedAt.slice(8, 10)])].join(" "),
  );

const inGarden = [
  "garden 6 at 13",
  "garden 5 at 12",
  "garden 2 at 11",
  "garden 7",
  "garden 4",
  "garden 3",
  "garden 1",
];

describe("sort=changed", () => {
  test("is by the last edit, deletion or return seen; what never changed follows, newest first, and is counted", async () => {
    const { json, page } = await served();
    const found = (await json("/api/v1/search?sort=changed")) as Answer;
    expect(found).toMatchObject({ total: 8, sort: "changed", parsed: "sort:changed" });
    expect(order(found)).toEqual(["orchard 1 at 14", ...inGarden]);
    expect(order((await json("/api/v1/search?q=in:garden+sort:changed")) as Answer)).toEqual(
      inGarden,
    );
    const paged = await Promise.all(
      [1, 2, 3].map(
        async (number) =>
          (await json(`/api/v1/search?sort=changed&limit=3&page=${number}`)) as Answer,
      ),
    );
    expect(paged.flatMap(order)).toEqual(["orchard 1 at 14", ...inGarden]);

    const exported = await page("/api/v1/export?sort=changed&format=csv&columns=channel,id");
    expect(exported.replaceAll('"', "").trim().split(/\r?\n/).slice(1)).toEqual([
      "orchard,1",
      "garden,6",
      "garden,5",
      "garden,2",
      "garden,7",
      "garden,4",
      "garden,3",
      "garden,1",
    ]);
  });

  test("is the same after the index was built anew", async () => {
    const { json, archive, engine } = await served();
    await rebuildIndex({ archive, engine });
    const found = (await json("/api/v1/search?channel=garden&sort=changed")) as Answer;
    expect(order(found)).toEqual(inGarden);
  });

  test("follows a deletion, and a return in the same words, as they are seen", async () => {
    const { json, archive, engine } = await served();
    const channel = { name: "garden", title: "garden", verified: false, counters: {} };
    const read = async (date: number, ...ids: readonly number[]) => {
      await archive.savePage({
        channel,
        posts: ids.map((id) => post(id)),
        span: { from: 3, to: 4 },
        url: "https://t.me/s/garden",
        body: new TextEncoder().encode(`page of day ${date}`),
        readAt: day(date),
        warnings: [],
      });
      await catchUp({ archive, engine });
      return order((await json("/api/v1/search?q=in:garden+id:3..4&sort=changed")) as Answer);
    };
    expect(await read(20, 4)).toEqual(["garden 4", "garden 3"]);
    expect(await read(21, 4)).toEqual(["garden 3 at 21", "garden 4"]);
    expect(await read(22, 3, 4)).toEqual(["garden 3 at 22", "garden 4"]);
  });

  test("follows what a joined archive tells of the past, where nothing else of a post is new", async () => {
    const { json, archive, engine } = await served();
    const [line = ""] = (
      await (await served()).page("/api/v1/export?q=in:garden+id:3&format=jsonl")
    ).split("\n");
    const deleted = { firstAbsentAt: day(11), confirmedAt: day(12), checks: 2 };
    const told = { ...(JSON.parse(line) as object), lastSeenAt: day(10), deleted };
    const file = join(emptyFolder(), "posts.jsonl");
    writeFileSync(file, `${JSON.stringify(told)}\n`);
    await importFile(archive, file);
    await catchUp({ archive, engine });
    const changes = (await json("/api/v1/changes?channel=garden")) as {
      readonly changes: readonly {
        readonly kind: string;
        readonly id: number;
        readonly at: string;
      }[];
    };
    expect(
      changes.changes.flatMap(({ kind, id, at }) =>
        id === 3 ? [`${kind} ${at.slice(8, 10)}`] : [],
      ),
    ).toEqual(["returned 13", "deleted 12"]);
    expect(
      order((await json("/api/v1/search?q=in:garden+id:3..4&sort=changed")) as Answer),
    ).toEqual(["garden 3 at 13", "garden 4"]);
  });

  test("tells a key of some channels of these alone", async () => {
    const { archive, json } = await served({ settings: { host: "0.0.0.0", read: "key" } });
    const { secret } = await archive.keys.create({
      scopes: ["search"],
      channels: ["garden"],
      origins: [],
    });
    const headers = { Host: "archive.example", Authorization: `Bearer ${secret}` };
    const found = (await json("/api/v1/search?sort=changed", { headers })) as Answer;
    expect([found.total, order(found)]).toEqual([7, inGarden]);
  });

  test("is an order of the page, in both languages, where each hit and the table say when the change was seen", async () => {
    const { page } = await served();
    const shown = await page("/?q=in:garden&sort=changed");
    expect(shown).toMatch(
      /href="\/\?q=in%3Agarden&amp;sort=changed"\s+aria-current="true"\s+>Last changed</,
    );
    const said = shown.replaceAll(/<[^>]+>/g, "").replaceAll(/\s+/g, " ");
    expect(said.match(/last change seen [-\d]+ [:\d]+ UTC/g)).toEqual([
      "last change seen 2026-01-13 00:00:00 UTC",
      "last change seen 2026-01-12 00:00:00 UTC",
      "last change seen 2026-01-11 00:00:00 UTC",
    ]);
    expect(shown).toContain("last changed first");
    expect(await page("/?q=in:garden&sort=new")).not.toContain("last change seen");
    const russian = await page("/?q=in:garden&sort=changed", {
      headers: { "Accept-Language": "ru" },
    });
    expect(russian).toContain("По изменениям");
    expect(russian.replaceAll(/<[^>]+>/g, "")).toMatch(
      /последнее изменение замечено\s+2026-01-13\s+00:00:00\s+UTC/,
    );
    const table = await page("/?q=in:garden&sort=changed&view=table&cols=id,changed");
    expect([...new Set(table.match(/<time datetime="[^"]+"/g))].slice(0, 3)).toEqual([
      '<time datetime="2026-01-13T00:00:00Z"',
      '<time datetime="2026-01-12T00:00:00Z"',
      '<time datetime="2026-01-11T00:00:00Z"',
    ]);
    expect(table).toContain('aria-sort="descending"');
  });
});
