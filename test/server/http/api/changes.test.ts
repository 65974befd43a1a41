import { parseAtomFeed } from "feedsmith";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Post } from "../../../../scraper/post.ts";
import { post, serveArchive, type Reading, type ServeOptions } from "../small-archive.ts";

const seen = (day: number): string => `2026-01-${day}T10:00:00Z`;

function garden(day: number, posts: readonly Post[]): Reading {
  return {
    channel: { name: "garden", title: "Сад" },
    posts,
    span: { from: 1, to: 5 },
    at: seen(day),
  };
}
const five = [1, 2, 3, 4, 5].map((id) => post(id, { text: `Post number ${id}` }));
const without = (...ids: number[]): Post[] => five.filter(({ id }) => !ids.includes(id));
const edited = (id: number, text: string, all: readonly Post[]): Post[] =>
  all.map((one) => (one.id === id ? post(id, { text, edited: true }) : one));

/** In `garden` 2 is edited on the 21st, 4 is gone on the 22nd and back on the 23rd; in `orchard` 9 is edited on the 24th. */
export const happened: readonly Reading[] = [
  garden(20, five),
  garden(21, edited(2, "Post with number 2", without(4))),
  garden(22, edited(2, "Post with number 2", without(4))),
  garden(23, edited(2, "Post with number 2", five)),
  ...["<b>Pears</b> & plums", "<b>Pears</b> & quinces"].map((text, place) => ({
    channel: { name: "orchard", title: "Orchard" },
    posts: [post(9, { channel: "orchard", text, edited: place === 1 })],
    span: { from: 9, to: 9 },
    at: seen(20 + 4 * place),
  })),
];

async function served(options: ServeOptions = {}) {
  const one = await serveArchive(happened, options);
  onTestFinished(async () => one[Symbol.asyncDispose]());
  return one;
}

interface Answer {
  readonly changes: readonly {
    readonly kind: string;
    readonly at: string;
    readonly channel: string;
    readonly id: number;
    readonly before?: { readonly text: string };
    readonly after?: { readonly text: string };
  }[];
  readonly next?: number;
}

const lines = ({ changes }: Answer): string[] =>
  changes.map(
    ({ kind, at, channel, id, before, after }) =>
      `${kind} ${channel}/${id} ${at.slice(8, 10)}: ${before?.text ?? "-"} > ${after?.text ?? "-"}`,
  );

const [pears, back, gone, number] = [
  "edited orchard/9 24: <b>Pears</b> & plums > <b>Pears</b> & quinces",
  "returned garden/4 23: - > Post number 4",
  "deleted garden/4 22: Post number 4 > -",
  "edited garden/2 21: Post number 2 > Post with number 2",
];

const sixty = (text: string): Post[] =>
  Array.from({ length: 60 }, (_, place) => post(place + 1, { text: `${text} ${place}` }));

describe("what changed, over HTTP", () => {
  test.each<[string, string[]]>([
    ["", [pears, back, gone, number]],
    ["?channel=garden", [back, gone, number]],
    ["?channel=Garden,orchard&kind=edited", [pears, number]],
    ["?kind=deleted&kind=returned", [back, gone]],
    ["?since=2026-01-23", [pears, back]],
    ["?since=2026-01-22T10:00:00Z", [pears, back, gone]],
    ["?since=2026-01-22T13:00:00.5%2B03:00", [pears, back]],
    ["?since=2026-02", []],
    ["?page=2", []],
  ])("%s", async (query, expected) => {
    const { json } = await served();
    expect(lines((await json(`/api/v1/changes${query}`)) as Answer)).toEqual(expected);
  });

  test("a change tells its evidence, and not its number inside", async () => {
    const { json } = await served();
    const { changes } = (await json("/api/v1/changes?channel=garden")) as Answer;
    expect(changes).toMatchObject([
      { kind: "returned", version: 1, lastSeenAt: seen(20), checks: 2, deletedAt: seen(22) },
      { kind: "deleted", version: 1, lastSeenAt: seen(20), checks: 2 },
      { kind: "edited", version: 2, lastSeenAt: seen(20), before: { id: 2, edited: false } },
    ]);
    expect(changes.every((change) => !("no" in change))).toBe(true);
  });

  test("pages of 50 go on where the one before ended", async () => {
    const one = await serveArchive(
      ["One", "Other"].map((text, place) => ({
        channel: { name: "garden" },
        posts: sixty(text),
        span: { from: 1, to: 60 },
        at: seen(20 + place),
      })),
    );
    onTestFinished(async () => one[Symbol.asyncDispose]());
    const first = (await one.json("/api/v1/changes")) as Answer;
    const second = (await one.json(`/api/v1/changes?page=${first.next}`)) as Answer;
    expect([first.changes.length, first.next, second.changes.length, second.next]).toEqual([
      50,
      2,
      10,
      undefined,
    ]);
    const ids = [...first.changes, ...second.changes].map(({ id }) => id);
    expect(new Set(ids).size).toBe(60);
  });

  test.each([
    ["?kind=replaced", 400, "takes any of edited, deleted, returned"],
    ["?since=yesterday", 400, "takes a date like 2024"],
    ["?since=2026-02-30", 400, "takes a date like 2024"],
    ["?page=0", 400, "takes a whole number from 1 to 100000"],
    ["?chanel=garden", 400, "Did you mean channel?"],
    ["?channel=meadow", 404, "meadow"],
    [".atom?page=2", 400, "There is no parameter page here"],
  ])("%s is refused", async (query, status, words) => {
    const { app } = await served();
    const answer = await app.request(`/api/v1/changes${query}`);
    expect([answer.status, await answer.text()]).toEqual([
      status,
      expect.stringContaining(words) as string,
    ]);
  });

  test("a key limited to a channel sees its changes only", async () => {
    const { app, archive } = await served({ settings: { host: "0.0.0.0", read: "key" } });
    const { secret } = await archive.keys.create({
      scopes: ["read"],
      channels: ["orchard"],
      origins: [],
    });
    const ask = async (path: string) =>
      app.request(path, { headers: { Authorization: `Bearer ${secret}` } });
    expect(lines((await (await ask("/api/v1/changes")).json()) as Answer)).toEqual([pears]);
    const feed = parseAtomFeed(await (await ask("/api/v1/changes.atom")).text());
    expect(feed.entries?.length).toBe(1);
    expect((await ask("/api/v1/changes?channel=garden")).status).toBe(403);
    expect((await app.request("/api/v1/changes")).status).toBe(401);
  });

  test("a feed reader reads the feed: one entry a change, whatever the posts hold", async () => {
    const { page } = await served();
    const feed = parseAtomFeed(await page("/api/v1/changes.atom?since=2026-01-22"));
    expect(feed).toMatchObject({
      title: { value: "Backscroll: what changed" },
      updated: seen(24),
      links: [
        { rel: "self", href: "http://localhost/api/v1/changes.atom?since=2026-01-22" },
        { rel: "alternate", href: "http://localhost/changes?since=2026-01-22" },
      ],
    });
    expect(
      feed.entries?.map(({ title, updated, links, content }) => [
        title?.value,
        updated,
        links?.[0]?.href,
        content?.value,
      ]),
    ).toEqual([
      [
        "[edited] <b>Pears</b> & quinces",
        seen(24),
        "http://localhost/c/orchard/9?v=2#versions",
        "<p>Edited after 2026-01-20T10:00:00Z.</p><p><span>&lt;b&gt;Pears&lt;/b&gt; &amp; </span><del>plums</del><ins>quinces</ins></p>",
      ],
      [
        "[returned] Post number 4",
        seen(23),
        "http://localhost/c/garden/4?v=1#versions",
        "<p>Deleted since 2026-01-22T10:00:00Z, seen again.</p><p>Post number 4</p>",
      ],
      [
        "[deleted] Post number 4",
        seen(22),
        "http://localhost/c/garden/4?v=1#versions",
        "<p>Last seen 2026-01-20T10:00:00Z, absent in 2 checks.</p><p>Post number 4</p>",
      ],
    ]);
    const ids = feed.entries?.map(({ id }) => id) ?? [];
    expect(new Set(ids).size).toBe(3);
    const again = parseAtomFeed(await page("/api/v1/changes.atom?kind=edited&channel=orchard"));
    expect(again.entries?.map(({ id }) => id)).toEqual([ids[0]]);
    expect(again.title?.value).toBe("Backscroll: what changed in @orchard, edited");
  });
});
