import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { Gates } from "../../../scraper/reading/gates.ts";
import { httpSource } from "../../../scraper/reading/http-source.ts";
import { mediaSource } from "../../../scraper/reading/media-source.ts";
import { publicFetch } from "../../../scraper/reading/public-fetch.ts";
import { serve } from "../help.ts";

/** A body whose length nobody announces: it ends with the connection, and goes on for as long as that is held. */
async function withoutLength(response: ServerResponse): Promise<void> {
  const { socket } = response;
  socket?.on("error", () => undefined);
  socket?.write("HTTP/1.0 200 OK\r\ncontent-type: text/html\r\n\r\n");
  for (;;) {
    await sleep(10);
    if (!socket?.writable) return;
    socket.write("half ");
  }
}

const enders = [
  ["the time limit", { timeoutMs: 300 }, /time|within|abort|broke off/i],
  ["whoever asked", { signal: 300 }, /stopped/],
] as const;
const signalAfter = (ms: number): AbortSignal => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error("stopped")), ms);
  return stop.signal;
};

async function text(body: AsyncIterable<Uint8Array>): Promise<string> {
  let all = "";
  for await (const chunk of body) all += Buffer.from(chunk).toString();
  return all;
}

test.each(enders)("a body without a length that %s ends is no whole one", async (_, how, why) => {
  await using server = await serve((_request, response) => void withoutLength(response));
  const { body } = await publicFetch(server.origin, {
    insideHosts: [new URL(server.origin).host],
    ...("signal" in how ? { signal: signalAfter(how.signal) } : how),
  });
  await expect(text(body)).rejects.toThrow(why);
});

test.each(enders)("a file without a length that %s ends is no whole one", async (_, how, why) => {
  await using server = await serve((_request, response) => void withoutLength(response));
  const source = mediaSource({
    origin: server.origin,
    gates: new Gates(),
    ...("timeoutMs" in how && how),
  });
  const signal = "signal" in how ? { signal: signalAfter(how.signal) } : {};
  let whole: string | undefined;
  const told = await source
    .get(`${server.origin}/file/a.jpg`, { maxBytes: 1_000_000, ...signal }, async ({ chunks }) => {
      whole = await text(chunks);
    })
    .catch((error: unknown) => ({ kind: "stopped", why: String(error) }));
  expect(whole).toBeUndefined();
  expect(told).toEqual({
    kind: "signal" in how ? "stopped" : "failed",
    why: expect.stringMatching(why),
  });
});

test.each(enders)("a page without a length that %s ends is no whole one", async (_, how, why) => {
  await using server = await serve((_request, response) => void withoutLength(response));
  await using source = await httpSource({ origin: server.origin, ...("timeoutMs" in how && how) });
  const signal = "signal" in how ? { signal: signalAfter(how.signal) } : {};
  await expect(source.get("/s/durov", signal)).rejects.toThrow(why);
});

test("a file that breaks off before anybody reads it gives what came, and says how much that was", async () => {
  await using server = await serve((_request, response) => {
    response.writeHead(200, { "content-length": 100_000 }).write("x".repeat(53));
    setTimeout(() => response.destroy(), 50);
  });
  const source = mediaSource({ origin: server.origin, gates: new Gates() });
  let came = 0;
  const told = await source.get(
    `${server.origin}/file/a.jpg`,
    { maxBytes: 1_000_000 },
    async (body) => {
      await sleep(300);
      for await (const chunk of body.chunks) came += chunk.length;
    },
  );
  expect(came).toBe(53);
  expect(told).toEqual({
    kind: "failed",
    why: expect.stringMatching(/^The answer of 127\.0\.0\.1:\d+ broke off after 53 bytes\.$/),
  });
});
