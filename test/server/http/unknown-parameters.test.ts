import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { post, serveArchive } from "./small-archive.ts";

let served: Awaited<ReturnType<typeof serveArchive>>;
beforeAll(async () => {
  served = await serveArchive([
    {
      channel: { name: "garden" },
      posts: [post(1), post(2)],
      span: { from: 1, to: 2 },
      at: "2026-01-03T00:00:00Z",
    },
  ]);
});
afterAll(async () => served[Symbol.asyncDispose]());

describe("a parameter that there is not is refused by its name, with the nearest there is", () => {
  test.each([
    ["/api/v1/search?chanel=garden", "chanel", "Did you mean channel?"],
    ["/api/v1/search?q=post&offset=20", "offset", "There are q, channel, after, before, has, is,"],
    ["/api/v1/export?formt=csv", "formt", "Did you mean format?"],
    ["/api/v1/feed.atom?Q=post", "Q", "Did you mean q?"],
    ["/api/v1/feed.json?channels=garden", "channels", "Did you mean channel?"],
    ["/api/v1/channels/garden/posts/1/context?befor=3", "befor", "Did you mean before?"],
    ["/api/v1/channels?x=1", "x", "None is taken here."],
    ["/api/v1/search?utm_source=x", "utm_source", "There are q,"],
    ["/?chanel=garden", "chanel", "Did you mean channel?"],
    ["/?q=po&prefix=1", "prefix", "There are q, channel,"],
    ["/?q=post&facets=tag", "facets", "There are q, channel,"],
    ["/compare?query=post", "query", "There are q, scale, ui."],
    ["/runs?stat=failed", "stat", "Did you mean state?"],
    ["/?q=post&form=2024", "form", "Did you mean"],
    ["/?q=post&from=2024", "from", ""],
    ["/saved?query=post", "query", "There are q, ui."],
    ["/enter?nxt=/status", "nxt", "Did you mean next?"],
    ["/widget?chanels=garden", "chanels", "Did you mean channels?"],
    ["/widget/frame?chanels=garden", "chanels", "Did you mean channels?"],
    ["/c/garden/1?version=1", "version", "There are v, q, channel, after, before,"],
    ["/sets/0123456789abcdef?q=post", "q", "There are query, ui."],
  ])("%s", async (address, parameter, instead) => {
    const answer = await served.app.request(address);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(`There is no parameter ${parameter} here. ${instead}`);
  });

  test("what a change is asked with, too", async () => {
    const answer = await served.app.request("/api/v1/sets?query=post", { method: "POST" });
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { type: "urn:backscroll:problem:unknown-parameter", parameter: "query" },
    ]);
  });
});

describe("a field of a body that there is not is refused by its name, and nothing is done", () => {
  test.each([
    ["POST", "keys", { scopes: ["read"], chanels: ["garden"] }, "chanels; perhaps channels is"],
    ["POST", "keys", { scopes: ["read"], expiry: "2027-01-01" }, "expiry; perhaps expires is"],
    ["POST", "runs", { channels: ["garden"], since: "2026-02-30" }, "since; it takes channels"],
    ["POST", "channels", { channel: "garden", limit: 5 }, "limit; it takes channel"],
    ["POST", "schedules", { channels: ["garden"], cadense: {} }, "cadense; perhaps cadence is"],
    ["POST", "schedules/plan", { channels: ["garden"], x: 1 }, "x; it takes channels, cadence,"],
    ["PATCH", "schedules/garden", { pause: true }, "pause; perhaps paused is"],
    ["PUT", "channels/garden/media", { kind: "photo" }, "kind; perhaps kinds is"],
    ["POST", "purge", { channel: "garden", ids: 1 }, "ids; perhaps id is"],
    ["POST", "saved-searches", { name: "a", query: "b", hook: "c" }, "hook; it takes name, query,"],
    ["POST", "targets", { kind: "ntfy", nam: "b" }, "nam; perhaps name is meant"],
    ["PATCH", "saved-searches/a", { paused: true, x: 1 }, "x; it takes paused"],
    ["POST", "alerts/a/dismiss", { reason: "a", until: 1 }, "until; it takes reason"],
  ] as const)("%s %s %j", async (method, path, sent, said) => {
    const before = await rows();
    const answer = await served.app.request(`/api/v1/${path}`, {
      method,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(sent),
    });
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { detail: expect.stringContaining(`The body has no field ${said}`) },
    ]);
    expect(await rows()).toEqual(before);
  });

  test("also within a cadence", async () => {
    const cadence = { kind: "cron", expression: "0 1 * * *", zone: "Europe/Berlin" };
    const answer = await served.app.request("/api/v1/schedules", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ channels: ["garden"], cadence }),
    });
    expect(answer.status).toBe(400);
    expect(await served.archive.schedules.list()).toEqual([]);
  });
});

const rows = async (): Promise<unknown> => ({
  keys: await served.archive.keys.list(),
  runs: await served.archive.runs.list({ limit: 10 }),
  schedules: await served.archive.schedules.list(),
  state: await served.archive.state(),
});

describe("a value that there is not is refused, and nothing else shown for it", () => {
  test.each([
    ["/?q=post&view=tabel", "takes one of posts, context, table"],
    ["/?q=post&limit=many", "takes a whole number from 1 to 100"],
    ["/compare?q=post&scale=cuont", "scale: takes share or count."],
    ["/c/garden/1?v=2", "v: takes the number of a version of this post, 1 to 1."],
    ["/c/garden/1?v=one", "v: takes the number of a version of this post, 1 to 1."],
  ])("%s", async (address, why) => {
    const answer = await served.app.request(address);
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining(why)]);
  });
});

test("a frame that asks for what there is not says so where it is framed", async () => {
  const { secret } = await served.archive.keys.create({
    scopes: ["search"],
    channels: ["garden"],
    origins: ["https://site.example"],
  });
  const answer = await served.app.request(`/widget/frame?key=${secret}&chanels=garden`);
  expect([answer.status, answer.headers.get("Content-Security-Policy")]).toEqual([
    400,
    expect.stringContaining("frame-ancestors https://site.example"),
  ]);
});

test.each([
  "/?q=post&utm_source=news&fbclid=1&yclid=2",
  "/compare?q=post&UTM_Source=news&_hsenc=1&mtm_campaign=2&ref=a&mkt_tok=3&ysclid=4&gad_source=5",
  "/widget/frame?utm_source=news",
  "/channels?utm_source=news&from=2024",
  "/?q=post&view=table&ui=ru",
  "/c/garden/1?ref=telegram&v=1",
  "/channels?whatever=1",
  "/health?probe=1",
])("%s is answered", async (address) => {
  expect((await served.app.request(address)).status).toBe(200);
});
