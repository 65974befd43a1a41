import { describe, expect, onTestFinished, test } from "vitest";
import type { Post } from "../../../../scraper/post.ts";
import { post, serveArchive, type ServeOptions } from "../small-archive.ts";

const news =
  "The city council has passed a new budget today: spending on roads and schools will nearly double within a year, says the mayor";
const media: Post["media"] = [{ kind: "photo", width: 4, height: 3 }];
const read = (name: string, ...posts: readonly Post[]) => ({
  channel: { name },
  posts,
  span: { from: 1, to: 9 },
  at: "2026-01-09T00:00:00Z",
});

/** Three channels; `garden` was not the first to bring the news. */
async function served(options: ServeOptions = {}) {
  const server = await serveArchive(
    [
      read(
        "harbour",
        post(1, { channel: "harbour", text: news, media }),
        post(5, { channel: "harbour", text: "Budget ships at dawn" }),
      ),
      read(
        "garden",
        post(2, { channel: "garden", text: news.replace("nearly", "almost"), media }),
        post(4, { channel: "garden", text: news.replace("mayor", "deputy"), media }),
      ),
      read(
        "orchard",
        post(3, { channel: "orchard", text: `${news} @orchard https://t.me/orchard/3`, media }),
      ),
    ],
    options,
  );
  onTestFinished(async () => server[Symbol.asyncDispose]());
  return server;
}

interface Answer {
  readonly total: number;
  readonly groups?: number;
  readonly parsed: string;
  readonly hits: readonly {
    readonly channel: string;
    readonly id: number;
    readonly copies?: { readonly query: string };
  }[];
}
const keysOf = ({ hits }: Answer): readonly string[] =>
  hits.map(({ channel, id }) => `${channel}/${id}`);

describe("fold=copies", () => {
  test("shows the earliest of copies with who repeated it and when, and how to find them", async () => {
    const { json } = await served();
    const found = (await json("/api/v1/search?q=budget&fold=copies&sort=old")) as Answer;
    expect(found).toMatchObject({
      total: 5,
      groups: 2,
      parsed: "budget sort:old fold:copies",
      hits: [
        {
          channel: "harbour",
          id: 1,
          copies: {
            posts: 3,
            channels: 2,
            first: "2026-01-01T02:00:00Z",
            last: "2026-01-01T04:00:00Z",
            query: "budget copies:harbour/1",
          },
        },
        { channel: "harbour", id: 5 },
      ],
    });
    expect(found.hits[1]).not.toHaveProperty("copies");
    const q = new URLSearchParams({ q: found.hits[0]?.copies?.query ?? "", sort: "old" });
    expect(keysOf((await json(`/api/v1/search?${q.toString()}`)) as Answer)).toEqual([
      "harbour/1",
      "garden/2",
      "orchard/3",
      "garden/4",
    ]);
    const typed = (await json("/api/v1/search?q=budget+fold:copies+sort:old")) as Answer;
    expect(keysOf(typed)).toEqual(["harbour/1", "harbour/5"]);
  });

  test("a value that it cannot have is refused, with what it takes", async () => {
    const { app } = await served();
    const answer = await app.request("/api/v1/search?fold=all");
    expect([answer.status, await answer.text()]).toEqual([
      400,
      expect.stringContaining("takes one of copies"),
    ]);
  });

  test("a key of some channels is told of theirs as if there were no others", async () => {
    const { app, archive } = await served({ settings: { host: "0.0.0.0", read: "key" } });
    const { secret } = await archive.keys.create({
      scopes: ["read", "search", "export"],
      channels: ["garden"],
      origins: [],
    });
    const ask = async (path: string): Promise<string> => {
      const headers = { Authorization: `Bearer ${secret}` };
      return (await app.request(path, { headers })).text();
    };
    const found = JSON.parse(await ask("/api/v1/search?q=budget&fold=copies&sort=old")) as Answer;
    expect([found.total, found.groups, keysOf(found)]).toEqual([2, 2, ["garden/2", "garden/4"]]);
    expect(found.hits.some(({ copies }) => copies)).toBe(false);
    expect(JSON.parse(await ask("/api/v1/search?q=copies:harbour/1"))).toMatchObject({ total: 0 });
    expect(JSON.parse(await ask("/api/v1/feed.json?q=copies:harbour/1"))).toMatchObject({
      items: [],
    });
    const file = await ask("/api/v1/export?q=budget&fold=copies");
    expect(file.trim().split("\n")).toHaveLength(2);
  });

  test("a file has the earliest of copies, and its manifest says so; a feed has every post", async () => {
    const { app, json } = await served();
    const asked = "q=budget&fold=copies";
    const file = await (await app.request(`/api/v1/export?${asked}`)).text();
    const ids = file
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { readonly url: string }).url);
    expect(ids).toEqual(["https://t.me/harbour/1", "https://t.me/harbour/5"]);
    expect(await json(`/api/v1/export?${asked}&format=manifest`)).toMatchObject({
      query: "budget fold:copies",
      fold: "copies",
      posts: 2,
    });
    expect(await json("/api/v1/export?q=budget&format=manifest")).not.toHaveProperty("fold");
    expect(await json(`/api/v1/feed.json?${asked}`)).toMatchObject({
      items: { length: 5 },
    });
  });

  test("a saved search remembers it, and counts every post it has found as known", async () => {
    const { app, json, archive } = await served();
    await app.request("/api/v1/saved-searches", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ name: "Budget", query: "budget fold:copies" }),
    });
    expect(await json("/api/v1/saved-searches")).toMatchObject({
      searches: [{ query: "budget fold:copies" }],
    });
    const [search] = await archive.saved.list();
    const range = { from: 0, to: 99, limit: 99 };
    expect(await archive.saved.unmatchedChanges(search?.id ?? "", range)).toMatchObject({
      posts: [],
    });
  });
});

describe("the page of a search", () => {
  test("folds by a switch, says how many posts and hits, and leads to the copies", async () => {
    const { page } = await served();
    const plain = await page("/?q=budget");
    expect(plain).toContain('href="/?q=budget&amp;fold=copies"');
    expect(plain).not.toContain("Repeated by");
    const folded = await page("/?q=budget&fold=copies&sort=old");
    expect(folded).toContain("5 posts");
    expect(folded).toContain("2 with copies folded");
    expect(folded.replaceAll(/\s+/g, " ")).toContain(
      "Repeated by 2 channels, 3 times, from 2026-01-01 to 2026-01-01",
    );
    expect(folded).toContain('href="/?q=budget+copies%3Aharbour%2F1&amp;sort=old"');
    expect(folded).toContain('href="/?q=budget&amp;sort=old"');
    expect(folded).toContain("1 to 2 of 2");
    const typed = await page("/?q=budget+fold:copies");
    expect(typed).toContain('href="/?q=budget"');
  });

  test.each(["table", "context", "gallery"])(
    "says who repeated a post in the %s, too",
    async (view) => {
      const { page } = await served();
      const shown = await page(`/?q=budget&fold=copies&sort=old&view=${view}`);
      expect(shown.replaceAll(/\s+/g, " ")).toMatch(
        /href="[^"]*copies%3Aharbour%2F1&amp;sort=old" title="Repeated by 2 channels, 3 times, from 2026-01-01 to 2026-01-01" ?>Repeated by 2 channels<\/a/,
      );
      expect(shown.match(/Repeated by 2 channels</g)).toHaveLength(1);
    },
  );

  test("a hit's page knows its place among what is folded", async () => {
    const { page } = await served();
    const folded = await page("/?q=budget&fold=copies&sort=old");
    const [, address] = /class="shelf" href="(\/c\/harbour\/5[^"]*)"/.exec(folded) ?? [];
    const post5 = await page((address ?? "").replaceAll("&amp;", "&"));
    expect(post5).toContain("2 of 2");
    expect(post5).toContain('href="/?q=budget&amp;sort=old&amp;fold=copies#p-harbour-5"');
  });
});
