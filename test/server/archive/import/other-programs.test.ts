import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Post } from "../../../../scraper/post.ts";
import { Archive } from "../../../../server/archive/archive.ts";
import { importFile } from "../../../../server/archive/import/import-file.ts";
import type { Imported } from "../../../../server/archive/import/imported.ts";
import { emptyFolder } from "../../../help.ts";
import { page } from "../sample.ts";

async function opened(): Promise<Archive> {
  const archive = await Archive.open(join(emptyFolder(), "archive.db"), {
    now: () => new Date("2026-11-20T12:00:00Z"),
  });
  onTestFinished(async () => archive[Symbol.asyncDispose]());
  return archive;
}

async function take(archive: Archive, text: string, options: object = {}): Promise<Imported> {
  const file = join(emptyFolder(), "file.json");
  writeFileSync(file, text);
  const taken = await importFile(archive, file, options);
  expect(await archive.verify()).toEqual([]);
  const { read, new: fresh, changed, equal, otherwise, purged, joined, repeated, refused } = taken;
  expect(fresh + changed + equal + otherwise + purged + joined + repeated + refused).toBe(read);
  return taken;
}

const refusal = async (archive: Archive, text: string): Promise<string> =>
  take(archive, text).then(
    () => "taken",
    (error: unknown) => (error as Error).message,
  );

/** All that is kept of a post, but when it was seen and its hash. */
async function kept(archive: Archive, id: number): Promise<Partial<Post> | undefined> {
  const found = await archive.post({ channel: "garden", id });
  if (!found) return undefined;
  const { no: _, hash: __, firstSeenAt: ___, lastSeenAt: ____, versions: _____, ...post } = found;
  return post;
}

const expected = (id: number, own: Partial<Post>): Partial<Post> => ({
  channel: "garden",
  id,
  ids: [id],
  url: `https://t.me/garden/${id}`,
  publishedAt: "2026-06-15T10:00:00Z",
  edited: false,
  text: "",
  textState: own.text === undefined ? "empty" : "present",
  entities: [],
  media: [],
  reactions: [],
  buttons: [],
  ...own,
});

const lines = (items: readonly object[]): string =>
  items.map((item) => `${JSON.stringify(item)}\n`).join("");

/** A line as snscrape writes it. */
const item = (id: number, own: object = {}): object => ({
  _type: "snscrape.modules.telegram.TelegramPost",
  url: `https://t.me/s/garden/${id}`,
  date: "2026-06-15T13:00:00+03:00",
  content: null,
  outlinks: [],
  linkPreview: null,
  outlinksss: "",
  _snscrape: "0.7.0.20230622",
  ...own,
});

describe("snscrape's JSON lines", () => {
  const table: readonly (readonly [object, Partial<Post>])[] = [
    [{ content: "Only words" }, { text: "Only words" }],
    [{}, {}],
    [
      {
        content: "See https://example.org/a and more",
        outlinks: ["https://example.org/a"],
        linkPreview: {
          _type: "snscrape.modules.telegram.LinkPreview",
          href: "https://example.org/a",
          siteName: "Example",
          title: "A",
          description: null,
          image: "https://cdn/i.jpg",
        },
      },
      {
        text: "See https://example.org/a and more",
        entities: [{ type: "link", offset: 4, length: 21, url: "https://example.org/a" }],
        preview: {
          url: "https://example.org/a",
          site: "Example",
          title: "A",
          imageUrl: "https://cdn/i.jpg",
        },
      },
    ],
    // The fork of Bellingcat tells views, media and forwards.
    [
      {
        content: "forwarded",
        views: [12_300, 100],
        forwarded: { _type: "snscrape.modules.telegram.Channel", username: "durov", title: null },
        forwardedUrl: "https://t.me/durov/12",
        media: [
          { _type: "snscrape.modules.telegram.Photo", url: "https://cdn/p.jpg" },
          {
            _type: "snscrape.modules.telegram.Video",
            thumbnailUrl: "https://cdn/t.jpg",
            duration: 12,
            url: "https://cdn/v.mp4",
          },
          {
            _type: "snscrape.modules.telegram.VoiceMessage",
            url: "https://cdn/v.ogg",
            duration: 3,
            bars: [1],
          },
          { _type: "snscrape.modules.telegram.Gif", thumbnailUrl: "https://cdn/g.jpg", url: null },
        ],
      },
      {
        text: "forwarded",
        views: 12_300,
        forward: { name: "durov", channel: "durov", id: 12, url: "https://t.me/durov/12" },
        media: [
          { kind: "photo", url: "https://cdn/p.jpg" },
          {
            kind: "video",
            url: "https://cdn/v.mp4",
            thumbnailUrl: "https://cdn/t.jpg",
            durationSeconds: 12,
          },
          { kind: "voice", url: "https://cdn/v.ogg", durationSeconds: 3 },
          { kind: "gif", thumbnailUrl: "https://cdn/g.jpg" },
        ],
      },
    ],
  ];

  test("give every field that they tell, and no other", async () => {
    const archive = await opened();
    const file = lines(table.map(([own], at) => item(at + 1, own)));
    expect(await take(archive, file)).toMatchObject({
      kind: "snscrape",
      channels: ["garden"],
      read: 4,
      new: 4,
      warnings: [],
    });
    for (const [at, [, own]] of table.entries())
      expect.soft(await kept(archive, at + 1), `post ${at + 1}`).toEqual(expected(at + 1, own));
    expect(await take(archive, file)).toMatchObject({ new: 0, changed: 0, equal: 4 });
    expect(await archive.kept("garden").unread()).toEqual([{ from: 1, to: 4 }]);
  });

  test("of another module, or with what cannot be, are named with their line", async () => {
    const archive = await opened();
    const taken = await take(
      archive,
      lines([
        item(1, { content: "behind words", outlinks: ["https://example.org/"] }),
        item(2, { url: "https://t.me/s/garden/x" }),
        item(3, { date: "yesterday" }),
        item(4, { url: "https://t.me/s/x/4" }),
        { _type: "snscrape.modules.twitter.Tweet" },
        item(5, { content: "x".repeat(100_001) }),
      ]),
    );
    expect(taken).toMatchObject({ read: 6, new: 1, refused: 5 });
    expect(taken.warnings).toEqual([
      "Line 1 links to 1 addresses behind words that it does not tell; they were not kept.",
      "Line 2 was left out: its url (https://t.me/s/garden/x) is none of a post.",
      "Line 3 was left out: its date (yesterday) is none from 1970-01-01 to 2026-11-21T12:00:00Z.",
      "Line 4 was left out: its url (https://t.me/s/x/4) names no channel.",
      "Line 5 was left out: it is no post of snscrape.",
      "Line 6 was left out: it has a text of 100001 UTF-16 units; the most is 100000.",
    ]);
  });

  const channel = { name: "garden", title: "Garden", verified: false, counters: {} };

  // As snscrape 0.7.0 and its fork wrote posts of a page down.
  test.each<[string, string, Partial<Post>, number]>([
    ["in pieces, as pages have it", "👩💻 and 🏳️🌈", { text: "👩‍💻 and 🏳️‍🌈" }, 1],
    ["with line breaks around it", "⛔\n️\n stop", { text: "⛔️ stop" }, 1],
    [
      "for which the words stand that it answers",
      "A question?",
      { text: "The answer", reply: { channel: "garden", id: 1, text: "A question?" } },
      1,
    ],
    ["that says other words", "Words", { text: "Others", reply: { text: "A question?" } }, 2],
    ["that had none", "", { text: "Others", reply: { channel: "garden", id: 1, text: "" } }, 2],
  ])("tell what is no edit when a page shows it, %s", async (_, content, own, versions) => {
    const archive = await opened();
    await take(archive, lines([item(2, { content })]));
    await archive.savePage(page([expected(2, own) as Post], { channel }));
    expect(await archive.post({ channel: "garden", id: 2 })).toMatchObject({ versions, ...own });
  });

  test("leave out line breaks: a page that says the same with them is no edit", async () => {
    const archive = await opened();
    await take(archive, lines([item(1, { content: "One lineand another" })]));
    const shown = expected(1, { text: "One line\nand another", views: 5 }) as Post;
    await archive.savePage(page([shown], { channel }));
    expect(await archive.post({ channel: "garden", id: 1 })).toMatchObject({
      versions: 1,
      text: "One line\nand another",
    });
    const other = { ...shown, text: "Other words" };
    await archive.savePage(page([other], { channel, readAt: "2026-11-21T00:00:00Z" }));
    expect(await archive.post({ channel: "garden", id: 1 })).toMatchObject({ versions: 2 });
    expect(await take(archive, lines([item(1, { content: "Third words" })]))).toMatchObject({
      otherwise: 1,
    });
  });
});

/** The file of these messages as tdl writes it. */
const file = (messages: readonly object[]): string => JSON.stringify({ id: 4711, messages });

describe("an export of tdl", () => {
  const at = Date.UTC(2026, 5, 15, 10) / 1000;
  const message = (id: number, own: object = {}): object => ({
    id,
    type: "message",
    file: "",
    date: at,
    ...own,
  });
  const options = { channel: "garden" };
  const table: readonly (readonly [object, Partial<Post>])[] = [
    [{ text: "Only words" }, { text: "Only words" }],
    [{ file: "4711_2_paper.pdf" }, { media: [{ kind: "file", fileName: "4711_2_paper.pdf" }] }],
    [
      {
        file: "4711_3_photo.jpg",
        text: "read this",
        raw: {
          ID: 3,
          Views: 120,
          Forwards: 3,
          EditDate: at + 60,
          EditHide: false,
          PostAuthor: "Ada",
          ReplyTo: { ReplyToMsgID: 2, ReplyToPeerID: null },
          Media: { Photo: { ID: 1 } },
          Entities: [
            { Offset: 0, Length: 4 },
            { Offset: 5, Length: 4, URL: "https://example.org/" },
          ],
        },
      },
      {
        text: "read this",
        edited: true,
        author: "Ada",
        views: 120,
        reply: { channel: "garden", id: 2 },
        media: [{ kind: "photo" }],
        entities: [{ type: "link", offset: 5, length: 4, url: "https://example.org/" }],
      },
    ],
    [
      {
        text: "elsewhere",
        raw: {
          Views: 0,
          EditDate: at,
          EditHide: true,
          ReplyTo: { ReplyToMsgID: 2, ReplyToPeerID: { ChannelID: 1 } },
        },
      },
      { text: "elsewhere" },
    ],
  ];

  test("gives every field that it tells, and no other", async () => {
    const archive = await opened();
    const text = file(table.map(([own], place) => message(place + 1, own)));
    expect(await take(archive, text, options)).toMatchObject({
      kind: "tdl",
      channels: ["garden"],
      read: 4,
      new: 4,
      warnings: [],
    });
    for (const [place, [, own]] of table.entries())
      expect
        .soft(await kept(archive, place + 1), `post ${place + 1}`)
        .toEqual(expected(place + 1, own));
    expect(await take(archive, text, options)).toMatchObject({ new: 0, changed: 0, equal: 4 });
    expect(await archive.kept("garden").unread()).toEqual([{ from: 1, to: 4 }]);
  });

  test("without dates, without a name or cut off is told of", async () => {
    const archive = await opened();
    const { date: _, ...bare } = message(1) as { date: number };
    const raw = { ID: 4, Date: at, Message: "Told by --raw alone", Out: false };
    expect(await take(archive, file([{ ...bare, id: 4, raw }]), options)).toMatchObject({ new: 1 });
    expect(await kept(archive, 4)).toEqual(expected(4, { text: "Told by --raw alone" }));
    const taken = await take(
      archive,
      file([bare, message(0), message(3, { date: -1 }), "words"]),
      options,
    );
    expect(taken).toMatchObject({ read: 4, refused: 4 });
    expect(taken.warnings).toEqual([
      "Message 1 of the file was left out: it tells no date; export again with --with-content or --raw.",
      "Message 2 of the file was left out: it is no message of tdl (id).",
      "Message 3 of the file was left out: its date (-1) is none from 1970-01-01 to 2026-11-21T12:00:00Z.",
      "Message 4 of the file was left out: it is no message of tdl.",
    ]);
    expect(await refusal(archive, file([message(1)]))).toMatch(/--channel NAME/);
    const cut = file([message(1, { text: "a" }), message(2)]).slice(0, -10);
    await expect(take(archive, cut, options)).rejects.toThrow(
      /ends in the middle of the list\. 1 new posts before that were kept/,
    );
  });
});
