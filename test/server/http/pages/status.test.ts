import { describe, expect, onTestFinished, test } from "vitest";
import { noCounts } from "../../../../server/archive/runs/run.ts";
import type { StatusAnswer } from "../../../../server/contract/status.ts";
import { createApp } from "../../../../server/http/app.ts";
import { watchOnce } from "../../../../server/jobs/watch.ts";
import { openLog } from "../../../../server/log.ts";
import { openWatch } from "../../../../server/wiring/open-watch.ts";
import { createAnalyzer } from "../../../../server/search/analysis/analyzer.ts";
import { holdToContract } from "../held-to-contract.ts";
import { post, serveArchive } from "../small-archive.ts";

const garden = {
  channel: { name: "garden" },
  posts: [post(1, { text: "symmetry" })],
  span: { from: 1, to: 1 },
  at: "2026-01-20T00:00:00Z",
};
const analyzer = createAnalyzer();

/** A server that is watched, its log kept. */
async function watched(host = "127.0.0.1") {
  const served = await serveArchive([garden], { alertsSentTo: "hooks.example" });
  onTestFinished(async () => served[Symbol.asyncDispose]());
  const lines: string[] = [];
  const write = (line: string): void => void lines.push(line);
  const log = openLog({ level: "debug" }, { write, isTerminal: false, secrets: [] });
  const watch = openWatch(served, log);
  const app = createApp({
    ...served,
    analyzer,
    addChannel: async () => ({ runId: "run-1" }),
    settings: { host },
    alertsSentTo: "hooks.example",
    robots: () => ({
      origin: "https://t.example",
      userAgent: "Test/1.0",
      readAt: "2026-01-31T00:00:00Z",
      state: "allowed",
    }),
    ...watch.http,
  });
  holdToContract(app);
  const fail = async (channel: string): Promise<void> => {
    const begun = await served.archive.runs.begin({ channel, holder: "host 1" });
    if (!("lease" in begun)) throw new Error("It is being read already.");
    const error = { class: "Unreachable", message: "The source <b>does not</b> answer." };
    await served.archive.runs.finish(begun.lease, { state: "failed", counts: noCounts, error });
    watch.onRunEnd({ run: begun.run, state: "failed", counts: { ...noCounts, new: 7 } });
  };
  let minute = 0;
  const judge = async () =>
    watchOnce({ ...served, now: () => new Date(Date.UTC(2026, 1, 1, 0, (minute += 1))) });
  return { ...served, app, lines, fail, judge };
}

/** The samples of a Prometheus text, by name and labels. */
const samplesOf = (text: string): ReadonlyMap<string, number> =>
  new Map(
    text
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => {
        const at = line.lastIndexOf(" ");
        return [line.slice(0, at), Number(line.slice(at + 1))];
      }),
  );

const http = (route: string, outcome: string) =>
  `backscroll_http_request_duration_seconds_count{route="${route}",method="GET",outcome="${outcome}"}`;

describe("the figures for Prometheus", () => {
  test("count requests, searches, runs, what waits, and what the archive and its index hold", async () => {
    const { app, fail } = await watched();
    await app.request("/api/v1/search?q=symmetry");
    await app.request("/?q=symmetry");
    await app.request("/c/garden/1");
    await app.request("/api/v1/search?q=has:nothing");
    await fail("garden");
    const answer = await app.request("/metrics");
    expect(answer.headers.get("content-type")).toContain("text/plain; version=0.0.4");
    const samples = samplesOf(await answer.text());
    for (const [name, value] of [
      [http("/api/v1/search", "2xx"), 1],
      [http("/api/v1/search", "4xx"), 1],
      [http("/c/:channel/:id", "2xx"), 1],
      ['backscroll_search_duration_seconds_count{engine="embedded"}', 2],
      ['backscroll_runs_total{result="failed",reason=""}', 1],
      ['backscroll_run_posts_total{kind="new"}', 7],
      ['backscroll_runs_open{state="waiting"}', 0],
      ['backscroll_deliveries{state="waiting"}', 0],
      ['backscroll_index_behind_changes{engine="embedded"}', 0],
      ['backscroll_index_lag_seconds{engine="embedded"}', 0],
      ['backscroll_index_ready{engine="embedded"}', 1],
      ["backscroll_archive_posts", 1],
      ["backscroll_archive_channels", 1],
      // 2026-01-20T00:00:00Z
      ["backscroll_archive_last_read_timestamp_seconds", 1_768_867_200],
    ] as const)
      expect([name, samples.get(name)]).toEqual([name, value]);
    expect(samples.get("backscroll_archive_bytes")).toBeGreaterThan(10_000);
    expect(samples.get("backscroll_disk_free_bytes")).toBeGreaterThan(0);
    expect([...samples.keys()].join()).toContain("process_resident_memory_bytes");
  });

  test("do not grow with what strangers ask for", async () => {
    const { app } = await watched();
    const namesOf = async () =>
      [...samplesOf(await (await app.request("/metrics")).text()).keys()].filter((name) =>
        name.startsWith("backscroll_"),
      );
    const ask = async (one: number): Promise<void> => {
      await app.request(`/c/channel${one}/${one}?q=${one}`);
      await app.request(`/nothing/${one}`);
      await app.request(`/nothing/${one}`, { method: `VERB${one}` });
    };
    await ask(0);
    await namesOf();
    const before = await namesOf();
    for (let one = 1; one < 30; one += 1) await ask(one);
    expect(await namesOf()).toEqual(before);
  });
});

describe("how the server fares", () => {
  test("is for this machine, and elsewhere for a key that may read all", async () => {
    const { app, archive } = await watched("0.0.0.0");
    const keyOf = async (scopes: readonly ("read" | "search" | "export")[], channels: string[]) =>
      (await archive.keys.create({ scopes, channels, origins: [] })).secret;
    const allowed = await keyOf(["read"], []);
    const refused = [await keyOf(["search", "export"], []), await keyOf(["read"], ["garden"])];
    for (const path of ["/metrics", "/status", "/api/v1/status"]) {
      const status = async (headers: Record<string, string> = {}) =>
        (await app.request(path, { headers: { Host: "archive.example", ...headers } })).status;
      expect([path, await status()]).toEqual([path, 401]);
      expect([path, await status({ Authorization: `Bearer ${allowed}` })]).toEqual([path, 200]);
      for (const key of refused)
        expect([path, await status({ Authorization: `Bearer ${key}` })]).toEqual([path, 403]);
    }
  });

  test("is told to programs and, in both languages, to people", async () => {
    const { app, archive, fail } = await watched();
    await fail("garden");
    await archive.alerts.judge({
      at: new Date("2026-02-01T00:00:00Z"),
      terms: new Map([["channel-silent", { holdsForMs: 0, calmForMs: 0 }]]),
      findings: [
        {
          kind: "channel-silent",
          subject: "garden",
          level: "firm",
          facts: { silentSeconds: 360_000, longestGapSeconds: 36_000 },
        },
      ],
    });
    expect(await (await app.request("/api/v1/status")).json()).toMatchObject({
      archive: { posts: 1, channels: 1 },
      indexes: [{ engine: "embedded", state: "ready", behind: 0 }],
      alerts: { open: [{ kind: "channel-silent", subject: "garden" }], sentTo: "hooks.example" },
      runs: [{ channel: "garden", state: "failed", holder: "host 1" }],
      failing: ["garden"],
      silent: ["garden"],
      schedules: { active: 0, paused: 0, holders: [] },
    });
    const page = async (lang: string) =>
      (await app.request("/status", { headers: { "Accept-Language": lang } })).text();
    const english = await page("en");
    expect(english).toContain("No post for 100 h; the longest silence lately was 10 h.");
    expect(english).toContain("The source &lt;b&gt;does not&lt;/b&gt; answer.");
    expect(english).toContain("hooks.example");
    const russian = await page("ru");
    expect(russian).toContain("Канал молчит");
    expect(russian).toContain("Нет постов 100 ч");
  });
});

test("the log tells of requests and runs, names no query, and of failures what is known", async () => {
  const { app, lines, fail, archive } = await watched();
  await app.request("/api/v1/search?q=nightjar");
  await fail("garden");
  await archive[Symbol.asyncDispose]();
  const broken = await app.request("/api/v1/channels");
  const { id } = (await broken.json()) as { id: string };
  const said = lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  expect(said).toMatchObject([
    { level: "info", message: "answered", route: "/api/v1/search", status: 200 },
    { level: "warn", message: "run ended", channel: "garden", state: "failed", new: 7 },
    {
      level: "error",
      message: "unexpected",
      errorId: id,
      error: { stack: expect.any(String) as unknown },
    },
    { level: "warn", message: "answered", route: "/api/v1/channels", status: 500 },
  ]);
  expect(said[2]?.["requestId"]).toBe(broken.headers.get("x-request-id"));
  expect(said[1]?.["runId"]).toMatch(/^[0-9a-f-]{36}$/);
  expect(lines.join()).not.toContain("nightjar");
});

describe("a line of the log", () => {
  const key = `bs_${"A1b2C3".repeat(7)}z`;
  const error = new Error(`POST https://u:pass-Word@h.example/?key=q-Secret with Bearer tok.en-1`);
  const secrets = ['known"secret', "https://hooks.example/T0/B0"];
  const logged = (format: "json" | "text"): readonly string[] => {
    const lines: string[] = [];
    const write = (line: string): void => void lines.push(line);
    const log = openLog(
      { format, level: "info" },
      { write, isTerminal: format === "text", secrets },
    );
    log.debug("not asked for");
    log.error("went wrong", {
      error,
      cookie: `backscroll=${"c".repeat(43)}`,
      text: `${key} ${secrets.join(" ")} whsec_${"d".repeat(32)}`,
      runId: "run-1",
    });
    return lines;
  };

  test.each(["json", "text"] as const)("as %s has no secret in it", (format) => {
    const [line = "", ...more] = logged(format);
    expect(more).toEqual([]);
    for (const secret of [
      key,
      "pass-Word",
      "q-Secret",
      "tok.en-1",
      "cccc",
      "dddd",
      "hooks.example/T0",
      "known",
    ])
      expect(line).not.toContain(secret);
    expect(line).toContain("run-1");
    expect(line).toContain("went wrong");
  });

  test("for people has no control character of a stranger", () => {
    const lines: string[] = [];
    const write = (line: string): void => void lines.push(line);
    const log = openLog({}, { write, isTerminal: true, secrets: [] });
    log.info("less is said on a terminal");
    log.warn("odd", { path: "/\u001B[2J\u0007", error: new Error("\u001B]0;x\u0007") });
    expect(lines).toHaveLength(1);
    for (const control of ["\u0007", "\u001B"]) expect(lines.join()).not.toContain(control);
  });
});

describe("alerts over HTTP", () => {
  test("are listed, dismissed with a reason, and shown so on the page", async () => {
    const { app, archive, fail, judge } = await watched();
    await fail("garden");
    await judge();
    const json = async (path: string, init?: RequestInit) => {
      const answer = await app.request(path, init);
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    };
    const listed = await json("/api/v1/alerts");
    expect(listed.body).toMatchObject({ open: [{ kind: "source-down" }], dismissed: [] });
    const [alert] = await archive.alerts.open();
    const dismiss = async (id: string, reason: unknown) =>
      json(`/api/v1/alerts/${id}/dismiss`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ reason }),
      });
    expect((await dismiss(alert?.id ?? "", "")).status).toBe(400);
    expect((await dismiss("nobody", "x")).status).toBe(404);
    const reason = "It <b>moves</b> house.";
    expect(await dismiss(alert?.id ?? "", reason)).toMatchObject({
      status: 200,
      body: { kind: "source-down", dismissed: { reason } },
    });
    expect((await json("/api/v1/alerts")).body).toMatchObject({
      open: [],
      dismissed: [{ dismissed: { reason } }],
    });
    const page = await (await app.request("/status")).text();
    expect(page).toContain("No alert is raised.");
    expect(page).toMatch(/<h2>Dismissed<\/h2>[^]*The source cannot be read[^]*It &lt;b&gt;moves/);
    expect((await (await app.request("/status?ui=ru")).text()).includes("Скрытые")).toBe(true);
    await archive.runs.start({ channel: "garden", cause: "asked" });
    for (const { lease } of await archive.runs.claim({ holder: "test", limit: 1 }))
      await archive.runs.finish(lease, { state: "done", counts: noCounts });
    await judge();
    expect((await dismiss(alert?.id ?? "", "late")).status).toBe(409);
  });

  test("are dismissed on the page by those who may, with a reason, and shown again", async () => {
    const { app, archive, fail, judge } = await watched();
    await fail("garden");
    await judge();
    const [alert] = await archive.alerts.open();
    const send = async (what: string, fields: Record<string, string> = {}) =>
      app.request(`/status/alerts/${what}`, {
        method: "POST",
        headers: { origin: "http://localhost" },
        body: new URLSearchParams(fields),
      });
    const shown = async () => (await app.request("/status")).text();
    const id = alert?.id ?? "";
    expect(await shown()).toContain(`action="/status/alerts/${id}/dismiss"`);
    for (const [what, reason, status] of [
      [`${id}/dismiss`, " ", 400],
      [`${id}/dismiss`, "x".repeat(501), 400],
      ["nobody/dismiss", "They know.", 404],
      ["nobody/reopen", "", 404],
    ] as const)
      expect((await send(what, { reason })).status).toBe(status);
    const dismissed = await send(`${id}/dismiss`, { reason: "They <b>know</b>." });
    expect([dismissed.status, dismissed.headers.get("location")]).toEqual([303, "/status"]);
    expect(await shown()).toMatch(
      /No alert is raised\.[^]*<h2>Dismissed<\/h2>[^]*They &lt;b&gt;know[^]*Show again/,
    );
    expect((await send(`${id}/reopen`)).status).toBe(303);
    expect(await archive.alerts.dismissed()).toEqual([]);
    expect(await shown()).not.toContain("They &lt;b&gt;know");
    const json = await app.request(`/api/v1/alerts/${id}/reopen`, { method: "POST" });
    expect([json.status, await json.json()]).toEqual([
      200,
      expect.not.objectContaining({ dismissed: expect.anything() }),
    ]);
  });

  test("of a source name it and lead to the last run; a name that nobody keeps or reads fails nobody", async () => {
    const { app, fail, judge } = await watched();
    await fail("gardenn");
    await fail("garden");
    await judge();
    const page = async (lang: string) => (await app.request(`/status?ui=${lang}`)).text();
    const link = '<a href="/runs/[0-9a-f-]{36}">';
    const said = `The source cannot be read: t\\.example, ${link}last run</a></span>\\s+<small>since`;
    expect(await page("en")).toMatch(new RegExp(said));
    expect(await page("ru")).toMatch(new RegExp(`: t\\.example, ${link}последнее чтение</a>`));
    const { failing } = (await (await app.request("/api/v1/status")).json()) as StatusAnswer;
    expect(failing).toEqual(["garden"]);
  });

  test("every link of the pages that tell of runs leads somewhere, whatever was kept", async () => {
    const { app, archive, fail, judge } = await watched();
    for (const channel of ["garden", "gardenn", "orchard"]) await fail(channel);
    await archive.schedules.set(
      { channel: "hedge", cadence: { kind: "adaptive" }, jitterSeconds: 0, misfire: "once" },
      "2026-02-01T01:00:00Z",
    );
    await judge();
    const [alert] = await archive.alerts.open();
    const pages = ["/status", "/runs", "/channels", "/schedules", `/runs/${alert?.facts["runId"]}`];
    const links = new Set<string>();
    for (const path of pages) {
      const html = await (await app.request(path)).text();
      for (const [, link = ""] of html.matchAll(/<a\b[^>]*\bhref="([^"#]+)/g))
        if (link.startsWith("/")) links.add(link.replaceAll("&amp;", "&"));
    }
    expect([...links]).toEqual(expect.arrayContaining(["/c/gardenn", "/c/hedge", "/c/garden"]));
    const dead: string[] = [];
    for (const link of links) {
      let answer = await app.request(link);
      for (let hops = 0; answer.status >= 300 && answer.status < 400 && hops < 3; hops += 1)
        answer = await app.request(answer.headers.get("location") ?? "");
      if (answer.status !== 200) dead.push(`${link}: ${answer.status}`);
    }
    expect(dead).toEqual([]);
  });
});
