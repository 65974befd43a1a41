import { Hono } from "hono";
import { connect } from "node:net";
import { join } from "node:path";
import { once } from "node:events";
import { expect, test } from "vitest";
import { Archive } from "../../../server/archive/archive.ts";
import { guard } from "../../../server/http/access/guard.ts";
import { emptyFolder } from "../../help.ts";
import { AddressUnavailable, startServer } from "../../../server/http/server.ts";

const app = new Hono().get("/", (c) => c.text("here"));
const anywhere = { app, host: "127.0.0.1", port: 0 };

test("listens on a free port, answers, and closes", async () => {
  const server = await startServer(anywhere);
  expect(await (await fetch(server.url)).text()).toBe("here");
  await server.close();
  await expect(fetch(server.url)).rejects.toThrow("fetch failed");
});

test("a busy port is named, with what to do", async () => {
  const server = await startServer(anywhere);
  const port = Number(new URL(server.url).port);
  const second = startServer({ ...anywhere, port });
  await expect(second).rejects.toBeInstanceOf(AddressUnavailable);
  await expect(second).rejects.toThrow(`127.0.0.1:${port} is taken by another program`);
  await server.close();
});

test("an answer under way is finished before the server closes", async () => {
  const { promise: asked, resolve: wasAsked } = Promise.withResolvers<void>();
  const { promise: answer, resolve: answerIt } = Promise.withResolvers<string>();
  const slow = new Hono().get("/", async (c) => {
    wasAsked();
    return c.text(await answer);
  });
  const server = await startServer({ ...anywhere, app: slow });
  const response = fetch(server.url);
  await asked;
  const closed = server.close();
  answerIt("late");
  expect(await (await response).text()).toBe("late");
  await closed;
});

test("a request without the body it might have is answered as it should be", async () => {
  await using archive = await Archive.open(join(emptyFolder(), "archive.db"));
  const { keys, sessions } = archive;
  const options = { settings: { host: "127.0.0.1" }, keys, sessions, now: Date.now };
  const guarded = new Hono().use(guard(options)).post("/", async (c) => {
    return c.text(`read ${(await c.req.text()).length}`);
  });
  const server = await startServer({ ...anywhere, app: guarded });
  const ask = async (init: RequestInit) => (await fetch(server.url, init)).text();
  expect(await ask({ method: "POST" })).toBe("read 0");
  expect(await ask({ method: "DELETE" })).toBe("404 Not Found");
  const chunks = new Blob(["four"]).stream();
  expect(await ask({ method: "POST", body: chunks, duplex: "half" })).toBe("read 4");
  await server.close();
});

test("headers without end are cut off", async () => {
  const server = await startServer(anywhere);
  const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  socket.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${"a".repeat(40_000)}\r\n\r\n`);
  await once(socket, "close");
  expect(Buffer.concat(chunks).toString()).toContain("431");
  await server.close();
});
