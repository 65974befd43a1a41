import { createHash } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { makeTruth } from "../../../demo/make-truth.ts";
import { startStandIn } from "../../../demo/stand-in.ts";
import type { ResponseHead } from "../../../scraper/reading/source.ts";
import { Archive } from "../../../server/archive/archive.ts";
import { filesWith } from "../../canary.ts";
import { backscroll, emptyFolder } from "../../help.ts";
import { page, range } from "./sample.ts";

const key = { channel: "Gradient", id: 1 };

async function keeping(head: ResponseHead) {
  const folder = emptyFolder();
  const file = join(folder, "archive.db");
  const archive = await Archive.open(file, { now: () => new Date("2026-06-20T12:00:00Z") });
  onTestFinished(async () => archive[Symbol.asyncDispose]());
  await archive.savePage(page(range(1, 3), { head, body: bytes }));
  return { archive, file, folder };
}
const post = (id: number): string =>
  `<div class="tgme_widget_message_wrap"><div class="tgme_widget_message" data-post="Gradient/${id}">Post ${id}</div></div>`;
const bytes = new TextEncoder().encode(`<html><main>${[1, 2, 3].map(post).join("")}</main></html>`);

const headersOf = async (archive: Archive): Promise<unknown> =>
  JSON.parse((await archive.pageBody(key))?.head?.headers ?? "null");

test("a page is kept with status and headers, told by the journal; cookies and who was let in are not kept", async () => {
  const secret = "secret-of-a-session";
  const { archive, file, folder } = await keeping({
    status: 203,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "set-cookie": `stel_ssid=${secret}`,
      "Set-Cookie2": secret,
      cookie: secret,
      Authorization: secret,
      "proxy-authorization": secret,
      "authentication-info": secret,
      "x-frame-options": "ALLOW-FROM https://web.telegram.org",
    },
  });
  const headers =
    '[["content-type","text/html; charset=utf-8"],["x-frame-options","ALLOW-FROM https://web.telegram.org"]]';
  expect((await archive.pageBody(key))?.head).toEqual({ status: 203, headers });
  expect(filesWith(folder, secret)).toEqual([]);
  using db = new DatabaseSync(file, { readOnly: true });
  const told = db.prepare("SELECT content FROM journal_content WHERE body_no = 1").get();
  expect(JSON.parse(String(told?.["content"]))).toMatchObject({
    what: "page",
    status: 203,
    headers: createHash("sha256").update(headers).digest("hex"),
  });
  expect(await archive.verify()).toEqual([]);
});

test("of a hostile head only so much is kept, and nothing that would end a line", async () => {
  const { archive } = await keeping({
    status: 200,
    headers: {
      "x-lines": "one\r\nset-cookie: two",
      "bad name": "x",
      [`x-${"n".repeat(200)}`]: "x",
      "x-long": "v".repeat(10_000),
      ...Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`x-${n}`, "y".repeat(100)])),
    },
  });
  const kept = (await headersOf(archive)) as [string, string][];
  expect(kept[0]).toEqual(["x-lines", "one  set-cookie: two"]);
  expect(kept[1]).toEqual(["x-long", "v".repeat(2_000)]);
  expect(kept.length).toBe(100);
  const { archive: other } = await keeping({
    status: 200,
    headers: Object.fromEntries(
      Array.from({ length: 50 }, (_, n) => [`x-${n}`, "y".repeat(2_000)]),
    ),
  });
  expect(((await headersOf(other)) as unknown[]).length).toBe(7);
});

test.each([
  ["headers", "UPDATE body SET headers = '[]'"],
  ["a status", "UPDATE body SET status = 201"],
  ["a head that was taken away", "UPDATE body SET status = NULL, headers = NULL"],
])("verify finds what was changed: %s", async (_what, statement) => {
  const { archive, file } = await keeping({ status: 200, headers: { server: "nginx" } });
  using db = new DatabaseSync(file);
  db.exec(statement);
  expect((await archive.verify()).map(({ what }) => what)).toEqual([
    "status and headers of the page https://t.me/s/Gradient are not as the journal tells",
  ]);
});

test("of a page that a purge cut nothing is told of the whole: its length and tag go with what was cut", async () => {
  const { archive, folder } = await keeping({
    status: 200,
    headers: { etag: '"tag-of-the-whole"' },
  });
  await archive.purges.carryOut(
    await archive.purges.order({ kind: "post", channel: "Gradient", id: 2 }),
  );
  const left = await archive.pageBody(key);
  expect(left?.cutAt).toBe("2026-06-20T12:00:00Z");
  expect(left?.head).toBeUndefined();
  const later = page(range(1, 3), {
    head: { status: 200, headers: { etag: '"tag-of-the-whole"' } },
    body: bytes,
    readAt: "2026-06-21T12:00:00Z",
  });
  await archive.savePage(later);
  expect(filesWith(folder, "tag-of-the-whole")).toEqual([]);
  expect(await archive.verify()).toEqual([]);
});

test("a run keeps what the source answered with each page", async () => {
  const standIn = await startStandIn({
    channels: [makeTruth({ posts: 30, channel: "kept_channel" })],
  });
  onTestFinished(async () => standIn.close());
  const data = emptyFolder();
  const run = ["archive", "kept_channel", "--source", standIn.origin, "--rate", "1000"];
  expect(await backscroll([...run, "--data", data])).toMatchObject({ code: 0 });
  using db = new DatabaseSync(join(data, "archive.db"), { readOnly: true });
  const rows = db.prepare("SELECT status, headers FROM body").all();
  expect(rows.length).toBeGreaterThan(1);
  for (const { status, headers } of rows) {
    expect(status).toBe(200);
    expect(new Map(JSON.parse(String(headers)) as [string, string][]).get("content-type")).toMatch(
      /^text\/html/,
    );
  }
});
