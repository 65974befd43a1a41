import { createHash } from "node:crypto";
import { parseXml, type XmlElement } from "@rgrove/parse-xml";
import { parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jsonFeedAnswer } from "../../../../server/contract/json-feed.ts";
import { manifestAnswer } from "../../../../server/contract/manifest.ts";
import { setAnswer, setsAnswer, type SetAnswer } from "../../../../server/contract/set.ts";
import { catchUp } from "../../../../server/search/catch-up.ts";
import { hostilePosts } from "../../../web/hostile.ts";
import { post, serveArchive, type Reading } from "../small-archive.ts";

const span = { from: 1, to: 9 };
const garden: Reading = {
  channel: { name: "garden" },
  posts: [
    post(1, { text: "Симметрия весов" }),
    post(2, { text: '=HYPERLINK("http://evil.example")', views: 12 }),
    post(3, { text: "Нарушение симметрии", reactions: [{ kind: "emoji", emoji: "👍", count: 3 }] }),
  ],
  span,
  at: "2026-01-03T00:00:00Z",
};
const hostile: Reading = {
  channel: { name: "hostile" },
  posts: hostilePosts,
  span: { from: 1, to: 5 },
  at: "2026-01-03T00:00:00Z",
};

let served: Awaited<ReturnType<typeof serveArchive>>;
beforeAll(async () => {
  served = await serveArchive([garden, hostile]);
});
afterAll(async () => served[Symbol.asyncDispose]());

const lines = (text: string): { channel: string; id: number; hash: string; text: string }[] =>
  text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as never);

async function setSorted(sort: string): Promise<string | null> {
  const { headers, body } = await served.app.request(`/api/v1/export?sort=${sort}`);
  await body?.cancel();
  return headers.get("Backscroll-Set");
}

const manifestFor = async (q: string) =>
  manifestAnswer.parse(
    await served.json(`/api/v1/export?format=manifest&q=${encodeURIComponent(q)}`),
  );

describe("an export", () => {
  test("of JSON lines holds every hit, oldest first, and says which set it is", async () => {
    const answer = await served.app.request("/api/v1/export?q=симметрия&format=jsonl");
    const posts = lines(await answer.text());
    expect(posts.map(({ channel, id }) => `${channel}/${id}`)).toEqual(["garden/1", "garden/3"]);
    const ids = posts.map(({ channel, id, hash }) => `${channel}/${id} ${hash}\n`).join("");
    const sha256 = createHash("sha256").update(ids).digest("hex");
    expect(answer.headers.get("Backscroll-Set")).toBe(sha256);
    const described = /<([^>]+)>/.exec(answer.headers.get("Link") ?? "")?.[1] ?? "";
    const manifest = manifestAnswer.parse(await served.json(described));
    expect(manifest).toMatchObject({ query: "симметрия", posts: 2, sha256 });
    expect(manifest.tool).toMatch(/^backscroll \d/);
  });

  test("of a query that was read otherwise than typed says so in its manifest", async () => {
    expect(await manifestFor("симметрия OR")).toMatchObject({
      query: "симметрия",
      asked: {
        typed: "симметрия OR",
        warnings: [{ code: "left-out-alone", at: { start: 10, end: 12 }, data: { text: "OR" } }],
      },
    });
    expect(await manifestFor("симметрия")).not.toHaveProperty("asked");
  });

  test("names the same set in any order of its hits", async () => {
    expect(await setSorted("new")).toBe(await setSorted("old"));
    expect(await setSorted("views")).toBe(await setSorted("old"));
  });

  test("of CSV carries no formula", async () => {
    const text = await served.page("/api/v1/export?channel=garden&format=csv");
    expect(text).toContain('"\'=HYPERLINK(""http://evil.example"")"');
    const cells = (await served.page("/api/v1/export?format=csv")).split(/\r\n|,(?=")/);
    expect(cells.filter((cell) => /^"?[=+@\t]/.test(cell))).toEqual([]);
  });

  test("of Parquet is read back with types and the whole post", async () => {
    const answer = await served.app.request("/api/v1/export?channel=garden&format=parquet");
    const rows = await parquetReadObjects({ file: await answer.arrayBuffer() });
    expect(rows).toHaveLength(3);
    expect(rows[1]).toMatchObject({ channel: "garden", id: 2n, views: 12n, edited: false });
    expect(rows[0]?.["publishedAt"]).toEqual(new Date("2026-01-01T01:00:00Z"));
    expect(rows[0]?.["views"] ?? undefined).toBeUndefined();
    const whole = JSON.parse(String(rows[2]?.["json"])) as { reactions: unknown };
    expect(whole.reactions).toEqual([{ kind: "emoji", emoji: "👍", count: 3 }]);
  });

  test("of Parquet without a hit is an empty table", async () => {
    const answer = await served.app.request("/api/v1/export?q=zzzz&format=parquet");
    expect(await parquetReadObjects({ file: await answer.arrayBuffer() })).toEqual([]);
  });

  test("of a format that does not exist is refused by name", async () => {
    const answer = await served.app.request("/api/v1/export?format=xls");
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ parameter: "format" });
  });
});

/** A feed by a parser that takes nothing but well-formed XML, checked for what RFC 4287 demands. */
function atomOf(text: string): { head: XmlElement; entries: XmlElement[] } {
  const { root } = parseXml(text);
  if (!root) throw new Error("no feed");
  const entries = childrenOf(root, "entry");
  for (const one of [root, ...entries]) {
    for (const name of ["id", "title", "updated"])
      expect({ name, times: childrenOf(one, name).length }).toEqual({ name, times: 1 });
    expect(Date.parse(said(one, "updated"))).not.toBeNaN();
    expect(URL.canParse(said(one, "id"))).toBe(true);
    expect(childrenOf(one, "author").length).toBeGreaterThan(0);
  }
  for (const entry of entries)
    expect(
      childrenOf(entry, "link").some(({ attributes }) => attributes["rel"] === "alternate"),
    ).toBe(true);
  const ids = entries.map((entry) => said(entry, "id"));
  expect(new Set(ids).size).toBe(ids.length);
  return { head: root, entries };
}
const childrenOf = (element: XmlElement, name: string): XmlElement[] =>
  element.children.filter((child) => "name" in child && child.name === name) as XmlElement[];
const said = (element: XmlElement, name: string): string =>
  childrenOf(element, name)[0]?.text ?? "";
const linked = (head: XmlElement, rel: string): string | undefined =>
  childrenOf(head, "link").find(({ attributes }) => attributes["rel"] === rel)?.attributes["href"];

describe("a feed", () => {
  test("of Atom validates, newest first, with ids that stay", async () => {
    const { head, entries } = atomOf(await served.page("/api/v1/feed.atom?q=симметрия"));
    expect(entries.map((entry) => said(entry, "id"))).toEqual([
      "https://t.me/garden/3",
      "https://t.me/garden/1",
    ]);
    expect(linked(head, "self")).toBe(
      "http://localhost/api/v1/feed.atom?q=%D1%81%D0%B8%D0%BC%D0%BC%D0%B5%D1%82%D1%80%D0%B8%D1%8F",
    );
  });

  test("of JSON validates", async () => {
    const feed = jsonFeedAnswer.parse(await served.json("/api/v1/feed.json?q=симметрия"));
    expect(feed.items.map(({ id }) => id)).toEqual([
      "https://t.me/garden/3",
      "https://t.me/garden/1",
    ]);
  });

  test("is well-formed text, breaks and links whatever its posts hold, and so is the export", async () => {
    const tags = /<br>|<\/a>|<a href="(?:https?|mailto|tel|tg):[^"<>]*">/g;
    for (const path of ["/api/v1/feed.atom", "/api/v1/export?format=atom"]) {
      const { entries } = atomOf(await served.page(path));
      expect(entries).toHaveLength(3 + hostilePosts.length);
      for (const entry of entries) {
        expect(said(entry, "content").replaceAll(tags, "")).not.toMatch(/[<>]/);
      }
    }
    const feed = jsonFeedAnswer.parse(await served.json("/api/v1/feed.json"));
    for (const { content_html: html } of feed.items)
      expect(html.replaceAll(tags, "")).not.toMatch(/[<>]/);
  });

  test("that has not changed is not sent again", async () => {
    const first = await served.app.request("/api/v1/feed.atom");
    const again = await served.app.request("/api/v1/feed.atom", {
      headers: { "If-None-Match": first.headers.get("ETag") ?? "" },
    });
    expect(again.status).toBe(304);
  });

  test("tells an edit as an update of its entry", async () => {
    await using own = await serveArchive([
      garden,
      {
        ...garden,
        posts: [post(1, { text: "Симметрия сети" })],
        span: { from: 1, to: 1 },
        at: "2026-01-20T00:00:00Z",
      },
    ]);
    for (const path of [
      "/api/v1/feed.atom?q=симметрия",
      "/api/v1/export?q=симметрия&format=atom",
    ]) {
      const { head, entries } = atomOf(await own.page(path));
      const edited = entries.find((entry) => said(entry, "id") === "https://t.me/garden/1");
      expect(edited && said(edited, "updated")).toBe("2026-01-20T00:00:00Z");
      expect(edited && said(edited, "published")).toBe("2026-01-01T01:00:00Z");
      expect(said(head, "updated")).toBe("2026-01-20T00:00:00Z");
    }
  });

  test("of nothing has not changed since the archive began, and is not the same in another archive", async () => {
    await using other = await serveArchive([garden], {
      now: () => new Date("2026-01-25T00:00:00Z"),
    });
    const path = "/api/v1/export?q=zzzz&format=atom";
    for (const one of [path, "/api/v1/feed.atom?q=zzzz"]) {
      expect(said(atomOf(await served.page(one)).head, "updated")).toBe("2026-02-01T00:00:00Z");
      expect(said(atomOf(await other.page(one)).head, "updated")).toBe("2026-01-25T00:00:00Z");
    }
    for (const one of [path, "/api/v1/feed.atom?q=zzzz"]) {
      const [id, otherId, elsewhere] = [
        await served.page(one),
        await other.page(one),
        await served.page(`http://127.0.0.1:8080${one}`),
      ].map((text) => said(atomOf(text).head, "id"));
      expect(id).toBe(`urn:backscroll:${(await served.archive.state()).archiveId}:zzzz`);
      expect(otherId).not.toBe(id);
      expect(elsewhere).toBe(id);
    }
  }, 60_000);

  test("leads through its archive to every post, each page once", async () => {
    const many = Array.from({ length: 330 }, (_, place) => post(place + 1));
    await using own = await serveArchive([
      {
        channel: { name: "garden" },
        posts: many,
        span: { from: 1, to: 330 },
        at: "2026-01-30T00:00:00Z",
      },
    ]);
    const seen = new Set<string>();
    let next: string | undefined = "/api/v1/feed.atom?q=post";
    let pages = 0;
    for (; next !== undefined; pages += 1) {
      const { head, entries } = atomOf(await own.page(next));
      for (const entry of entries) seen.add(said(entry, "id"));
      expect(childrenOf(head, "fh:archive")).toHaveLength(pages === 0 ? 0 : 1);
      next = linked(head, "prev-archive");
    }
    expect(pages).toBe(5);
    expect(seen.size).toBe(330);
    expect((await own.app.request("/api/v1/feed.atom?archive=1999-01")).status).toBe(404);
  });
});

const cite = async (own: typeof served, query: string): Promise<{ id: string; sha256: string }> =>
  (await own.json(`/api/v1/sets?${query}`, { method: "POST" })) as never;
const keys = (list: SetAnswer["changes"]["added"]): string[] =>
  list.posts.map(({ channel, id }) => `${channel}/${id}`);

describe("a cited result", () => {
  test("has one hash as long as nothing changes, and says exactly what changed", async () => {
    await using own = await serveArchive([garden]);
    const first = await cite(own, "q=симметрия");
    expect(await cite(own, "q=симметрия")).toEqual(first);
    expect(setAnswer.parse(await own.json(`/api/v1/sets/${first.id}`))).toMatchObject({
      sha256: first.sha256,
      query: "симметрия",
      posts: 2,
      unchanged: true,
    });

    await own.archive.savePage({
      channel: { name: "garden", title: "garden", verified: false, counters: {} },
      posts: [
        post(1, { text: "Симметрия весов, исправлено" }),
        post(2, { text: "Теперь о симметрии" }),
        post(3, { text: "О другом" }),
        post(10, { text: "Снова симметрия" }),
      ],
      span: { from: 1, to: 10 },
      url: "https://t.me/s/garden",
      body: new Uint8Array(1),
      readAt: "2026-01-20T00:00:00Z",
      warnings: [],
    });
    await catchUp(own);
    const later = setAnswer.parse(await own.json(`/api/v1/sets/${first.sha256}`));
    expect(later.unchanged).toBe(false);
    expect(keys(later.changes.added)).toEqual(["garden/2", "garden/10"]);
    expect(keys(later.changes.edited)).toEqual(["garden/1"]);
    expect(keys(later.changes.left)).toEqual(["garden/3"]);
    expect(later.now.sha256).toBe((await cite(own, "q=симметрия")).sha256);
    expect(later.now.sha256).not.toBe(first.sha256);
  });

  test("says which post was deleted since", async () => {
    await using own = await serveArchive([garden]);
    const { id } = await cite(own, "q=симметрия");
    for (const readAt of ["2026-01-20T00:00:00Z", "2026-01-22T00:00:00Z"])
      await own.archive.savePage({
        channel: { name: "garden", title: "garden", verified: false, counters: {} },
        posts: garden.posts.slice(0, 2),
        span,
        url: "https://t.me/s/garden",
        body: new Uint8Array(1),
        readAt,
        warnings: [],
      });
    await catchUp(own);
    const { changes } = setAnswer.parse(await own.json(`/api/v1/sets/${id}`));
    expect(keys(changes.deleted)).toEqual(["garden/3"]);
    expect(changes.edited.total + changes.left.total + changes.added.total).toBe(0);
  });

  test("is not kept by what only reads: an export, its manifest, a page, a feed", async () => {
    await using own = await serveArchive([garden]);
    for (const path of [
      "/api/v1/export?q=симметрия&format=manifest",
      "/api/v1/export?q=симметрия",
      "/?q=симметрия",
      "/api/v1/feed.atom?q=симметрия",
    ])
      expect(await own.page(path)).not.toBe("");
    expect(await own.json("/api/v1/sets")).toEqual({ total: 0, sets: [], page: 1, limit: 20 });
    expect((await own.app.request("/api/v1/sets/0123456789abcdef")).status).toBe(404);
  });

  test("is listed, the last cited first, and forgotten when asked to", async () => {
    let minute = 0;
    const clock = (): Date => new Date(Date.UTC(2026, 1, 1, 0, minute++));
    await using own = await serveArchive([garden], { clock });
    const one = await cite(own, "q=zzzz");
    const other = await cite(own, "q=yyyy");
    const found = await cite(own, "q=симметрия");
    const list = setsAnswer.parse(await own.json("/api/v1/sets?limit=2"));
    expect(list.total).toBe(3);
    expect(list.sets.map(({ id, query, posts }) => ({ id, query, posts }))).toEqual([
      { id: found.id, query: "симметрия", posts: 2 },
      { id: other.id, query: "yyyy", posts: 0 },
    ]);
    const next = setsAnswer.parse(await own.json("/api/v1/sets?limit=2&page=2"));
    expect(next.sets.map(({ query }) => query)).toEqual(["zzzz"]);

    const forget = async (path: string): Promise<number> =>
      (await own.app.request(`/api/v1/sets/${path}`, { method: "DELETE" })).status;
    expect(await forget(`${one.id}?query=zzzz`)).toBe(204);
    expect(await forget(`${one.id}?query=zzzz`)).toBe(404);
    expect((await own.app.request(`/api/v1/sets/${other.id}`)).status).toBe(200);
    expect(await forget(found.sha256)).toBe(204);
    expect((await own.app.request(`/api/v1/sets/${found.id}`)).status).toBe(404);
    expect(await forget("%25")).toBe(404);
    expect(await own.json("/api/v1/sets")).toMatchObject({ total: 1 });
    expect((await own.app.request("/api/v1/sets?page=0")).status).toBe(400);
  });

  test("tells apart two queries that found the same", async () => {
    await using own = await serveArchive([garden]);
    const one = await cite(own, "q=zzzz");
    const other = await cite(own, "q=yyyy");
    expect(other.id).toBe(one.id);
    const set = setAnswer.parse(await own.json(`/api/v1/sets/${one.id}?query=yyyy`));
    expect(set.query).toBe("yyyy");
    expect(set.queries.toSorted()).toEqual(["yyyy", "zzzz"]);
  });
});

describe("a post", () => {
  test("is JSON at its own address for who asks for it, with its citations", async () => {
    const asked = { headers: { Accept: "application/json" } };
    const twin = await served.json("/c/garden/1", asked);
    expect(twin).toEqual(await served.json("/c/garden/1.json"));
    const { post: kept, citation } = twin as {
      post: { hash: string };
      citation: { gost: string; bibtex: string; apa: string };
    };
    expect(kept.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(citation.apa).toBe(
      "garden [@garden]. (2026, January 1). Симметрия весов [Post]. Telegram. Retrieved January 3, 2026, from https://t.me/garden/1",
    );
    expect(citation.gost).toBe(
      "garden. Симметрия весов // Telegram : [сайт]. – 2026. – 1 января. – URL: https://t.me/garden/1 (дата обращения: 03.01.2026). – Текст : электронный.",
    );
    expect(citation.bibtex).toContain("@misc{garden_1,");
    expect(await served.page("/c/garden/1", { headers: { Accept: "text/html" } })).toContain(
      citation.gost,
    );
  });

  test("gives the page it was read from as a file that no browser runs", async () => {
    const answer = await served.app.request("/api/v1/channels/garden/posts/1/raw");
    expect(await answer.text()).toBe("page read at 2026-01-03T00:00:00Z");
    expect(answer.headers.get("Content-Type")).toBe("text/plain; charset=utf-8");
    expect(answer.headers.get("Content-Disposition")).toMatch(/^attachment/);
    expect(answer.headers.get("Content-Security-Policy")).toMatch(/default-src 'none'.*sandbox/);
    expect(answer.headers.get("X-Content-Type-Options")).toBe("nosniff");
  });
});

describe("signs that leave nothing to search for are not taken for every post", () => {
  const signs = '("';
  const q = `q=${encodeURIComponent(signs)}`;
  const body = JSON.stringify({ name: "signs", query: signs });
  const save = { method: "POST", headers: { "Content-Type": "application/json" }, body };

  test.each([
    [`/api/v1/export?${q}`, {}],
    [`/api/v1/export?${q}&channel=garden`, {}],
    [`/api/v1/export?format=manifest&${q}`, {}],
    [`/api/v1/feed.atom?${q}`, {}],
    [`/api/v1/feed.json?${q}`, {}],
    [`/api/v1/sets?${q}`, { method: "POST" }],
    ["/api/v1/saved-searches", save],
  ] as const)("by %s", async (address, init) => {
    const answer = await served.app.request(address, init);
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { fault: { code: "nothing-left" }, at: { start: 0, end: 2 } },
    ]);
  });

  test("a search warns of them, and an empty query is every post", async () => {
    expect(await served.json(`/api/v1/search?${q}`)).toMatchObject({
      parsed: "",
      warnings: [
        { code: "parenthesis-open" },
        { code: "quote-open" },
        { code: "left-out-no-word" },
      ],
    });
    for (const empty of ["", "%20", "sort:old"])
      expect((await served.app.request(`/api/v1/export?q=${empty}`)).status).toBe(200);
  });
});
