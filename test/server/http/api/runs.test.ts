import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { noCounts } from "../../../../server/archive/runs/run.ts";
import { serveArchive } from "../small-archive.ts";

let served: Awaited<ReturnType<typeof serveArchive>>;
let waits: { readonly ms: number; readonly end: () => void }[];

/** The server waits until the test says so. */
const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
  signal?.throwIfAborted();
  const { promise, resolve } = Promise.withResolvers<void>();
  const wait = { ms, end: resolve };
  waits.push(wait);
  signal?.addEventListener("abort", () => {
    waits = waits.filter((one) => one !== wait);
    resolve();
  });
  await promise;
};
/** Ends the waits of this length: a second is between two looks at a run. */
const pass = (ms: number): void => {
  const over = waits.filter((wait) => wait.ms === ms);
  waits = waits.filter((wait) => wait.ms !== ms);
  for (const { end } of over) end();
};
const again = (): void => pass(1_000);
const readerPatienceMs = 30_000;
const placePatienceMs = 5_000;

beforeEach(async () => {
  waits = [];
  served = await serveArchive([], { sleep });
});
afterEach(async () => served[Symbol.asyncDispose]());

const post = (body: object, headers: Record<string, string> = {}): RequestInit => ({
  method: "POST",
  body: JSON.stringify(body),
  headers: { "Content-Type": "application/json", ...headers },
});
const ask = async (path: string, init?: RequestInit) => {
  const answer = await served.app.request(`/api/v1${path}`, init);
  const text = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    body: text === "" ? undefined : (JSON.parse(text) as unknown),
  };
};
const started = async (channel = "garden"): Promise<{ id: string }> => {
  const { body } = await ask("/runs", post({ channels: [channel] }));
  return (body as { runs: [{ id: string }] }).runs[0];
};
const line = (text: string) => ({ at: "2026-01-31T00:00:00Z", text });
const counts = { ...noCounts, pages: 3, requests: 5, bytes: 60_000, failed: 2, new: 40 };

test("a form that names no channel brings up to date none, and all of them only when it says so", async () => {
  await served.archive.savePage({
    channel: { name: "garden", title: "Garden", verified: false, counters: {} },
    posts: [],
    body: new Uint8Array(1),
    url: "https://t.me/s/garden",
    readAt: "2026-01-03T00:00:00Z",
    warnings: [],
  });
  const send = async (form: Record<string, string>) =>
    served.app.request("/runs", { method: "POST", body: new URLSearchParams(form) });
  for (const form of [{}, { chanel: "garden" }, { all: "" }]) {
    const refused = await send(form);
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain(
      "Name a channel (channel=durov), or ask for all of them",
    );
  }
  expect(await served.archive.runs.list({ limit: 5 })).toEqual([]);
  expect((await send({ all: "true" })).status).toBe(303);
  expect(await served.archive.runs.list({ limit: 5 })).toMatchObject([{ channel: "garden" }]);
});

describe("runs over the API", () => {
  test("are asked for by channel, once however often, and wait to be taken up", async () => {
    const first = await ask("/runs", post({ channels: ["@garden", "https://t.me/s/pond/7"] }));
    expect(first.status).toBe(202);
    expect(first.body).toMatchObject({
      runs: [
        { channel: "garden", state: "waiting", cause: "asked", counts: noCounts },
        { channel: "pond", state: "waiting" },
      ],
    });
    const { id } = await started("Garden");
    expect(first.body).toMatchObject({ runs: [{ id }, {}] });
  });

  test("are listed newest first, page by page, by channel and by state", async () => {
    for (const channel of ["one1", "two2", "three", "four4", "five5"])
      await served.hasRun(channel, { state: "done", counts });
    await served.hasRun("two2", {
      state: "failed",
      counts,
      error: { class: "Throttled", message: "The source asks for a pause." },
    });
    const channels = async (query: string) => {
      const { body } = await ask(`/runs?${query}`);
      const { runs, next } = body as { runs: { id: string; channel: string }[]; next?: string };
      return { names: runs.map(({ channel }) => channel), next };
    };
    const { names, next } = await channels("limit=4");
    expect(names).toEqual(["two2", "five5", "four4", "three"]);
    expect(await channels(`limit=4&before=${next}`)).toEqual({
      names: ["two2", "one1"],
      next: undefined,
    });
    expect((await channels("channel=TWO2")).names).toEqual(["two2", "two2"]);
    expect((await channels("state=failed")).names).toEqual(["two2"]);
    const failed = await ask("/runs?state=failed");
    expect(failed.body).toMatchObject({ runs: [{ counts, error: { class: "Throttled" } }] });
    // Which machine and process had it is nobody else's business.
    expect(JSON.stringify(failed.body)).not.toContain("holder");
  });

  test.each([
    ["/runs?limit=0", "limit"],
    ["/runs?limit=101", "limit"],
    ["/runs?limit=x", "limit"],
    ["/runs?state=odd", "state"],
  ])("%s is refused with the parameter's name", async (path, parameter) => {
    expect(await ask(path)).toMatchObject({ status: 400, body: { parameter } });
  });

  test.each([
    {},
    { channels: [] },
    { channels: "durov" },
    { channels: [7] },
    { channels: ["two words"] },
  ])("%o is no order for runs", async (order) => {
    expect((await ask("/runs", post(order))).status).toBe(400);
    expect(await served.archive.runs.list({ limit: 9 })).toEqual([]);
  });

  test("stop while they wait, go on when asked, and are retried", async () => {
    const { id } = await started();
    expect((await ask(`/runs/${id}/resume`, post({}))).body).toMatchObject({ status: 409 });
    expect(await ask(`/runs/${id}/stop`, post({}))).toMatchObject({
      status: 202,
      body: { state: "stopped", error: { class: "Stopped" } },
    });
    const resumed = await ask(`/runs/${id}/resume`, post({}));
    expect(resumed.body).toMatchObject({ state: "waiting", cause: "retry", retryOf: id });
    await served.hasRun("garden", { state: "failed", counts });
    const { runs } = (await ask("/runs?limit=1")).body as { runs: [{ id: string }] };
    const retried = await ask(`/runs/${runs[0].id}/retry`, post({}));
    expect(retried.body).toMatchObject({ cause: "retry", retryOf: runs[0].id });
  });

  test("tell their lines, and those after one", async () => {
    const { id } = await started();
    await served.archive.runs.say(id, line("First."), line("Second."));
    expect((await ask(`/runs/${id}/lines`)).body).toMatchObject({
      lines: [
        { no: 1, at: "2026-01-31T00:00:00Z", text: "First." },
        { no: 2, text: "Second." },
      ],
    });
    expect((await ask(`/runs/${id}/lines?after=1`)).body).toMatchObject({ lines: [{ no: 2 }] });
    expect((await ask(`/runs/${id}/lines?after=-1`)).status).toBe(400);
  });

  test.each(["", "/lines", "/events"])("no run has an id nobody gave (%s)", async (tail) => {
    expect(await ask(`/runs/nothing${tail}`)).toMatchObject({
      status: 404,
      body: { type: "urn:backscroll:problem:run-not-kept" },
    });
  });

  test("of other channels are nothing to a limited key, and cannot be asked for by it", async () => {
    await using open = await serveArchive([], { settings: { host: "0.0.0.0", read: "key" } });
    const { secret } = await open.archive.keys.create({
      scopes: ["read", "scrape"],
      channels: ["garden"],
      origins: [],
    });
    const headers = { Authorization: `Bearer ${secret}`, Host: "search.example" };
    const theirs = await open.archive.runs.start({ channel: "pond", cause: "asked" });
    const ours = await open.archive.runs.start({ channel: "garden", cause: "asked" });
    const status = async (path: string, init: RequestInit = {}) =>
      (
        await open.app.request(`/api/v1${path}`, {
          ...init,
          headers: { ...headers, ...(init.headers as object) },
        })
      ).status;
    const listed = await open.app.request("/api/v1/runs", { headers });
    expect(await listed.json()).toMatchObject({ runs: [{ id: ours.id }] });
    for (const path of [
      `/runs/${theirs.id}`,
      `/runs/${theirs.id}/lines`,
      `/runs/${theirs.id}/events`,
    ])
      expect([path, await status(path)]).toEqual([path, 404]);
    for (const verb of ["stop", "resume", "retry"])
      expect(await status(`/runs/${theirs.id}/${verb}`, { method: "POST" })).toBe(404);
    expect(await status("/runs", post({ channels: ["pond"] }))).toBe(403);
    expect(await status("/runs", post({ channels: ["garden"] }))).toBe(202);
    expect(await status(`/runs/${ours.id}/stop`, { method: "POST" })).toBe(202);
  });
});

interface Event {
  readonly event: string;
  readonly data: { readonly state?: string; readonly text?: string; readonly counts?: object };
  readonly id?: string;
}

/** Reads events as they come. */
async function following(path: string, headers: Record<string, string> = {}, of = served) {
  const stop = new AbortController();
  const answer = await of.app.request(`/api/v1${path}`, { headers, signal: stop.signal });
  const reader = answer.body?.getReader();
  let rest = "";
  const next = async (): Promise<Event | "end" | "beat"> => {
    for (;;) {
      const at = rest.indexOf("\n\n");
      if (at >= 0) {
        const block = rest.slice(0, at);
        rest = rest.slice(at + 2);
        if (block.startsWith("retry:")) continue;
        if (block.startsWith(":")) return "beat";
        const part = (name: string): string | undefined =>
          block
            .split("\n")
            .find((line) => line.startsWith(`${name}: `))
            ?.slice(name.length + 2);
        const id = part("id");
        return {
          event: part("event") ?? "",
          data: JSON.parse(part("data") ?? "") as Event["data"],
          ...(id !== undefined && { id }),
        };
      }
      const read = await reader?.read();
      if (!read || read.done) return "end";
      rest += new TextDecoder().decode(read.value);
    }
  };
  return { answer, next, stop, cancel: async () => reader?.cancel() };
}

describe("a run that is followed", () => {
  test("tells what it does, whoever does it, and ends with it", async () => {
    const { id } = await started();
    const { answer, next } = await following(`/runs/${id}/events`);
    expect(answer.headers.get("content-type")).toContain("text/event-stream");
    expect(answer.headers.get("content-encoding")).toBeNull();
    expect(await next()).toMatchObject({ event: "run", data: { state: "waiting" } });
    // Another process on the same archive takes it up.
    const [claimed] = await served.archive.runs.claim({ holder: "elsewhere", limit: 1 });
    if (!claimed) throw new Error("nothing to claim");
    await served.archive.runs.renew(claimed.lease, counts);
    const running = next();
    again();
    expect(await running).toMatchObject({ event: "run", data: { state: "running", counts } });
    await served.archive.runs.say(id, line("Post 7 shows <b>odd</b>\nparts."));
    const shown = next();
    again();
    expect(await shown).toMatchObject({
      event: "line",
      id: "1",
      data: { text: "Post 7 shows <b>odd</b>\nparts." },
    });
    await served.archive.runs.finish(claimed.lease, { state: "done", counts });
    const done = next();
    again();
    expect(await done).toMatchObject({ event: "run", data: { state: "done" } });
    expect(await next()).toMatchObject({ event: "end" });
    expect(await next()).toBe("end");
  });

  test("goes on after the last line that arrived, and says when nothing is to come", async () => {
    const { id } = await started();
    await served.archive.runs.say(id, line("First."), line("Second."), line("Third."));
    const { next, cancel } = await following(`/runs/${id}/events`, { "Last-Event-ID": "2" });
    expect(await next()).toMatchObject({ event: "line", id: "3" });
    await cancel();
    await served.archive.runs.stop(id);
    const late = await following(`/runs/${id}/events`, { "Last-Event-ID": "2" });
    expect(await late.next()).toMatchObject({ event: "line", id: "3" });
    expect(await late.next()).toMatchObject({ event: "run", data: { state: "stopped" } });
    expect(await late.next()).toMatchObject({ event: "end" });
    const over = await served.app.request(`/api/v1/runs/${id}/events`, {
      headers: { "Last-Event-ID": "3" },
    });
    expect(over.status).toBe(204);
  });

  test("keeps the line alive while nothing happens", async () => {
    const { id } = await started();
    const { next, cancel } = await following(`/runs/${id}/events`);
    await next();
    const beat = next();
    for (let look = 0; look < 40; look += 1) {
      again();
      await new Promise(setImmediate);
    }
    expect(await beat).toBe("beat");
    await cancel();
  });

  test("is let go of when the server stops", async () => {
    const stopping = new AbortController();
    await using open = await serveArchive([], { sleep, stopping: stopping.signal });
    const { id } = await open.archive.runs.start({ channel: "garden", cause: "asked" });
    const { next } = await following(`/runs/${id}/events`, {}, open);
    await next();
    stopping.abort();
    expect(await next()).toBe("end");
  });

  test("is closed after a quarter of an hour, to be asked for again from the last line", async () => {
    const { id } = await started();
    await served.archive.runs.say(id, line("First."));
    const { next } = await following(`/runs/${id}/events`);
    expect(await next()).toMatchObject({ event: "line", id: "1" });
    expect(await next()).toMatchObject({ event: "run" });
    const rest: unknown[] = [];
    const read = async (): Promise<void> => {
      for (let one = await next(); one !== "end"; one = await next()) rest.push(one);
    };
    const over = read();
    let looked = 0;
    for (let turn = 0; turn < 1_000; turn += 1) {
      looked += waits.filter(({ ms }) => ms === 1_000).length;
      again();
      await new Promise(setImmediate);
    }
    await over;
    // One look a second.
    expect(looked).toBe(900);
    expect(new Set(rest)).toEqual(new Set(["beat"]));
    const more = await following(`/runs/${id}/events`, { "Last-Event-ID": "1" });
    expect(await more.next()).toMatchObject({ event: "run" });
    await more.cancel();
  });
});

const followers = async (many: number, path: string) =>
  Promise.all(Array.from({ length: many }, async () => following(path)));
const end = async (some: readonly { cancel: () => Promise<void> | undefined }[]) =>
  Promise.all(some.map(async ({ cancel }) => cancel()));

describe("no more than 64 follow at once", () => {
  test("sixteen more wait for a place, five seconds, and all others are sent away at once", async () => {
    const path = `/runs/${(await started()).id}/events`;
    const all = await followers(64, path);
    const waiting = Array.from({ length: 16 }, async () => following(path));
    while (waits.filter(({ ms }) => ms === placePatienceMs).length < 16)
      await new Promise(setImmediate);
    const full = await served.app.request(`/api/v1${path}`);
    expect([full.status, full.headers.get("retry-after")]).toEqual([503, "5"]);
    // Whoever waited longest gets the place of who leaves.
    await all[0]?.cancel();
    const [first, ...others] = waiting;
    expect((await first)?.answer.status).toBe(200);
    pass(placePatienceMs);
    for (const other of others) expect((await other).answer.status).toBe(503);
    await all[1]?.cancel();
    const place = await following(path);
    expect(place.answer.status).toBe(200);
    await end([...all, place]);
  });

  test("who stops reading loses the place, and who reads on keeps it", async () => {
    const path = `/runs/${(await started()).id}/events`;
    const all = await followers(64, path);
    const [reader] = all;
    const reading = reader?.next();
    expect(await reading).toMatchObject({ event: "run" });
    const more = reader?.next();
    await new Promise(setImmediate);
    pass(readerPatienceMs);
    await new Promise(setImmediate);
    const again = await followers(63, path);
    expect(again.map(({ answer }) => answer.status)).toEqual(again.map(() => 200));
    const oneMore = served.app.request(`/api/v1${path}`);
    while (!waits.some(({ ms }) => ms === placePatienceMs)) await new Promise(setImmediate);
    await reader?.cancel();
    await more;
    const last = await oneMore;
    expect(last.status).toBe(200);
    await last.body?.cancel();
    await end(again);
  });

  test("HEAD takes no place", async () => {
    const path = `/runs/${(await started()).id}/events`;
    for (let turn = 0; turn < 70; turn += 1) {
      const head = await served.app.request(`/api/v1${path}`, { method: "HEAD" });
      expect([head.status, head.headers.get("content-type")]).toEqual([
        200,
        "text/event-stream; charset=utf-8",
      ]);
    }
    const all = await followers(64, path);
    expect(all.map(({ answer }) => answer.status)).toEqual(all.map(() => 200));
    await end(all);
  });
});
