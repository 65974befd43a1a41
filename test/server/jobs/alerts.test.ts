import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Finding } from "../../../server/archive/outgoing/alerts.ts";
import { Archive } from "../../../server/archive/archive.ts";
import { noCounts } from "../../../server/archive/runs/run.ts";
import { type AlertKind, alertKinds } from "../../../server/jobs/alerts.ts";
import { watchOnce } from "../../../server/jobs/watch.ts";
import { sendDue } from "../../../server/jobs/send-messages.ts";
import { createAnalyzer } from "../../../server/search/analysis/analyzer.ts";
import { catchUp } from "../../../server/search/catch-up.ts";
import { openEmbeddedEngine } from "../../../server/search/engines/embedded/embedded-engine.ts";
import { emptyFolder } from "../../help.ts";
import { post } from "../http/small-archive.ts";
import { receiver } from "./receiver.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const gigabyte = 1_000_000_000;
const analyzer = createAnalyzer();

interface Message {
  readonly type: string;
  readonly data: { readonly id: string; readonly kind: AlertKind; readonly sentence: string };
}

/** Two processes that watch one archive, and the other end of their webhook; time goes only as told. */
async function watched() {
  let now = new Date("2026-03-01T00:00:00Z");
  let freeBytes = 100 * gigabyte;
  let posted = 0;
  const clock = (): Date => now;
  const file = join(emptyFolder(), "archive.db");
  const open = async () => Archive.open(file, { now: clock });
  let [one, other] = [await open(), await open()];
  const { archiveId } = await one.state();
  const index = join(emptyFolder(), "index.db");
  const engine = await openEmbeddedEngine({ file: index, archiveId, analyzer, inProcess: true });
  const close = async (): Promise<void> => {
    await one[Symbol.asyncDispose]();
    await other[Symbol.asyncDispose]();
  };
  onTestFinished(async () => {
    await engine[Symbol.asyncDispose]();
    await close();
  });
  const hook = await receiver();
  const target = { url: hook.url, secret: "a secret of the test" };
  const disk = async () => ({ freeBytes, totalBytes: 200 * gigabyte });
  const index_ = async () => catchUp({ archive: one, engine });
  await index_();
  return {
    index: index_,
    /** Time goes on, and both processes look once a minute. */
    async pass(minutes: number): Promise<void> {
      for (let minute = 0; minute < minutes; minute += 1) {
        now = new Date(now.getTime() + minuteMs);
        for (const archive of [one, other])
          await watchOnce({ archive, engine, now: clock, target, disk });
      }
      const { deliveries } = one;
      await sendDue({ deliveries, insideHosts: [hook.host], now: clock });
    },
    skip: (hours: number): void => void (now = new Date(now.getTime() + hours * hourMs)),
    setFree: (bytes: number): void => void (freeBytes = bytes),
    async restart(): Promise<void> {
      await close();
      [one, other] = [await open(), await open()];
    },
    async run(state: "done" | "failed", failure = "DiskFull", channel = "Garden"): Promise<void> {
      const begun = await one.runs.begin({ channel, holder: "test" });
      if (!("lease" in begun)) throw new Error("The channel is being read already.");
      await one.runs.finish(begun.lease, {
        state,
        counts: noCounts,
        ...(state === "failed" && { error: { class: failure, message: `It was ${failure}.` } }),
      });
    },
    schedule: async (channel: string) =>
      one.schedules.set(
        { channel, cadence: { kind: "adaptive" }, jitterSeconds: 0, misfire: "once" },
        "2027-01-01T00:00:00Z",
      ),
    /** The channel is read now, and has these posts, one an hour up to the newest's age in hours. */
    async read({ ids: [from, to], age }: { ids: [number, number]; age: number }): Promise<void> {
      const at = (id: number) =>
        `${new Date(now.getTime() - (age + to - id) * hourMs).toISOString().slice(0, 19)}Z`;
      const posts = Array.from({ length: to - from + 1 }, (_, place) =>
        post(from + place, { publishedAt: at(from + place) }),
      );
      await one.savePage({
        channel: { name: "garden", title: "Garden", verified: false, counters: {} },
        posts,
        span: { from, to },
        url: "https://t.me/s/garden",
        body: new TextEncoder().encode("page"),
        readAt: `${now.toISOString().slice(0, 19)}Z`,
        warnings: [],
      });
    },
    /** One more post, which the index has at once. */
    async post(text: string): Promise<void> {
      posted += 1;
      await one.savePage({
        channel: { name: "garden", title: "Garden", verified: false, counters: {} },
        posts: [post(posted, { text, publishedAt: `${now.toISOString().slice(0, 19)}Z` })],
        span: { from: posted, to: posted },
        url: "https://t.me/s/garden",
        body: new TextEncoder().encode(`page ${posted}`),
        readAt: `${now.toISOString().slice(0, 19)}Z`,
        warnings: [],
      });
      await index_();
    },
    /** What arrived since last asked. */
    told: (): readonly string[] =>
      hook.received.splice(0).map(({ body }) => {
        const { type, data } = JSON.parse(body) as Message;
        return `${data.kind} ${type.replace("alert.", "")}`;
      }),
    sentences: (): readonly string[] =>
      hook.received.map(({ body }) => (JSON.parse(body) as Message).data.sentence),
    open: async () => (await one.alerts.open()).map(({ kind }) => kind),
    get archive() {
      return one;
    },
  };
}

describe("every alert is told once when it is raised and once when it is cleared", () => {
  const shown: AlertKind[] = [];
  const expectOnce = (kind: AlertKind, told: readonly string[], all: readonly string[]): void => {
    shown.push(kind);
    expect([told, all]).toEqual([[`${kind} raised`], [`${kind} cleared`]]);
  };

  test.each([
    ["run-failed", "DiskFull"],
    ["layout-changed", "PageChanged"],
  ] as const)("%s, whatever is retried, restarted and begun meanwhile", async (kind, failure) => {
    const server = await watched();
    await server.read({ ids: [1, 3], age: 1 });
    await server.index();
    await server.run("done");
    await server.pass(3);
    expect(server.told()).toEqual([]);
    await server.run("failed", failure);
    await server.pass(3);
    expect(server.sentences()).toEqual([expect.stringContaining(`It was ${failure}.`)]);
    const raised = server.told();
    await server.restart();
    await server.run("failed", failure);
    await server.pass(3);
    const begun = await server.archive.runs.begin({ channel: "garden", holder: "test" });
    await server.pass(3);
    expect([server.told(), await server.open()]).toEqual([[], [kind]]);
    if (!("lease" in begun)) throw new Error("The channel is being read already.");
    await server.archive.runs.finish(begun.lease, { state: "done", counts: noCounts });
    await server.pass(3);
    expectOnce(kind, raised, server.told());
    expect(await server.open()).toEqual([]);
  });

  test("source-down, once for all channels, and their failures are no alerts of their own", async () => {
    const server = await watched();
    const channels = ["garden", "orchard", "meadow", "thicket", "hedge"];
    for (const channel of channels) await server.schedule(channel);
    for (const channel of channels) await server.run("done", undefined, channel);
    await server.pass(2);
    expect(server.told()).toEqual([]);
    for (const [place, channel] of channels.entries()) {
      await server.run("failed", place % 2 === 0 ? "Unreachable" : "Throttled", channel);
      await server.pass(1);
    }
    expect(server.sentences()).toEqual([
      "The source cannot be read; runs that ended so: 1. It was Unreachable.",
    ]);
    const raised = server.told();
    await server.pass(3);
    expect([server.told(), await server.open()]).toEqual([[], ["source-down"]]);
    await server.run("done", undefined, "meadow");
    await server.pass(3);
    expectOnce("source-down", raised, server.told());
    expect(await server.open()).toEqual([]);
  });

  test("channel-silent, beyond its own pace and not before", async () => {
    const server = await watched();
    await server.read({ ids: [1, 40], age: 1 });
    await server.index();
    server.skip(22);
    await server.read({ ids: [1, 40], age: 23 });
    await server.pass(2);
    expect(server.told()).toEqual([]);
    server.skip(3);
    await server.read({ ids: [1, 40], age: 26 });
    await server.index();
    await server.pass(2);
    const raised = server.told();
    await server.read({ ids: [41, 41], age: 0 });
    await server.index();
    await server.pass(2);
    expectOnce("channel-silent", raised, server.told());
  });

  test("channel-silent, for a channel that is often silent for days only beyond twice its longest silence", async () => {
    const server = await watched();
    await server.read({ ids: [1, 20], age: 51 });
    await server.read({ ids: [21, 40], age: 1 });
    await server.index();
    server.skip(49);
    await server.read({ ids: [21, 40], age: 50 });
    await server.pass(2);
    expect(server.told()).toEqual([]);
    server.skip(14);
    await server.read({ ids: [21, 40], age: 64 });
    await server.index();
    await server.pass(2);
    expect(server.sentences()).toEqual([
      "@garden has posted nothing for 64 h; its longest silence lately was 31 h.",
    ]);
  });

  test("disk-low, though the room goes up and down around the mark", async () => {
    const server = await watched();
    server.setFree(2.4 * gigabyte);
    await server.pass(2);
    expect(server.told()).toEqual([]);
    const free = [0.9, 1.1, 0.99, 1.4, 0.5, 1.6, 1.2, 2, 0.9];
    for (const gigabytes of free) {
      server.setFree(2 * gigabytes * gigabyte);
      await server.pass(1);
    }
    const raised = server.told();
    server.setFree(50 * gigabyte);
    await server.pass(10);
    expectOnce("disk-low", raised, server.told());
  });

  test("index-behind, when it stays behind and not while it is catching up", async () => {
    const server = await watched();
    await server.read({ ids: [1, 20], age: 0 });
    await server.pass(4);
    await server.index();
    await server.pass(4);
    expect(server.told()).toEqual([]);
    await server.read({ ids: [21, 40], age: 0 });
    await server.pass(9);
    expect(server.told()).toEqual([]);
    await server.pass(20);
    const raised = server.told();
    await server.index();
    await server.pass(5);
    expectOnce("index-behind", raised, server.told());
  });

  test("search-refused, when a word with * has come to mean too many words", async () => {
    const server = await watched();
    const { search } = await server.archive.saved.add({
      name: "Growing",
      query: "рас*два",
      found: [],
      position: 0,
    });
    const words = Array.from({ length: 1_001 }, (_, i) => `рас${i}два`);
    await server.post(words.slice(0, 1_000).join(" "));
    await server.pass(2);
    expect(server.told()).toEqual([]);
    await server.post(words.join(" "));
    await server.pass(2);
    const [sentence] = server.sentences();
    expect(sentence).toBe(
      "The saved search “Growing” cannot be asked as it is, and waits: “рас*два” means 1001 words; the most is 1000. Type more of it.",
    );
    const raised = server.told();
    expect(await server.archive.saved.get(search.id)).toMatchObject({ position: 0 });
    await server.archive.saved.pause(search.id, true);
    await server.pass(2);
    expectOnce("search-refused", raised, server.told());
  });

  test("and there is no other kind", () => {
    expect(new Set(shown)).toEqual(new Set(alertKinds));
  });
});

test("a channel that alone is not answered is its own alert", async () => {
  const server = await watched();
  for (const channel of ["garden", "orchard"]) await server.schedule(channel);
  const begun = await server.archive.runs.begin({ channel: "garden", holder: "test" });
  if (!("lease" in begun)) throw new Error("The channel is being read already.");
  await server.pass(1);
  await server.run("done", undefined, "orchard");
  await server.pass(1);
  const error = { class: "Unreachable", message: "It answers 403." };
  await server.archive.runs.finish(begun.lease, { state: "failed", counts: noCounts, error });
  await server.run("done", undefined, "orchard");
  await server.pass(1);
  expect(server.told()).toEqual(["run-failed raised"]);
});

test("a run that ends without its files within an outage does not end the outage; one that begins after it does", async () => {
  const server = await watched();
  for (const channel of ["garden", "orchard"]) await server.schedule(channel);
  const begun = await server.archive.runs.begin({ channel: "garden", holder: "test" });
  if (!("lease" in begun)) throw new Error("The channel is being read already.");
  await server.pass(1);
  await server.run("failed", "Unreachable", "orchard");
  await server.pass(1);
  const counts = { ...noCounts, pages: 3, mediaWaiting: 445 };
  await server.archive.runs.finish(begun.lease, { state: "done", counts });
  await server.pass(1);
  expect([server.told(), await server.open()]).toEqual([["source-down raised"], ["source-down"]]);
  await server.run("done", undefined, "garden");
  await server.pass(1);
  expect(server.told()).toEqual(["source-down cleared"]);
});

test("names of which nothing was ever kept are no alerts; one with a schedule is, until it has none", async () => {
  const server = await watched();
  for (const name of ["gardenn", "gaden", "grden", "garrden", "garde"])
    await server.run("failed", "ChannelUnavailable", name);
  await server.pass(2);
  expect(server.told()).toEqual([]);
  const { id } = await server.schedule("gardenn");
  await server.pass(2);
  expect(server.told()).toEqual(["run-failed raised"]);
  await server.archive.schedules.remove(id);
  await server.pass(2);
  expect(server.told()).toEqual(["run-failed cleared"]);
});

test("a source that did not answer for a name nobody keeps is told of for an hour", async () => {
  const server = await watched();
  await server.run("failed", "Unreachable", "gardenn");
  await server.pass(2);
  expect(server.told()).toEqual(["source-down raised"]);
  await server.pass(60);
  expect(server.told()).toEqual(["source-down cleared"]);
});

test("an alert that is dismissed is not open, is not raised anew while it lasts, and is cleared like any other", async () => {
  const server = await watched();
  const { alerts } = server.archive;
  await server.schedule("garden");
  await server.run("failed");
  await server.pass(2);
  expect(server.told()).toEqual(["run-failed raised"]);
  const [open] = await alerts.open();
  const at = new Date("2026-03-01T00:05:00Z");
  expect(await alerts.dismiss("nobody", { at, reason: "?" })).toBeUndefined();
  const kept = await alerts.dismiss(open?.id ?? "", { at, reason: "They know." });
  const dismissed = { at: "2026-03-01T00:05:00Z", reason: "They know." };
  expect(kept).toEqual({ ...open, dismissed });
  await server.run("failed");
  await server.pass(3);
  expect([await server.open(), await alerts.dismissed(), server.told()]).toMatchObject([
    [],
    [{ id: open?.id, dismissed }],
    [],
  ]);
  await server.run("done");
  await server.pass(1);
  expect(server.told()).toEqual(["run-failed cleared"]);
  expect(await alerts.dismissed()).toEqual([]);
  expect(await alerts.cleared(10)).toMatchObject([{ id: open?.id, dismissed }]);
  await server.run("failed");
  await server.pass(1);
  expect(server.told()).toEqual(["run-failed raised"]);
});

test("a channel that had long been silent when it was added is no news", async () => {
  const server = await watched();
  await server.read({ ids: [1, 40], age: 5000 });
  await server.index();
  server.skip(48);
  await server.read({ ids: [1, 40], age: 5048 });
  await server.index();
  await server.pass(2);
  expect(server.told()).toEqual([]);
});

test("what an older look saw is no news to a newer one, unless the clock was set back", async () => {
  await using archive = await Archive.open(join(emptyFolder(), "archive.db"));
  const terms = new Map([["run-failed", { holdsForMs: 0, calmForMs: 0 }]]);
  const failed: Finding = { kind: "run-failed", subject: "garden", level: "firm", facts: {} };
  const look = async (at: string, findings: readonly Finding[]) =>
    (await archive.alerts.judge({ at: new Date(at), terms, findings })).length;
  expect(await look("2026-03-01T10:00:00.000Z", [failed])).toBe(1);
  expect(await look("2026-03-01T10:01:00.200Z", [])).toBe(1);
  expect(await look("2026-03-01T10:01:00.100Z", [failed])).toBe(0);
  expect(await archive.alerts.open()).toEqual([]);
  expect(await look("2026-03-01T08:00:00.000Z", [failed])).toBe(1);
});

test("whatever is seen and whoever looks, an alert is raised, then cleared, then perhaps raised again", async () => {
  const terms = new Map([["disk-low", { holdsForMs: 2 * minuteMs, calmForMs: 2 * minuteMs }]]);
  const look = fc.record({
    level: fc.constantFrom("firm", "lingering", undefined),
    stale: fc.boolean(),
    restart: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(look, { minLength: 1, maxLength: 25 }), async (looks) => {
      const file = join(emptyFolder(), "archive.db");
      let archive = await Archive.open(file);
      const changes: boolean[] = [];
      let at = Date.parse("2026-03-01T00:00:00Z");
      for (const { level, stale, restart } of looks) {
        if (restart) {
          await archive[Symbol.asyncDispose]();
          archive = await Archive.open(file);
        }
        if (!stale) at += minuteMs;
        const found: Finding[] = level ? [{ kind: "disk-low", subject: "", level, facts: {} }] : [];
        const changed = await archive.alerts.judge({ at: new Date(at), terms, findings: found });
        changes.push(...changed.map(({ clearedAt }) => clearedAt === undefined));
      }
      expect(changes).toEqual(changes.map((_, place) => place % 2 === 0));
      expect((await archive.alerts.open()).length).toBe(changes.length % 2);
      await archive[Symbol.asyncDispose]();
    }),
    { numRuns: 15 },
  );
});
