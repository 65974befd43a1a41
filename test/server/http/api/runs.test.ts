import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { noCounts } from "../../../../server/archive/runs/run.ts";
import { serveArchive } from "../small-archive.ts";

let served: Awaited<ReturnType<typeof serveArchive>>;
let looks: PromiseWithResolvers<void>[];

/** The server looks again when the test says so. */
const sleep = async (_ms: number, signal?: AbortSignal): Promise<void> => {
  const look = Promise.withResolvers<void>();
  looks.push(look);
  signal?.addEventListener("abort", () => look.resolve());
  await look.promise;
};
const again = (): void => looks.splice(0).forEach((look) => look.resolve());

beforeEach(async () => {
  looks = [];
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
const counts = { ...noCounts, pages: 3, requests: 5, bytes: 60_000, failed: 2, new: 40 };

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
    await served.archive.runs.say(id, "First.", "Second.");
    expect((await ask(`/runs/${id}/lines`)).body).toMatchObject({
      lines: [
        { no: 1, text: "First." },
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
      expect([path, await status(path)]).toEqual([path, 403]);
    for (const verb of ["stop", "resume", "retry"])
      expect(await status(`/runs/${theirs.id}/${verb}`, { method: "POST" })).toBe(403);
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
    await served.archive.runs.say(id, "Post 7 shows <b>odd</b>\nparts.");
    const line = next();
    again();
    expect(await line).toMatchObject({
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
    await served.archive.runs.say(id, "First.", "Second.", "Third.");
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
    for (let look = 0; look < 40 && looks.length < 41; look += 1) {
      again();
      await new Promise(setImmediate);
    }
    expect(await beat).toBe("beat");
    await cancel();
  });

  test("is let go of when the reader leaves or the server stops, and no more than 64 are followed", async () => {
    const stopping = new AbortController();
    await using bounded = await serveArchive([], { sleep, stopping: stopping.signal });
    const { id } = await bounded.archive.runs.start({ channel: "garden", cause: "asked" });
    const all = await Promise.all(
      Array.from({ length: 64 }, async () => following(`/runs/${id}/events`, {}, bounded)),
    );
    const full = await bounded.app.request(`/api/v1/runs/${id}/events`);
    expect([full.status, full.headers.get("retry-after")]).toEqual([503, "5"]);
    await all[0]?.cancel();
    const place = await following(`/runs/${id}/events`, {}, bounded);
    expect(place.answer.status).toBe(200);
    stopping.abort();
    await place.next();
    expect(await place.next()).toBe("end");
  });
});
