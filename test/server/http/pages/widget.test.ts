/* oxlint-disable unicorn/consistent-function-scoping -- a helper stands beside the tests that use it */
import { load } from "cheerio";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { widgetAttributes, widgetExamples } from "../../../../web/pages/widget-help.ts";
import { widgetFiles } from "../../../../server/http/pages/widget-files.ts";
import { seeded } from "../../search/analysis/sample-lexemes.ts";
import { russianForms } from "../../search/dictionary-words.ts";
import { post, serveArchive } from "../small-archive.ts";

const channels = ["garden", "orchard", "meadow", "cellar"];
const origin = "https://site.example";
let served: Awaited<ReturnType<typeof serveArchive>>;
let key: string;

beforeAll(async () => {
  const random = seeded(11);
  const forms = russianForms(4000, random);
  // Words at random are packed worse than sentences are.
  const longText = () =>
    Array.from({ length: 300 }, (_, n) =>
      n === 90 ? "симметрия" : forms[Math.floor(random() * forms.length)],
    ).join(" ");
  served = await serveArchive(
    channels.map((name) => ({
      channel: { name, title: `Канал о том, как растёт ${name}` },
      posts: Array.from({ length: 6 }, (_, n) =>
        post(n + 1, {
          channel: name,
          text: longText(),
          language: "ru",
          media: [{ kind: "photo" }, { kind: "video", durationSeconds: 60 }],
        }),
      ),
      span: { from: 1, to: 6 },
      at: "2026-01-20T00:00:00Z",
    })),
  );
  const grant = { scopes: ["search"], channels, origins: [origin] } as const;
  key = (await served.archive.keys.create(grant)).secret;
});
afterAll(async () => served?.[Symbol.asyncDispose]());

const ask = async (headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  served.app.request(
    "/api/v1/search?q=%D1%81%D0%B8%D0%BC&prefix=1&fields=brief&facets=channel&limit=10",
    { headers: { Origin: origin, Authorization: `Bearer ${key}`, ...headers } },
  );

describe("what the widget is answered", () => {
  test("is 4 kB at most for ten hits of long posts, compressed", async () => {
    const answer = await ask({ "Accept-Encoding": "gzip, deflate, br" });
    expect(answer.headers.get("content-encoding")).toBe("gzip");
    const body = new Uint8Array(await answer.arrayBuffer());
    const { hits, facets } = JSON.parse(gunzipSync(body).toString()) as {
      hits: { parts: { text: string; hit: boolean }[] }[];
      facets: { channel: { title: string }[] };
    };
    expect(hits).toHaveLength(10);
    for (const { parts } of hits) {
      expect(parts.map(({ text }) => text).join("").length).toBeGreaterThan(200);
      expect(parts.some(({ hit }) => hit)).toBe(true);
    }
    expect(facets.channel.map(({ title }) => title)).toContain("Канал о том, как растёт garden");
    expect(body.byteLength).toBeLessThanOrEqual(4000);
  });

  test("may be kept for ten seconds, and is not sent again while it is the same", async () => {
    const first = await ask();
    expect(first.headers.get("cache-control")).toBe("private, max-age=10");
    expect(first.headers.get("vary")).toContain("Origin");
    const tag = first.headers.get("etag") ?? "";
    expect(tag).toMatch(/^W\/"/);
    const again = await ask({ "If-None-Match": tag });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe("");
    expect(again.headers.get("access-control-allow-origin")).toBe(origin);
  });
});

describe("the widget's files", () => {
  test("are sent in Brotli, as small as the builder says", async () => {
    const { sizes, version } = await widgetFiles();
    const sizeOf = async (path: string): Promise<number> => {
      const answer = await served.app.request(path, { headers: { "Accept-Encoding": "gzip, br" } });
      expect(answer.headers.get("content-encoding")).toBe("br");
      expect(answer.headers.get("access-control-allow-origin")).toBe("*");
      return (await answer.arrayBuffer()).byteLength;
    };
    const loader = await sizeOf("/widget/v1.js");
    expect(loader).toBe(sizes.loader);
    expect(loader + (await sizeOf(`/widget/${version}/rest.js`))).toBe(sizes.all);
    expect(await sizeOf(`/widget/${version}/backscroll.js`)).toBe(sizes.single);
  });

  test("of a version never change, and the moving one is asked for again soon", async () => {
    const { version } = await widgetFiles();
    const kept = async (path: string) =>
      (await served.app.request(path)).headers.get("cache-control");
    expect(await kept("/widget/v1.js")).toBe("public, max-age=300");
    expect(await kept(`/widget/${version}/widget.js`)).toContain("immutable");
    expect((await served.app.request("/widget/0.0.0-aaaa/widget.js")).status).toBe(404);
  });

  test("come without Brotli to whom it says nothing", async () => {
    const answer = await served.app.request("/widget/v1.js");
    expect(answer.headers.get("content-encoding")).toBeNull();
    expect(answer.headers.get("vary")).toContain("Accept-Encoding");
    expect(await answer.text()).toBe((await widgetFiles()).files["v1.js"]);
  });
});

describe("the examples to copy", () => {
  const attributesOf = (markup: string): readonly string[] => {
    const $ = load(markup, null, false);
    const given = $("script, backscroll-search")
      .toArray()
      .flatMap(({ attribs }) => Object.keys(attribs));
    return given.filter((name) => !["src", "async"].includes(name));
  };

  test("hold only attributes that the widget knows, and addresses that are there", async () => {
    const { version, integrity, sizes } = await widgetFiles();
    const server = "http://127.0.0.1";
    const examples = widgetExamples({ origin: server, version, integrity, sizes });
    expect(Object.keys(examples)).toEqual([
      "html",
      "wordpress",
      "hugo",
      "docusaurus",
      "react",
      "results",
    ]);
    for (const [name, text] of Object.entries(examples)) {
      const markup = text.replaceAll("/>;", "></backscroll-search>;");
      const given = attributesOf(markup).map((one) => one.replace(/^data-/, ""));
      expect([name, given]).toEqual([name, expect.arrayContaining(["channels", "key"])]);
      for (const one of given) expect(widgetAttributes).toContain(one);
      const addresses = [...text.matchAll(/http:\/\/127\.0\.0\.1(\/[^"]+)"/g)];
      expect(addresses.length).toBeGreaterThan(0);
      for (const [, path = ""] of addresses)
        expect([path, (await served.app.request(path)).status]).toEqual([path, 200]);
    }
  });

  test("are told of in both languages", async () => {
    const english = await served.page("/widget/help?ui=en");
    const russian = await served.page("/widget/help?ui=ru");
    for (const name of ["WordPress", "Hugo", "Docusaurus", "React"]) {
      expect(english).toContain(`<h2>${name}</h2>`);
      expect(russian).toContain(`<h2>${name}</h2>`);
    }
    expect(english).toContain("Anywhere in the page");
    expect(russian).toContain("В любом месте страницы");
    expect(russian).not.toContain("Anywhere in the page");
  });
});

test("on a public address the builder shows how the admin makes a key, and no button that is refused", async () => {
  await using open = await serveArchive([], { settings: { host: "0.0.0.0" } });
  const query = "/widget?ui=en&channels=garden&origins=https%3A%2F%2Fsite.example";
  const shown = load(await open.page(query));
  expect(shown("[formmethod=post]").length).toBe(0);
  expect(shown("form code").text()).toContain(
    "keys create --scope search --channel garden --origin https://site.example",
  );
  expect(shown("main").text()).toContain("curl -X POST http://localhost/api/v1/keys");
  const here = load(await served.page(query));
  expect(here("[formmethod=post]").length).toBe(1);
});
