import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Post } from "../../../../scraper/post.ts";
import { Archive } from "../../../../server/archive/archive.ts";
import { importFile } from "../../../../server/archive/import/import-file.ts";
import { instantInZone } from "../../../../server/archive/import/local-time.ts";
import { emptyFolder } from "../../../help.ts";
import { page } from "../sample.ts";

// Written by us in the markup of Telegram Desktop's own writer (`export_output_html.cpp`), line feeds and blanks included.
const fixture = join(import.meta.dirname, "../../../fixtures/desktop-html");

async function opened(): Promise<Archive> {
  const archive = await Archive.open(join(emptyFolder(), "archive.db"), {
    now: () => new Date("2026-11-20T12:00:00Z"),
  });
  onTestFinished(async () => archive[Symbol.asyncDispose]());
  return archive;
}

const channel = "garden";
const options = { channel };
const at = (id: number) => ({ channel, id });

/** All that is kept of a post, but when it was seen and its hash. */
async function kept(archive: Archive, id: number): Promise<Partial<Post> | undefined> {
  const found = await archive.post(at(id));
  if (!found) return undefined;
  const { no: _, hash: __, firstSeenAt: ___, lastSeenAt: ____, versions, ...post } = found;
  expect(versions).toBe(1);
  return post;
}

/** A post of the export with what a row of the table speaks of. */
const expected = (id: number, time: string, own: Partial<Post>): Partial<Post> => ({
  channel,
  id,
  ids: [id],
  url: `https://t.me/garden/${id}`,
  publishedAt: `2026-06-15T${time}Z`,
  edited: false,
  text: "",
  textState: own.text === undefined ? "empty" : "present",
  entities: [],
  media: [],
  reactions: [],
  buttons: [],
  ...own,
});

const words =
  "Line one\nline two bold italic under struck a < b secret\n" +
  "paper https://example.org/ #oak $TON @durov a@example.org +12025550100 🌳quoted\ntwicex = 1\ny = 2";
const place = (word: string, from = 0) => ({
  offset: words.indexOf(word, from),
  length: word.length,
});

const table: readonly (readonly [number, string, Partial<Post>])[] = [
  [
    2,
    "10:02:03",
    {
      author: "Ada Lovelace",
      text: words,
      language: "en",
      entities: [
        { type: "bold", ...place("bold") },
        { type: "italic", ...place("italic") },
        { type: "underline", ...place("under") },
        { type: "strikethrough", ...place("struck") },
        { type: "code", ...place("a < b") },
        { type: "spoiler", ...place("secret") },
        { type: "link", ...place("paper"), url: "https://example.org/p?a=1&b=2" },
        { type: "link", ...place("https://example.org/"), url: "https://example.org/" },
        { type: "hashtag", ...place("#oak") },
        { type: "cashtag", ...place("$TON") },
        { type: "mention", ...place("@durov") },
        { type: "link", ...place("a@example.org"), url: "mailto:a@example.org" },
        { type: "custom_emoji", ...place("🌳") },
        { type: "blockquote", ...place("quoted\ntwice") },
        { type: "pre", ...place("x = 1\ny = 2") },
      ],
      reactions: [
        { kind: "emoji", emoji: "👍", count: 4 },
        { kind: "emoji", emoji: "❤", count: 2 },
        { kind: "custom", count: 3 },
        { kind: "paid", count: 9 },
      ],
    },
  ],
  [3, "10:05:00", { text: "goes on", reply: { channel, id: 2 } }],
  [
    4,
    "10:06:00",
    { text: "forwarded words", forward: { name: 'Other "Channel"' }, viaBot: "@gif" },
  ],
  [5, "10:06:00", { text: "forwarded, too", forward: { name: 'Other "Channel"' } }],
  [
    6,
    "10:10:00",
    {
      ids: [6, 7],
      text: "Two pictures",
      media: [{ kind: "photo" }, { kind: "photo", width: 1280, height: 720 }],
    },
  ],
  [8, "10:11:00", { media: [{ kind: "video", durationSeconds: 3_723 }] }],
  [9, "10:12:00", { media: [{ kind: "video", durationSeconds: 12 }] }],
  [10, "10:13:00", { media: [{ kind: "gif" }] }],
  [11, "10:14:00", { media: [{ kind: "round", durationSeconds: 59 }] }],
  [12, "10:15:00", { media: [{ kind: "voice", durationSeconds: 60 }] }],
  [
    13,
    "10:16:00",
    { media: [{ kind: "audio", durationSeconds: 187, performer: "Kobzar", title: "Willow" }] },
  ],
  [14, "10:17:00", { media: [{ kind: "audio", durationSeconds: 187, fileName: "willow.mp3" }] }],
  [15, "10:18:00", { media: [{ kind: "file", fileName: "paper & pen.pdf", size: "1.2 MB" }] }],
  [16, "10:19:00", { media: [{ kind: "sticker", emoji: "🌳" }] }],
  [17, "10:20:00", { media: [{ kind: "sticker" }] }],
  [
    18,
    "10:21:00",
    { media: [{ kind: "contact", title: "Ada Lovelace", phone: "+1 202 555 0100" }] },
  ],
  [19, "10:22:00", { media: [{ kind: "location", latitude: 48.2, longitude: 16.4 }] }],
  [
    20,
    "10:23:00",
    {
      media: [
        {
          kind: "location",
          latitude: 59.9,
          longitude: 30.3,
          title: "Mariinsky Theatre",
          address: "Theatre Square 1",
        },
      ],
    },
  ],
  [
    21,
    "10:24:00",
    {
      poll: {
        question: "Which tree & why?",
        type: "Poll",
        options: [
          { text: "Oak", percent: 25 },
          { text: "Lime", percent: 75 },
          { text: "None", percent: 0 },
        ],
        voters: 4,
      },
    },
  ],
  [22, "10:25:00", { text: "Seeds\nOf oaks\n$10.00 INVOICE" }],
  [
    23,
    "10:26:00",
    {
      text: "Trees\nPlant them",
      viaBot: "@gamebot",
      entities: [{ type: "link", offset: 0, length: 5, url: "https://t.me/gamebot?game=trees" }],
    },
  ],
  [
    24,
    "10:27:00",
    {
      text: "pressed",
      buttons: [{ text: "Read", url: "https://example.org/read" }, { text: "Vote" }],
    },
  ],
  [25, "10:28:00", { text: "paid picture" }],
  [26, "10:29:00", { text: "signed with a profile", author: "Grace Hopper" }],
];

describe("a Telegram Desktop export as HTML", () => {
  test("gives every field that it tells, and no other", async () => {
    const archive = await opened();
    const taken = await importFile(archive, fixture, options);
    expect(taken).toEqual({
      kind: "desktop-html",
      channels: ["garden"],
      read: 29,
      new: 26,
      changed: 0,
      equal: 0,
      otherwise: 0,
      purged: 0,
      joined: 1,
      repeated: 0,
      refused: 2,
      warnings: [
        "Message 1 of messages.html was left out: it is an event, of which the HTML tells no time; the JSON does.",
        "Its times were taken as UTC+03:00, as it says. Where that zone has summer time, those of summer are an hour late: --timezone Europe/Berlin says where they were written.",
        "Message 25 of messages.html has a part that is not kept: media_invoice.",
        "Message 27 of messages.html was left out: it is an event, of which the HTML tells no time; the JSON does.",
      ],
    });
    for (const [id, time, own] of table)
      expect.soft(await kept(archive, id), `post ${id}`).toEqual(expected(id, time, own));
    expect(await kept(archive, 1001)).toEqual({
      ...expected(1001, "", { text: "In winter", reply: { channel, id: 2 } }),
      publishedAt: "2025-12-24T21:30:00Z",
    });
    expect(await kept(archive, 1002)).toMatchObject({ text: "elsewhere" });
    expect(await archive.channel("garden")).toMatchObject({ title: "Garden notes", imported: 27 });
    expect(await archive.kept("garden").unread()).toEqual([{ from: 1, to: 1002 }]);
    expect(await archive.verify()).toEqual([]);
  });

  test("read again changes nothing, and one of its files alone gives its own messages", async () => {
    const archive = await opened();
    const second = join(fixture, "messages2.html");
    expect(await importFile(archive, second, options)).toMatchObject({ read: 2, new: 2 });
    expect(await importFile(archive, join(fixture, "messages.html"), options)).toMatchObject({
      read: 29,
      new: 24,
      equal: 2,
    });
    const state = await archive.state();
    expect(await importFile(archive, fixture, options)).toMatchObject({ new: 0, equal: 26 });
    expect(await archive.state()).toEqual(state);
  });

  test("with the zone of the clock that wrote it has its times right in summer and in winter", async () => {
    const archive = await opened();
    const taken = await importFile(archive, fixture, { ...options, timezone: "Europe/Berlin" });
    expect(taken.warnings.join(" ")).not.toContain("taken as UTC");
    expect((await archive.post(at(3)))?.publishedAt).toBe("2026-06-15T11:05:00Z");
    expect((await archive.post(at(1001)))?.publishedAt).toBe("2025-12-24T23:30:00Z");
  });

  test.each([
    ["2026-06-15T13:00:00", "2026-06-15T11:00:00Z"],
    ["2026-12-15T13:00:00", "2026-12-15T12:00:00Z"],
    // Twice on the clock: the first. Never on it: an hour later.
    ["2026-10-25T02:30:00", "2026-10-25T00:30:00Z"],
    ["2026-03-29T02:30:00", "2026-03-29T01:30:00Z"],
    ["2026-03-29T03:00:00", "2026-03-29T01:00:00Z"],
    ["2026-02-30T03:00:00", undefined],
  ])("%s in Berlin is %s", (local, instant) => {
    expect(instantInZone(local, "Europe/Berlin")).toBe(instant);
  });

  test("of the older form, without a zone, is taken as UTC, and says so", async () => {
    const folder = emptyFolder();
    const whole = await readFile(join(fixture, "messages2.html"), "utf8");
    writeFileSync(join(folder, "messages.html"), whole.replaceAll(" UTC+03:00", ""));
    const archive = await opened();
    const { warnings } = await importFile(archive, folder, options);
    expect(warnings).toEqual([
      "Its times are local and tell no zone: they were taken as UTC. --timezone Europe/Berlin says where they were written.",
    ]);
    expect((await archive.post(at(1001)))?.publishedAt).toBe("2025-12-25T00:30:00Z");
  });

  test("and what its page or its JSON says is one version, whichever came first", async () => {
    const archive = await opened();
    await importFile(archive, fixture, options);
    const result = join(emptyFolder(), "result.json");
    const messages = [
      {
        id: 3,
        type: "message",
        date_unixtime: "1781517900",
        text: "goes on",
        edited: "2026-06-15T14:00:00",
      },
    ];
    writeFileSync(
      result,
      JSON.stringify({ name: "Garden notes", type: "public_channel", username: channel, messages }),
    );
    expect(await importFile(archive, result)).toMatchObject({ changed: 1 });
    expect(await archive.post(at(3))).toMatchObject({ versions: 1, edited: true });
    expect(await importFile(archive, fixture, options)).toMatchObject({ new: 0, changed: 0 });
    const shown = { ...expected(3, "10:05:00", { text: "goes on" }), views: 7 } as Post;
    await archive.savePage(
      page([shown], { channel: { name: channel, title: "G", verified: false, counters: {} } }),
    );
    expect(await archive.post(at(3))).toMatchObject({ versions: 1, edited: false, views: 7 });
  });

  test("of a group, without a name, or that is no such file is refused with a sentence", async () => {
    const archive = await opened();
    const refused = async (file: string, own: object = options): Promise<string> =>
      importFile(archive, file, own).then(
        () => "taken",
        (error: unknown) => (error as Error).message,
      );
    const folder = emptyFolder();
    expect(await refused(folder)).toMatch(/is a folder without messages\.html or result\.json/);
    cpSync(join(fixture, "messages2.html"), join(folder, "messages.html"));
    const html = await readFile(join(folder, "messages.html"), "utf8");
    writeFileSync(
      join(folder, "group.html"),
      html.replace("\nGarden notes \n     </div>", "\nSome people \n     </div>"),
    );
    expect(await refused(join(folder, "group.html"))).toMatch(
      /is an export of a group or of a chat/,
    );
    expect(await refused(folder, {})).toMatch(
      /no HTML of Telegram Desktop does\. Say it: .*--channel NAME/,
    );
    writeFileSync(
      join(folder, "list.html"),
      '<html><body><div class="page_wrap"></div></body></html>',
    );
    expect(await refused(join(folder, "list.html"))).toMatch(
      /is not a file of messages of Telegram Desktop/,
    );
    for (const share of [0.3, 0.6, 0.99]) {
      writeFileSync(join(folder, "cut.html"), html.slice(0, html.length * share));
      expect(await refused(join(folder, "cut.html"))).toMatch(/ends before the page does; nothing/);
    }
    cpSync(join(fixture, "messages.html"), join(folder, "messages.html"));
    writeFileSync(join(folder, "messages2.html"), html.slice(0, html.length / 2));
    expect(await refused(folder)).toMatch(/messages2\.html ends before the page does; nothing/);
    expect((await archive.state()).posts).toBe(0);
  });

  test("with a message out of bounds leaves that out, with its file and the reason", async () => {
    const folder = emptyFolder();
    const html = await readFile(join(fixture, "messages2.html"), "utf8");
    writeFileSync(
      join(folder, "messages.html"),
      html
        .replace('title="25.12.2025 00:30:00', 'title="30.02.2025 00:30:00')
        .replace("message1002", "message2147483648"),
    );
    const archive = await opened();
    expect((await importFile(archive, folder, options)).warnings).toEqual([
      expect.stringContaining("Its times were taken as UTC+03:00"),
      "Message 1001 of messages.html was left out: its date (30.02.2025 00:30:00 UTC+03:00) is none that a clock shows.",
      "Message 2147483648 of messages.html was left out: id is 2147483648, not a whole number from 1 to 2147483647.",
    ]);
  });

  test("with a message that tells no number leaves that out, and says so", async () => {
    const folder = emptyFolder();
    const html = await readFile(join(fixture, "messages2.html"), "utf8");
    writeFileSync(join(folder, "messages.html"), html.replace("message1002", "messageless"));
    const { warnings } = await importFile(await opened(), folder, options);
    expect(warnings).toContain(
      "A message of messages.html was left out: it tells no number of its own.",
    );
  });

  test("of which a file that goes on is a folder is refused in a sentence", async () => {
    const folder = emptyFolder();
    cpSync(join(fixture, "messages2.html"), join(folder, "messages.html"));
    mkdirSync(join(folder, "messages2.html"));
    await expect(importFile(await opened(), folder, options)).rejects.toThrow(
      `${join(folder, "messages2.html")} is no file, and the messages after it cannot be read.`,
    );
  });
});
