import { load } from "cheerio";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pictureOf } from "../../../../demo/picture.ts";
import { keepFiles } from "../../archive/keep-file.ts";
import { post, serveArchive } from "../small-archive.ts";

const reading = (at: string, posts: ReturnType<typeof post>[]) => ({
  channel: { name: "garden", title: "Garden" },
  posts,
  span: { from: 1, to: 3 },
  at,
});
const readings = [
  reading("2026-01-20T00:00:00Z", [
    post(1, { text: "Tulips" }),
    post(2, { text: "Roses" }),
    post(3, { text: "Pond" }),
  ]),
  reading("2026-01-22T00:00:00Z", [
    post(1, { text: "Tulips!", edited: true }),
    post(3, { text: "Pond" }),
  ]),
  reading("2026-01-24T00:00:00Z", [
    post(1, { text: "Tulips!", edited: true }),
    post(3, { text: "Pond" }),
  ]),
];
const blog = "https://blog.example";
const Host = "archive.example";
const closed = { host: "0.0.0.0", read: "key", limit: 100_000 } as const;

let open: Awaited<ReturnType<typeof serveArchive>>;
beforeAll(async () => {
  open = await serveArchive(readings, { embeddedBy: [blog] });
});
afterAll(async () => open[Symbol.asyncDispose]());

const ancestors = (answer: Response): string | undefined =>
  /frame-ancestors ([^;]+)/.exec(answer.headers.get("content-security-policy") ?? "")?.[1];

describe("a framed post", () => {
  test("may be framed by the sites of the settings, and no other page may", async () => {
    const answer = await open.app.request("/embed/garden/1");
    expect(answer.status).toBe(200);
    expect(ancestors(answer)).toBe(blog);
    expect(answer.headers.get("x-frame-options")).toBeNull();
    for (const path of ["/", "/c/garden/1", "/c/garden", "/oembed?url=x", "/status"])
      expect([path, ancestors(await open.app.request(path))]).toEqual([path, "'none'"]);
  });

  test("may be framed by none where none is named", async () => {
    await using plain = await serveArchive(readings);
    const answer = await plain.app.request("/embed/garden/1");
    expect(answer.status).toBe(200);
    expect(ancestors(answer)).toBe("'none'");
    expect(answer.headers.get("x-frame-options")).toBe("DENY");
  });

  test("keeps its marks: edited, and deleted", async () => {
    const edited = load(await open.page("/embed/garden/1?lang=en"));
    expect(edited(".entry-head").text()).toContain("edited, 2 versions");
    const gone = load(await open.page("/embed/garden/2?lang=ru"));
    expect(gone(".wash").text()).toContain("удалён, последний раз виден 2026-01-20");
    expect(gone("html").attr("lang")).toBe("ru");
    expect(gone(".text").text()).toBe("Roses");
  });

  test("is as the reader's system has it, or as the address says", async () => {
    const themes = await Promise.all(
      ["", "?theme=light", "?theme=dark"].map(async (query) =>
        load(await open.page(`/embed/garden/1${query}`))("html").attr("data-theme"),
      ),
    );
    expect(themes).toEqual([undefined, "light", "dark"]);
    expect((await open.app.request("/embed/garden/1?theme=blue")).status).toBe(400);
    expect((await open.app.request("/embed/garden/1?them=dark")).status).toBe(400);
  });

  test("that is not kept is said within the frame", async () => {
    const answer = await open.app.request("/embed/garden/99");
    expect(answer.status).toBe(404);
    expect(ancestors(answer)).toBe(blog);
    const page = load(await answer.text());
    expect(page(".masthead")).toHaveLength(0);
    expect(page("main").text()).toContain("garden/99");
  });

  test("a key in the address opens it where reading takes one, for its sites and its channels", async () => {
    await using served = await serveArchive(readings, { settings: closed, embeddedBy: [blog] });
    const make = async (channels: readonly string[], scopes: readonly ("search" | "export")[]) =>
      (
        await served.archive.keys.create({
          scopes,
          channels,
          origins: ["https://other.example", "https://third.example"],
        })
      ).secret;
    const [own, others, wrong] = [
      await make(["garden"], ["search"]),
      await make(["orchard"], ["search"]),
      await make([], ["export"]),
    ];
    const ask = async (path: string) => served.app.request(path, { headers: { Host } });
    expect((await ask("/embed/garden/1")).status).toBe(401);
    expect((await ask("/embed/garden/1?key=bs_wrong")).status).toBe(401);
    expect((await ask(`/embed/garden/1?key=${wrong}`)).status).toBe(403);
    const answer = await ask(`/embed/garden/1?key=${own}`);
    expect(answer.status).toBe(200);
    expect(ancestors(answer)).toBe("https://other.example https://third.example");
    const [theirs, none] = [
      await ask(`/embed/garden/1?key=${others}`),
      await ask(`/embed/nowhere/1?key=${others}`),
    ];
    expect([theirs.status, none.status]).toEqual([404, 404]);
    expect((await theirs.text()).replaceAll("garden", "…")).toBe(
      (await none.text()).replaceAll("nowhere", "…"),
    );
    // The address is no way in to anything else.
    expect((await ask(`/c/garden/1?key=${own}`)).status).toBe(401);
    expect((await ask(`/api/v1/search?key=${own}`)).status).toBe(401);
  });

  test("has its pictures where reading is open, and says who sees them where it takes a key", async () => {
    const photo = {
      kind: "photo",
      width: 800,
      height: 450,
      url: "https://cdn4.telesco.pe/a",
    } as const;
    const pictured = [reading("2026-01-20T00:00:00Z", [post(1, { text: "", media: [photo] })])];
    const framed = async (settings: { host: string; read?: "key"; limit: number }) => {
      await using served = await serveArchive(pictured, { settings, embeddedBy: [blog] });
      await keepFiles(served.archive, "garden", { [photo.url]: pictureOf("a").body });
      const { secret } = await served.archive.keys.create({
        scopes: ["search"],
        channels: [],
        origins: [blog],
      });
      const path = `/embed/garden/1?lang=en&key=${secret}`;
      return load(await (await served.app.request(path, { headers: { Host } })).text());
    };
    const shown = await framed({ host: "0.0.0.0", limit: 100_000 });
    expect(shown(".shot img")).toHaveLength(1);
    const told = await framed(closed);
    expect(told("main img")).toHaveLength(0);
    expect(told(".shot svg").attr("viewBox")).toBe("0 0 800 450");
    expect(told(".shot").text()).toContain("photo, 800×450, shown to who has a key");
  });

  test("its page has what to paste, and says who may frame it", async () => {
    const page = load(await open.page("/c/garden/2?ui=en"));
    const codes = page("#embed pre")
      .toArray()
      .map((one) => page(one).text().trim());
    expect(codes).toHaveLength(5);
    const quote = load(codes[0]!);
    expect(quote("blockquote p").text()).toBe("Roses");
    expect(quote("footer").text()).toContain("deleted, last seen 2026-01-20 00:00:00 UTC");
    expect(
      quote("footer a")
        .toArray()
        .map((one) => quote(one).attr("href")),
    ).toEqual(["http://localhost/c/garden/2", "https://t.me/garden/2"]);
    expect(codes.slice(1, 4).map((code) => load(code)("iframe").attr("src"))).toEqual([
      "http://localhost/embed/garden/2?lang=en",
      "http://localhost/embed/garden/2?theme=light&lang=en",
      "http://localhost/embed/garden/2?theme=dark&lang=en",
    ]);
    expect(codes[4]).toBe('<script async src="http://localhost/widget/embed.js"></script>');
    expect(page("#embed > p").text()).toContain("These sites may frame it: https://blog.example");
    await using plain = await serveArchive(readings);
    const none = load(await plain.page("/c/garden/2?ui=en"));
    expect(none("#embed pre")).toHaveLength(1);
    expect(none("#embed > p").text()).toContain("Only sites that a key names may frame posts");
  });
});
