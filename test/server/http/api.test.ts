import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { z } from "zod";
import { ChannelUnavailable } from "../../../scraper/errors.ts";
import { channelAnswer, channelsAnswer } from "../../../server/contract/channel.ts";
import { contextAnswer } from "../../../server/contract/context.ts";
import { coverageAnswer } from "../../../server/contract/coverage.ts";
import { readyAnswer } from "../../../server/contract/health.ts";
import { postAnswer } from "../../../server/contract/kept-post.ts";
import { problemAnswer } from "../../../server/contract/problem.ts";
import { searchAnswer } from "../../../server/contract/search.ts";
import { versionsAnswer } from "../../../server/contract/versions.ts";
import { post, serveArchive } from "./small-archive.ts";

const channel = { name: "Garden", title: "Сад", counters: { subscribers: 18_200 } };
const album = post(4, {
  channel: "Garden",
  ids: [4, 5],
  text: "Два снимка",
  media: [{ kind: "photo" }, { kind: "photo" }],
});
const readings = [
  {
    channel,
    posts: [
      post(1, { channel: "Garden", text: "Симметрия весов сети" }),
      post(2, {
        channel: "Garden",
        text: "A poll",
        poll: {
          question: "Why symmetry?",
          type: "Anonymous Poll",
          options: [{ text: "yes", percent: 60 }],
          voters: 10,
        },
      }),
      album,
    ],
    span: { from: 1, to: 5 },
    at: "2026-01-01T10:00:00Z",
  },
  {
    channel,
    posts: [post(9, { channel: "Garden", text: "О симметрии снова", views: 1200 })],
    span: { from: 8, to: 9 },
    at: "2026-01-01T11:00:00Z",
  },
  {
    channel,
    posts: [post(9, { channel: "Garden", text: "О симметрии ещё раз", views: 1300, edited: true })],
    span: { from: 8, to: 9 },
    at: "2026-01-01T12:00:00Z",
  },
];

let served: Awaited<ReturnType<typeof serveArchive>>;
beforeAll(async () => {
  served = await serveArchive(readings);
});
afterAll(() => served[Symbol.asyncDispose]());

/** Nothing lacks, and nothing is there that the contract does not name. */
async function answer<T extends z.ZodType>(path: string, schema: T): Promise<z.output<T>> {
  const response = await served.app.request(path);
  expect([path, response.status]).toEqual([path, 200]);
  const body = await response.json();
  expect(schema.parse(body)).toEqual(body);
  return body as z.output<T>;
}

async function problem(path: string, init?: RequestInit) {
  const response = await served.app.request(path, init);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const body = problemAnswer.strict().parse(await response.json());
  expect(body.status).toBe(response.status);
  return body;
}

const posted = (
  body: string,
  headers: Record<string, string> = { "Content-Type": "application/json" },
) => ({
  method: "POST",
  body,
  headers,
});

describe("search over the API", () => {
  test("finds every form of a word, with parts that join to the text", async () => {
    const found = await answer(
      "/api/v1/search?q=симметрией&facets=channel,has&histogram=auto",
      searchAnswer,
    );
    expect(new Set(found.hits.map(({ id }) => id))).toEqual(new Set([1, 9]));
    expect(found.total).toBe(2);
    for (const hit of found.hits) {
      expect(hit.parts.map(({ text }) => text).join("")).toBe(hit.text);
      expect(hit.parts.some(({ hit }) => hit)).toBe(true);
    }
    expect(found.facets.channel).toEqual([{ value: "Garden", count: 2 }]);
    expect(found.histogram?.reduce((sum, { count }) => sum + count, 0)).toBe(2);
  });

  test("without a query answers every post, newest first", async () => {
    const found = await answer("/api/v1/search", searchAnswer);
    expect(found.hits.map(({ id }) => id)).toEqual([9, 4, 2, 1]);
    expect(found.sort).toBe("new");
  });

  test("takes a repeated parameter as a comma list", async () => {
    const repeated = await answer("/api/v1/search?has=photo&has=poll", searchAnswer);
    const listed = await answer("/api/v1/search?has=photo,poll", searchAnswer);
    expect(repeated.hits.map(({ id }) => id)).toEqual([4, 2]);
    expect(listed.hits).toEqual(repeated.hits);
  });

  test("reaches every hit by paging", async () => {
    const pages = await Promise.all(
      [1, 2, 3].map((page) => answer(`/api/v1/search?limit=2&page=${page}`, searchAnswer)),
    );
    expect(pages.flatMap(({ hits }) => hits.map(({ id }) => id))).toEqual([9, 4, 2, 1]);
    expect(new Set(pages.map(({ total }) => total))).toEqual(new Set([4]));
  });

  test("takes empty parameters of a form as absent", async () => {
    const found = await answer(
      "/api/v1/search?q=&after=&before=&has=&sort=&limit=&page=",
      searchAnswer,
    );
    expect(found.total).toBe(4);
  });

  test("says where a query does not parse", async () => {
    const refused = await problem("/api/v1/search?q=симметрия%20has%3Anonsense");
    expect(refused).toMatchObject({ type: "urn:backscroll:problem:query-syntax", status: 400 });
    expect(refused.at?.start).toBeGreaterThanOrEqual("симметрия ".length);
  });

  test.each([
    ["limit=101", "limit"],
    ["limit=0", "limit"],
    ["limit=ten", "limit"],
    ["limit=0x10", "limit"],
    ["page=1000001", "page"],
    ["page=0", "page"],
    ["sort=best", "sort"],
    ["rank=half", "rank"],
    ["facets=channel,colour", "facets"],
    ["histogram=hour", "histogram"],
    ["prefix=maybe", "prefix"],
    ["after=someday", "after"],
    ["has=wings", "has"],
    ["q=a&q=b", "q"],
  ])("refuses %s and names the parameter", async (query, parameter) => {
    const refused = await problem(`/api/v1/search?${query}`);
    expect(refused.status).toBe(400);
    expect(refused.parameter).toBe(parameter);
    expect(refused.detail).toMatch(
      new RegExp(`^${parameter}:? (takes|cannot be|can be given) .{4,}\\.$`),
    );
  });
});

describe("a post over the API", () => {
  test("is found by any id of its album and in any case of its channel's name", async () => {
    const found = await answer("/api/v1/channels/gARDEN/posts/5", postAnswer);
    expect([found.channel, found.id, found.ids]).toEqual(["Garden", 4, [4, 5]]);
    expect(found).not.toHaveProperty("no");
  });

  test("has all its versions, oldest first", async () => {
    const { versions } = await answer("/api/v1/channels/garden/posts/9/versions", versionsAnswer);
    expect(versions.map(({ post }) => post.text)).toEqual([
      "О симметрии снова",
      "О симметрии ещё раз",
    ]);
    expect(versions.map(({ current }) => current)).toEqual([false, true]);
  });

  test("stands between its neighbours", async () => {
    const around = await answer(
      "/api/v1/channels/garden/posts/4/context?before=1&after=1",
      contextAnswer,
    );
    expect(around.before.map(({ id }) => id)).toEqual([2]);
    expect(around.post.id).toBe(4);
    expect(around.after.map(({ id }) => id)).toEqual([9]);
  });

  test.each([
    ["/api/v1/channels/garden/posts/3", 404, "post-not-kept"],
    ["/api/v1/channels/nobody/posts/1", 404, "post-not-kept"],
    ["/api/v1/channels/garden/posts/first", 400, "bad-parameter"],
    ["/api/v1/channels/garden/posts/0", 400, "bad-parameter"],
    ["/api/v1/channels/garden/posts/4.0", 400, "bad-parameter"],
    ["/api/v1/channels/garden/posts/0x4", 400, "bad-parameter"],
    ["/api/v1/channels/garden/posts/4/context?before=51", 400, "bad-parameter"],
    ["/api/v1/channels/nobody", 404, "channel-not-kept"],
    ["/api/v1/channels/nobody/coverage", 404, "channel-not-kept"],
    ["/api/v1/nothing", 404, "not-found"],
    ["/api", 404, "not-found"],
  ])("%s is refused with %i", async (path, status, kind) => {
    expect(await problem(path)).toMatchObject({ status, type: `urn:backscroll:problem:${kind}` });
  });
});

describe("channels over the API", () => {
  test("are listed with their figures", async () => {
    const { channels } = await answer("/api/v1/channels", channelsAnswer);
    expect(channels).toMatchObject([{ name: "Garden", title: "Сад", posts: 4, newestId: 9 }]);
    expect(await answer("/api/v1/channels/garden", channelAnswer)).toEqual(channels[0]);
  });

  test("say of every id what is known", async () => {
    const { ranges, counts } = await answer("/api/v1/channels/garden/coverage", coverageAnswer);
    expect(ranges.at(0)?.from).toBe(1);
    expect(ranges.at(-1)?.to).toBe(9);
    expect(counts).toMatchObject({ kept: 4, part: 1, absent: 2, unread: 2 });
  });

  test("are added by any form of the name; reading goes on behind the answer", async () => {
    const response = await served.app.request(
      "/api/v1/channels",
      posted('{"channel":"https://t.me/s/durov/12"}'),
    );
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({
      channel: "durov",
      runId: "run-1",
      url: "/api/v1/channels/durov",
    });
    expect(served.added).toEqual(["durov"]);
  });

  test.each([
    ['{"channel":"no such name!"}', 400, "bad-channel-name"],
    ['{"channel":7}', 400, "bad-parameter"],
    ["{}", 400, "bad-parameter"],
    ["[]", 400, "bad-parameter"],
    ["{", 400, "bad-request"],
  ])("%s is refused with %i", async (body, status, kind) => {
    const refused = await problem("/api/v1/channels", posted(body));
    expect(refused).toMatchObject({ status, type: `urn:backscroll:problem:${kind}` });
    expect(refused.detail).not.toMatch(/expected|invalid|json:/i);
  });

  test("a body of another kind, or a very large one, is refused", async () => {
    const form = await problem(
      "/api/v1/channels",
      posted("channel=durov", { "Content-Type": "text/plain" }),
    );
    expect(form.status).toBe(415);
    const large = await problem("/api/v1/channels", posted(`{"channel":"${"a".repeat(70_000)}"}`));
    expect(large.status).toBe(413);
  });

  test("a channel that cannot be read is refused with its reason", async () => {
    await using refusing = await serveArchive([], {
      addChannel: (name) => Promise.reject(new ChannelUnavailable(name, "preview-off")),
    });
    const response = await refusing.app.request("/api/v1/channels", posted('{"channel":"durov"}'));
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ reason: "preview-off" });
  });
});

describe("the server's own state", () => {
  test("is alive, and ready while archive and index answer", async () => {
    expect(await served.json("/health")).toEqual({ status: "ok" });
    const ready = await answer("/ready", readyAnswer);
    expect(ready).toMatchObject({ ready: true, index: { state: "ready", behind: 0 } });
  });

  test("is not ready while the index does not answer", async () => {
    const engine = { ...served.engine, status: () => Promise.reject(new Error("away")) };
    await using broken = await serveArchive([], { engine });
    const response = await broken.app.request("/ready");
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ ready: false, index: { state: "away" } });
  });
});

describe("every answer", () => {
  test("to HEAD is that to GET without its body", async () => {
    for (const path of ["/api/v1/channels", "/", "/c/Garden/4", "/health"]) {
      const response = await served.app.request(path, { method: "HEAD" });
      expect([path, response.status, await response.text()]).toEqual([path, 200, ""]);
    }
  });

  test("of another method names the methods there are", async () => {
    const response = await served.app.request("/api/v1/search", { method: "DELETE" });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET, HEAD");
    expect(response.headers.get("content-type")).toBe("application/problem+json");
  });

  test("has a tag, and is not sent again to whom already has it", async () => {
    const first = await served.app.request("/api/v1/channels");
    const tag = first.headers.get("etag") ?? "";
    expect(tag).toMatch(/^W\/"/);
    const again = await served.app.request("/api/v1/channels", {
      headers: { "If-None-Match": tag },
    });
    expect([again.status, await again.text()]).toEqual([304, ""]);
  });

  test("is compressed for whom reads that", async () => {
    const response = await served.app.request("/openapi.json", {
      headers: { "Accept-Encoding": "gzip" },
    });
    expect(response.headers.get("content-encoding")).toBe("gzip");
    expect(response.headers.get("vary")).toContain("Accept-Encoding");
  });

  test("to an unforeseen error says nothing of the inside but an id, which the log gets too", async () => {
    const log: [unknown, string][] = [];
    const secret = new Error("/data/archive.db: password 12345");
    await using broken = await serveArchive([], {
      onUnexpected: (error, id) => log.push([error, id]),
    });
    broken.archive.runs.newestOfEach = () => Promise.reject(secret);
    const response = await broken.app.request("/api/v1/channels");
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(text).not.toMatch(/password|archive\.db|at /);
    const [[error, id] = []] = log;
    expect(error).toBe(secret);
    expect(text).toContain(id);
    expect(await broken.page("/channels")).not.toMatch(/password|archive\.db/);
  });
});
