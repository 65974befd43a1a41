import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { Archive } from "../../../server/archive/archive.ts";
import { backscroll, emptyFolder } from "../../help.ts";
import { post } from "../http/small-archive.ts";

const root = join(import.meta.dirname, "../../..");
let data: string;

/** 25 posts with a word in the quotes that hits were once marked with. */
beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), "backscroll-"));
  await using archive = await Archive.open(join(data, "archive.db"));
  await archive.savePage({
    channel: { name: "garden", title: "Garden", verified: false, counters: {} },
    posts: Array.from({ length: 25 }, (_, place) =>
      post(place + 1, { text: `О «симметрии» и о порядке, часть ${place + 1}` }),
    ),
    span: { from: 1, to: 25 },
    url: "https://t.me/s/garden",
    body: new TextEncoder().encode("page"),
    readAt: "2026-01-20T00:00:00Z",
    warnings: [],
  });
});
afterAll(() => rmSync(data, { recursive: true, force: true }));

const run = async (...args: string[]) => backscroll([...args, "--data", data]);

describe("search on the command line", () => {
  test("prints into a pipe what the post says, and says where it stops", async () => {
    const { out, said } = await run("search", "симметрия");
    expect(out).toContain("О «симметрии» и о порядке, часть 25\n");
    expect(out.match(/garden\/\d+/g)?.length).toBe(20);
    expect(said).toContain("25 posts. Exact count");
    expect(said).toContain("Shown: the first 20. --limit takes up to 100");
    const whole = await run("search", "симметрия", "--limit", "25");
    expect(whole.out.match(/garden\/\d+/g)?.length).toBe(25);
    expect(whole.said).not.toContain("Shown");
  });

  test("takes several words as they are typed", async () => {
    const { out } = await run("search", "порядок", "-симметрия", "OR", '"часть 7"', "--json");
    expect(JSON.parse(out)).toMatchObject({ query: 'порядок -симметрия OR "часть 7"', total: 1 });
  });

  test("says what capitals were taken for, and how to ask for the other", async () => {
    const { said } = await run("search", "US", "garden");
    expect(said).toContain("US was taken for what is written US. For us search: us garden");
  });

  test("searches for nothing that looks like an option", async () => {
    const { code, said } = await run("search", "порядок", "--limt", "5");
    expect([code, said]).toEqual([2, expect.stringContaining("“--limt” is no option")]);
  });

  test("names the same bounds, whichever end is missed", async () => {
    for (const limit of ["0", "500", "101", "-1", "1.5", "99999999999999999999"])
      expect(await run("search", "x", "--limit", limit)).toMatchObject({
        code: 2,
        said: expect.stringContaining("It must be a whole number from 1 to 100."),
      });
  });
});

test("a port that is taken is said before anything is done, with a flag that is taken", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void other.close());
  const port = String((other.address() as AddressInfo).port);
  const folder = emptyFolder();
  const started = await backscroll(["start", "durov", "--data", folder, "--port", port]);
  expect(started).toMatchObject({ code: 2, said: expect.stringContaining("is taken") });
  expect(started.said).not.toContain("@durov");
  const { code, said } = await ended(
    spawn(process.execPath, [join(root, "server/main.ts"), "demo", "--port", port], {
      cwd: folder,
    }),
  );
  expect([code, said]).toEqual([2, expect.stringMatching(/is taken.*--port/)]);
  expect(said).not.toContain("stand-in");
});

async function ended(child: ChildProcess) {
  let said = "";
  child.stderr?.on("data", (text) => (said += String(text)));
  const code = await new Promise((resolve) => child.on("close", resolve));
  return { code, said };
}

test("told to end by the terminal and by whoever started it, it finishes what is in hand all the same", async () => {
  const { code, said } = await backscroll(["serve", "--port", "0", "--data", emptyFolder()], {
    started(child) {
      child.stderr?.on("data", (text) => {
        if (!String(text).includes("Serving")) return;
        child.kill("SIGINT");
        child.kill("SIGTERM");
      });
    },
  });
  expect({ code, said }).toMatchObject({ code: 0 });
});

test("no command, or flags alone, mean that it serves", async () => {
  const data = emptyFolder();
  const { code, said } = await backscroll(["--port", "0", "--data", data], {
    started(child) {
      child.stderr?.on("data", (text) => String(text).includes("Serving") && child.kill("SIGTERM"));
    },
  });
  expect({ code, first: said.split("\n")[0] }).toEqual({
    code: 0,
    first: `Everything is kept in ${data}.`,
  });
  expect(await backscroll(["--help"])).toMatchObject({
    code: 0,
    out: expect.stringContaining("Usage: backscroll"),
  });
  expect(await backscroll(["srve"])).toMatchObject({
    code: 2,
    said: expect.stringContaining("unknown command 'srve'"),
  });
});

test.for(["SIGTERM", "SIGKILL"] as const)(
  "a server that npm started ends when npm gets %s",
  { timeout: 60_000 },
  async (signal) => {
    const npm = spawn("npm", ["start", "--", "--port", "0", "--data", emptyFolder()], {
      cwd: root,
      env: { PATH: process.env["PATH"], HOME: process.env["HOME"] },
    });
    const site = await new Promise<string>((resolve) => {
      let said = "";
      npm.stderr.on("data", (text) => {
        said += String(text);
        const [found] = /(?<=Serving )http:\S+/.exec(said) ?? [];
        if (found !== undefined) resolve(found);
      });
    });
    expect((await fetch(`${site}/health`)).status).toBe(200);
    npm.kill(signal);
    const gone = async () =>
      fetch(`${site}/health`).then(
        () => false,
        () => true,
      );
    await expect.poll(gone, { timeout: 20_000, interval: 250 }).toBe(true);
  },
);

const kinds =
  "a saved preview page (HTML); JSON lines that Backscroll wrote (export, scrape); a Telegram Desktop export as JSON (result.json); a Telegram Desktop export as HTML (messages.html, or the folder it lies in); JSON lines of snscrape (telegram-channel); an export of tdl (chat export); a package of evidence (WACZ) that Backscroll wrote";

/** A line of an export. */
const lineOfPost = (id: number, own: object = {}): string =>
  JSON.stringify({
    channel: "garden",
    id,
    ids: [id],
    url: `https://t.me/garden/${id}`,
    publishedAt: "2026-01-01T00:00:00Z",
    edited: false,
    text: "words",
    textState: "present",
    entities: [],
    media: [],
    reactions: [],
    buttons: [],
    firstSeenAt: "2026-01-02T00:00:00Z",
    ...own,
  });

test("an import says how many posts were read, new, equal and refused, and why, with file and line", async () => {
  const folder = emptyFolder();
  const file = join(folder, "posts.jsonl");
  const lines = [lineOfPost(1), lineOfPost(2), lineOfPost(3, { views: -1 }), lineOfPost(4)];
  writeFileSync(file, lines.join("\n"));
  const data = join(folder, "data");
  const first = await backscroll(["import", file, "--data", data]);
  expect(first.code).toBe(0);
  expect(first.said).toContain(
    `${file}: @garden: 4 read, 3 new, 0 changed, 0 equal, 1 refused\n` +
      `${file}: Line 3 was left out: it has a number of views of -1.\n`,
  );
  const again = await backscroll(["import", "--kind", "jsonl", file, "--data", data]);
  expect(again.said).toContain(`${file}: @garden: 4 read, 0 new, 0 changed, 3 equal, 1 refused\n`);
  expect(await backscroll(["import", "--kind", "csv", file, "--data", data])).toMatchObject({
    code: 2,
    said: '--kind is "csv". It must be one of page, jsonl, desktop-json, desktop-html, snscrape, tdl, evidence.\n',
  });
});

test("an import of which no file can be read makes no archive and does not say where one is kept", async () => {
  const folder = emptyFolder();
  const [none, words, missing] = ["data", "words.txt", "missing.json"].map((name) =>
    join(folder, name),
  );
  writeFileSync(words!, "neither");
  expect(await backscroll(["import", words!, missing!, "--data", none!])).toMatchObject({
    code: 2,
    out: "",
    said:
      `${words} (.txt) is nothing that is read. Read are: ${kinds}.\n` +
      `${missing} cannot be read. Check the name and that it is a file.\n`,
  });
  expect(existsSync(join(none!, "archive.db"))).toBe(false);
});

test.each([
  ["neither", "file is not a database"],
  ["", "it is empty, or of another program"],
])(
  "a restore of what is no backup says so once, of the file that was named: “%s”",
  async (written, why) => {
    const folder = emptyFolder();
    const named = join(folder, "named.db");
    writeFileSync(named, written);
    expect(await backscroll(["restore", named, "--data", join(folder, "data")])).toMatchObject({
      code: 2,
      said: `${named} is no whole backup (${why}). Nothing here was touched; name another.\n`,
    });
  },
);
