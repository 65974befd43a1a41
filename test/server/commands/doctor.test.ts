import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { PassThrough } from "node:stream";
import { describe, expect, onTestFinished, test } from "vitest";
import { makeTruth } from "../../../demo/make-truth.ts";
import { startStandIn } from "../../../demo/stand-in.ts";
import { Archive } from "../../../server/archive/archive.ts";
import { doctor } from "../../../server/commands/doctor.ts";
import { inspectSettings } from "../../../server/config.ts";
import { Progress } from "../../../server/terminal.ts";
import { backscroll, emptyFolder } from "../../help.ts";
import { page, range } from "../archive/sample.ts";

interface Told {
  readonly check: string;
  readonly state: "ok" | "note" | "problem";
  readonly what: string;
  readonly why?: string;
  readonly todo?: string;
}

/** What the doctor finds with these settings. */
async function examined(
  environment: Readonly<Record<string, string>>,
  own: { readonly online?: boolean; readonly secretFiles?: readonly string[] } = {},
): Promise<{ readonly code: number; readonly found: readonly Told[] }> {
  const found: Told[] = [];
  const env = { BACKSCROLL_PORT: "0", ...environment };
  const { config, ...settingsFound } = inspectSettings({}, env);
  const session = {
    config,
    settingsFound,
    secretFiles: own.secretFiles ?? [],
    environment: {},
    print: (line: string) => void found.push(JSON.parse(line) as Told),
    progress: new Progress(new PassThrough(), { now: () => 0 }),
    signal: new AbortController().signal,
    ask: async () => undefined,
    styled: false,
    out: process.stdout,
  };
  return { code: await doctor(session, { json: true, online: own.online ?? false }), found };
}

const problems = ({ found }: { found: readonly Told[] }): readonly string[] =>
  found.filter(({ state }) => state === "problem").map(({ check }) => check);

/** A data folder with a few posts in it, and an index over them. */
async function healthy(): Promise<string> {
  const data = emptyFolder();
  {
    await using archive = await Archive.open(join(data, "archive.db"));
    await archive.savePage(page(range(1, 20)));
  }
  expect(await backscroll(["search", "gradients", "--data", data])).toMatchObject({ code: 0 });
  return data;
}

async function answering(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("where nothing is wrong nothing is found, and the exit code is 0", async () => {
  const all = await examined({ BACKSCROLL_DATA: await healthy() });
  expect(problems(all)).toEqual([]);
  expect(all.code).toBe(0);
  const checks = "settings node browser dictionaries folder secrets disk port".split(" ");
  const rest = "archive index backups engine proxy clock source".split(" ");
  expect(all.found.map(({ check }) => check)).toEqual([...checks, ...rest]);
});

describe("one thing broken is the one thing found, with why it matters and what to do:", () => {
  const broken: Readonly<
    Record<string, readonly [string, RegExp, (data: string) => unknown, Record<string, string>?]>
  > = {
    "a setting misspelt": ["settings", /BACKSCROLL_RATE/, () => {}, { BACKSCROLL_RAET: "3" }],
    "a disk too full": ["disk", /to stay/, () => {}, { BACKSCROLL_DISK_FREE: "100%" }],
    "a folder that others may write": ["folder", /Others on/, (data) => chmodSync(data, 0o777)],
    "a secret that others may read": [
      "secrets",
      /master-key/,
      (data) => {
        mkdirSync(join(data, "meilisearch"), { mode: 0o700 });
        writeFileSync(join(data, "meilisearch", "master-key"), "x", { mode: 0o644 });
      },
    ],
    "an address of another machine": [
      "port",
      /EADDRNOTAVAIL/,
      () => {},
      { BACKSCROLL_HOST: "203.0.113.5" },
    ],
    "an archive of a newer program": [
      "archive",
      /newer Backscroll/,
      (data) => changed(data, "INSERT INTO migration VALUES (99, 'future', '2030-01-01')"),
    ],
    "a purge that was broken off": [
      "archive",
      /purges are not done/,
      async (data) => {
        await using archive = await Archive.open(join(data, "archive.db"));
        await archive.purges.order({ kind: "post", channel: "Gradient", id: 3 });
      },
    ],
    "an index that is behind": [
      "index",
      /1 changes behind/,
      async (data) => {
        await using archive = await Archive.open(join(data, "archive.db"));
        await archive.savePage(page(range(21, 21)));
      },
    ],
    "a backup that was not made": [
      "backups",
      /never/,
      () => {},
      { BACKSCROLL_BACKUP: "/tmp/backups" },
    ],
    "a Meilisearch that is away": [
      "engine",
      /does not answer/,
      () => {},
      { BACKSCROLL_ENGINE: "meilisearch", MEILI_URL: "http://127.0.0.1:9" },
    ],
    "a clock that went back": [
      "clock",
      /has not come yet/,
      (data) => changed(data, "UPDATE channel SET last_read_at = '2999-01-01T00:00:00Z'"),
    ],
  };

  test.each(Object.entries(broken))("%s", async (_what, [check, words, breakIt, settings = {}]) => {
    const data = await healthy();
    await breakIt(data);
    const all = await examined({ BACKSCROLL_DATA: data, ...settings });
    const found = all.found.filter(({ state }) => state === "problem");
    const one = found.find((finding) => finding.check === check);
    expect(`${one?.what}`).toMatch(words);
    expect(one?.why).toMatch(/\.$/);
    expect(one?.todo).not.toBe("");
    expect(all.code).toBe(1);
    // A newer archive can be read by none of the three checks that look into it.
    const checks = words.source.includes("newer") ? ["archive", "index", "clock"] : [check];
    expect(found.map((one) => one.check)).toEqual(checks);
  });

  test("an index that is not there, which the next search builds", async () => {
    const data = await healthy();
    for (const tail of ["", "-wal", "-shm"]) rmSync(join(data, `index.db${tail}`), { force: true });
    const { found } = await examined({ BACKSCROLL_DATA: data });
    expect(found.find(({ check }) => check === "index")).toMatchObject({
      state: "problem",
      what: expect.stringMatching(/^The index is not there yet\. .*the next command that searches/),
      why: "Until it is built, no search is answered from it.",
    });
    expect(await backscroll(["search", "gradients", "--data", data])).toMatchObject({ code: 0 });
  });

  test("a damaged archive", async () => {
    const data = await healthy();
    changed(
      data,
      "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = 3 WHERE name = 'sample'",
    );
    const all = await examined({ BACKSCROLL_DATA: data });
    expect(problems(all)).toEqual(["archive"]);
    const todo = expect.stringContaining("restore the newest backup") as string;
    expect(all.found).toContainEqual(expect.objectContaining({ check: "archive", todo }));
    const note = expect.objectContaining({ check: "index", state: "note" }) as Told;
    expect(all.found).toContainEqual(note);
  });

  test("a port that another program has", async () => {
    const url = new URL(await answering((_, response) => response.end("not ours")));
    const settings = { BACKSCROLL_DATA: emptyFolder(), BACKSCROLL_PORT: url.port };
    expect(problems(await examined(settings))).toEqual(["port"]);
  });

  test("a Meilisearch that refuses the key, and one too old", async () => {
    let version = 403;
    const url = await answering((request, response) => {
      if (request.url === "/version") response.statusCode = version;
      response.end(JSON.stringify({ pkgVersion: "1.49.3", status: "available" }));
    });
    const settings = {
      BACKSCROLL_DATA: emptyFolder(),
      BACKSCROLL_ENGINE: "meilisearch",
      MEILI_URL: url,
    };
    expect((await examined(settings)).found).toContainEqual(
      expect.objectContaining({ check: "engine", what: "Meilisearch refuses our key." }),
    );
    version = 200;
    expect((await examined(settings)).found).toContainEqual(
      expect.objectContaining({ check: "engine", what: "This is Meilisearch 1.49.3." }),
    );
  });

  test("with --online a source that is not understood, or has another time", async () => {
    const truth = makeTruth({ posts: 20, seed: 3, channel: "telegram" });
    const standIn = await startStandIn({ channels: [truth] });
    onTestFinished(async () => standIn.close());
    const good = { BACKSCROLL_DATA: emptyFolder(), BACKSCROLL_SOURCE: standIn.origin };
    expect(problems(await examined(good, { online: true }))).toEqual([]);
    const odd = await answering((_, response) => {
      response.setHeader("date", "Mon, 01 Jan 2024 00:00:00 GMT");
      response.end("<p>hello</p>");
    });
    const bad = { BACKSCROLL_DATA: emptyFolder(), BACKSCROLL_SOURCE: odd };
    expect(problems(await examined(bad, { online: true }))).toEqual(["clock", "source"]);
  });
});

test("a bad value is told beside all else, and is exit 2 as for every command", async () => {
  const env = { BACKSCROLL_DATA: emptyFolder(), BACKSCROLL_RATE: "fast" };
  const { code, out } = await backscroll(["doctor", "--port", "0"], { env });
  expect(out).toContain('problem  settings: BACKSCROLL_RATE is "fast".');
  expect(out).toContain("ok       engine: embedded");
  expect(code).toBe(2);
});

function changed(data: string, sql: string): void {
  using raw = new DatabaseSync(join(data, "archive.db"));
  raw.exec("PRAGMA foreign_keys = OFF");
  raw.enableDefensive(false);
  raw.exec(sql);
}
