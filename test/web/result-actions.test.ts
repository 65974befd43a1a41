import { load, type CheerioAPI } from "cheerio";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { post, serveArchive } from "../server/http/small-archive.ts";

let served: Awaited<ReturnType<typeof serveArchive>>;
beforeAll(async () => {
  served = await serveArchive([
    {
      channel: { name: "garden" },
      posts: [post(1, { text: "Symmetry of nets" }), post(2, { text: "Nothing of it" })],
      span: { from: 1, to: 2 },
      at: "2026-01-03T00:00:00Z",
    },
  ]);
});
afterAll(() => served[Symbol.asyncDispose]());

const draw = async (asked: Record<string, string>) =>
  load(await served.page(`/?${new URLSearchParams(asked).toString()}`));
const words = (text: string): string => text.replaceAll(/\s+/g, " ").trim();
/** The query, or parameters, that each action takes, by what it does. */
const taken = ($: CheerioAPI): Record<string, string | undefined> => ({
  cite: $('form[action="/sets"] input[name="q"]').attr("value"),
  file: asked($, 'a[href^="/api/v1/export"]'),
  feed: asked($, 'a[href^="/api/v1/feed.atom"]'),
  save: asked($, 'a[href^="/saved"]:contains("Save")'),
  compare: asked($, 'a[href^="/compare"]:contains("Compare")'),
});
const asked = ($: CheerioAPI, link: string): string | undefined => {
  const href = $(`main ${link}`).first().attr("href");
  return href === undefined
    ? undefined
    : decodeURIComponent(new URL(href, "http://localhost").search.replaceAll("+", " "));
};
const none = { cite: undefined, file: undefined, feed: undefined, save: undefined };

describe("what is done with a whole result", () => {
  test("takes the query, with the conditions that stand beside it", async () => {
    const $ = await draw({ q: "symmetry", channel: "garden" });
    expect(taken($)).toEqual({
      cite: "symmetry in:garden",
      file: "?q=symmetry in:garden&format=jsonl",
      feed: "?q=symmetry in:garden",
      save: "?q=symmetry in:garden",
      compare: "?q=symmetry in:garden",
    });
    expect($(".counted").length).toBe(0);
  });

  test("says what it takes where not all that was typed counts, and a file tells both", async () => {
    const $ = await draw({ q: "symmetry OR", channel: "garden" });
    expect(words($(".counted").text())).toBe(
      "Not all of what was typed counts. What is cited, exported, followed or compared here is: symmetry in:garden",
    );
    expect(taken($)).toMatchObject({
      cite: "symmetry in:garden",
      file: "?q=symmetry OR&channel=garden&format=jsonl",
      feed: "?q=symmetry in:garden",
    });
    const manifest = $('a[href*="format=manifest"]').attr("href") ?? "";
    expect(await served.json(manifest)).toMatchObject({
      query: "symmetry in:garden",
      posts: 1,
      asked: { typed: "symmetry OR", warnings: [{ code: "left-out-alone" }] },
    });
  });

  test.each([
    { q: '("' },
    { q: '("', channel: "garden" },
    { q: "()", sort: "old" },
    { q: "\0" },
    { q: "\x01\x7F" },
    { q: "\u200B" },
  ])("is nothing where nothing of what was typed can be searched for: $q", async (given) => {
    const $ = await draw(given);
    expect($("h1").text()).toBe("2 posts");
    expect(taken($)).toMatchObject(none);
    expect(words($(".counted").text())).toBe(
      "Nothing of what was typed can be searched for, so it leaves no post out. These posts are not cited, exported or followed as its result. Ask for all posts",
    );
  });

  test.each(["%00", "%01", "%7F", "%1B", "%E2%80%8B"])(
    "of %s alone is refused as a file and as a feed",
    async (q) => {
      for (const way of ["export?format=jsonl", "export?format=manifest", "feed.atom?"]) {
        const answer = await served.app.request(`/api/v1/${way}&q=${q}`);
        expect([way, answer.status]).toEqual([way, 400]);
        expect(await answer.text()).toContain("Nothing of this query can be searched for");
      }
    },
  );

  test.each(["", "%20", "%09%0A%0D%C2%85"])(
    "is for all posts where nothing was typed: “%s”",
    async (q) => {
      const $ = load(await served.page(`/?q=${q}`));
      expect($("h1").text()).toBe("2 posts");
      expect(taken($)).toMatchObject({ cite: "" });
      expect(await served.json(`/api/v1/export?format=manifest&q=${q}`)).toMatchObject({
        posts: 2,
      });
    },
  );
});

describe("queries compared", () => {
  test("of which one leaves nothing to search for are told so, as for an export", async () => {
    const answer = await served.app.request(`/compare?q=symmetry&q=${encodeURIComponent('("')}`);
    const $ = load(await answer.text());
    expect(answer.status).toBe(400);
    expect(words($('[role="alert"]').text())).toContain("Nothing of this query can be searched");
    expect($(".legend li").length).toBe(1);
  });

  test("are five at most: a sixth is refused aloud, and the others are drawn", async () => {
    const six = "/compare?q=symmetry&q=a&q=b&q=c&q=d&q=sixth";
    const answer = await served.app.request(six);
    const $ = load(await answer.text());
    expect(answer.status).toBe(400);
    expect(words($('[role="alert"]').text())).toBe(
      "sixth: At most 5 queries are compared at once. Remove one to add another.",
    );
    expect($(".legend li").length).toBe(5);
    expect((await served.app.request(six.replace("/compare", "/compare.csv"))).status).toBe(400);
  });

  test("leave as figures, which a reader of CSV takes, and as a picture that stands by itself", async () => {
    const csv = await served.page("/compare.csv?q=symmetry&q=%3D%22zzz%22&scale=count");
    expect(csv.split("\r\n").slice(0, 2)).toEqual([
      '"start","symmetry","\'=""zzz""","posts"',
      '"2026-01-01T00:00:00Z",1,0,2',
    ]);
    const svg = await served.app.request("/compare.svg?q=symmetry&q=%3Cb%3E%01&scale=count");
    expect(svg.headers.get("content-type")).toBe("image/svg+xml");
    const $ = load(await svg.text(), { xml: true });
    expect($("polyline").length).toBe(2);
    expect(words($("text").last().text())).toBe("<b>");
    expect(words($("text").first().text())).toMatch(/^posts a (day|week|month|year)$/);
  });

  test("say what of them did not count", async () => {
    const $ = load(await served.page("/compare?q=symmetry+OR"));
    expect(words($(".note").text())).toBe(
      "symmetry OR: “OR” was left out: it needs something on both sides; put it in quotes to search for the word.",
    );
  });
});
