import { load } from "cheerio";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hostilePosts, hostileTitle } from "../../../web/hostile.ts";
import { post, serveArchive } from "../small-archive.ts";

const publicUrl = "https://archive.example";
const garden = {
  channel: { name: "garden", title: "Garden & shed", description: "Beds <and> paths" },
  posts: [
    post(1, { text: "Tulips <b>in</b> April & May\nand more", language: "en" }),
    post(2, { text: "Gone", edited: true }),
    post(3, { text: "", media: [{ kind: "photo", width: 800, height: 600 }] }),
  ],
  span: { from: 1, to: 3 },
  at: "2026-01-20T00:00:00Z",
};
const hostile = {
  channel: { name: "hostile", title: hostileTitle },
  posts: hostilePosts,
  span: { from: 1, to: 5 },
  at: "2026-01-20T00:00:00Z",
};

let served: Awaited<ReturnType<typeof serveArchive>>;
beforeAll(async () => {
  served = await serveArchive([garden, hostile], { publicUrl });
});
afterAll(async () => served[Symbol.asyncDispose]());

const asked = (url: string, more: Readonly<Record<string, string>> = {}): string =>
  `/oembed?${new URLSearchParams({ url, ...more }).toString()}`;

describe("what a link to here shows elsewhere", () => {
  test("a post is itself, under the address the world knows", async () => {
    expect(await served.json(asked(`${publicUrl}/c/garden/1`))).toEqual({
      version: "1.0",
      type: "rich",
      title: "Garden & shed, 2026-01-01",
      author_name: "Garden & shed",
      author_url: "https://archive.example/c/garden",
      provider_name: "Backscroll",
      provider_url: "https://archive.example",
      html: `<blockquote cite="https://t.me/garden/1">
<p dir="auto" lang="en">Tulips &#60;b&#62;in&#60;/b&#62; April &#38; May<br>
and more</p>
<footer>— <cite dir="auto">Garden &#38; shed (@garden)</cite>, <a href="https://archive.example/c/garden/1"><time datetime="2026-01-01T01:00:00Z">2026-01-01 01:00 UTC</time></a>, <a href="https://t.me/garden/1">Telegram</a></footer>
</blockquote>`,
      width: 640,
      height: expect.any(Number) as number,
    });
  });

  test.each([
    ["/c/garden", { type: "link", title: "Garden & shed" }],
    ["/?q=tulips", { type: "link", title: "tulips: 1 post" }],
    ["/?q=tulips&channel=hostile", { type: "link", title: "tulips in:hostile: 0 posts" }],
    ["/c/garden/2", { type: "rich", title: "Garden & shed, 2026-01-01" }],
    ["/embed/garden/2?theme=dark", { type: "rich", title: "Garden & shed, 2026-01-01" }],
  ])("%s", async (path, shown) => {
    expect(await served.json(asked(publicUrl + path))).toMatchObject(shown);
  });

  test("as XML it says the same, and is XML whatever a post says", async () => {
    for (const path of ["/c/garden/1", "/c/hostile/1", "/c/hostile/2"]) {
      const json = (await served.json(asked(publicUrl + path))) as Record<string, unknown>;
      const answer = await served.app.request(asked(publicUrl + path, { format: "xml" }));
      expect(answer.headers.get("content-type")).toBe("text/xml; charset=utf-8");
      const read = load(await answer.text(), { xml: true });
      const said = read("oembed > *")
        .toArray()
        .map((one) => [one.name, read(one).text()]);
      expect(said).toEqual(Object.entries(json).map(([name, value]) => [name, String(value)]));
    }
  });

  test("a frame is made where sites may frame it, as wide and high as asked for", async () => {
    await using framing = await serveArchive([garden], { publicUrl, embeddedBy: ["*"] });
    const url = `${publicUrl}/c/garden/1`;
    const given = (await framing.json(asked(url, { maxwidth: "400", maxheight: "120" }))) as {
      html: string;
    };
    expect(given).toMatchObject({ type: "rich", width: 400, height: 120 });
    const frame = load(given.html)("iframe");
    expect(frame.attr("src")).toBe("https://archive.example/embed/garden/1?lang=en");
    expect(frame.attr("height")).toBe("120");
    expect(frame.attr("style")).toContain("max-height: 120px");
    expect(frame.parent().attr("style")).toContain("max-width: 400px");
  });

  test.each([
    ["another site's address", asked("https://elsewhere.example/c/garden/1"), 404],
    ["a post that is not kept", asked(`${publicUrl}/c/garden/99`), 404],
    ["a channel that is not kept", asked(`${publicUrl}/c/nowhere`), 404],
    ["another page", asked(`${publicUrl}/status`), 404],
    ["a query that does not parse", asked(`${publicUrl}/?q=has:wings`), 404],
    ["no address", asked("garden"), 404],
    ["no parameter", "/oembed", 400],
    ["no number", asked(`${publicUrl}/c/garden/1`, { maxwidth: "wide" }), 400],
    ["another format", asked(`${publicUrl}/c/garden/1`, { format: "yaml" }), 501],
  ])("%s", async (_, path, status) => {
    const answer = await served.app.request(path);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toContain("application/problem+json");
  });

  test("a purged post is not here", async () => {
    await using purging = await serveArchive([garden], { publicUrl });
    await purging.app.request("/api/v1/purge", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ channel: "garden", id: 1 }),
    });
    expect((await purging.app.request(asked(`${publicUrl}/c/garden/1`))).status).toBe(404);
    expect((await purging.app.request("/embed/garden/1")).status).toBe(410);
    expect((await purging.app.request("/c/garden/1")).status).toBe(410);
  });

  test("a key of one channel is told of another's post what it is told of one that is not kept", async () => {
    const settings = { host: "0.0.0.0", read: "key", limit: 100_000 } as const;
    await using closed = await serveArchive([garden, hostile], { publicUrl, settings });
    const grant = { scopes: ["read"], channels: ["garden"], origins: [] } as const;
    const { secret } = await closed.archive.keys.create(grant);
    const ask = async (path: string, key?: string) => {
      const answer = await closed.app.request(asked(publicUrl + path), {
        headers: {
          Host: "archive.example",
          ...(key !== undefined && { Authorization: `Bearer ${key}` }),
        },
      });
      return [answer.status, await answer.text()] as const;
    };
    expect((await ask("/c/garden/1"))[0]).toBe(401);
    expect((await ask("/c/garden/1", secret))[0]).toBe(200);
    expect(await ask("/c/hostile/1", secret)).toEqual(await ask("/c/nowhere/1", secret));
    expect(await ask("/c/hostile", secret)).toEqual(await ask("/c/nowhere", secret));
    expect((await ask("/c/hostile/1", secret))[0]).toBe(404);
  });
});

/** The head as a program reads it. */
const headOf = async (path: string) => {
  const page = load(await served.page(path));
  const facts = page("meta[property], meta[name]")
    .toArray()
    .map((one) => [
      page(one).attr("property") ?? page(one).attr("name"),
      page(one).attr("content"),
    ]);
  return { page, facts: Object.fromEntries(facts) as Record<string, string> };
};

describe("the head of a page", () => {
  test("of a post tells chats, feed readers and reference managers what it is", async () => {
    const { page, facts } = await headOf("/c/garden/1?ui=en");
    expect(facts).toEqual({
      viewport: "width=device-width, initial-scale=1",
      "color-scheme": "light dark",
      description: "Tulips <b>in</b> April & May and more",
      "og:site_name": "Backscroll",
      "og:type": "article",
      "og:title": "Garden & shed, 2026-01-01",
      "og:url": "https://archive.example/c/garden/1",
      "og:description": "Tulips <b>in</b> April & May and more",
      "article:published_time": "2026-01-01T01:00:00Z",
      "z:itemType": "forumPost",
      citation_title: "Tulips <b>in</b> April & May",
      citation_author: "Garden & shed",
      citation_publication_date: "2026/01/01",
      citation_publisher: "Telegram",
      citation_public_url: "https://t.me/garden/1",
      citation_language: "en",
    });
    const data = JSON.parse(page('script[type="application/ld+json"]').text()) as object;
    expect(data).toMatchObject({
      "@context": "https://schema.org",
      "@type": "SocialMediaPosting",
      url: "https://archive.example/c/garden/1",
      sameAs: "https://t.me/garden/1",
      headline: "Tulips <b>in</b> April & May",
      articleBody: "Tulips <b>in</b> April & May\nand more",
      datePublished: "2026-01-01T01:00:00Z",
      author: { name: "Garden & shed", url: "https://t.me/garden" },
      inLanguage: "en",
    });
    const links = page('link[rel="alternate"][type$="oembed"]').toArray();
    expect(links.map((one) => page(one).attr("type"))).toEqual([
      "application/json+oembed",
      "text/xml+oembed",
    ]);
    for (const link of links) {
      const { pathname, search } = new URL(page(link).attr("href") ?? "");
      expect((await served.app.request(pathname + search)).status).toBe(200);
    }
  });

  test("of an edited post says so, and of a query what it finds", async () => {
    const { facts: edited } = await headOf("/c/garden/2");
    expect(edited["og:description"]).toBe("[edited] Gone");
    const { facts: query } = await headOf("/?q=tulips&ui=ru");
    expect(query["og:title"]).toBe("tulips");
    expect(query["og:url"]).toBe("https://archive.example/?q=tulips");
    expect(query["og:description"]).toBe("1 пост, 2026-01-01 – 2026-01-01");
    const { facts: channel } = await headOf("/c/garden");
    expect(channel["og:description"]).toBe("Beds <and> paths");
  });

  test("no text of a post gets out of it", async () => {
    for (const { id, text } of hostilePosts) {
      const { page } = await headOf(`/c/hostile/${id}`);
      const scripts = page("head script").toArray();
      const data = page('head script[type="application/ld+json"]');
      expect(data).toHaveLength(1);
      const { articleBody } = JSON.parse(data.text()) as { articleBody: string };
      expect(articleBody).toBe(text);
      expect(scripts.every((one) => data.is(one) || page(one).attr("src"))).toBe(true);
      expect(page("head img, head svg, head h1, body > script, body > img")).toHaveLength(0);
    }
  });

  test("a feed names its addresses as the world knows them", async () => {
    expect(await served.page("/api/v1/feed.atom?q=tulips")).toContain(
      '<link rel="self" href="https://archive.example/api/v1/feed.atom?q=tulips"',
    );
    expect(await served.page("//elsewhere.example/c/garden")).not.toContain(
      "https://elsewhere.example",
    );
  });
});
