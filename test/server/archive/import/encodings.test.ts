import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { Archive } from "../../../../server/archive/archive.ts";
import { importFile } from "../../../../server/archive/import/import-file.ts";
import { emptyFolder } from "../../../help.ts";
import { post } from "../sample.ts";

async function opened(): Promise<Archive> {
  const archive = await Archive.open(join(emptyFolder(), "archive.db"), {
    now: () => new Date("2026-11-20T12:00:00Z"),
  });
  onTestFinished(async () => archive[Symbol.asyncDispose]());
  return archive;
}

/** These files, of which the first is taken; how it is called in sentences is `FILE`. */
async function take(archive: Archive, files: Readonly<Record<string, Uint8Array>>) {
  const folder = emptyFolder();
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  const [first = ""] = Object.keys(files);
  const taken = await importFile(archive, join(folder, first), { channel: "garden" }).catch(
    (error: unknown) => String(error).replaceAll(`${folder}/`, ""),
  );
  expect(await archive.verify()).toEqual([]);
  return taken;
}

/** Letters of Cyrillic as windows-1251 has them, all else as ASCII. */
const windows1251 = (text: string): Buffer =>
  Buffer.from(
    text.replaceAll(/[А-я]/gu, (letter) =>
      String.fromCodePoint((letter.codePointAt(0) ?? 0) - 0x350),
    ),
    "latin1",
  );
const utf16 = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, "utf16le");
const bigEndian = (text: string): Buffer => utf16(text).swap16();

const words = "Привет, сад";
const desktopMessage = (id: number, text: string): string =>
  JSON.stringify({ id, type: "message", date: `2026-06-15T10:0${id}:00`, text });
const desktop = (...messages: readonly string[]): string =>
  `{"name":"Garden","type":"public_channel","id":1,"messages":[\n${messages.join(",\n")}\n]}`;
const tdlMessage = (id: number, text: string): string =>
  JSON.stringify({ id, type: "message", date: 1_781_517_600 + id, text });
const tdl = (...messages: readonly string[]): string =>
  `{"id":1,"messages":[\n${messages.join(",\n")}\n]}`;
const snscrape = (id: number, content: string): string =>
  JSON.stringify({
    _type: "snscrape.modules.telegram.TelegramPost",
    url: `https://t.me/s/garden/${id}`,
    date: `2026-06-15T10:0${id}:00+00:00`,
    content,
    outlinks: [],
  });
const own = (id: number, text: string): string =>
  JSON.stringify({ ...post(id, { text, url: `https://t.me/garden/${id}` }), channel: "garden" });
const lines = (...all: readonly string[]): string => all.map((line) => `${line}\n`).join("");
const html = (id: number, text: string): string =>
  `<!DOCTYPE html><html><body><div class="page_wrap">
<div class="page_header"><div class="content"><div class="text bold">Garden</div></div></div>
<div class="history"><div class="message default clearfix" id="message${id}"><div class="body">
<div class="pull_right date details" title="15.06.2026 10:0${id}:00 UTC+00:00">10:0${id}</div>
<div class="from_name">Garden</div><div class="text">${text}</div></div></div></div></div></body></html>`;

const files: readonly (readonly [string, string, string, number])[] = [
  ["Telegram Desktop's JSON", "result.json", desktop(desktopMessage(1, words)), 2],
  ["Telegram Desktop's HTML", "messages.html", html(1, words), 5],
  ["snscrape", "posts.jsonl", lines(snscrape(1, "words"), snscrape(2, words)), 2],
  ["tdl", "tdl.json", tdl(tdlMessage(1, words)), 2],
  ["an export of ours", "posts.jsonl", lines(own(1, "words"), own(2, words)), 2],
];

describe("a file in another encoding than UTF-8 is refused with the reason, and nothing of it is kept", () => {
  describe.each(files)("%s", (_what, name, text, line) => {
    test.each<[string, (text: string) => Uint8Array, string]>([
      [
        "windows-1251",
        windows1251,
        `${name} is not UTF-8: line ${line} is the first that is none; nothing of it was taken. Where you know its encoding, make it UTF-8 first: iconv -f WINDOWS-1251 -t UTF-8`,
      ],
      [
        "bytes that are no letters",
        (given) => {
          const [before = "", after = ""] = given.split(words);
          return Buffer.concat([
            Buffer.from(before),
            Buffer.of(0xff, 0xfe, 0xc3),
            Buffer.from(after),
          ]);
        },
        `${name} is not UTF-8: line ${line} is the first that is none; nothing of it was taken. Where you know its encoding, make it UTF-8 first: iconv -f WINDOWS-1251 -t UTF-8`,
      ],
      [
        "UTF-16",
        utf16,
        `${name} is UTF-16, and only UTF-8 is read; nothing of it was taken. Make it UTF-8 first: iconv -f UTF-16 -t UTF-8`,
      ],
      [
        "UTF-16, high bytes first",
        bigEndian,
        `${name} is UTF-16, and only UTF-8 is read; nothing of it was taken. Make it UTF-8 first: iconv -f UTF-16 -t UTF-8`,
      ],
      [
        "UTF-16 without a mark",
        (all: string) => utf16(all).subarray(2),
        `${name} is UTF-16, and only UTF-8 is read; nothing of it was taken. Make it UTF-8 first: iconv -f UTF-16LE -t UTF-8`,
      ],
      [
        "UTF-16 without a mark, high bytes first",
        (all: string) => bigEndian(all).subarray(2),
        `${name} is UTF-16, and only UTF-8 is read; nothing of it was taken. Make it UTF-8 first: iconv -f UTF-16BE -t UTF-8`,
      ],
    ])("in %s", async (_encoding, written, sentence) => {
      const archive = await opened();
      expect(await take(archive, { [name]: written(text) })).toBe(`UsageError: ${sentence}`);
      expect((await archive.state()).posts).toBe(0);
    });

    test("and in UTF-8, with a mark of byte order or without, it is taken as it is written", async () => {
      for (const mark of ["", "\uFEFF"]) {
        const archive = await opened();
        const taken = await take(archive, { [name]: Buffer.from(mark + text) });
        expect(taken).toMatchObject({ refused: 0 });
        const id = text.startsWith("{") && text.includes('"words"') ? 2 : 1;
        expect((await archive.post({ channel: "garden", id }))?.text).toBe(words);
      }
    });
  });

  test("where a later file of an HTML export is the first", async () => {
    const archive = await opened();
    const taken = await take(archive, {
      "messages.html": Buffer.from(html(1, words)),
      "messages2.html": windows1251(html(2, words)),
    });
    expect(taken).toMatch(/^UsageError: messages2\.html is not UTF-8: line 5 is the first/u);
    expect((await archive.state()).posts).toBe(0);
  });
});

test("a letter that the end of what is looked at first cuts in two is a letter", async () => {
  // One of the two has a letter of two bytes across the 65,536th.
  for (const before of ["", "x"]) {
    const archive = await opened();
    const text = before + "ж".repeat(40_000);
    const file = Buffer.from(desktop(desktopMessage(1, text)));
    expect(await take(archive, { "result.json": file })).toMatchObject({ new: 1, warnings: [] });
    expect((await archive.post({ channel: "garden", id: 1 }))?.text).toBe(text);
  }
});

describe("where only what stands far behind is not UTF-8, that is left out with its place", () => {
  /** Longer than what is looked at before anything is taken. */
  const long = "x".repeat(70_000);
  test.each<[string, string, string, string]>([
    [
      "Telegram Desktop's JSON",
      "result.json",
      desktop(desktopMessage(1, long), desktopMessage(2, words), desktopMessage(3, "after")),
      "Message 2 of the file",
    ],
    [
      "snscrape",
      "posts.jsonl",
      lines(snscrape(1, long), snscrape(2, words), snscrape(3, "after")),
      "Line 2",
    ],
    [
      "tdl",
      "tdl.json",
      tdl(tdlMessage(1, long), tdlMessage(2, words), tdlMessage(3, "after")),
      "Message 2 of the file",
    ],
    [
      "an export of ours",
      "posts.jsonl",
      lines(own(4, "first"), own(1, long), own(2, words), own(3, "after")),
      "Line 3",
    ],
  ])("%s", async (_what, name, text, place) => {
    const archive = await opened();
    expect(await take(archive, { [name]: windows1251(text) })).toMatchObject({
      refused: 1,
      warnings: [`${place} was left out: its bytes are not UTF-8.`],
    });
    expect((await archive.post({ channel: "garden", id: 1 }))?.text).toBe(long);
    expect((await archive.post({ channel: "garden", id: 3 }))?.text).toBe("after");
    expect(await archive.post({ channel: "garden", id: 2 })).toBeUndefined();
  });

  test("what follows the list of messages is what breaks the file", async () => {
    const archive = await opened();
    const text = `${desktop(desktopMessage(1, long)).slice(0, -1)},"about":"${words}"}`;
    expect(await take(archive, { "result.json": windows1251(text) })).toContain(
      'what follows the list "messages" is not UTF-8. 1 new posts before that were kept',
    );
  });
});

test.each<[string, string, string, string]>([
  [
    "Telegram Desktop's JSON",
    "result.json",
    desktop(desktopMessage(1, "a\uD800b"), desktopMessage(2, "👍 a\\ud800b")),
    "Message 1 of the file (id 1)",
  ],
  ["snscrape", "posts.jsonl", lines(snscrape(1, "a\uD800b"), snscrape(2, "👍")), "Line 1"],
  ["tdl", "tdl.json", tdl(tdlMessage(1, "a\uD800b"), tdlMessage(2, "👍")), "Message 1 of the file"],
  ["an export of ours", "posts.jsonl", lines(own(1, "a\uD800b"), own(2, "👍")), "Line 1"],
])("half of a sign in %s is said", async (_what, name, text, place) => {
  const archive = await opened();
  // As programs of Python write it: a whole sign is two halves.
  const escaped = text.replaceAll("👍", String.raw`\ud83d\udc4d`);
  expect(await take(archive, { [name]: Buffer.from(escaped) })).toMatchObject({
    new: 2,
    warnings: [`${place} has half of a sign, for which � was kept.`],
  });
  expect((await archive.post({ channel: "garden", id: 1 }))?.text).toBe("a\uFFFDb");
  expect((await archive.post({ channel: "garden", id: 2 }))?.text).toMatch(/^👍/u);
});
