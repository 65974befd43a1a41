import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { channelName } from "../scraper/channel-name.ts";
import { UsageError } from "../scraper/errors.ts";
import { readConfig, settings, type SettingKey } from "../server/config.ts";
import { searchAnswer } from "../server/contract/search.ts";
import { parseQuery } from "../server/search/query/parse.ts";
import { historyPage, message, read, textHolder } from "./fixtures/pages/markup.ts";
import { post, serveArchive } from "./server/http/small-archive.ts";

/** Names that every object answers to though nobody gave them to it: what a stranger writes where a name is looked up. */
const inherited = Object.getOwnPropertyNames(Object.prototype);
const root = join(import.meta.dirname, "..");

let served: Awaited<ReturnType<typeof serveArchive>>;
beforeAll(async () => {
  const texts = inherited.map((name, index) =>
    post(index + 1, {
      text: `#${name} ${name}`,
      entities: [{ type: "hashtag", offset: 0, length: name.length + 1 }],
      author: name,
    }),
  );
  const posts = [...texts, post(inherited.length + 1, { text: "plain" })];
  served = await serveArchive([
    {
      channel: { name: "garden" },
      posts,
      span: { from: 1, to: posts.length },
      at: "2026-01-31T00:00:00Z",
    },
  ]);
});
afterAll(async () => served[Symbol.asyncDispose]());

/** What the API answers to a search with these parameters. */
async function search(parameters: Readonly<Record<string, string>>) {
  const to = `http://127.0.0.1/api/v1/search?${new URLSearchParams(parameters).toString()}`;
  const response = await served.app.request(to);
  const body: unknown = await response.json();
  return { status: response.status, body };
}

describe.each(inherited)("%s, where a name is looked up,", (name) => {
  test.each([name, `=${name}`, `"${name}"`, `${name}~`, `${name}*`, `#${name}`, `author:${name}`])(
    "searched for as %s finds the post that holds it",
    async (q) => {
      const { status, body } = await search({ q, facets: "channel,has,is,lang,tag,link,author" });
      expect([q, status]).toEqual([q, 200]);
      const answer = searchAnswer.parse(body);
      expect(answer.hits.map(({ id }) => id)).toContain(inherited.indexOf(name) + 1);
    },
  );

  test("is no field of a query: it is text, with a warning where it looks like one", () => {
    const query = parseQuery(`${name}:x`, { now: new Date("2026-01-01T00:00:00Z") });
    const warned = name.startsWith("_") ? [] : ["no-such-field"];
    expect(query.warnings.map(({ code }) => code)).toEqual(warned);
  });

  test.each(["has", "is", "sort"])("is no value of %s", async (field) => {
    expect((await search({ q: `${field}:${name}` })).status).toBe(400);
    expect((await search({ [field]: name })).status).toBe(400);
  });

  test.each(["histogram", "facets", "rank", "fields", "lang", "limit", "page", "after"])(
    "is no value of the parameter %s",
    async (parameter) => {
      expect((await search({ q: "plain", [parameter]: name })).status).toBe(400);
    },
  );

  test("is no parameter, and refused by its name", async () => {
    const { status, body } = await search({ q: "plain", [name]: "x" });
    expect([status, body]).toMatchObject([400, { parameter: name }]);
  });

  test.each(["/c/NAME", "/c/garden/NAME", "/sets/NAME", "/runs/NAME", "/NAME", "/assets/NAME"])(
    "is nothing at %s",
    async (path) => {
      const to = `http://127.0.0.1${path.replace("NAME", name)}`;
      expect((await served.app.request(to)).status).toBe(404);
    },
  );

  test.each(["ui", "view", "scale", "tab", "v", "histogram", "sort"])(
    "as %s of a page draws it, or refuses it in words",
    async (parameter) => {
      for (const path of ["/", "/compare?q=plain", "/c/garden", "/c/garden/1", "/status"]) {
        const to = new URL(path, "http://127.0.0.1");
        to.searchParams.set(parameter, name);
        expect((await served.app.request(to.href)).status).toBeOneOf([200, 400]);
      }
    },
  );

  test("as a field of a body is one that there is not", async () => {
    const body = `{"channel":"nobody_here","${name}":{"channel":"x"}}`;
    const headers = { "Content-Type": "application/json" };
    const to = "http://127.0.0.1/api/v1/channels";
    const refused = await served.app.request(to, { method: "POST", headers, body });
    expect([refused.status, await refused.text()]).toEqual([
      400,
      expect.stringContaining(`The body has no field ${name}`),
    ]);
    const wrong = await served.app.request(to, { method: "POST", headers, body: `"${name}"` });
    expect(wrong.status).toBe(400);
  });

  test("is a channel's name where it has the form of one, and else refused", () => {
    const named = (): string => {
      try {
        return channelName(`t.me/${name}`);
      } catch (error) {
        return error instanceof UsageError ? "refused" : "failed";
      }
    };
    expect(named()).toBe(name.startsWith("_") ? "refused" : name);
  });

  test("is the value of no setting that has a choice", () => {
    for (const key of ["engine", "read", "port", "rate", "concurrency"] as const)
      expect(() => readConfig({ [key]: name }, {})).toThrow(UsageError);
    const environment = { [name]: "x", [`BACKSCROLL_${name}`]: "x" };
    expect(readConfig({}, environment)).toEqual(readConfig({}, {}));
    expect(Object.hasOwn(settings, name satisfies string as SettingKey)).toBe(false);
  });

  test("in the markup of a page is a class, a tag or a name like any other", () => {
    const tag = name.startsWith("_") ? "b" : name;
    const html = textHolder(
      `<i class="${name}">a</i> <${tag}>b</${tag}> <a href="https://a.org" data-content="${name}">c</a>`,
    );
    const plain = textHolder(
      `<i class="unknown">a</i> <unknown>b</unknown> <a href="https://a.org">c</a>`,
    );
    const postsOf = (content: string, classes = "") => {
      const page = read(historyPage([message(content, { classes, id: 1 }), message(plain)]));
      return page.kind === "posts" ? page.posts : [];
    };
    const [odd] = postsOf(html, name);
    expect(odd?.text).toBe("a b c");
    expect(odd?.entities.map(({ type }) => type)).toContain("link");
  });
});

describe("no table is looked up by a stranger's name in a plain object", () => {
  const sources = globSync("{scraper,server,web}/**/*.ts", { cwd: root });
  const forbidden: readonly (readonly [RegExp, string])[] = [
    [
      /: (?:Readonly<)?(?:Partial<)?Record<string,[^;={}()]*>+ = \{\s*[^\s}]/g,
      "a table by any name",
    ],
    [/\} as (?:Readonly<)?Record<string,/g, "a table by any name"],
    [/\[[^\]\n]* as keyof [^\]\n]*\]/g, "a look-up by a name that is only said to be a key"],
  ];

  test("there are files to look at", () => {
    expect(sources.length).toBeGreaterThan(300);
  });

  test.each(forbidden)("%s: %s belongs in a Map", (pattern) => {
    const found = sources.flatMap((file) =>
      [...readFileSync(join(root, file), "utf8").matchAll(pattern)].map(
        ([text]) => `${file}: ${text.trim().slice(0, 90)}`,
      ),
    );
    expect(found).toEqual([]);
  });
});
