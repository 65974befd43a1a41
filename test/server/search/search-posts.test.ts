import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import type { Post } from "../../../scraper/post.ts";
import { Archive } from "../../../server/archive/archive.ts";
import { createAnalyzer } from "../../../server/search/analysis/analyzer.ts";
import { catchUp } from "../../../server/search/catch-up.ts";
import { openEmbeddedEngine } from "../../../server/search/engines/embedded/embedded-engine.ts";
import type { SearchEngine } from "../../../server/search/port.ts";
import type { TextPart } from "../../../server/search/highlight.ts";
import { parseQuery } from "../../../server/search/query/parse.ts";
import { printQuery } from "../../../server/search/query/print.ts";
import { BadParameter, QuerySyntaxError } from "../../../server/search/query/query-errors.ts";
import { askedQuery, searchPosts } from "../../../server/search/search-posts.ts";
import type { SearchParams } from "../../../server/search/search-posts.ts";
import { makePost } from "./engines/contract/make-post.ts";

const folder = mkdtempSync(join(tmpdir(), "backscroll-search-"));
const analyzer = createAnalyzer();
let clock = new Date("2024-06-01T00:00:00Z");
const now = (): Date => clock;
let archive: Archive;
let engine: SearchEngine;

const texts = [
  "Симметрия в природе и в физике",
  "Нейроны учатся: о симметрию споткнулись",
  "Курс по нейронам со скидкой #ml",
  "Промокод LASTCALL на курс, 10.000₽",
  "log-loss и F1-score в C++",
];

beforeAll(async () => {
  archive = await Archive.open(join(folder, "archive.db"), { now });
  const { archiveId } = await archive.state();
  engine = await openEmbeddedEngine({
    file: join(folder, "index.db"),
    archiveId,
    analyzer,
    inProcess: true,
  });
  await save(texts.map((text, i) => postOf(i + 1, { text })));
  await save([
    postOf(6, {
      poll: {
        question: "Кто за симметрию?",
        type: "Anonymous Poll",
        options: [{ text: "Все", percent: 100 }],
      },
    }),
  ]);
  await catchUp({ archive, engine });
});

afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  await archive[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

test("a channel that is not kept is named, so that a slip is not taken for silence", async () => {
  const parts = { archive, engine, analyzer, now };
  const found = await searchPosts(parts, { q: "симметрия in:nowhere" });
  const at = { start: 10, end: 20 };
  expect(found.warnings).toMatchObject([
    { code: "channel-not-kept", message: "The channel @nowhere is not kept here.", at },
  ]);
  const { hits } = await searchPosts(parts, { limit: 1 });
  const kept = await searchPosts(parts, { channel: [hits[0]?.channel ?? ""] });
  expect(kept.warnings).toEqual([]);
});

function postOf(id: number, parts: Partial<Post>): Post {
  const {
    no: _n,
    hash: _h,
    firstSeenAt: _f,
    lastSeenAt: _l,
    versions: _v,
    ...post
  } = makePost(id, parts);
  return post;
}

async function save(posts: readonly Post[]): Promise<void> {
  await archive.savePage({
    channel: { name: "lab", title: "Lab", verified: false, counters: {} },
    posts,
    span: { from: posts[0]?.id ?? 1, to: posts.at(-1)?.id ?? 1 },
    url: "https://t.me/s/lab",
    body: new TextEncoder().encode("page"),
    readAt: clock.toISOString().replace(".000Z", "Z"),
    warnings: [],
  });
}

async function search(params: SearchParams) {
  return searchPosts({ archive, engine, analyzer, now }, params);
}

async function idsOf(params: SearchParams): Promise<readonly number[]> {
  const { hits } = await search(params);
  return hits.map(({ id }) => id).toSorted((a, b) => a - b);
}

async function sortOf(params: SearchParams): Promise<string> {
  return (await search(params)).sort;
}

function shown(parts: readonly TextPart[]): string {
  return parts.map(({ text, hit }) => (hit ? `[${text}]` : text)).join("");
}

describe("a search finds", () => {
  test.each<[string, SearchParams, readonly number[]]>([
    ["every post without words", {}, [1, 2, 3, 4, 5, 6]],
    ["every form of a word", { q: "симметрии" }, [1, 2, 6]],
    ["without what is excluded", { q: "нейроны -курс" }, [2]],
    ["every post but the excluded, of exclusions alone", { q: "-курс -симметрия" }, [5]],
    ["a moment whose + an address made a space", { after: "2024-01-01T20:00:00 03:00" }, [5, 6]],
    ["either of two", { q: "промокод OR симметрия" }, [1, 2, 4, 6]],
    ["technical words", { q: "F1-score log-loss C++" }, [5]],
    ["a price", { q: "10.000₽" }, [4]],
    ["a tag", { q: "#ml" }, [3]],
    ["what parameters and words agree on", { q: "симметрия", has: ["poll"] }, [6]],
    ["a list as alternatives", { has: ["poll", "photo"], channel: ["lab", "other"] }, [6]],
    ["a stretch of time", { after: "2024-01-01T14:00", before: "2024-01-01T15:30:00Z" }, [2, 3]],
    ["words as they are typed", { q: "пром", prefix: true }, [4]],
  ])("%s", async (_, params, expected) => {
    expect(await idsOf(params)).toEqual(expected);
  });
});

describe("the answer", () => {
  it("marks what was found, in the text and elsewhere in the post", async () => {
    const { hits } = await search({ q: "симметрия", sort: "new" });
    expect(hits.map(({ parts }) => shown(parts))).toEqual([
      "",
      "Нейроны учатся: о [симметрию] споткнулись",
      "[Симметрия] в природе и в физике",
    ]);
    expect(hits[0]?.elsewhere.map(shown)).toEqual(["Кто за [симметрию]?"]);
    expect(hits[1]?.elsewhere).toEqual([]);
  });

  it("says in one canonical query what words and parameters ask for together", async () => {
    const answer = await search({
      q: "кот|пёс",
      channel: ["@Lab"],
      has: ["photo", "gif"],
      sort: "old",
    });
    expect(answer.parsed).toBe("(кот OR пёс) in:lab has:photo,gif sort:old");
    expect(printQuery(parseQuery(answer.parsed))).toBe(answer.parsed);
    expect(answer.pieces.map(({ text }) => text)).toEqual([
      "кот OR пёс",
      "in:lab",
      "has:photo,gif",
    ]);
    expect(answer.pieces[0]?.without).toBe("in:lab has:photo,gif sort:old");
  });

  it("ranks by relevance when there are words, else newest first", async () => {
    expect(await sortOf({ q: "симметрия" })).toBe("relevance");
    expect(await sortOf({ q: "in:lab -курс" })).toBe("new");
    expect(await sortOf({ q: "симметрия sort:old" })).toBe("old");
    expect(await sortOf({ q: "симметрия sort:old", sort: "views" })).toBe("views");
  });

  it("warns when the parameter and the query ask for different orders", async () => {
    const { warnings } = await search({ q: "кот sort:old", sort: "new" });
    expect(warnings.map(({ message }) => message)).toEqual([
      "The parameter sort=new counts, not the sort:old of the query.",
    ]);
  });

  it("leaves out a sign that no post can hold, and says so", async () => {
    const answer = await search({ q: "симметрия │" });
    expect(answer.total).toBe(3);
    expect(answer.parsed).toBe("симметрия");
    expect(answer.warnings).toMatchObject([
      {
        message: "“│” was left out: there is no word in it to search for.",
        at: { start: 10, end: 11 },
      },
    ]);
  });

  it("is of the query that an export of the same parameters asks for", async () => {
    const params = { q: "кот │|–", has: ["photo"], after: "2024" };
    expect(printQuery(askedQuery(params, { analyzer, now: clock }))).toBe(
      (await search(params)).parsed,
    );
  });

  it("reaches every hit by paging, each once", async () => {
    const pages = await Promise.all([1, 2, 3, 4].map((page) => search({ page, limit: 2 })));
    expect(pages.flatMap(({ hits }) => hits.map(({ id }) => id))).toEqual([6, 5, 4, 3, 2, 1]);
    expect(pages.map(({ total }) => total)).toEqual([6, 6, 6, 6]);
  });

  it("never carries the raw markup of a post", async () => {
    await save([postOf(7, { text: "Непонятное", notUnderstood: ["x"], rawHtml: "<b>" })]);
    await catchUp({ archive, engine });
    const { hits } = await search({ q: "непонятное" });
    expect(hits).toHaveLength(1);
    expect(hits[0]).not.toHaveProperty("rawHtml");
  });

  it("says for how long the index has been behind the archive", async () => {
    expect((await search({})).archive.indexLagSeconds).toBe(0);
    await save([postOf(8, { text: "Новость" })]);
    clock = new Date(clock.getTime() + 90_000);
    const behind = await search({ q: "новость" });
    expect(behind.total).toBe(0);
    expect(behind.archive).toMatchObject({ posts: 8, indexLagSeconds: 90 });
    await catchUp({ archive, engine });
    expect((await search({ q: "новость" })).archive.indexLagSeconds).toBe(0);
  });

  it("names posts that the index has and the archive has not", async () => {
    const { position } = await archive.state();
    await save([postOf(7, { text: "ещё пост" })]);
    await engine.apply([{ kind: "put", post: makePost(99, { text: "призрак" }) }], position + 1);
    const { hits, total, warnings } = await search({ q: "призрак" });
    expect([hits.length, total]).toEqual([0, 1]);
    expect(warnings[0]?.message).toContain("no longer in the archive");
  });

  it("is refused when the index is ahead of its archive", async () => {
    await engine.apply([], Number.MAX_SAFE_INTEGER);
    await expect(search({ q: "призрак" })).rejects.toThrow("of another archive");
  });
});

describe("what cannot be asked is refused by name", () => {
  test.each<[string, SearchParams]>([
    ["has", { has: ["photos"] }],
    ["is", { is: ["new"] }],
    ["lang", { lang: ["russian"] }],
    ["channel", { channel: ["не канал"] }],
    ["after", { after: "вчера" }],
    ["before", { before: "2024-02-30" }],
    ["page", { page: 0 }],
    ["page", { page: Number.MAX_SAFE_INTEGER }],
    ["limit", { limit: 101 }],
    ["limit", { limit: 1.5 }],
    ["facets", { facets: ["colour" as "is"] }],
    ["sort", { sort: "best" as "new" }],
  ])("%s: %j", async (parameter, params) => {
    const error: unknown = await search(params).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BadParameter);
    expect(error).toMatchObject({ parameter });
  });

  it("the query with its place", async () => {
    const error: unknown = await search({ q: "кот has:photos" }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(QuerySyntaxError);
    expect(error).toMatchObject({ at: { start: 8, end: 14 } });
  });

  it("words and parameters that are too many together", async () => {
    const q = Array.from({ length: 60 }, () => "а").join(" OR ");
    const error: unknown = await search({ q, channel: ["c1", "c2", "c3", "c4", "c5"] }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(QuerySyntaxError);
  });
});
