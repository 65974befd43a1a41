import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeTruth } from "../../../demo/make-truth.ts";
import { startStandIn } from "../../../demo/stand-in.ts";
import { filesWith } from "../../canary.ts";
import { backscroll, emptyFolder } from "../../help.ts";
import { hasOpenssl, startAuthority } from "../jobs/authority.ts";

const python = spawnSync("python3", ["--version"]).status === 0 ? "python3" : undefined;
const whyNot = python === undefined ? " (no python3 here: its verifier is not run)" : "";
const readers = [["node", process.execPath, "verify.mjs"] as const].concat(
  python === undefined ? [] : [["python", python, "verify.py"] as never],
);

/** An archive of 200 posts, one of them edited and one gone, and a package of all of them. */
const place = mkdtempSync(join(tmpdir(), "backscroll-evidence-"));
const data = join(place, "data");
const pack = join(place, "all.wacz");
let said = "";

beforeAll(async () => {
  const truth = makeTruth({ posts: 200, channel: "kept_channel", gaps: 3 });
  const standIn = await startStandIn({ channels: [truth] });
  const archive = async (...flags: readonly string[]) =>
    backscroll(["archive", "kept_channel", "--data", data, "--source", standIn.origin, ...flags]);
  await archive();
  truth.edit(5, { text: "Edited since it was first read", textState: "present", entities: [] });
  await archive("--full");
  await standIn.close();
  ({ said } = await make("", "-o", pack));
}, 120_000);
afterAll(() => rmSync(place, { recursive: true, force: true }));

async function make(...args: readonly string[]) {
  return backscroll(["evidence", ...args, "--data", data]);
}

const sums = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The package unpacked by a program that is not ours. */
function unpacked(file = pack): string {
  const folder = emptyFolder();
  execFileSync("unzip", ["-q", file, "-d", folder]);
  return folder;
}

/** With nothing but the program on the PATH, and no network to ask: what it says, and how it ends. */
function verified(program: string, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8", env: {} });
  return { code: status, out: stdout, said: stderr };
}

const jsonLines = (text: string): Record<string, unknown>[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe(`a package of 200 posts${whyNot}`, () => {
  test.each(readers)("in an empty folder verifies itself under %s", (_name, program, verifier) => {
    const folder = unpacked();
    const { code, out, said: wrong } = verified(program, [join(folder, verifier)]);
    expect(wrong).toBe("");
    expect(out).toMatch(
      /^200 posts in 201 versions, \d+ pages, the journal of archive [\w-]+ up to entry \d+:\n/,
    );
    expect(out).toMatch(/\nAll is as it was written\.\n$/);
    expect(code).toBe(0);
    const [head] = /^ {2}([0-9a-f]{64})$/m.exec(out)!.slice(1);
    expect(said).toContain(head);
  });

  test("the command says the head of the journal and the SHA-256 of the file", () => {
    const [, sum] = /SHA-256 of the file: ([0-9a-f]{64})/.exec(said) ?? [];
    expect(sum).toBe(createHash("sha256").update(readFileSync(pack)).digest("hex"));
  });

  test.each(readers)(
    "names whichever of 50 bytes is changed, in the file or unpacked, under %s",
    (_name, program, verifier) => {
      const bytes = readFileSync(pack);
      const good = unpacked();
      const changed = join(emptyFolder(), "changed.wacz");
      for (let n = 0; n < 25; n += 1) {
        const copy = Buffer.from(bytes);
        const at = Math.floor(((n + 0.5) * copy.length) / 25);
        copy[at] = (copy[at] ?? 0) ^ 1;
        writeFileSync(changed, copy);
        const { code, out } = verified(program, [join(good, verifier), changed]);
        expect([at, code, out]).toEqual([at, 1, expect.stringMatching(/^CHANGED \S+: .+\n/)]);
      }
      const files = readdirSync(good, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => join(parentPath, name));
      expect(files.length).toBe(11);
      for (let n = 0; n < 25; n += 1) {
        const file = files[n % files.length] ?? "";
        const whole = readFileSync(file);
        const copy = Buffer.from(whole);
        const at = Math.floor(((n + 1) * copy.length) / 27);
        copy[at] = (copy[at] ?? 0) ^ 4;
        const elsewhere = join(emptyFolder(), verifier);
        cpSync(join(good, verifier), elsewhere);
        writeFileSync(file, copy);
        const { code, out } = verified(program, [elsewhere, good]);
        const name = file.slice(good.length + 1);
        expect([name, code, out]).toEqual([name, 1, expect.stringContaining(`CHANGED ${name}: `)]);
        writeFileSync(file, whole);
      }
    },
    120_000,
  );

  test.each(readers)(
    "names the record of a changed page, the post and the entry, under %s",
    (_name, program, verifier) => {
      const change = (file: string, find: string): string => {
        const folder = unpacked();
        const text = readFileSync(join(folder, file), "latin1");
        const at = text.indexOf(find) + find.length;
        const other = text[at] === "x" ? "y" : "x";
        writeFileSync(join(folder, file), text.slice(0, at) + other + text.slice(at + 1), "latin1");
        return verified(program, [join(folder, verifier)]).out;
      };
      expect(change("posts.jsonl", "Edited since it was first")).toMatch(
        /^CHANGED posts\.jsonl: line \d+ \(kept_channel\/5\)\n/,
      );
      expect(change("journal.jsonl", '"no":3,"at":"')).toMatch(
        /^CHANGED journal\.jsonl: line 4 \(entry 3\)\n/,
      );
      const folder = unpacked();
      const line = readFileSync(join(folder, "indexes/index.cdx"), "utf8").split("\n")[3] ?? "";
      const record = JSON.parse(line.slice(line.indexOf("{"))) as Record<string, string>;
      const warc = join(folder, "archive/pages.warc.gz");
      const bytes = readFileSync(warc);
      const at = Number(record["offset"]) + 40;
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      writeFileSync(warc, bytes);
      const { out } = verified(program, [join(folder, verifier)]);
      expect(out.split("\n")[0]).toContain(
        `CHANGED archive/pages.warc.gz: the record of ${record["url"]}, read 2`,
      );
      expect(out.split("\n")[1]).toBe("1 found. This is not what was written.");
    },
  );

  test.each(readers)(
    "that was forged with all its sums is held to the journal under %s",
    (_name, program, verifier) => {
      const folder = unpacked();
      const forge = (file: string, change: (text: string) => string): void =>
        writeFileSync(join(folder, file), change(readFileSync(join(folder, file), "utf8")));
      forge("posts.jsonl", (text) =>
        text.replace("Edited since it was first read", "Never said by anybody"),
      );
      const posts = readFileSync(join(folder, "posts.jsonl"), "utf8");
      forge("lines.json", (text) => {
        const lines = JSON.parse(text) as Record<string, string[]>;
        lines["posts.jsonl"] = posts
          .trimEnd()
          .split("\n")
          .map((line) => sums(line).slice(0, 16));
        return `${JSON.stringify(lines)}\n`;
      });
      forge("datapackage.json", (text) => {
        const manifest = JSON.parse(text) as {
          resources: { path: string; hash: string; bytes: number }[];
        };
        for (const one of manifest.resources) {
          const bytes = readFileSync(join(folder, one.path));
          one.hash = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
          one.bytes = bytes.length;
        }
        return `${JSON.stringify(manifest, undefined, 2)}\n`;
      });
      const hash = `sha256:${sums(readFileSync(join(folder, "datapackage.json"), "utf8"))}`;
      const check = sums(hash).slice(0, 16);
      forge(
        "datapackage-digest.json",
        () => `${JSON.stringify({ path: "datapackage.json", hash, check })}\n`,
      );
      expect(verified(program, [join(folder, verifier)])).toMatchObject({
        code: 1,
        out: expect.stringMatching(
          /^CHANGED posts\.jsonl: kept_channel\/5: a version does not give its hash\n/,
        ) as string,
      });
    },
  );

  test("holds the pages as they came, with status and headers, and posts with their versions", () => {
    const folder = unpacked();
    const warc = gunzipSync(readFileSync(join(folder, "archive/pages.warc.gz"))).toString();
    expect(warc).toMatch(/^WARC\/1\.1\r\n/);
    const pages = jsonLines(readFileSync(join(folder, "pages/pages.jsonl"), "utf8")).slice(1);
    expect(warc.match(/^WARC-Type: response\r$/gm)?.length).toBe(pages.length);
    expect(warc).toContain("HTTP/1.1 200 OK\r\ncontent-type: text/html");
    expect(warc.match(/data-post="kept_channel\/5"/g)?.length).toBe(2);
    const posts = jsonLines(readFileSync(join(folder, "posts.jsonl"), "utf8"));
    expect(posts.length).toBe(200);
    expect(posts.find(({ id }) => id === 5)).toMatchObject({
      text: "Edited since it was first read",
      versions: 2,
      earlier: [{ version: 1 }],
    });
    const shown = readFileSync(join(folder, "index.html"), "utf8");
    expect(shown).toContain("Edited since it was first read");
    expect(shown).not.toMatch(/<script|src=|href=/);
  });

  test("takes a query or posts by name, and refuses what is not there, too much, or a file that is", async () => {
    const out = join(emptyFolder(), "some.wacz");
    const some = await make("kept_channel/5", "https://t.me/kept_channel/1", "-o", out);
    expect(some).toMatchObject({
      code: 0,
      said: expect.stringMatching(/^2 posts and \d pages? in /) as string,
    });
    expect(
      jsonLines(readFileSync(join(unpacked(out), "posts.jsonl"), "utf8")).map(({ id }) => id),
    ).toEqual([5, 1]);
    const told = jsonLines(readFileSync(join(unpacked(out), "journal.jsonl"), "utf8"))
      .slice(1)
      .flatMap(({ told: things }) => things as { content: string }[])
      .map(({ content }) => JSON.parse(content) as { what: string; id?: number });
    // Of the posts beside them nothing can be learned.
    expect(new Set(told.flatMap(({ id }) => id ?? []))).toEqual(new Set([1, 5]));
    expect(told.map(({ what }) => what)).toContain("edited");
    expect(await make("kept_channel/5", "-o", out)).toMatchObject({
      code: 2,
      said: expect.stringContaining("is there already") as string,
    });
    const other = join(emptyFolder(), "other.wacz");
    expect(await make("kept_channel/999999", "-o", other)).toMatchObject({
      code: 2,
      said: "kept_channel/999999 is not kept here.\n",
    });
    expect(await make("nothingsaysthisword", "-o", other)).toMatchObject({
      code: 2,
      said: expect.stringContaining("Nothing is found: there is nothing to prove.") as string,
    });
    expect(await make("edited", "since", "-o", join(other, "none", "x.wacz"))).toMatchObject({
      code: 2,
    });
    expect(await make("edited", "since", "-o", other, "--force")).toMatchObject({ code: 0 });
    for (const [, program, verifier] of readers)
      expect(verified(program, [join(unpacked(), verifier), other])).toMatchObject({ code: 0 });
  }, 120_000);
});

function evidenceOf(folder: string) {
  const manifest = JSON.parse(readFileSync(join(folder, "datapackage.json"), "utf8")) as {
    evidence: { sha256: string; archive: string };
  };
  return manifest.evidence;
}

/** All that is kept of pages, and by which post's version each is named. */
function pagesIn(folder: string) {
  using db = new DatabaseSync(join(folder, "archive.db"), { readOnly: true });
  const pages = db
    .prepare(
      `SELECT p.id, v.number, b.url, b.read_at, b.status, b.headers, hex(b.bytes) AS bytes FROM post p
       JOIN (SELECT post_no, number, body_no FROM version UNION ALL SELECT no, versions, body_no FROM post) v ON v.post_no = p.no
       JOIN body b ON b.no = v.body_no ORDER BY p.id, v.number`,
    )
    .all();
  const [{ entries }] = db.prepare("SELECT count(*) AS entries FROM journal").all() as [
    { entries: number },
  ];
  return { pages, entries };
}

const postsIn = (place: string) => jsonLines(readFileSync(join(place, "posts.jsonl"), "utf8"));

function stampsIn(place: string) {
  using db = new DatabaseSync(join(place, "archive.db"), { readOnly: true });
  return db
    .prepare(
      "SELECT archive_id, entry, hex(link), stamped_at, hex(answer) FROM stamp ORDER BY entry",
    )
    .all();
}

describe(`a package that is taken back${whyNot}`, () => {
  test("gives the same posts, versions and set, each with its page as it came; again it changes nothing", async () => {
    const folder = join(emptyFolder(), "data");
    const take = async () => backscroll(["import", pack, "--data", folder]);
    expect((await take()).said).toContain(
      "@kept_channel: 200 read, 200 new, 0 changed, 0 equal, 0 refused\n",
    );
    expect(pagesIn(folder).pages).toEqual(pagesIn(data).pages);
    expect(await backscroll(["verify", "--data", folder])).toMatchObject({ code: 0 });
    const before = pagesIn(folder);
    expect((await take()).said).toContain(
      "@kept_channel: 200 read, 0 new, 0 changed, 200 equal, 0 refused\n",
    );
    expect(pagesIn(folder)).toEqual(before);
    const out = join(emptyFolder(), "again.wacz");
    expect(await backscroll(["evidence", "", "-o", out, "--data", folder])).toMatchObject({
      code: 0,
    });
    const again = unpacked(out);
    expect(evidenceOf(again).sha256).toBe(evidenceOf(unpacked()).sha256);
    expect(evidenceOf(again).archive).not.toBe(evidenceOf(unpacked()).archive);
    expect(postsIn(again)).toEqual(postsIn(unpacked()));
    for (const [, program, verifier] of readers)
      expect(verified(program, [join(again, verifier)])).toMatchObject({ code: 0 });
  }, 120_000);

  test("is refused as a whole where a byte of it was changed", async () => {
    const copy = Buffer.from(readFileSync(pack));
    const at = copy.indexOf("Edited since it was first read");
    copy[at] = (copy[at] ?? 0) ^ 1;
    const changed = join(emptyFolder(), "changed.wacz");
    writeFileSync(changed, copy);
    const folder = join(emptyFolder(), "data");
    expect(await backscroll(["import", changed, "--data", folder])).toMatchObject({
      code: 2,
      said: expect.stringContaining(
        "is no whole package of evidence: posts.jsonl is not what was written. Nothing was taken.",
      ) as string,
    });
    expect(pagesIn(folder).pages).toEqual([]);
    writeFileSync(changed, copy.subarray(0, copy.length / 2));
    expect(await backscroll(["import", changed, "--data", folder])).toMatchObject({ code: 2 });
  });

  test("brings nothing of what was purged here", async () => {
    const folder = join(emptyFolder(), "data");
    cpSync(data, folder, { recursive: true });
    await backscroll(["purge", "kept_channel/5", "--yes", "--data", folder]);
    const taken = await backscroll(["import", pack, "--data", folder]);
    expect(taken.said).toContain("1 purged before, stay out");
    expect(filesWith(folder, "Edited since it was first read")).toEqual([]);
    expect(filesWith(folder, 'data-post="kept_channel/5"')).toEqual([]);
    expect(await backscroll(["verify", "--data", folder])).toMatchObject({ code: 0 });
  }, 120_000);
});

describe.skipIf(!hasOpenssl)(
  `with a time stamp authority${hasOpenssl ? "" : " (no openssl here to make one of)"}`,
  () => {
    test("a package, and each cited result, has the head stamped; openssl finds the stamp good, and one that does not answer is said", async () => {
      const authority = await startAuthority();
      const copy = join(emptyFolder(), "data");
      cpSync(data, copy, { recursive: true });
      const env = { BACKSCROLL_TSA: authority.url };
      const out = join(emptyFolder(), "stamped.wacz");
      const jsonl = ["--format", "jsonl", "-o", join(emptyFolder(), "posts.jsonl")];
      const exported = await backscroll(["export", "edited", ...jsonl, "--data", copy], { env });
      expect(exported.said).toMatch(/^Entry \d+ of the journal was stamped at 20\d\d-/m);
      expect(authority.asked).toBe(1);
      const made = await backscroll(["evidence", "first", "read", "-o", out, "--data", copy], {
        env,
      });
      expect(made).toMatchObject({
        code: 0,
        said: expect.stringContaining("Time stamps in it: 2") as string,
      });
      expect(authority.asked).toBe(2);
      const folder = unpacked(out);
      const { evidence } = JSON.parse(readFileSync(join(folder, "datapackage.json"), "utf8")) as {
        evidence: {
          head: { hash: string };
          stamps: { path: string; hash: string; entry: number }[];
        };
      };
      expect(evidence.stamps.at(-1)?.hash).toBe(evidence.head.hash);
      for (const { path, hash } of evidence.stamps) {
        const args = [
          "ts",
          "-verify",
          "-digest",
          hash,
          "-in",
          join(folder, path),
          "-CAfile",
          authority.root,
        ];
        expect(spawnSync("openssl", args, { encoding: "utf8" }).stdout).toBe("Verification: OK\n");
      }
      for (const [, program, verifier] of readers) {
        const { code, out: told } = verified(program, [join(folder, verifier)]);
        expect(code).toBe(0);
        expect(told).toContain(`was known to ${authority.url} at 20`);
        expect(told).toContain(`openssl ts -verify -digest ${evidence.head.hash} -in stamps/`);
      }
      await authority.close();
      const other = join(emptyFolder(), "data");
      expect(await backscroll(["import", out, "--data", other])).toMatchObject({ code: 0 });
      expect(stampsIn(other)).toEqual(stampsIn(copy));
      const again = join(emptyFolder(), "unstamped.wacz");
      const alone = await backscroll(["evidence", "since", "-o", again, "--data", copy], { env });
      expect(alone).toMatchObject({
        code: 0,
        said: expect.stringContaining("There is no time stamp: ") as string,
      });
    }, 120_000);
  },
);

describe(`after a purge of one post${whyNot}`, () => {
  test("the chain verifies, and no byte of it is in a new package", async () => {
    const copy = join(emptyFolder(), "data");
    mkdirSync(copy);
    cpSync(data, copy, { recursive: true });
    const words = "Edited since it was first read";
    const purged = await backscroll(["purge", "kept_channel/5", "--yes", "--data", copy]);
    expect(purged).toMatchObject({ code: 0 });
    const out = join(emptyFolder(), "left.wacz");
    expect(await backscroll(["evidence", "", "-o", out, "--data", copy])).toMatchObject({
      code: 0,
    });
    const folder = unpacked(out);
    for (const [, program, verifier] of readers)
      expect(verified(program, [join(folder, verifier)])).toMatchObject({
        code: 0,
        out: expect.stringMatching(/^199 posts in 199 versions/) as string,
      });
    using db = new DatabaseSync(join(data, "archive.db"), { readOnly: true });
    const hashes = db
      .prepare(
        "SELECT hash FROM post WHERE id = 5 UNION SELECT v.hash FROM version v JOIN post p ON p.no = v.post_no WHERE p.id = 5",
      )
      .all()
      .map(({ hash }) => String(hash));
    expect(hashes.length).toBe(2);
    const everything = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => readFileSync(join(parentPath, name)))
      .flatMap((bytes) => (bytes[0] === 0x1f ? [bytes, gunzipSync(bytes)] : [bytes]));
    for (const gone of [words, 'data-post="kept_channel/5"', ...hashes])
      expect(everything.filter((bytes) => bytes.includes(gone))).toEqual([]);
    // What was cut is no answer any more: its record is a body alone.
    const warc = gunzipSync(readFileSync(join(folder, "archive/pages.warc.gz"))).toString();
    expect(warc.match(/^WARC-Type: resource\r$/gm)?.length).toBeGreaterThan(0);
  }, 120_000);
});
