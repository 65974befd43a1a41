import { createHash } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Post } from "../../../scraper/post.ts";
import { Archive } from "../../../server/archive/archive.ts";
import { filesWith } from "../../canary.ts";
import { emptyFolder } from "../../help.ts";
import { channel, page, range } from "./sample.ts";
import { setBack } from "./set-back.ts";

const now = (): Date => new Date("2026-06-20T12:00:00Z");
const key = (id: number): { channel: string; id: number } => ({ channel: "Gradient", id });

async function opened() {
  const folder = emptyFolder();
  const file = join(folder, "archive.db");
  const archive = await Archive.open(file, { now });
  onTestFinished(async () => archive[Symbol.asyncDispose]());
  return { archive, folder, file };
}

/** What each entry tells, as it stands in the file; undefined what was purged. */
function told(file: string) {
  using db = new DatabaseSync(file, { readOnly: true });
  const contents = db.prepare("SELECT no, place, content FROM journal_content").all();
  return db
    .prepare("SELECT no, length(digests) / 32 AS things FROM journal ORDER BY no")
    .all()
    .map(({ no, things }) =>
      Array.from({ length: Number(things) }, (_, place) => {
        const row = contents.find((one) => one["no"] === no && one["place"] === place);
        return row && (JSON.parse(String(row["content"])) as Record<string, unknown>);
      }),
    );
}

const kept = (no: number, day: number) => ({
  what: "page",
  page: no,
  channel: "Gradient",
  url: expect.any(String) as string,
  readAt: `2026-06-${day}T12:00:00Z`,
  sha256: createHash("sha256").update(`2026-06-${day}T12:00:00Z`).digest("hex"),
});

/** Changes the file as somebody would who knows it well. */
function tamper(file: string, statement: string): void {
  using db = new DatabaseSync(file);
  db.exec(statement);
}

const found = async (archive: Archive): Promise<readonly string[]> =>
  (await archive.verify()).map(({ where, what }) => `${where}: ${what}`);

describe("the journal", () => {
  test("tells in order what was kept and what was seen to happen, and a second reading of the same adds its page alone", async () => {
    const { archive, file } = await opened();
    const read = (posts: readonly Post[], readAt: string) =>
      archive.savePage(page(posts, { readAt, span: { from: 1, to: 3 }, body: bytes(readAt) }));
    const [one, two, three] = range(1, 3) as [Post, Post, Post];
    await read([one, two, three], "2026-06-10T12:00:00Z");
    await read([one, two, three], "2026-06-11T12:00:00Z");
    const edited = { ...one, text: "Other words", edited: true };
    await read([edited, three], "2026-06-12T12:00:00Z");
    await read([edited, three], "2026-06-13T12:00:00Z");
    await read([edited, two, three], "2026-06-14T12:00:00Z");
    const hash = expect.stringMatching(/^[0-9a-f]{64}$/) as string;
    const says = (what: string, id: number, page: number) => ({
      what,
      channel: "Gradient",
      id,
      hashes: [hash],
      page,
    });
    const { archiveId } = await archive.state();
    expect(told(file)).toEqual([
      [{ what: "begun", archive: archiveId }],
      [kept(1, 10), says("new", 1, 1), says("new", 2, 1), says("new", 3, 1)],
      [kept(2, 11)],
      [kept(3, 12), says("edited", 1, 3)],
      [kept(4, 13), { what: "deleted", channel: "Gradient", id: 2, at: "2026-06-13T12:00:00Z" }],
      [kept(5, 14), { what: "returned", channel: "Gradient", id: 2, at: "2026-06-14T12:00:00Z" }],
    ]);
    expect(await archive.journal()).toMatchObject({ entry: 6, at: "2026-06-20T12:00:00Z" });
    expect(await found(archive)).toEqual([]);
  });

  test("is a chain that anybody can count up again: SHA-256 over the link before, the salted hash, number and time", async () => {
    const { archive, file } = await opened();
    await archive.savePage(page(range(1, 20)));
    await archive.savePage(page(range(21, 40), { readAt: "2026-06-16T12:00:00Z" }));
    using db = new DatabaseSync(file, { readOnly: true });
    const entries = db.prepare("SELECT no, at FROM journal ORDER BY no").all();
    const things = db.prepare("SELECT * FROM journal_content ORDER BY no, place").all();
    let link: Uint8Array = new Uint8Array(32);
    for (const { no, at } of entries) {
      const next = createHash("sha256").update(link);
      for (const { salt, content } of things.filter((one) => one["no"] === no))
        next.update(
          createHash("sha256")
            .update(salt as Uint8Array)
            .update(String(content))
            .digest(),
        );
      link = next.update(`${Number(no)} ${String(at)}`).digest();
    }
    expect(await archive.journal()).toEqual({
      entry: 3,
      at: "2026-06-20T12:00:00Z",
      hash: Buffer.from(link).toString("hex"),
    });
    const salts = things.map(({ salt }) => Buffer.from(salt as Uint8Array).toString("hex"));
    expect(new Set(salts).size).toBe(1 + 21 + 21);
  });

  test.each([
    [
      "what an entry tells",
      "UPDATE journal_content SET content = replace(content, '\"id\":2,', '\"id\":9,') WHERE no = 2",
      "entry 2 does not tell what was written",
    ],
    [
      "a salt",
      "UPDATE journal_content SET salt = zeroblob(16) WHERE no = 2 AND place = 1",
      "entry 2 does not tell what was written",
    ],
    [
      "a hash of what is told",
      "UPDATE journal SET digests = zeroblob(128) WHERE no = 2",
      "entry 2 does not follow from the one before it",
    ],
    [
      "a time",
      "UPDATE journal SET at = '2026-06-19T12:00:00Z' WHERE no = 2",
      "entry 2 does not follow from the one before it",
    ],
    [
      "a link",
      "UPDATE journal SET link = zeroblob(32) WHERE no = 2",
      "entry 2 does not follow from the one before it",
    ],
    [
      "an entry that was taken out",
      "DELETE FROM journal_content WHERE no = 2; DELETE FROM journal WHERE no = 2",
      "entry 2 of the journal is missing",
    ],
    [
      "the entries of the end",
      "DELETE FROM journal_content WHERE no > 1; DELETE FROM journal WHERE no > 1",
      "no entry of the journal tells of @Gradient/3 as it is",
    ],
    [
      "what is forgotten of a post that is kept",
      "DELETE FROM journal_content WHERE no = 2 AND post_id = 2",
      "no entry of the journal tells of @Gradient/2 as it is",
    ],
    [
      "the whole journal",
      "DELETE FROM journal_content; DELETE FROM journal",
      "the journal is empty",
    ],
  ])("that was changed is found by verify: %s", async (_what, statement, sentence) => {
    const { archive, file } = await opened();
    await archive.savePage(page(range(1, 3), { body: bytes("one") }));
    await archive.savePage(page([], { body: bytes("two"), readAt: "2026-06-16T12:00:00Z" }));
    expect(await found(archive)).toEqual([]);
    tamper(file, statement);
    expect(await found(archive)).toContain(`journal: ${sentence}`);
  });

  test("that was changed is found by verify: a page that stands in another's place", async () => {
    const { archive, file } = await opened();
    await archive.savePage(page(range(1, 3), { body: bytes("one") }));
    await archive.savePage(page([], { body: bytes("two"), readAt: "2026-06-16T12:00:00Z" }));
    tamper(file, "UPDATE body SET bytes = (SELECT bytes FROM body WHERE no = 2) WHERE no = 1");
    expect(await found(archive)).toEqual([
      "@Gradient: the page https://t.me/s/Gradient is not the one that the journal tells of",
    ]);
  });

  test("shows up a post that was forged with all its sums", async () => {
    const { archive, file } = await opened();
    const other = await opened();
    await archive.savePage(page(range(1, 3)));
    const forged = range(1, 3, (id) => (id === 2 ? { text: "Never said" } : {}));
    await other.archive.savePage(page(forged));
    tamper(
      file,
      `ATTACH '${other.file}' AS other; UPDATE post SET (content, hash, sum) = (SELECT content, hash, sum FROM other.post WHERE id = 2) WHERE id = 2`,
    );
    expect((await archive.post(key(2)))?.text).toBe("Never said");
    expect(await found(archive)).toEqual([
      "journal: no entry of the journal tells of @Gradient/2 as it is",
    ]);
  });

  test("is begun in an archive of before though a page of it is damaged, which verify names", async () => {
    const { archive, file } = await opened();
    await archive.savePage(page(range(1, 3)));
    await archive[Symbol.asyncDispose]();
    setBack(file, 15);
    tamper(file, "UPDATE body SET bytes = x'00'");
    await using again = await Archive.open(file, { now });
    const hashes = [expect.any(String)];
    expect(told(file).slice(1)).toEqual([
      [1, 2, 3].map((id) => ({ what: "found", channel: "Gradient", id, hashes, page: 1 })),
    ]);
    expect(await found(again)).toEqual(["@Gradient: the page https://t.me/s/Gradient is damaged"]);
  });

  test("forgets a purged post, salt and all, says that something was purged, and its chain still holds", async () => {
    const { archive, folder, file } = await opened();
    await archive.savePage(page(range(1, 5)));
    const before = await archive.journal();
    const { hash } = (await archive.post(key(3))) ?? { hash: "" };
    expect(filesWith(folder, hash)).not.toEqual([]);
    await archive.purges.carryOut(await archive.purges.order({ kind: "post", ...key(3) }));
    expect(filesWith(folder, hash)).toEqual([]);
    const entries = told(file);
    expect(entries[1]?.map((thing) => thing?.["id"] ?? thing?.["what"])).toEqual([
      "page",
      1,
      2,
      undefined,
      4,
      5,
    ]);
    expect(entries.at(-1)).toEqual([{ what: "purged", order: 1 }]);
    using db = new DatabaseSync(file, { readOnly: true });
    const link = db.prepare("SELECT hex(link) AS link FROM journal WHERE no = ?").get(before.entry);
    expect(String(link?.["link"]).toLowerCase()).toBe(before.hash);
    expect(await found(archive)).toEqual([]);
  });

  test("of a purged channel tells nothing but that there was something", async () => {
    const { archive, folder, file } = await opened();
    await archive.savePage(page(range(1, 5)));
    await archive.purges.carryOut(
      await archive.purges.order({ kind: "channel", channel: "Gradient" }),
    );
    expect(told(file).map((entry) => entry.map((thing) => thing?.["what"]))).toEqual([
      ["begun"],
      Array.from({ length: 6 }, () => undefined),
      ["page cut"],
      ["purged"],
    ]);
    expect(filesWith(folder, channel.title)).toEqual([]);
    expect(await found(archive)).toEqual([]);
  });

  test("tells of a cited result, whose entry is told with it", async () => {
    const { archive } = await opened();
    await archive.savePage(page(range(1, 3)));
    const sha256 = "a".repeat(64);
    const set = { sha256, query: "x", posts: 0, position: 3, analyzer: "x", marks: [] };
    await archive.keepSet({ ...set, citedAt: "2026-06-20T12:00:00Z" });
    const head = await archive.journal();
    expect(await archive.sets(sha256)).toEqual([expect.objectContaining({ journal: head })]);
    await archive.keepSet({ ...set, citedAt: "2026-06-21T12:00:00Z" });
    expect(await archive.journal()).toEqual(head);
  });
});

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
