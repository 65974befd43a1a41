import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Archive } from "../../../../server/archive/archive.ts";
import { importFile } from "../../../../server/archive/import/import-file.ts";
import { historyPage, message as message_, textHolder } from "../../../fixtures/pages/markup.ts";
import { page, post, range } from "../sample.ts";

let folder: string;
let archive: Archive;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "import-"));
  archive = await Archive.open(join(folder, "archive.db"));
});
afterEach(async () => {
  await archive[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const key = (id: number): { channel: string; id: number } => ({ channel: "gradient", id });
const at = Date.UTC(2026, 5, 15, 10) / 1000;
const moscowSeconds = 3 * 3_600;

function message(id: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id,
    type: "message",
    date: new Date((at + id * 60 + moscowSeconds) * 1000).toISOString().slice(0, 19),
    date_unixtime: String(at + id * 60),
    from: "Gradient descent, daily",
    text: `Post number ${id} about gradients`,
    ...more,
  };
}

function exportFile(messages: readonly unknown[], more: Record<string, unknown> = {}): string {
  const head = { name: "Gradient descent, daily", type: "public_channel", id: 4711, ...more };
  return save("result.json", JSON.stringify({ ...head, messages }, null, 1));
}

function save(name: string, text: string, savedAt = "2026-07-01T00:00:00Z"): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  utimesSync(file, new Date(savedAt), new Date(savedAt));
  return file;
}

const photo = (id: number, more = {}) =>
  message(id, { photo: "p.jpg", text: "", date_unixtime: String(at), ...more });
const shown = (id: number) =>
  post(id, {
    media: [{ kind: "photo", url: "https://cdn/x" }],
    publishedAt: "2026-06-15T10:01:00Z",
  });
const options = { channel: "Gradient" };

describe("a Telegram Desktop export", () => {
  it("gives posts of every kind", async () => {
    const file = exportFile([
      message(1, { type: "service", action: "create_channel", text: "" }),
      message(2, {
        text: [
          "Read ",
          { type: "bold", text: "this" },
          ": ",
          { type: "text_link", text: "paper", href: "https://example.org/p" },
          " ",
          { type: "hashtag", text: "#ml" },
        ],
        edited: "2026-06-15T14:00:00",
        edited_unixtime: String(at),
        author: "Ada",
        reactions: [
          { type: "emoji", count: 4, emoji: "👍" },
          { type: "paid", count: 1 },
        ],
      }),
      message(3, {
        text: "",
        file: "(File not included. Change data exporting settings to download.)",
        file_name: "paper.pdf",
        file_size: 1_258_291,
        mime_type: "application/pdf",
      }),
      message(4, { text: "", media_type: "voice_message", file: "a.ogg", duration_seconds: 12 }),
      message(5, {
        text: "",
        poll: {
          question: "Which?",
          closed: false,
          total_voters: 4,
          answers: [
            { text: "one", voters: 1, chosen: false },
            { text: "two", voters: 3, chosen: false },
          ],
        },
      }),
      message(6, { forwarded_from: "Other", reply_to_message_id: 2 }),
      message(7, { location_information: { latitude: 48.2, longitude: 16.4 }, text: "" }),
    ]);
    expect(await importFile(archive, file, options)).toEqual({
      kind: "desktop-json",
      channels: ["Gradient"],
      read: 7,
      new: 7,
      changed: 0,
      equal: 0,
      otherwise: 0,
      purged: 0,
      joined: 0,
      repeated: 0,
      refused: 0,
      warnings: [],
    });
    const posts = await archive.posts(range(1, 7));
    expect(posts[0]).toMatchObject({ service: "created", text: "Channel created" });
    expect(posts[1]).toMatchObject({
      text: "Read this: paper #ml",
      publishedAt: "2026-06-15T10:02:00Z",
      edited: true,
      author: "Ada",
      entities: [
        { type: "bold", offset: 5, length: 4 },
        { type: "link", offset: 11, length: 5, url: "https://example.org/p" },
        { type: "hashtag", offset: 17, length: 3 },
      ],
      reactions: [
        { kind: "emoji", emoji: "👍", count: 4 },
        { kind: "paid", count: 1 },
      ],
    });
    expect(posts[2]).toMatchObject({
      textState: "empty",
      media: [{ kind: "file", fileName: "paper.pdf", size: "1.2 MB" }],
    });
    expect(posts[3]?.media).toEqual([{ kind: "voice", durationSeconds: 12 }]);
    expect(posts[4]?.poll?.options).toEqual([
      { text: "one", percent: 25 },
      { text: "two", percent: 75 },
    ]);
    expect(posts[5]).toMatchObject({
      forward: { name: "Other" },
      reply: { channel: "Gradient", id: 2 },
    });
    expect(posts[6]?.media).toEqual([{ kind: "location", latitude: 48.2, longitude: 16.4 }]);
    expect(await archive.verify()).toEqual([]);
  });

  it("keeps a place's name and address, a contact's number, and the bot a message was written with", async () => {
    const file = exportFile([
      message(1, {
        text: "",
        place_name: "Mariinsky Theatre",
        address: "Theatre Square 1",
        location_information: { latitude: 59.9, longitude: 30.3 },
      }),
      message(2, {
        text: "",
        contact_information: { first_name: "Ada", last_name: "", phone_number: "+1 202 555 0100" },
      }),
      message(3, { text: "found", via_bot: "@gif" }),
    ]);
    await importFile(archive, file, options);
    const [venue, contact, found] = await archive.posts(range(1, 3));
    expect(venue?.media).toEqual([
      {
        kind: "location",
        latitude: 59.9,
        longitude: 30.3,
        title: "Mariinsky Theatre",
        address: "Theatre Square 1",
      },
    ]);
    expect(contact?.media).toEqual([{ kind: "contact", title: "Ada", phone: "+1 202 555 0100" }]);
    expect(found?.viaBot).toBe("@gif");
  });

  it("keeps its posts, but leaves every id to be read", async () => {
    await importFile(archive, exportFile(range(1, 5).map(({ id }) => message(id))), options);
    expect(await archive.kept("gradient").coverage()).toMatchObject({
      counts: { kept: 5, unread: 0 },
      imported: 5,
      ranges: [{ from: 1, to: 5, class: "kept", imported: true }],
    });
    expect(await archive.kept("gradient").unread()).toEqual([{ from: 1, to: 5 }]);
    expect(await archive.kept("gradient").unreadGaps(10)).toEqual([]);
    expect(await archive.channel("gradient")).toMatchObject({ complete: 1, imported: 5 });
    await archive.savePage(page(range(4, 6), { readAt: "2026-07-02T00:00:00Z" }));
    expect(await archive.channel("gradient")).toMatchObject({ complete: 1, imported: 3 });
    expect(await archive.kept("gradient").coverage()).toMatchObject({
      counts: { kept: 6, unread: 0 },
      imported: 3,
      ranges: [
        { from: 1, to: 3, class: "kept", imported: true },
        { from: 4, to: 6, class: "kept" },
      ],
    });
  });

  it("says of ids that neither the file nor a page told that they are not read, and when they may be", async () => {
    await importFile(archive, exportFile([message(2), message(3), message(6)]), options);
    expect(await archive.kept("gradient").unreadGaps(10)).toEqual([
      { firstId: 4, lastId: 5, from: "2026-06-15T10:03:00Z", to: "2026-06-15T10:06:00Z" },
      { firstId: 1, lastId: 1, to: "2026-06-15T10:02:00Z" },
    ]);
    expect(await archive.channel("gradient")).toMatchObject({ complete: 0.5, imported: 3 });
  });

  it("read a second time changes nothing", async () => {
    const file = exportFile(range(1, 450).map(({ id }) => message(id)));
    await importFile(archive, file, options);
    const before = await archive.state();
    expect(await importFile(archive, file, options)).toMatchObject({
      read: 450,
      new: 0,
      changed: 0,
      equal: 450,
    });
    expect(await archive.state()).toEqual(before);
  });

  it("joins the photos of an album, also where the messages are saved in parts", async () => {
    const before = range(1, 198).map(({ id }) => message(id));
    const file = exportFile([...before, photo(199), photo(200, { text: "All three" }), photo(201)]);
    expect(await importFile(archive, file, options)).toMatchObject({ new: 199 });
    expect(await archive.post(key(201))).toMatchObject({ ids: [199, 200, 201], text: "All three" });
  });

  it("never makes an edit of what a page told, whichever came first", async () => {
    await archive.savePage(page([shown(1)]));
    const file = exportFile([
      message(1, { photo: "a.jpg", width: 800, height: 600 }),
      message(2, { photo: "b.jpg", width: 800, height: 600 }),
    ]);
    await importFile(archive, file, options);
    await archive.savePage(page([shown(1), shown(2)], { readAt: "2026-07-02T00:00:00Z" }));
    for (const one of await archive.posts([key(1), key(2)]))
      expect([one.versions, one.media]).toEqual([1, [{ kind: "photo", url: "https://cdn/x" }]]);
  });

  it("keeps both versions when the words changed after the export", async () => {
    await importFile(archive, exportFile([message(1)]), options);
    await archive.savePage(
      page([post(1, { text: "Other words", edited: true })], { readAt: "2026-07-02T00:00:00Z" }),
    );
    expect((await archive.versions(key(1))).map((v) => v.post.text)).toEqual([
      "Post number 1 about gradients",
      "Other words",
    ]);
  });

  it("that is cut off gives the messages before the cut, and says so", async () => {
    const whole = readFileSync(exportFile(range(1, 30).map(({ id }) => message(id))), "utf8");
    const cut = save("cut.json", whole.slice(0, -400));
    await expect(importFile(archive, cut, options)).rejects.toThrow(
      /ends in the middle.*were kept/,
    );
    expect((await archive.state()).posts).toBeGreaterThan(20);
    expect(await archive.verify()).toEqual([]);
  });

  it("leaves out what is no message, and names it", async () => {
    const file = exportFile([
      message(1),
      { id: "x" },
      message(3, { date_unixtime: "", date: "?" }),
    ]);
    const taken = await importFile(archive, file, options);
    expect([taken.new, taken.warnings.length]).toEqual([1, 2]);
  });

  it("of a group, of nothing, or without a name is refused with a sentence", async () => {
    const refused = async (file: string, opts = {}): Promise<string> =>
      importFile(archive, file, opts).then(
        () => "taken",
        (error: unknown) => String(error),
      );
    expect(await refused(exportFile([], { type: "private_group" }))).toMatch(/private group/);
    expect(await refused(exportFile([message(1)]))).toMatch(/--channel NAME/);
    expect(await refused(save("a.json", '{"chats":{"list":[]}}'), options)).toMatch(/no list/);
    expect(await refused(save("b.json", "["), options)).toMatch(
      /is nothing that is read\. Read are: a saved preview page/,
    );
    expect(await refused(save("c.json", `{"messages":[${"[".repeat(100_000)}`), options)).toMatch(
      /not an export/,
    );
    expect(await refused(join(folder, "missing.json"))).toMatch(/cannot be read/);
    expect((await archive.state()).posts).toBe(0);
  });
});

describe("a saved page", () => {
  const pages = join(import.meta.dirname, "../../../../../shared/pages");
  const saved = join(pages, "exact-tchantest-2023.html");

  it.skipIf(!existsSync(saved))(
    "gives its posts as of when it was served (needs ../shared/pages, skipped where missing)",
    async () => {
      expect(await importFile(archive, saved)).toMatchObject({ channels: ["tchantest"], new: 28 });
      expect(await archive.kept("tchantest").unread()).toHaveLength(1);
      expect((await archive.channel("tchantest"))?.lastReadAt).toBeUndefined();
      expect(await importFile(archive, saved)).toMatchObject({ new: 0, changed: 0, equal: 28 });
      expect(await archive.verify()).toEqual([]);
      await expect(importFile(archive, saved, { channel: "durov" })).rejects.toThrow(
        /not of @durov/,
      );
    },
  );

  it("gives its posts as of the second it was served, and no id counts as read", async () => {
    const html = historyPage([
      message_(textHolder("Gradients <b>vanish</b>"), { id: 12 }),
      message_(textHolder("And explode"), { id: 14 }),
    ]);
    const taken = await importFile(archive, save("page.html", html, "2026-11-01T00:00:00Z"));
    expect(taken).toMatchObject({ channels: ["kanal"], new: 2, equal: 0 });
    const kept = await archive.post({ channel: "kanal", id: 12 });
    expect([kept?.text, kept?.firstSeenAt]).toEqual(["Gradients vanish", "2026-10-04T05:10:24Z"]);
    expect(await archive.kept("kanal").unread()).toEqual([{ from: 1, to: 14 }]);
    const body = await archive.pageBody({ channel: "kanal", id: 14 });
    expect(new TextDecoder().decode(body?.body)).toBe(html);
  });

  it("that ends before the page does is refused, and nothing of it is kept", async () => {
    const html = historyPage([message_(textHolder("Gradients"), { id: 12 })]);
    const cut = save("page.html", html.slice(0, -200));
    await expect(importFile(archive, cut)).rejects.toMatchObject({ name: "UsageError" });
    expect((await archive.state()).posts).toBe(0);
  });

  it("that is no page of posts is refused with a sentence", async () => {
    const file = save("page.html", "<html><body>Hello</body></html>");
    await expect(importFile(archive, file)).rejects.toMatchObject({ name: "UsageError" });
  });
});
