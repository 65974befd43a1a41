import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeTruth } from "../../../demo/make-truth.ts";
import { startStandIn } from "../../../demo/stand-in.ts";
import type { StandIn } from "../../../demo/stand-in.ts";
import { Archive } from "../../../server/archive/archive.ts";
import { exportTo } from "../../../server/commands/export.ts";
import type { Session } from "../../../server/commands/session.ts";
import { writeWhole } from "../../../server/commands/write-whole.ts";
import { readConfig } from "../../../server/config.ts";
import { searchAnswer } from "../../../server/contract/search.ts";
import { backscroll, emptyFolder } from "../../help.ts";

const refused = [
  ["tihiy_kanal", "preview-off"],
  ["chat_zametok", "group"],
  ["zakryt_zakonom", "blocked"],
] as const;
const truth = makeTruth({ posts: 130, seed: 4, channel: "vse_vidy" });
let standIn: StandIn;
let data: string;

const env = (): Record<string, string> => ({
  BACKSCROLL_DATA: data,
  BACKSCROLL_SOURCE: standIn.origin,
});
const run = async (...args: string[]) => backscroll(args, { env: env() });
const lines = (out: string): unknown[] =>
  out
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown);

beforeAll(async () => {
  const profile = { title: "Закрыто", verified: false, subscribers: 12 };
  standIn = await startStandIn({
    channels: [truth, ...refused.map(([name, refusal]) => ({ ...profile, name, refusal }))],
  });
  data = mkdtempSync(join(tmpdir(), "backscroll-"));
  const { code, said } = await run("archive", "@vse_vidy");
  if (code !== 0) throw new Error(said);
});
afterAll(async () => {
  await standIn.close();
  rmSync(data, { recursive: true, force: true });
});

/** The program with its standard output in a file. */
async function piping(args: readonly string[], into: number) {
  const program = join(import.meta.dirname, "../../../server/main.ts");
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, ...env() },
    stdio: ["ignore", into, "pipe"],
  });
  closeSync(into);
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (said += text));
  const [code] = (await once(child, "close")) as [number];
  return { code, said };
}

test("a run says what the source asks of programs and is not done, and goes on", async () => {
  const robots = "User-agent: *\nDisallow: /\n";
  await using site = await startStandIn({ channels: [truth], robots });
  const settings = { BACKSCROLL_DATA: emptyFolder(), BACKSCROLL_SOURCE: site.origin };
  const args = ["archive", "vse_vidy", "--limit", "3", "--json", "--user-agent", "Archive/1.0"];
  const { code, out, said } = await backscroll(args, { env: settings });
  expect(code).toBe(0);
  expect(said).toContain("asks programs like this one not to read channels (“Disallow: /” for *)");
  expect(lines(out)).toMatchObject([{ new: 3, requests: 1, failed: 0 }]);
  expect(said).toMatch(/3 new, 1 pages, 1 requests, \d+ kB/);
});

describe("with --json stdout holds one JSON object a line and nothing else", () => {
  test("archive tells each channel's counts", async () => {
    const { code, out } = await run("archive", "t.me/s/vse_vidy", "--json");
    expect(code).toBe(0);
    expect(lines(out)).toEqual([
      expect.objectContaining({ channel: "vse_vidy", state: "done", new: 0 }),
    ]);
  });

  test("scrape prints each post once, however many pages are read side by side", async () => {
    const many = makeTruth({ posts: 2_500, seed: 11, channel: "mnogo_postov" });
    await using site = await startStandIn({ channels: [many] });
    const { code, out, said } = await backscroll(["scrape", "mnogo_postov"], {
      env: { BACKSCROLL_SOURCE: site.origin, BACKSCROLL_CONCURRENCY: "8" },
    });
    expect([code, said]).toEqual([0, expect.stringContaining("2500 posts")]);
    const ids = lines(out).map((post) => (post as { id: number }).id);
    expect([ids.length, new Set(ids).size]).toEqual([2_500, 2_500]);
  }, 60_000);

  test("scrape prints the posts of the archive, newest first", async () => {
    const scraped = await run("scrape", "vse_vidy", "--limit", "25");
    expect(scraped.code).toBe(0);
    const ids = lines(scraped.out).map((post) => (post as { id: number }).id);
    expect(ids).toEqual(
      truth.posts
        .slice(-25)
        .map(({ id }) => id)
        .toReversed(),
    );
  });

  test("search answers in one object as the API does", async () => {
    const { code, out } = await run("search", "has:photo", "--json", "--limit", "3");
    expect(code).toBe(0);
    const photos = truth.posts.filter(({ media }) => media.some(({ kind }) => kind === "photo"));
    expect(lines(out)).toEqual([
      expect.objectContaining({
        query: "has:photo",
        total: photos.length,
        totalIsExact: true,
        limit: 3,
      }),
    ]);
  });

  test("search tells of a hit what the API tells, and nothing of the inside", async () => {
    const [answer] = lines((await run("search", "is:edited", "--json")).out);
    expect(searchAnswer.strict().parse(answer)).toEqual(answer);
  });

  test("channels and coverage", async () => {
    expect(lines((await run("channels", "--json")).out)).toEqual([
      expect.objectContaining({ name: "vse_vidy", posts: 130 }),
    ]);
    const [coverage] = lines((await run("coverage", "vse_vidy", "--json")).out);
    expect(coverage).toMatchObject({
      channel: "vse_vidy",
      newestId: truth.newestId,
      counts: { unread: 0 },
    });
  });
});

test("search takes the order by the last change seen", async () => {
  const { code, out } = await run("search", "is:forward", "--sort", "changed", "--json");
  expect(code).toBe(0);
  expect(lines(out)).toEqual([
    expect.objectContaining({ parsed: "is:forward sort:changed", sort: "changed" }),
  ]);
});

test("search and export fold copies when told to", async () => {
  const { out, said } = await run("search", "is:forward", "--fold", "copies", "--json");
  expect(lines(out)).toEqual([expect.objectContaining({ parsed: "is:forward fold:copies" })]);
  expect(said).toBe("");
  const words = await run("search", "is:forward", "--fold", "copies");
  expect(words.said).toMatch(/^\d+ posts in \d+ groups of copies\. Exact count/m);
  const file = join(emptyFolder(), "folded.jsonl");
  const made = await run("export", "", "--fold", "copies", "--format", "jsonl", "-o", file);
  expect(made.code).toBe(0);
  const manifest: unknown = JSON.parse(readFileSync(`${file}.manifest.json`, "utf8"));
  expect(manifest).toMatchObject({ query: "fold:copies", fold: "copies" });
});

test("a query may begin with an exclusion", async () => {
  const { code, said } = await run("search", "-has:photo");
  expect(code).toBe(0);
  expect(said).toMatch(/^\d+ posts\. Exact count/m);
});

describe("the exit code says what to do next", () => {
  test.each([
    ["a command that is none", ["foo"], "unknown command"],
    ["no channel", ["archive"], "missing required argument"],
    ["a flag that is none", ["channels", "--fast"], "unknown option"],
    ["a name that can be no channel", ["archive", "not a channel"], "not a channel"],
    ["a private link", ["archive", "https://t.me/+AbCdEf123"], "t.me/+"],
    ["a date that is none", ["archive", "vse_vidy", "--since", "yesterday"], "--since"],
    [
      "a time that ends before it begins",
      ["archive", "vse_vidy", "--since", "2027", "--until", "2020"],
      '--until is "2020", which is not after --since "2027"',
    ],
    ["a time of nothing", ["scrape", "vse_vidy", "--since", "2024", "--until", "2024"], "--until"],
    ["a limit of nothing", ["archive", "vse_vidy", "--limit", "0"], "--limit"],
    ["a query that cannot be read", ["search", "before:someday"], "before"],
    ["an order that is none", ["search", "x", "--sort", "best"], "--sort"],
    ["a fold that is none", ["search", "x", "--fold", "all"], "--fold"],
    ["a format that is none", ["export", "x", "--format", "xls", "-o", "x"], "--format"],
    ["an export of no word", ["export", '("', "--format", "csv", "-o", "x.csv"], "Nothing of this"],
    ["a channel that is not kept", ["coverage", "durov"], "@durov"],
    ["files of such a channel", ["media", "fetch", "durov"], "@durov is not kept here"],
    [
      "one kind of its files",
      ["media", "fetch", "vse_vidy", "durov", "--media", "photo"],
      "@durov is not kept here. Archive it: ",
    ],
    ["a data folder that is a file", ["channels", "--data", import.meta.filename], "--data"],
    [
      "a file in no folder",
      ["export", "x", "--format", "csv", "-o", "/no/such/x.csv"],
      "/no/such/x.csv cannot be written: there is no folder /no/such.",
    ],
    ["a device to export to", ["export", "x", "--format", "csv", "-o", "/dev/null"], "no file"],
    ["a folder to restore from", ["restore", tmpdir()], tmpdir()],
    ["an address of another machine", ["serve", "--host", "203.0.113.5"], "--host"],
  ])("2 for %s", async (_what, args, words) => {
    const { code, said, out } = await run(...args);
    expect(said).toContain(words);
    expect({ code, out }).toEqual({ code: 2, out: "" });
  });

  test.each([
    "archive x_y_z",
    "scrape x_y_z",
    "serve",
    "search x",
    "channels",
    "verify",
    "reindex",
    "backup x",
  ])("2 for a bad setting: %s", async (command) => {
    const { code, said } = await backscroll(command.split(" "), {
      env: { ...env(), BACKSCROLL_RATE: "fast" },
    });
    expect(said).toContain('BACKSCROLL_RATE is "fast".');
    expect(code).toBe(2);
  });

  test.each([...refused.map(([name]) => name), "nobody_here"])(
    "3 when the source refuses: %s",
    async (name) => {
      const { code, said } = await run("archive", name);
      expect(said).toContain(`@${name}: `);
      expect(code).toBe(3);
    },
  );

  test("4 when the source keeps asking to slow down", async () => {
    standIn.fail(() => ({ kind: "status", status: 429, retryAfter: "0" }));
    const { code, said } = await run("archive", "vse_vidy");
    standIn.fail();
    expect(said).toContain("429");
    expect(code).toBe(4);
  });

  test("5 when the page layout changed, and nothing of the page is taken over", async () => {
    standIn.fail(() => ({ kind: "layout", from: "tgme_widget_message_text", to: "tgme_new_text" }));
    const { code, said } = await run("archive", "vse_vidy");
    standIn.fail();
    expect(said).toContain("layout changed");
    expect(code).toBe(5);
    expect(await run("verify")).toMatchObject({ code: 0 });
  });

  test("of several channels the gravest", async () => {
    const { code, out } = await run("archive", "vse_vidy", "tihiy_kanal", "vse_vidy", "--json");
    expect(code).toBe(3);
    expect(lines(out).map((line) => (line as { state: string }).state)).toEqual([
      "done",
      "failed",
      "done",
    ]);
  });

  test("130 when interrupted, and the next run goes on", async () => {
    const elsewhere = emptyFolder();
    const args = ["archive", "vse_vidy", "--source", standIn.origin, "--data", elsewhere];
    const { code, said } = await backscroll(args, {
      started: (child) =>
        standIn.fail(({ path }) => void (path.includes("before") && child.kill("SIGINT"))),
    });
    standIn.fail();
    expect(said).toContain("the next run goes on");
    expect(code).toBe(130);
    expect(await backscroll(args)).toMatchObject({ code: 0 });
  });
});

describe("export", () => {
  test("replaces no file unless told to, neither the one named nor its manifest", async () => {
    const file = join(emptyFolder(), "mine.csv");
    const asked = ["export", "", "--format", "csv", "-o", file];
    for (const there of [file, `${file}.manifest.json`]) {
      writeFileSync(there, "mine");
      const { code, said } = await run(...asked);
      expect(said.trim()).toBe(
        `${there} is there already. Add --force to replace it, or name another file with -o.`,
      );
      expect(code).toBe(2);
      expect(readFileSync(there, "utf8")).toBe("mine");
      rmSync(there);
    }
    writeFileSync(file, "mine");
    expect(await run(...asked, "--force")).toMatchObject({ code: 0 });
    expect(readFileSync(file, "utf8")).toMatch(/^"channel","id",/);
    expect(readFileSync(`${file}.manifest.json`, "utf8")).toContain('"posts": 130');
  });

  test("two at once to one new file: one writes it, the other is told that it is there", async () => {
    const file = join(emptyFolder(), "one.jsonl");
    const both = await Promise.all(
      ["id:1..9", "id:1..20"].map(async (query) =>
        run("export", query, "--format", "jsonl", "-o", file),
      ),
    );
    expect(both.map(({ code }) => code).toSorted((a, b) => Number(a) - Number(b))).toEqual([0, 2]);
    expect(both.find(({ code }) => code === 2)?.said).toContain("is there already");
    const { posts } = JSON.parse(readFileSync(`${file}.manifest.json`, "utf8")) as {
      posts: number;
    };
    expect(lines(readFileSync(file, "utf8"))).toHaveLength(posts);
  });

  test.each(["one.csv", "one.csv.manifest.json"])(
    "a %s that another wrote meanwhile is left as it is, and nothing else is",
    async (theirs) => {
      const folder = emptyFolder();
      const file = join(folder, "one.csv");
      const write = async (unfinished: string) => {
        writeFileSync(unfinished, "ours");
        writeFileSync(join(folder, theirs), "theirs");
      };
      const description = { name: `${file}.manifest.json`, write };
      await expect(
        writeWhole({ name: file, write }, description, { mayReplace: false }),
      ).rejects.toThrow(`${join(folder, theirs)} is there already`);
      expect(readdirSync(folder)).toEqual([theirs]);
      expect(readFileSync(join(folder, theirs), "utf8")).toBe("theirs");
    },
  );

  test("that is stopped says so, and leaves nothing behind", async () => {
    const folder = emptyFolder();
    const stop = new AbortController();
    const said: string[] = [];
    const session = {
      config: readConfig({ data }, {}),
      signal: stop.signal,
      // The first thing said is that foo: is no field.
      progress: { say: () => stop.abort(), update: () => {} },
      print: (line: string) => said.push(line),
    };
    const asked = { format: "jsonl", output: join(folder, "all.jsonl") };
    const stopped = exportTo(session as unknown as Session, "foo:bar", asked);
    await expect(stopped).rejects.toMatchObject({
      name: "AbortError",
      message: `Stopped. ${asked.output} was not written; the archive is as it was.`,
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each(["jsonl", "csv", "parquet", "atom"])(
    "goes to standard output, alone and byte for byte, where the file is called - (%s)",
    async (format) => {
      const folder = emptyFolder();
      const file = join(folder, "posts");
      const asked = ["export", "has:photo -foo:bar", "--format", format, "-o"];
      await run(...asked, file);
      const piped = join(folder, "piped");
      const { code, said } = await piping([...asked, "-"], openSync(piped, "w"));
      expect(code).toBe(0);
      const photos = truth.posts.filter(({ media }) => media.some(({ kind }) => kind === "photo"));
      expect(said).toContain("There is no field “foo:”");
      expect(said).toMatch(
        new RegExp(`^${photos.length} posts on standard output, cited as [0-9a-f]{16}$`, "m"),
      );
      expect(readFileSync(piped)).toEqual(readFileSync(file));
      expect(readdirSync(folder).toSorted()).toEqual(["piped", "posts", "posts.manifest.json"]);
      expect(existsSync("-")).toBe(false);
    },
  );

  test("into a pipe whose reader has had enough ends quietly", async () => {
    const { code, said } = await backscroll(["export", "", "--format", "jsonl", "-o", "-"], {
      env: env(),
      started: (child) => child.stdout?.destroy(),
    });
    expect({ code, said }).toEqual({ code: 0, said: "" });
  });

  test.runIf(existsSync("/dev/full"))(
    "onto a full disk says that what was written is not all of it",
    async () => {
      const full = openSync("/dev/full", "w");
      const { code, said } = await piping(["export", "", "--format", "csv", "-o", "-"], full);
      expect({ code, said }).toEqual({
        code: 6,
        said: "The disk is full: what was written is not all of it. Make room and run again.\n",
      });
    },
  );

  test("a backup cannot be piped, and says so", async () => {
    const { code, said } = await run("backup", "-");
    expect([code, said]).toEqual([2, expect.stringContaining("it cannot be piped")]);
  });

  test("keeps its result, which is listed and can be forgotten", async () => {
    const file = join(emptyFolder(), "some.jsonl");
    const { said } = await run("export", "id:1..9", "--format", "jsonl", "-o", file);
    const [, id = ""] = /cited as ([0-9a-f]{16})/.exec(said) ?? [];
    const listed = await run("sets", "list", "--json");
    expect(lines(listed.out)).toContainEqual(
      expect.objectContaining({ id, query: "id:1..9", citedAt: expect.any(String) }),
    );
    expect((await run("sets", "list")).out).toContain(id);
    expect(await run("sets", "remove", id)).toMatchObject({ code: 0, said: `Removed ${id}.\n` });
    expect((await run("sets", "list", "--json")).out).not.toContain(id);
    const again = await run("sets", "remove", id);
    expect(again.said).toContain(`No result is kept under ${id}`);
    expect(again.code).toBe(2);
  });

  test("writes every post found, and a manifest that tells what was asked of what", async () => {
    const file = join(emptyFolder(), "all.jsonl");
    expect(await run("export", "", "--format", "jsonl", "-o", file)).toMatchObject({ code: 0 });
    const posts = lines(readFileSync(file, "utf8")) as {
      id: number;
      hash: string;
      channel: string;
    }[];
    expect(posts.map(({ id }) => id)).toEqual(truth.posts.map(({ id }) => id));
    const manifest = JSON.parse(readFileSync(`${file}.manifest.json`, "utf8")) as {
      sha256: string;
    };
    expect(manifest).toMatchObject({
      query: "",
      format: "jsonl",
      posts: 130,
      archive: { posts: 130 },
    });
    const again = join(emptyFolder(), "again.jsonl");
    await run("export", "", "--format", "jsonl", "-o", again);
    expect(JSON.parse(readFileSync(`${again}.manifest.json`, "utf8"))).toMatchObject({
      sha256: manifest.sha256,
    });
  });
});

test("a backup is restored to the same answers, and what was there before is kept", async () => {
  const copy = join(emptyFolder(), "copy.db");
  expect(await run("backup", copy)).toMatchObject({ code: 0 });
  const elsewhere = emptyFolder();
  expect(await backscroll(["restore", copy, "--data", elsewhere])).toMatchObject({ code: 0 });
  expect(await backscroll(["verify", "--data", elsewhere])).toMatchObject({ code: 0 });
  expect(lines((await backscroll(["channels", "--json", "--data", elsewhere])).out)).toEqual(
    lines((await run("channels", "--json")).out),
  );
  writeFileSync(copy, "not an archive");
  expect(await backscroll(["restore", copy, "--data", elsewhere])).toMatchObject({ code: 2 });
  expect(await backscroll(["verify", "--data", elsewhere])).toMatchObject({ code: 0 });
});

test("no post can drive the terminal", async () => {
  const { out } = await run("search", "sort:new", "--limit", "100");
  // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
  expect(out).not.toMatch(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/);
});

describe("keys", () => {
  test("are given another secret; a backup keeps them, and its restore knows both", async () => {
    const key = (await run("keys", "create", "--scope", "read")).out.trim();
    const rotated = await run("keys", "rotate", key, "--grace", "48", "--json");
    const { key: next, id } = JSON.parse(rotated.out) as { key: string; id: string };
    const folder = emptyFolder();
    const copy = join(folder, "copy.db");
    expect(await run("backup", copy)).toMatchObject({ code: 0 });
    const restored = { env: { BACKSCROLL_DATA: join(folder, "restored") } };
    expect(await backscroll(["restore", copy, "--keep-keys"], restored)).toMatchObject({ code: 0 });
    await using archive = await Archive.open(join(folder, "restored", "archive.db"));
    for (const secret of [key, next]) expect(await archive.keys.find(secret)).toMatchObject({ id });
    const { out, said } = await run("keys", "rotate", id, "--grace", "0");
    expect(out.trim()).toMatch(/^bs_\w{43}$/);
    expect(said).toContain("is good no more");
    expect((await run("keys", "rotate", id, "--grace", "-1")).code).toBe(2);
    expect((await run("keys", "rotate", "nothing")).code).toBe(2);
  });

  test("one is printed once and alone, listed without itself, and taken back by itself", async () => {
    const made = await run("keys", "create", "--scope", "search", "--channel", "t.me/durov");
    expect(made.code).toBe(0);
    expect(made.out).toMatch(/^bs_[A-Za-z0-9]+\n$/);
    const key = made.out.trim();
    expect(made.said).not.toContain(key);
    const { out } = await run("keys", "list", "--json");
    const wanted = { scopes: ["search"], channels: ["durov"], origins: [] };
    expect(lines(out)).toContainEqual(expect.objectContaining(wanted));
    expect(out).not.toContain(key);
    expect((await run("keys", "revoke", key)).code).toBe(0);
    expect((await run("keys", "list")).out).toContain("revoked");
    expect((await run("keys", "revoke", "nothing")).code).toBe(2);
  });

  test("--json prints one object with the key", async () => {
    const { out } = await run("keys", "create", "--scope", "admin", "--json");
    expect(lines(out)).toEqual([
      expect.objectContaining({ key: expect.stringMatching(/^bs_[A-Za-z0-9]{43}$/) as unknown }),
    ]);
  });

  test.each([
    ["--scope", "root"],
    ["--scope", "search", "--origin", "example.org"],
    ["--scope", "search", "--expires", "2020-01-01"],
    ["--scope", "search", "--channel", "t.me/+abc"],
    [],
  ])("%s %s %s %s is refused as bad usage", async (...wrong) => {
    const { code, out } = await run("keys", "create", ...wrong);
    expect([code, out]).toEqual([2, ""]);
  });
});

describe("saved", () => {
  test("add prints the secret alone, list shows the search without it, remove forgets it", async () => {
    const url = "https://hook.example/path";
    const made = await run("saved", "add", "Watch", "модель -has:photo", "--url", url);
    expect(made.code).toBe(0);
    expect(made.out).toMatch(/^whsec_[A-Za-z0-9+/]{43}=\n$/);
    expect(made.said).not.toContain(made.out.trim());
    const listed = await run("saved", "list", "--json");
    const [search] = lines(listed.out) as { id: string }[];
    expect(search).toMatchObject({ name: "Watch", query: "модель -has:photo", url, matches: 0 });
    expect(listed.out).not.toContain(made.out.trim().slice(6));
    expect((await run("saved", "list")).out).toContain("Watch");
    expect((await run("saved", "remove", search?.id ?? "")).code).toBe(0);
    expect((await run("saved", "remove", search?.id ?? "")).code).toBe(2);
  });

  test.each([
    ["Watch", "has:wings"],
    [" ", "модель"],
    ["Watch", "модель", "--url", "http://127.0.0.1/hook"],
  ])("add %s %s is refused as bad usage", async (...typed) => {
    const { code, out } = await run("saved", "add", ...typed);
    expect([code, out]).toEqual([2, ""]);
  });
});
