import { existsSync, globSync, readFileSync, statSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { startStandIn } from "../../../demo/stand-in.ts";
import { Truth } from "../../../demo/truth.ts";
import { Gates } from "../../../scraper/reading/gates.ts";
import { httpSource } from "../../../scraper/reading/http-source.ts";
import { mediaSource } from "../../../scraper/reading/media-source.ts";
import { pageReader } from "../../../scraper/reading/page-reader.ts";
import type { Media, Post } from "../../../scraper/post.ts";
import { Archive } from "../../../server/archive/archive.ts";
import { type MediaPolicy, mediaWants } from "../../../server/archive/media/media-policy.ts";
import { archiveChannel } from "../../../server/jobs/archive-channel.ts";
import { mediaFetcher } from "../../../server/jobs/media.ts";
import { describeCounts } from "../../../server/terminal.ts";
import { emptyFolder } from "../../help.ts";
import { JumpingClock, serve } from "../../scraper/help.ts";
import { MediaHost, picture, sha256Of } from "./media-host.ts";

const all: MediaPolicy = { kinds: mediaWants, maxBytes: 1_000_000 };
const anHourMs = 3_600_000;

test(
  "a thousand files with every fault are all there once, and none escapes its folder",
  { timeout: 180_000 },
  async () => {
    const host = new MediaHost();
    let inside = 0;
    await using canary = await serve((_, response) => {
      inside += 1;
      response.end("inside");
    });
    const names = Array.from({ length: 1000 }, (_, index) => `f${index + 1}.jpg`);
    const truth = channel(names.map((name) => photo(name)));
    const expected = new Set(names.map((name, index) => putFaulty(host, name, index + 1)));
    const hostile: readonly (readonly [string, string])[] = [
      ["a redirect to this machine", file("away1.jpg")],
      ["a redirect to a cloud's inside", file("away2.jpg")],
      ["an address of this machine", `${canary.origin}/file/x.jpg`],
      ["an address inside the network", "http://169.254.169.254/latest/meta-data/"],
      ["a host that begins like Telegram's", "https://cdn4.telesco.pe.evil.example/file/x.jpg"],
      ["a password before the host", `https://cdn4.telesco.pe@${new URL(canary.origin).host}/x`],
      ["another port", "https://cdn4.telesco.pe:8443/file/x.jpg"],
    ];
    host.put("away1.jpg", redirect(`${canary.origin}/x`));
    host.put("away2.jpg", redirect("http://169.254.169.254/latest/"));
    host.put("large.jpg", { bytes: picture(1, 1_000_001) });
    host.put("endless.jpg", {
      bytes: picture(1),
      faulty: (_, response) => {
        const more = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(16_384)));
        };
        response.on("drain", more);
        more();
        return true;
      },
    });
    host.put("broken.jpg", { bytes: picture(1), faulty: (_, response) => status(response, 500) });
    truth.add(
      [...hostile.map(([, url]) => url), file("large.jpg"), file("endless.jpg")]
        .concat(file("broken.jpg"), file("gone.jpg"))
        .map((url, index) => post(2001 + index, [{ kind: "photo", width: 800, height: 600, url }])),
    );
    let reads = 0;
    const here = await archiveIn(truth, { host, folder: () => `t${(reads += 1)}` });
    const { archive, clock } = here;

    const first = await here.run();
    expect(first.media).toBeGreaterThan(500);
    expect(first).toMatchObject({ mediaRefused: 7, mediaTooLarge: 2 });
    expect(first.mediaWaiting).toBe((await archive.media.count()).waiting);
    expect(first).not.toHaveProperty("mediaFailed");
    truth.remove(2000 + hostile.length + 4);
    for (let days = 0; days < 9 && (await archive.media.count()).waiting > 0; days += 1) {
      clock.set(clock.now() + 25 * anHourMs);
      await here.run();
    }

    const refused = hostile.length;
    expect(await archive.media.count()).toMatchObject({
      kept: 1000,
      waiting: 0,
      refused,
      tooLarge: 2,
      failed: 2,
    });
    expect(filesIn(here.folder)).toEqual(
      [...expected].map((sha256) => `media/${sha256.slice(0, 2)}/${sha256.slice(2)}`).toSorted(),
    );
    for (const name of filesIn(here.folder))
      expect(sha256Of(readFileSync(join(here.folder, name)))).toBe(
        name.replace("media/", "").replace("/", ""),
      );
    expect(await archive.media.total()).toMatchObject({ files: expected.size });
    expect(inside).toBe(0);
    expect(host.resumed).toBeGreaterThanOrEqual(99);
    expect(host.times("broken.jpg")).toBe(7);
    expect(await archive.verify()).toEqual([]);
    const seen = await archive.post({ channel: "files", id: 1 });
    expect(seen?.media[0]?.kept).toMatchObject({ type: "image/jpeg", bytes: 604 + 37 });
    for (const [index, [what]] of hostile.entries())
      expect([
        what,
        (await archive.post({ channel: "files", id: 2001 + index }))?.media[0]?.notKept,
      ]).toEqual([what, "refused"]);
  },
);

test("a policy names kinds and a size; another policy is made good from what was left out", async () => {
  const host = new MediaHost();
  const films = { kind: "video", width: 1280, height: 720, durationSeconds: 9 } as const;
  host.put("a.jpg", { bytes: picture(1) });
  host.put("b.mp4", { bytes: picture(2, 5000) });
  host.put("c.jpg", { bytes: picture(3) });
  const truth = channel([
    photo("a.jpg"),
    { ...films, url: file("b.mp4"), thumbnailUrl: file("c.jpg") },
    { kind: "file", fileName: "paper.pdf", size: "1.2 MB" },
  ]);
  const here = await archiveIn(truth, { host });
  const { media } = here.archive;

  expect(await here.run({ kinds: [], maxBytes: 1000 })).not.toHaveProperty("media");
  expect(await media.count()).toMatchObject({ kept: 0, waiting: 0 });
  const counts = await here.run({ kinds: ["photo", "video"], maxBytes: 4000 });
  expect(describeCounts(counts)).toMatch(/, 1 files, 1 files too large, \d+ pages, /);
  expect(await media.count()).toMatchObject({ kept: 1, tooLarge: 1 });
  expect((await here.media(2))[0]).toMatchObject({ notKept: "too-large" });
  expect((await here.media(3))[0]).toEqual({ kind: "file", fileName: "paper.pdf", size: "1.2 MB" });

  await media.setOverride("FILES", { kinds: ["video", "thumbnail"], maxBytes: 6000 });
  expect(await here.run({ kinds: [], maxBytes: 1 })).toMatchObject({ media: 2 });
  const [film] = await here.media(2);
  expect(film?.kept?.sha256).toBe(sha256Of(picture(2, 5000)));
  expect(film?.keptThumbnail?.sha256).toBe(sha256Of(picture(3)));
  expect(host.times("a.jpg")).toBe(1);
});

test("the store's bound holds: what does not fit waits, and is fetched when there is room", async () => {
  const host = new MediaHost();
  for (const number of [1, 2, 3]) host.put(`${number}.jpg`, { bytes: picture(number, 1000) });
  const here = await archiveIn(channel([1, 2, 3].map((number) => photo(`${number}.jpg`))), {
    host,
  });
  expect(describeCounts(await here.run(all, 2100))).toMatch(/ 2 files, 1 files waiting, \d+ pages/);
  expect(here.warnings.at(-1)).toMatch(/all they may/);
  expect(await here.archive.media.count()).toMatchObject({ kept: 2, waiting: 1 });
  expect(filesIn(here.folder)).toHaveLength(2);
  expect(await here.run(all, 4000)).toMatchObject({ media: 1 });
  expect(await here.archive.verify()).toEqual([]);
});

test("what does not come for a while and then does is trouble only meanwhile", async () => {
  const host = new MediaHost();
  const bytes = picture(1, 1000);
  const faulty = (_: unknown, response: ServerResponse): true => {
    response.writeHead(200, { "content-length": bytes.length }).write(bytes.subarray(0, 9));
    setTimeout(() => response.end(bytes.subarray(9)), 4_500);
    return true;
  };
  host.put("a.jpg", { bytes, faulty });
  host.put("b.jpg", { bytes: picture(2) });
  const here = await archiveIn(channel([photo("a.jpg"), photo("b.jpg")]), { host });
  expect(await here.run()).toMatchObject({ media: 2 });
  const file = { kind: "file", url: "https://t.me/files/1", bytes: 9, ofBytes: bytes.length };
  // The clock that jumps calls each page silent, and that is over before files begin.
  expect(here.troubles.slice(-2)).toEqual([
    { ...file, seconds: expect.toSatisfy((one) => one >= 3 && one <= 4), mostSeconds: 240 },
    undefined,
  ]);
});

test("another picture in an edited post is fetched, the one before is still kept", async () => {
  const host = new MediaHost();
  host.put("before.jpg", { bytes: picture(1) });
  host.put("after.jpg", { bytes: picture(2) });
  const truth = channel([photo("before.jpg")]);
  const here = await archiveIn(truth, { host });
  await here.run();
  truth.edit(1, { text: "words", textState: "present" });
  here.clock.set(here.clock.now() + anHourMs);
  expect(await here.run()).not.toHaveProperty("media");
  truth.edit(1, { media: [{ kind: "photo", width: 800, height: 450, url: file("after.jpg") }] });
  here.clock.set(here.clock.now() + anHourMs);
  expect(await here.run()).toMatchObject({ edited: 1, media: 1 });
  expect((await here.media(1))[0]?.kept?.sha256).toBe(sha256Of(picture(2)));
  expect(filesIn(here.folder)).toHaveLength(2);
});

test("the picture of a linked page is kept with the post that links to it, beside its own pictures", async () => {
  const host = new MediaHost();
  host.put("photo.jpg", { bytes: picture(1) });
  host.put("card.jpg", { bytes: picture(2) });
  host.put("other.jpg", { bytes: picture(3) });
  const truth = channel([photo("photo.jpg")]);
  const card = { url: "https://example.org/", title: "A page" };
  truth.edit(1, { preview: { ...card, imageUrl: file("card.jpg") } });
  const here = await archiveIn(truth, { host });
  const kept = async (): Promise<string | undefined> =>
    (await here.archive.post({ channel: "files", id: 1 }))?.preview?.kept?.sha256;

  expect(await here.run({ kinds: ["photo"], maxBytes: 1_000_000 })).toMatchObject({ media: 1 });
  expect(await kept()).toBeUndefined();
  expect(host.times("card.jpg")).toBe(0);
  expect(await here.run(all)).toMatchObject({ media: 1 });
  expect(await kept()).toBe(sha256Of(picture(2)));
  expect((await here.media(1))[0]?.kept?.sha256).toBe(sha256Of(picture(1)));
  expect(await here.archive.media.count()).toMatchObject({ kept: 2, waiting: 0 });

  // Another page in its place has another picture.
  truth.edit(1, { preview: { ...card, title: "Another", imageUrl: file("other.jpg") } });
  here.clock.set(here.clock.now() + anHourMs);
  expect(await here.run(all)).toMatchObject({ edited: 1, media: 1 });
  expect(await kept()).toBe(sha256Of(picture(3)));
  expect(await here.archive.verify()).toEqual([]);

  const { purges } = here.archive;
  await purges.carryOut(await purges.order({ kind: "post", channel: "files", id: 1 }));
  expect(filesIn(here.folder)).toEqual([]);
});

describe("the picture of a channel", () => {
  const aDayMs = 24 * anHourMs;

  test("is kept like a file of a post, fetched again after a week, and told by its hash", async () => {
    const host = new MediaHost();
    host.put("face.jpg", { bytes: picture(1) });
    host.put("photo.jpg", { bytes: picture(9) });
    const truth = channel([photo("photo.jpg")], { avatarUrl: file("face.jpg") });
    const asked: string[] = [];
    let read = 0;
    const here = await archiveIn(truth, { host, folder: () => `read${(read += 1)}` });
    const shown = async () => (await here.archive.channel("files"))?.avatar?.sha256;
    const runAfter = async (ms: number) => {
      here.clock.set(here.clock.now() + ms);
      const { media = 0 } = await here.run();
      asked.push(`${media} files, face asked for ${host.times("face.jpg")} times`);
      return shown();
    };

    expect(await here.run({ kinds: ["photo"], maxBytes: 1_000_000 })).toMatchObject({ media: 1 });
    expect([await shown(), host.times("face.jpg")]).toEqual([undefined, 0]);
    expect(await runAfter(anHourMs)).toBe(sha256Of(picture(1)));
    expect(await here.archive.channels()).toMatchObject([
      {
        avatar: {
          url: `/media/${sha256Of(picture(1))}`,
          type: "image/jpeg",
          bytes: picture(1).length,
        },
      },
    ]);
    // Addresses change with each read: that alone says nothing.
    expect(await runAfter(6 * aDayMs)).toBe(sha256Of(picture(1)));
    // The same picture again is not counted again.
    expect(await runAfter(2 * aDayMs)).toBe(sha256Of(picture(1)));
    expect(await here.archive.media.count("files")).toMatchObject({ kept: 2, waiting: 0 });
    host.put("face.jpg", { bytes: picture(2) });
    expect(await runAfter(6 * aDayMs)).toBe(sha256Of(picture(1)));
    expect(await runAfter(2 * aDayMs)).toBe(sha256Of(picture(2)));
    expect(asked).toEqual([
      "1 files, face asked for 1 times",
      "0 files, face asked for 1 times",
      "1 files, face asked for 2 times",
      "0 files, face asked for 2 times",
      "1 files, face asked for 3 times",
    ]);
    // The one before stays, as that of an edited post does.
    expect(await here.archive.media.count("files")).toMatchObject({ kept: 3 });
    expect(filesIn(here.folder)).toHaveLength(3);
    expect(await here.archive.verify()).toEqual([]);

    const { purges } = here.archive;
    await purges.carryOut(await purges.order({ kind: "post", channel: "files", id: 1 }));
    expect(filesIn(here.folder)).toHaveLength(2);
    expect(await shown()).toBe(sha256Of(picture(2)));
    await purges.carryOut(await purges.order({ kind: "channel", channel: "files" }));
    expect(filesIn(here.folder)).toEqual([]);
    expect(await here.archive.media.count()).toMatchObject({ kept: 0, waiting: 0 });
    expect(await here.archive.verify()).toEqual([]);
  });

  test("is no longer shown when the channel has taken it away", async () => {
    const host = new MediaHost();
    host.put("face.jpg", { bytes: picture(1) });
    const truth = channel([{ kind: "file", fileName: "a.pdf" }], { avatarUrl: file("face.jpg") });
    const here = await archiveIn(truth, { host });
    await here.run();
    expect((await here.archive.channel("files"))?.avatar).toBeDefined();
    delete (truth.profile as { avatarUrl?: string }).avatarUrl;
    here.clock.set(here.clock.now() + anHourMs);
    await here.run();
    expect((await here.archive.channel("files"))?.avatar).toBeUndefined();
  });

  test("is asked for anew at the address that the page shows now, when the one known has lapsed", async () => {
    const host = new MediaHost();
    let read = 0;
    const folders: string[] = [];
    host.put("face.jpg", {
      bytes: picture(1),
      faulty: ({ folder, time }, response) => {
        folders.push(folder);
        return time === 1 && status(response, 404);
      },
    });
    const truth = channel([{ kind: "file", fileName: "a.pdf" }], { avatarUrl: file("face.jpg") });
    const here = await archiveIn(truth, { host, folder: () => `read${(read += 1)}` });
    expect(await here.run()).toMatchObject({ media: 1 });
    const [lapsed, fresh] = folders;
    expect(folders).toHaveLength(2);
    expect(fresh).not.toBe(lapsed);
    expect((await here.archive.channel("files"))?.avatar?.sha256).toBe(sha256Of(picture(1)));
  });

  test("comes before the files of posts, of which there may be many", async () => {
    const host = new MediaHost();
    const order: string[] = [];
    for (const name of ["a.jpg", "face.jpg", "b.jpg"])
      host.put(name, {
        bytes: picture(order.length + name.length),
        faulty: () => {
          order.push(name);
          return false;
        },
      });
    const truth = channel([photo("a.jpg"), photo("b.jpg")], { avatarUrl: file("face.jpg") });
    await (await archiveIn(truth, { host, concurrency: 1 })).run();
    expect(order).toEqual(["face.jpg", "b.jpg", "a.jpg"]);
  });
});

test("a pause that the host asks for is kept, and a longer one than is worth waiting ends the media, not the run", async () => {
  const host = new MediaHost();
  host.put("a.jpg", busy(20));
  const here = await archiveIn(channel([photo("a.jpg")]), { host });
  const began = here.clock.now();
  expect(await here.run()).toMatchObject({ media: 1 });
  expect(here.clock.now() - began).toBeGreaterThanOrEqual(20_000);

  host.put("b.jpg", busy(7200));
  host.put("c.jpg", busy(7200));
  const other = await archiveIn(channel([photo("b.jpg"), photo("c.jpg")]), {
    host,
    concurrency: 1,
  });
  expect(await other.run()).toMatchObject({ new: 2 });
  expect(other.warnings.at(-1)).toMatch(/wait for the next run/);
  expect(await other.archive.media.count()).toMatchObject({ kept: 0, waiting: 2, failed: 0 });
});

test("verify names a missing file, a changed one and one of no post; a purged post leaves no file but those of others", async () => {
  const host = new MediaHost();
  for (const number of [1, 2, 3]) host.put(`${number}.jpg`, { bytes: picture(number) });
  host.put("same.jpg", { bytes: picture(1) });
  const truth = channel(["1.jpg", "2.jpg", "3.jpg", "same.jpg"].map((name) => photo(name)));
  const here = await archiveIn(truth, { host });
  await here.run();
  const { media } = here.archive;
  const path = (number: number): string => media.folder.file(sha256Of(picture(number)));
  writeFileSync(path(2), "another");
  writeFileSync(join(here.folder, "media/ab"), "strange");
  await media.folder.remove(sha256Of(picture(3)));
  const findings = await here.archive.verify();
  expect(findings.map(({ what }) => what.replace(/: \w+$/, "")).toSorted()).toEqual([
    "its content has another hash",
    "the file is missing",
  ]);
  writeFileSync(join(here.folder, "media/notes.txt"), "strange");
  writeFileSync(join(here.folder, `media/${"0".repeat(2)}`), "");
  expect((await here.archive.verify()).map(({ where }) => where)).toContain("media/notes.txt");

  await here.dropPosts([1, 2]);
  expect(await media.removeUnreferenced()).toMatchObject({ files: 1 });
  expect(existsSync(path(2))).toBe(false);
  expect(existsSync(path(1))).toBe(true);
  await here.dropPosts([4]);
  expect(await media.removeUnreferenced()).toMatchObject({ files: 1 });
  expect(existsSync(path(1))).toBe(false);
});

/** A channel with one post for each of these. */
function channel(media: readonly Media[], more: { readonly avatarUrl?: string } = {}): Truth {
  const profile = { name: "files", title: "Files", verified: false, subscribers: 5, ...more };
  return new Truth(
    profile,
    media.map((one, index) => post(index + 1, [one])),
  );
}

function post(id: number, media: readonly Media[]): Post {
  return {
    channel: "files",
    id,
    ids: [id],
    url: `https://t.me/files/${id}`,
    publishedAt: new Date(Date.UTC(2025, 0, 1) + id * 60_000).toISOString().replace(".000", ""),
    edited: false,
    text: "",
    textState: "empty",
    entities: [],
    media,
    reactions: [],
    buttons: [],
  };
}

const file = (name: string): string => `https://cdn4.telesco.pe/file/${name}`;
const photo = (name: string): Media => ({
  kind: "photo",
  width: 800,
  height: 600,
  url: file(name),
});

function status(
  response: ServerResponse,
  code: number,
  headers: Record<string, string> = {},
): true {
  response.writeHead(code, headers).end();
  return true;
}

/** Asks for a pause once. */
const busy = (retryAfter: number) => ({
  bytes: picture(1),
  faulty: ({ time }: { readonly time: number }, response: ServerResponse) =>
    time === 1 && status(response, 429, { "retry-after": String(retryAfter) }),
});

const redirect = (location: string) => ({
  bytes: picture(1),
  faulty: (_: unknown, response: ServerResponse) => status(response, 302, { location }),
});

/** One file of a thousand: ten kinds of fault in turn. Its hash in the end. */
function putFaulty(host: MediaHost, name: string, number: number): string {
  const fault = number % 10;
  const bytes =
    fault === 4
      ? picture(-1)
      : fault === 1 && number > 1
        ? picture(number, 240_000)
        : picture(number);
  host.put(name, {
    bytes,
    faulty: ({ request, time, folder }, response) => {
      switch (fault) {
        case 1:
          if (number === 1 || time > 1) return false;
          response.writeHead(200, {
            etag: `"${sha256Of(bytes).slice(0, 16)}"`,
            "content-length": bytes.length,
          });
          response.write(bytes.subarray(0, 220_000), () => request.socket.end());
          return true;
        case 2:
          return time <= 2 && status(response, 500 + (number % 3));
        case 3:
          // Lapsed: only addresses of a page that was read after the file was first asked for are good.
          return time === 1 && status(response, [403, 404, 410][number % 3] ?? 404);
        case 5:
          if (time === 1) request.socket.resetAndDestroy();
          return time === 1;
        case 6:
          return folder !== "moved" && status(response, 302, { location: `/file/moved/${name}` });
        case 7:
          if (time > 1) return false;
          response
            .writeHead(206, { "content-range": "bytes 7-9/10", "content-length": 3 })
            .end("abc");
          return true;
        case 8:
          if (time > 1) return false;
          response.writeHead(200, { "content-encoding": "gzip" }).end("packed");
          return true;
        default:
          return false;
      }
    },
  });
  return sha256Of(bytes);
}

/** A stand-in of the channel with this host for its files, and an archive that reads it on a clock of its own. */
async function archiveIn(
  truth: Truth,
  options: {
    readonly host: MediaHost;
    readonly folder?: () => string;
    readonly concurrency?: number;
  },
) {
  const { host, folder: rotating = () => "t", concurrency = 8 } = options;
  const clock = new JumpingClock(Date.parse("2026-01-01T00:00:00Z"));
  const folder = emptyFolder();
  const standIn = await startStandIn({
    channels: [truth],
    files: { answer: host.answer, folder: rotating },
  });
  onTestFinished(async () => standIn.close());
  const { origin } = standIn;
  const now = (): Date => new Date(clock.now());
  const archive = await Archive.open(join(folder, "archive.db"), { now });
  onTestFinished(async () => archive[Symbol.asyncDispose]());
  const http = await httpSource({ origin });
  onTestFinished(async () => http[Symbol.asyncDispose]());
  const gates = new Gates({ rate: 1000, concurrency, clock });
  const reader = pageReader({ source: http, clock, gate: gates.of(new URL(origin).host) });
  const source = mediaSource({ origin, gates, concurrency, now: () => clock.now() });
  const warnings: string[] = [];
  const troubles: unknown[] = [];
  return {
    archive,
    clock,
    folder,
    warnings,
    troubles,
    run: async (policy = all, totalBytes = 1_000_000_000) =>
      archiveChannel(
        {
          archive,
          reader,
          fetchMedia: mediaFetcher({ archive, reader, source, policy, totalBytes, clock }),
        },
        truth.profile.name,
        {
          onWarning: (sentence) => warnings.push(sentence),
          onTrouble: (trouble) => troubles.push(trouble),
        },
      ),
    media: async (id: number) => (await archive.post({ channel: "files", id }))?.media ?? [],
    /** As a purge does, seen from the files' side. */
    dropPosts: async (ids: readonly number[]) => {
      const { DatabaseSync } = await import("node:sqlite");
      const raw = new DatabaseSync(join(folder, "archive.db"));
      raw.exec(
        `DELETE FROM sample WHERE post_no IN (SELECT no FROM post WHERE id IN (${ids.join()}))`,
      );
      raw.exec(`DELETE FROM post WHERE id IN (${ids.join()})`);
      raw.close();
    },
  };
}

const filesIn = (folder: string): readonly string[] =>
  globSync("**/*", { cwd: folder })
    .filter((name) => statSync(join(folder, name)).isFile() && !name.startsWith("archive.db"))
    .toSorted();
