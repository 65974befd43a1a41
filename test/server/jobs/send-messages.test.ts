import type { spawn } from "node:child_process";
import { createHmac, randomBytes } from "node:crypto";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { Archive } from "../../../server/archive/archive.ts";
import { sendDue, type SenderParts } from "../../../server/jobs/send-messages.ts";
import { backscroll, emptyFolder } from "../../help.ts";
import { receiver } from "./receiver.ts";

const secret = `whsec_${randomBytes(32).toString("base64")}`;
const start = Date.parse("2026-02-01T00:00:00Z");

/** An archive whose clock stands still until it is moved. */
async function archiveAt(file = join(emptyFolder(), "archive.db")) {
  const clock = { ms: start };
  const now = (): Date => new Date(clock.ms);
  const archive = await Archive.open(file, { now });
  onTestFinished(async () => archive[Symbol.asyncDispose]());
  const { deliveries } = archive;
  const sendTo = async (host: string, own: Partial<SenderParts> = {}): Promise<number> =>
    sendDue({ deliveries, insideHosts: [host], now, chance: () => 1, ...own });
  return { archive, deliveries, clock, now, file, sendTo };
}

const note = { secret, event: "note.made", body: { words: "жёлтый «лист»" } };

describe("a message", () => {
  test("arrives as JSON, signed so that its receiver can verify it", async () => {
    const { deliveries, sendTo } = await archiveAt();
    const there = await receiver();
    const { id } = await deliveries.add({ ...note, url: there.url });
    await sendTo(there.host);
    const [got] = there.received;
    expect(JSON.parse(got?.body ?? "")).toEqual({
      type: "note.made",
      timestamp: "2026-02-01T00:00:00.000Z",
      data: note.body,
    });
    expect(got?.headers).toMatchObject({
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(start / 1000),
    });
    const key = Buffer.from(secret.slice(6), "base64");
    const signed = `${id}.${start / 1000}.${got?.body}`;
    expect(got?.headers["webhook-signature"]).toBe(
      `v1,${createHmac("sha256", key).update(signed).digest("base64")}`,
    );
    expect(await deliveries.list({ limit: 10 })).toMatchObject([
      { id, state: "sent", tries: 1, answer: "Answered 204." },
    ]);
  });

  test("is signed as the Standard Webhooks specification's own example is", async () => {
    const { sendTo } = await archiveAt();
    const there = await receiver();
    const results: unknown[] = [];
    const message = {
      id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
      url: there.url,
      secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
      body: '{"test": 2432232314}',
      tries: 1,
      lease: "x",
    };
    let claimed = false;
    await sendTo(there.host, {
      now: () => new Date(1_614_265_330_000),
      deliveries: {
        claim: () => {
          const mine = claimed ? undefined : message;
          claimed = true;
          return Promise.resolve(mine);
        },
        finish: (_, result) => Promise.resolve(results.push(result) > 0),
      },
    });
    expect(there.received[0]?.headers["webhook-signature"]).toBe(
      "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    );
  });

  test("that fails is tried again with the same id and bytes, ever later, then given up visibly", async () => {
    const { deliveries, clock, sendTo } = await archiveAt();
    const there = await receiver((response) => response.writeHead(503).end("later"));
    const { id } = await deliveries.add({ ...note, url: there.url });
    const waits: number[] = [];
    for (let round = 0; round < 20; round++) {
      await sendTo(there.host);
      const [kept] = await deliveries.list({ limit: 1 });
      if (kept?.nextTryAt === undefined) break;
      waits.push(Date.parse(kept.nextTryAt) - clock.ms);
      clock.ms = Date.parse(kept.nextTryAt) - 1000;
      expect(await sendTo(there.host)).toBe(0);
      clock.ms += 1000;
    }
    expect(there.received).toHaveLength(12);
    expect(new Set(there.received.map(({ headers }) => headers["webhook-id"]))).toEqual(
      new Set([id]),
    );
    expect(new Set(there.received.map(({ body }) => body)).size).toBe(1);
    expect(new Set(there.received.map(({ headers }) => headers["webhook-signature"])).size).toBe(
      12,
    );
    expect(waits.map((ms) => ms / 1000)).toEqual([
      30, 60, 120, 240, 480, 960, 1_920, 3_840, 7_680, 15_360, 21_600,
    ]);
    expect(await deliveries.list({ limit: 1 })).toMatchObject([
      {
        state: "given-up",
        tries: 12,
        answer: "Answered 503. Given up after 12 tries.",
      },
    ]);
    expect(await deliveries.counts()).toEqual({ waiting: 0, sent: 0, "given-up": 1 });
  });

  test("waits anywhere between a second and the growing most, and as long as it is asked to", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.integer({ min: 1, max: 11 }),
        fc.option(fc.integer({ min: 0, max: 100_000 })),
        async (chance, tries, retryAfter) => {
          let wait = 0;
          const there = await receiver((response) =>
            response
              .writeHead(429, retryAfter === null ? {} : { "Retry-After": String(retryAfter) })
              .end(),
          );
          let message: Awaited<ReturnType<Archive["deliveries"]["claim"]>> = {
            id: "msg_1",
            url: there.url,
            secret,
            body: "{}",
            tries,
            lease: "x",
          };
          await sendDue({
            insideHosts: [there.host],
            chance: () => chance,
            deliveries: {
              claim: () => {
                const mine = message;
                message = undefined;
                return Promise.resolve(mine);
              },
              finish: (_, result) => {
                if (result.kind === "again") wait = result.waitMs;
                return Promise.resolve(true);
              },
            },
          });
          const least = Math.min(6 * 3_600_000, Math.max(1000, (retryAfter ?? 0) * 1000));
          const most = Math.min(6 * 3_600_000, 30_000 * 2 ** (tries - 1));
          expect(wait).toBe(Math.max(least, Math.round(chance * most)));
        },
      ),
      { numRuns: 30 },
    );
  });

  test("is given up at 410, with all that waits for that address and all that comes, until it is reopened", async () => {
    const { deliveries, sendTo } = await archiveAt();
    const there = await receiver((response) => response.writeHead(410).end());
    await deliveries.add({ ...note, url: there.url });
    await deliveries.add({ ...note, url: there.url });
    await sendTo(there.host);
    await deliveries.add({ ...note, url: there.url });
    expect(await sendTo(there.host)).toBe(0);
    expect(there.received).toHaveLength(1);
    const states = (await deliveries.list({ limit: 9 })).map(({ state }) => state);
    expect(states).toEqual(["given-up", "given-up", "given-up"]);
    expect(await deliveries.goneAt(there.url)).toBe("2026-02-01T00:00:00Z");
    await deliveries.reopen(there.url);
    await deliveries.add({ ...note, url: there.url });
    expect(await sendTo(there.host)).toBe(1);
  });

  test("is not sent after a redirect", async () => {
    const { deliveries, sendTo } = await archiveAt();
    const inside = await receiver();
    const there = await receiver((response) =>
      response.writeHead(307, { Location: inside.url }).end(),
    );
    await deliveries.add({ ...note, url: there.url });
    await sendTo(there.host);
    expect(inside.received).toEqual([]);
    expect(await deliveries.list({ limit: 1 })).toMatchObject([
      { state: "waiting", answer: "Answered 307." },
    ]);
  });

  test.each([
    ["by its number", (host: string) => `http://${host}/hook`],
    ["by a name", (host: string) => `http://localhost:${host.split(":")[1]}/hook`],
    ["as IPv4 within IPv6", (host: string) => `http://[::ffff:127.0.0.1]:${host.split(":")[1]}/`],
    ["as one number", (host: string) => `http://2130706433:${host.split(":")[1]}/`],
    ["as no web address", () => "file:///etc/passwd"],
  ])("is not sent into the network, named %s", async (_, address) => {
    const { deliveries, sendTo } = await archiveAt();
    const canary = await receiver();
    await deliveries.add({ ...note, url: address(canary.host) });
    await sendTo("elsewhere.example");
    expect(canary.received).toEqual([]);
    expect(await deliveries.list({ limit: 1 })).toMatchObject([{ state: "given-up", tries: 1 }]);
  });

  test("to a receiver that hangs, or drips, ends at the time-out and is tried again", async () => {
    const { deliveries, sendTo } = await archiveAt();
    const hanging = await receiver(() => {});
    const dripping = await receiver((_, __, request) =>
      request.socket.write("HTTP/1.1 200 OK\r\nX"),
    );
    await deliveries.add({ ...note, url: hanging.url });
    await deliveries.add({ ...note, url: dripping.url });
    await sendTo("", { insideHosts: [hanging.host, dripping.host], timeoutMs: 100 });
    const kept = await deliveries.list({ limit: 2 });
    expect(kept.map(({ state }) => state)).toEqual(["waiting", "waiting"]);
    for (const { answer } of kept) expect(answer).toContain("did not answer within 0.1 s");
  });

  test("counts as sent by its status alone, however long the answer goes on", async () => {
    const { deliveries, sendTo } = await archiveAt();
    const there = await receiver((response) => {
      response.writeHead(200);
      const drip = (): void => void response.write("x".repeat(65_536), drip);
      drip();
      response.on("error", () => {});
    });
    await deliveries.add({ ...note, url: there.url });
    expect(await sendTo(there.host)).toBe(1);
    expect(await deliveries.list({ limit: 1 })).toMatchObject([{ state: "sent" }]);
  });
});

describe("several senders on one archive", () => {
  test("send each message once", async () => {
    const { deliveries, file, now } = await archiveAt();
    const other = await Archive.open(file, { now });
    onTestFinished(async () => other[Symbol.asyncDispose]());
    const there = await Promise.all([receiver(), receiver(), receiver()]);
    for (let n = 0; n < 30; n++)
      await deliveries.add({ ...note, url: there[n % 3]?.url ?? "", body: { n } });
    const insideHosts = there.map(({ host }) => host);
    const sent = await Promise.all([
      sendDue({ deliveries, insideHosts, now }),
      sendDue({ deliveries: other.deliveries, insideHosts, now }),
    ]);
    const ids = there.flatMap(({ received }) =>
      received.map(({ headers }) => headers["webhook-id"]),
    );
    expect(ids).toHaveLength(30);
    expect(new Set(ids).size).toBe(30);
    expect(sent.reduce((sum, one) => sum + one)).toBe(30);
  });

  test("never send to one address at the same time", async () => {
    const { deliveries } = await archiveAt();
    await deliveries.add({ ...note, url: "https://a.example/" });
    await deliveries.add({ ...note, url: "https://a.example/" });
    await deliveries.add({ ...note, url: "https://b.example/" });
    const claimed = [
      await deliveries.claim(1),
      await deliveries.claim(1),
      await deliveries.claim(1),
    ];
    expect(claimed.map((one) => one?.url)).toEqual([
      "https://a.example/",
      "https://b.example/",
      undefined,
    ]);
  });

  test("take over from one that died, whose late word then changes nothing", async () => {
    const { deliveries, clock } = await archiveAt();
    await deliveries.add({ ...note, url: "https://a.example/" });
    const dead = await deliveries.claim(60_000);
    clock.ms += 59_999;
    expect(await deliveries.claim(60_000)).toBeUndefined();
    clock.ms += 1;
    const heir = await deliveries.claim(60_000);
    expect(heir).toMatchObject({ id: dead?.id, body: dead?.body, tries: 2 });
    if (!dead || !heir) throw new Error("nobody claimed it");
    expect(await deliveries.finish(dead, { kind: "given-up", answer: "?" })).toBe(false);
    expect(await deliveries.finish(heir, { kind: "sent", answer: "Answered 200." })).toBe(true);
    expect(await deliveries.list({ limit: 1 })).toMatchObject([{ state: "sent", tries: 2 }]);
  });
});

test("a program killed between sending and writing that down sends the same message again", async () => {
  const data = emptyFolder();
  const { deliveries, clock, sendTo } = await archiveAt(join(data, "archive.db"));
  let program: ReturnType<typeof spawn> | undefined;
  const there = await receiver((response) => {
    if (there.received.length === 1) program?.kill("SIGKILL");
    else response.writeHead(204).end();
  });
  const { id } = await deliveries.add({ ...note, url: there.url });
  const args = ["serve", "--data", data, "--port", "0"];
  const { code } = await backscroll(args, {
    env: { BACKSCROLL_WEBHOOK_INSIDE: there.host },
    started: (child) => (program = child),
  });
  expect(code).toBeNull();
  expect(await deliveries.list({ limit: 1 })).toMatchObject([{ state: "waiting", tries: 1 }]);
  clock.ms = Date.now() + 61_000;
  expect(await sendTo(there.host)).toBe(1);
  expect(there.received.map(({ headers }) => headers["webhook-id"])).toEqual([id, id]);
  expect(there.received[1]?.body).toBe(there.received[0]?.body);
  expect(await deliveries.list({ limit: 1 })).toMatchObject([{ state: "sent", tries: 2 }]);
});

test("what is listed, and what has ended, holds no secret", async () => {
  const { deliveries, sendTo, archive } = await archiveAt();
  const there = await receiver();
  await deliveries.add({ ...note, url: there.url });
  expect(JSON.stringify(await deliveries.list({ limit: 9 }))).not.toContain(secret);
  await sendTo(there.host);
  const copy = join(emptyFolder(), "copy.db");
  await archive.backup(copy);
  const { readFileSync } = await import("node:fs");
  expect(readFileSync(copy).includes(secret)).toBe(false);
});

test("only the newest that ended are kept of each source", async () => {
  const { deliveries, sendTo } = await archiveAt();
  const there = await receiver();
  for (let n = 0; n < 60; n++) await deliveries.add({ ...note, url: there.url, source: "many" });
  await deliveries.add({ ...note, url: there.url, source: "one" });
  await sendTo(there.host);
  expect(await deliveries.list({ source: "many", limit: 100 })).toHaveLength(50);
  expect(await deliveries.list({ source: "one", limit: 100 })).toHaveLength(1);
});
