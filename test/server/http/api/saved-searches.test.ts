import { describe, expect, test } from "vitest";
import type { Resolve } from "../../../../scraper/reading/public-fetch.ts";
import { matchSaved } from "../../../../server/jobs/match-saved.ts";
import { sendDue } from "../../../../server/jobs/send-messages.ts";
import { createAnalyzer } from "../../../../server/search/analysis/analyzer.ts";
import { catchUp } from "../../../../server/search/catch-up.ts";
import { receiver } from "../../jobs/receiver.ts";
import { post, serveArchive } from "../small-archive.ts";

const analyzer = createAnalyzer();
const garden = {
  channel: { name: "garden" },
  posts: [post(1, { text: "symmetry" })],
  span: { from: 1, to: 1 },
  at: "2026-01-03T00:00:00Z",
};
const path = "/api/v1/saved-searches";

const sent = (method: string, body: unknown): RequestInit => ({
  method,
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
});
const form = (fields: Readonly<Record<string, string>>): RequestInit => ({
  method: "POST",
  body: new URLSearchParams(fields),
});

const leadingInside: Resolve = (_name, _options, answer) =>
  answer(null, [{ address: "10.0.0.7", family: 4 }]);

interface Saved {
  readonly id: string;
  readonly secret?: string;
}

async function setUp(answer?: Parameters<typeof receiver>[0]) {
  const there = await receiver(answer);
  const served = await serveArchive([garden], { webhookInside: [there.host] });
  const { archive, engine } = served;
  const add = async (body: unknown): Promise<Saved> =>
    (await served.json(path, sent("POST", body))) as Saved;
  const goOn = async (...ids: readonly number[]): Promise<void> => {
    if (ids.length > 0)
      await archive.savePage({
        channel: { name: "garden", title: "garden", verified: false, counters: {} },
        posts: ids.map((id) => post(id, { text: "symmetry" })),
        span: { from: Math.min(...ids), to: Math.max(...ids) },
        url: "https://t.me/s/garden",
        body: new Uint8Array(),
        readAt: "2026-01-04T00:00:00Z",
        warnings: [],
      });
    await catchUp({ archive, engine });
    await matchSaved({ archive, engine, analyzer });
    await sendDue({ deliveries: archive.deliveries, insideHosts: [there.host] });
  };
  return { there, served, add, goOn };
}

describe("/api/v1/saved-searches", () => {
  test("saves a search, shows its secret once, and tells its webhook what comes", async () => {
    const { there, served, add, goOn } = await setUp();
    await using _served = served;
    const made = await add({ name: "Watch", query: " SYMMETRY ", url: there.url });
    expect(made).toMatchObject({ query: "symmetry", state: "following", matches: 0 });
    expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    await goOn(2, 3);
    const shown = await served.json(`${path}/${made.id}`);
    expect(shown).toMatchObject({
      matches: 2,
      deliveries: [{ event: "search.matched", state: "sent", tries: 1, answer: "Answered 204." }],
    });
    const page = await served.page("/saved");
    const list = JSON.stringify(await served.json(path));
    for (const said of [JSON.stringify(shown), list, page])
      expect(said).not.toContain(made.secret?.slice(6));
  });

  test("without an address there is no secret, and the feeds lead to what it finds", async () => {
    const { served, add } = await setUp();
    await using _served = served;
    const made = await add({ name: "Watch", query: "symmetry" });
    expect(made.secret).toBeUndefined();
    const { feeds } = made as unknown as { feeds: { atom: string } };
    expect(await served.page(feeds.atom)).toContain("<entry>");
  });

  test("pauses, resumes, tests and removes", async () => {
    const { there, served, add, goOn } = await setUp();
    await using _served = served;
    const { id } = await add({ name: "Watch", query: "symmetry", url: there.url });
    const one = `${path}/${id}`;
    expect(await served.json(one, sent("PATCH", { paused: true }))).toMatchObject({
      state: "paused",
    });
    await goOn(2);
    expect(there.received).toEqual([]);
    expect(await served.json(one, sent("PATCH", { paused: false }))).toMatchObject({
      state: "following",
    });
    const test = await served.app.request(`${one}/test`, { method: "POST" });
    expect(test.status).toBe(202);
    await goOn();
    expect(JSON.parse(there.received[0]?.body ?? "")).toMatchObject({ type: "search.test" });
    expect((await served.app.request(one, { method: "DELETE" })).status).toBe(204);
    for (const init of [{}, { method: "DELETE" }, sent("PATCH", { paused: true })])
      expect((await served.app.request(one, init)).status).toBe(404);
    expect((await served.app.request(`${one}/test`, { method: "POST" })).status).toBe(404);
  });

  test("of a webhook that answered 410 it says so, and resuming takes it up again", async () => {
    const { there, served, add, goOn } = await setUp((response) => response.writeHead(410).end());
    await using _served = served;
    const { id } = await add({ name: "Watch", query: "symmetry", url: there.url });
    await goOn(2);
    expect(await served.json(`${path}/${id}`)).toMatchObject({
      state: "gone",
      deliveries: [{ state: "given-up" }],
    });
    await goOn(3);
    expect(there.received).toHaveLength(1);
    expect(await served.json(`${path}/${id}`, sent("PATCH", { paused: false }))).toMatchObject({
      state: "following",
    });
    await goOn(4);
    expect(there.received).toHaveLength(2);
  });

  test.each([
    ["no name", { name: " ", query: "a" }, "name"],
    ["a query that does not parse", { name: "a", query: "has:wings" }, "q"],
    ["a webhook within the network", { name: "a", query: "a", url: "http://10.0.0.1/" }, "url"],
    ["a webhook at loopback", { name: "a", query: "a", url: "http://127.0.0.1:1/" }, "url"],
    ["a webhook that is no web address", { name: "a", query: "a", url: "javascript:1" }, "url"],
    ["a webhook with a password", { name: "a", query: "a", url: "https://u:p@example.org" }, "url"],
  ])("refuses %s", async (_, body, parameter) => {
    const { served } = await setUp();
    await using _served = served;
    const answer = await served.app.request(path, sent("POST", body));
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ parameter });
  });

  test("names the setting that would allow a webhook within the network, to programs and on pages", async () => {
    const { served } = await setUp();
    await using _served = served;
    const typed = { name: "a", query: "a", url: "http://10.0.0.1:81/hook" };
    const answer = await served.app.request(path, sent("POST", typed));
    expect(await answer.json()).toMatchObject({
      type: "urn:backscroll:problem:webhook-inside",
      detail:
        "url: 10.0.0.1:81 is an address inside the network. Only public ones are asked. If messages may go there, name 10.0.0.1:81 in BACKSCROLL_WEBHOOK_INSIDE.",
    });
    for (const [language, said] of [
      ["en", "If messages may go there, name 10.0.0.1:81 in BACKSCROLL_WEBHOOK_INSIDE."],
      ["ru", "Если туда их слать можно, назовите узел в BACKSCROLL_WEBHOOK_INSIDE."],
    ] as const) {
      const headers = { "Accept-Language": language };
      const page = await served.app.request("/saved", { ...form(typed), headers });
      expect([page.status, await page.text()]).toEqual([400, expect.stringContaining(said)]);
    }
  });

  test("so does a message that was to go to a name that leads there", async () => {
    const { served, add } = await setUp();
    await using _served = served;
    const typed = { name: "Watch", query: "symmetry", url: "http://intern.example/hook" };
    const { id } = await add(typed);
    await served.app.request(`/saved/${id}`, form({ act: "test" }));
    await sendDue({ deliveries: served.archive.deliveries, resolve: leadingInside });
    expect(await served.page("/saved")).toContain(
      "name intern.example in BACKSCROLL_WEBHOOK_INSIDE.",
    );
    const russian = await served.page("/saved?ui=ru");
    expect(russian).toContain("назовите узел в BACKSCROLL_WEBHOOK_INSIDE.");
    expect(russian).not.toContain("inside the network");
  });

  test("is the admin's alone, and no key limited to a channel's", async () => {
    await using served = await serveArchive([garden], { settings: { host: "0.0.0.0" } });
    const keyFor = async (scopes: readonly ("admin" | "read")[], channels: readonly string[]) =>
      (await served.archive.keys.create({ scopes, channels, origins: [] })).secret;
    const asked = async (key?: string): Promise<number> =>
      (
        await served.app.request(path, {
          headers: key === undefined ? {} : { Authorization: `Bearer ${key}` },
        })
      ).status;
    expect(await asked()).toBe(401);
    expect(await asked(await keyFor(["read"], []))).toBe(403);
    expect(await asked(await keyFor(["admin"], ["garden"]))).toBe(403);
    expect(await asked(await keyFor(["admin"], []))).toBe(200);
    expect((await served.app.request("/saved")).status).toBe(401);
  });
});

describe("/saved", () => {
  test("is offered from a search, adds one, and shows its secret on the answer alone", async () => {
    const { there, served } = await setUp();
    await using _served = served;
    expect(await served.page("/?q=symmetry")).toContain('href="/saved?q=symmetry#add"');
    expect(await served.page("/saved?q=symmetry")).toContain('value="symmetry"');
    const answer = await served.app.request(
      "/saved",
      form({ name: "Watch", query: "symmetry", url: there.url }),
    );
    expect(answer.status).toBe(201);
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    expect(await answer.text()).toContain("whsec_");
    expect(await served.page("/saved")).not.toContain("whsec_");
  });

  test("gives the form back with what is wrong", async () => {
    const { served } = await setUp();
    await using _served = served;
    const answer = await served.app.request("/saved", form({ name: "Watch", query: "has:wings" }));
    expect(answer.status).toBe(400);
    const page = await answer.text();
    expect(page).toContain('value="has:wings"');
    expect(page).toContain('role="alert"');
  });

  test("pauses, tests and removes", async () => {
    const { there, served, add, goOn } = await setUp();
    await using _served = served;
    const { id } = await add({ name: "Watch", query: "symmetry", url: there.url });
    for (const act of ["pause", "resume", "test"]) {
      const answer = await served.app.request(`/saved/${id}`, form({ act }));
      expect(answer.status).toBe(303);
    }
    await goOn();
    expect(there.received).toHaveLength(1);
    await served.app.request(`/saved/${id}`, form({ act: "remove" }));
    expect(await served.json(path)).toEqual({ searches: [] });
  });
});
