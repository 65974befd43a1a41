import { readdirSync, readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { setTimeout as pass } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Clock, systemClock } from "../../../../scraper/clock.ts";
import { startServer, type RunningServer } from "../../../../server/http/server.ts";
import { post, serveArchive } from "../small-archive.ts";

const posts = 1_000;
/** Waits of this server pass twenty times as fast: 30 s for who does not read, 60 s for a place. */
const sleep: Clock["sleep"] = async (ms, signal) => systemClock.sleep(ms / 20, signal);
/** More than the buffers of a connection take, so that an export waits for its reader. */
const bulky = `https://example.org/${"x".repeat(16_000)}`;

let served: Awaited<ReturnType<typeof serveArchive>>;
let server: RunningServer;
const broken: string[] = [];
beforeAll(async () => {
  served = await serveArchive(
    [
      {
        channel: { name: "garden" },
        posts: Array.from({ length: posts }, (_, place) =>
          post(place + 1, {
            publishedAt: "2026-01-01T00:00:00Z",
            buttons: [{ text: "more", url: bulky }],
          }),
        ),
        span: { from: 1, to: posts },
        at: "2026-01-30T00:00:00Z",
      },
    ],
    {
      sleep,
      onUnexpected: (error) => broken.push(String(error)),
    },
  );
  server = await startServer({ app: served.app, host: "127.0.0.1", port: 0 });
}, 60_000);
afterAll(async () => {
  await server.close();
  await served[Symbol.asyncDispose]();
});

/** The processes that make exports for this one. */
function exporters(): readonly number[] {
  return readdirSync("/proc/self/task").flatMap((task) =>
    readFileSync(`/proc/self/task/${task}/children`, "utf8")
      .split(" ")
      .filter(Boolean)
      .map(Number)
      .filter((pid) => commandOf(pid).includes("export-process")),
  );
}
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

async function until(holds: () => boolean, withinMs = 30_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`It did not come about: ${holds.toString()}`);
    await pass(20);
  }
}

/** Asks for the file and reads nothing. */
function askWithoutReading(): { readonly socket: Socket; readonly ended: () => boolean } {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  let isEnded = false;
  socket.on("close", () => (isEnded = true)).on("error", () => {});
  socket.write(`GET /api/v1/export HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`);
  socket.pause();
  return { socket, ended: () => isEnded };
}

const isLinux = process.platform === "linux";
const whyNot = isLinux ? "" : " (SKIPPED: processes are counted as Linux does)";
describe.skipIf(!isLinux)(`exports over HTTP${whyNot}`, () => {
  test("are made two at a time; sixteen wait, the next is refused, and who does not read is cut off", async () => {
    const most: number[] = [];
    const readers = Array.from({ length: 2 }, askWithoutReading);
    await until(() => exporters().length === 2);
    readers.push(...Array.from({ length: 16 }, askWithoutReading));
    await pass(300);
    const refused = await fetch(`${server.url}/api/v1/export`);
    expect(refused.status).toBe(503);
    expect(refused.headers.get("Retry-After")).toBe("30");
    expect(await refused.json()).toMatchObject({ type: "urn:backscroll:problem:too-many-exports" });

    // The first two are cut off, two of those who wait have their turn and are cut off too, the rest is told that none came.
    await until(() => {
      most.push(exporters().length);
      return most.length > 10 && most.at(-1) === 0;
    });
    expect(Math.max(...most)).toBe(2);
    for (const { socket } of readers) socket.resume();
    await until(() => readers.slice(0, 2).every(({ ended }) => ended()));
    for (const { socket } of readers) socket.destroy();

    const whole = await (await fetch(`${server.url}/api/v1/export`)).text();
    expect(whole.split("\n")).toHaveLength(posts + 1);
    expect(broken).toEqual([]);
  }, 60_000);

  test.each(["identity", "gzip"])(
    "break off when they cannot be finished, so that no part passes for all of it (%s)",
    async (encoding) => {
      const before = broken.length;
      const answer = await fetch(`${server.url}/api/v1/export`, {
        headers: { "Accept-Encoding": encoding },
      });
      let text = "";
      const read = (async () => {
        const decoder = new TextDecoder();
        for await (const chunk of answer.body ?? []) {
          text += decoder.decode(chunk, { stream: true });
          for (const pid of exporters()) process.kill(pid, "SIGKILL");
        }
      })();
      await expect(read).rejects.toThrow("terminated");
      expect(text).not.toContain("Error");
      await until(() => broken.length > before);
      expect(broken.slice(before)).toEqual([
        "Error: The process of the export ended early (SIGKILL).",
      ]);
    },
    30_000,
  );

  test("end with a reader who leaves, and nothing is said of it", async () => {
    const before = broken.length;
    const leave = new AbortController();
    const answer = await fetch(`${server.url}/api/v1/export`, { signal: leave.signal });
    const reader = answer.body?.getReader();
    await reader?.read();
    leave.abort();
    await until(() => exporters().length === 0);
    expect(broken).toHaveLength(before);
  });
});
