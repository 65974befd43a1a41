import { createHash, randomBytes } from "node:crypto";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Archive } from "../../../server/archive/archive.ts";
import { isStampDue, keepStamped, stampHead } from "../../../server/jobs/stamp-head.ts";
import { timeStamp } from "../../../server/jobs/time-stamp.ts";
import { emptyFolder } from "../../help.ts";
import { page, range } from "../archive/sample.ts";
import { hasOpenssl, startAuthority } from "./authority.ts";

const whyNot = hasOpenssl ? "" : " (no openssl here to make an authority of)";

describe.skipIf(!hasOpenssl)(`a time stamp${whyNot}`, () => {
  let authority: Awaited<ReturnType<typeof startAuthority>>;
  beforeAll(async () => {
    authority = await startAuthority();
  });
  afterAll(async () => authority?.close());
  beforeEach(() => {
    authority.spoiling.spoil = undefined;
    authority.spoiling.status = 200;
  });

  test("is what openssl takes for one of the head of the journal, by this authority alone", async () => {
    await using archive = await Archive.open(join(emptyFolder(), "archive.db"));
    await archive.savePage(page(range(1, 3)));
    const { hash, entry } = await archive.journal();
    const stamp = await stampHead({ archive, authority: authority.url });
    expect(stamp).toMatchObject({ entry, hash, authority: authority.url });
    expect(Math.abs(Date.parse(stamp.stampedAt) - Date.now())).toBeLessThan(60_000);
    const folder = emptyFolder();
    const file = join(folder, "head.tsr");
    writeFileSync(file, stamp.answer);
    const check = (digest: string, root: string) =>
      spawnSync("openssl", ["ts", "-verify", "-digest", digest, "-in", file, "-CAfile", root], {
        encoding: "utf8",
      });
    expect(check(hash, authority.root)).toMatchObject({ status: 0, stdout: "Verification: OK\n" });
    expect(check("0".repeat(64), authority.root).status).toBe(1);
    const other = await startAuthority();
    expect(check(hash, other.root).status).toBe(1);
    await other.close();
  });

  test("of one entry is asked for once, and kept with the archive", async () => {
    await using archive = await Archive.open(join(emptyFolder(), "archive.db"));
    const before = authority.asked;
    const first = await stampHead({ archive, authority: authority.url });
    expect(await stampHead({ archive, authority: authority.url })).toEqual(first);
    expect(authority.asked).toBe(before + 1);
    const { archiveId } = await archive.state();
    expect(await archive.stamps.of(archiveId)).toEqual([first]);
  });

  test("by a key of another kind is understood", async () => {
    const elliptic = await startAuthority({ key: ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"] });
    const hash = randomBytes(32);
    const { stampedAt } = await timeStamp(hash, { authority: elliptic.url });
    expect(stampedAt).toMatch(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    await elliptic.close();
  });

  const asked = createHash("sha256").update("asked").digest();
  const other = createHash("sha256").update("other").digest();
  test.each([
    [
      "a signature that does not hold",
      (answer: Buffer) => flipped(answer, answer.length - 5),
      "its signature does not hold",
    ],
    [
      "of something else",
      (answer: Buffer) => replaced(answer, asked, other),
      "its signature is of another text",
    ],
    ["none at all", () => Buffer.from("<html>login</html>"), "it cannot be read"],
    ["a refusal", () => Buffer.from("30053003020102", "hex"), "it was refused"],
    ["half of one", (answer: Buffer) => answer.subarray(0, 200), "it cannot be read"],
    ["nothing", () => Buffer.alloc(0), "it cannot be read"],
  ])("that is none is not taken: %s", async (_what, spoil, why) => {
    authority.spoiling.spoil = spoil;
    const { host } = new URL(authority.url);
    await expect(timeStamp(asked, { authority: authority.url })).rejects.toThrow(
      `What ${host} answered is no time stamp of what was asked: ${why}.`,
    );
  });

  test("from an earlier answer to somebody else is not taken, nor is an answer too large or with another status", async () => {
    let earlier: Buffer | undefined;
    authority.spoiling.spoil = (answer) => (earlier ??= answer);
    await timeStamp(asked, { authority: authority.url });
    await expect(timeStamp(asked, { authority: authority.url })).rejects.toThrow(
      "it answers another question",
    );
    authority.spoiling.spoil = () => Buffer.alloc(200_000);
    await expect(timeStamp(asked, { authority: authority.url })).rejects.toThrow(
      "is larger than 100000 bytes",
    );
    authority.spoiling.status = 503;
    authority.spoiling.spoil = undefined;
    await expect(timeStamp(asked, { authority: authority.url })).rejects.toThrow(
      "answered with HTTP status 503",
    );
  });

  test("is due at first, a day after the last when anything was told since, and when a result was cited", async () => {
    let today = new Date();
    await using archive = await Archive.open(join(emptyFolder(), "archive.db"), {
      now: () => today,
    });
    expect(await isStampDue(archive)).toBe(true);
    await stampHead({ archive, authority: authority.url });
    expect(await isStampDue(archive)).toBe(false);
    today = new Date(Date.now() + 25 * 3_600_000);
    expect(await isStampDue(archive)).toBe(false);
    await archive.savePage(page(range(1, 3)));
    expect(await isStampDue(archive)).toBe(true);
    await stampHead({ archive, authority: authority.url });
    today = new Date();
    const set = {
      sha256: "a".repeat(64),
      query: "x",
      posts: 0,
      position: 3,
      analyzer: "x",
      marks: [],
    };
    expect(await isStampDue(archive)).toBe(false);
    await archive.keepSet({ ...set, citedAt: "2026-06-20T12:00:00Z" });
    expect(await isStampDue(archive)).toBe(true);
  });

  test("is asked for again an hour after an authority failed, and seen to until the signal", async () => {
    await using archive = await Archive.open(join(emptyFolder(), "archive.db"));
    const stop = new AbortController();
    const waits: number[] = [];
    const said: string[] = [];
    authority.spoiling.status = 500;
    await keepStamped({
      archive,
      authority: authority.url,
      signal: stop.signal,
      onStamp: ({ entry }) => said.push(`stamped ${entry}`),
      onError: (error) => said.push((error as Error).message),
      wait: async (ms) => {
        waits.push(ms);
        authority.spoiling.status = 200;
        if (waits.length === 3) stop.abort();
      },
    });
    expect(waits).toEqual([3_600_000, 60_000, 60_000]);
    expect(said).toEqual([expect.stringMatching("HTTP status 500"), "stamped 1"]);
  });
});

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

function replaced(bytes: Buffer, from: Buffer, to: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  to.copy(copy, copy.indexOf(from));
  return copy;
}
