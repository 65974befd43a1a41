import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Archive } from "../../../../server/archive/archive.ts";
import { importFile } from "../../../../server/archive/import/import-file.ts";
import { emptyFolder } from "../../../help.ts";
import { historyPage, message as shown, textHolder } from "../../../fixtures/pages/markup.ts";
import { page, post } from "../sample.ts";

/** An archive that read two posts of @kanal from its page, which told the number given. */
async function thatKnows(chatId: number): Promise<Archive> {
  const archive = await Archive.open(join(emptyFolder(), "archive.db"), {
    now: () => new Date("2026-11-20T12:00:00Z"),
  });
  onTestFinished(async () => archive[Symbol.asyncDispose]());
  const channel = { name: "kanal", title: "Channel", verified: false, chatId, counters: {} };
  const posts = [1, 2].map((id) =>
    post(id, { channel: "kanal", url: `https://t.me/kanal/${id}`, text: `kept ${id}` }),
  );
  await archive.savePage(page(posts, { channel }));
  return archive;
}

const desktop = (id: number): string =>
  JSON.stringify({
    name: "Another",
    type: "public_channel",
    id,
    messages: [1, 2].map((one) => ({
      id: one,
      type: "message",
      date: `2026-07-15T10:0${one}:00`,
      text: `another ${one}`,
    })),
  });
const tdl = (id: number): string =>
  JSON.stringify({
    id,
    messages: [{ id: 1, type: "message", date: 1_784_109_660, text: "another 1" }],
  });
// The page's `data-view` tells the number -1001.
const saved = (): string => historyPage([shown(textHolder("another 1"), { id: 1 })]);

async function take(archive: Archive, text: string): Promise<unknown> {
  const file = join(emptyFolder(), "file");
  writeFileSync(file, text);
  return importFile(archive, file, { channel: "kanal" }).catch((error: unknown) =>
    String(error).replace(file, "FILE"),
  );
}

const textOf = async (archive: Archive, id: number): Promise<readonly string[]> =>
  (await archive.versions({ channel: "kanal", id })).map((one) => one.post.text);

test.each<[string, string, number]>([
  ["an export of Telegram Desktop", desktop(1_999_999_999), 1_999_999_999],
  ["the same with the number as bots know it", desktop(-1_001_999_999_999), 1_999_999_999],
  ["an export of tdl", tdl(1_999_999_999), 1_999_999_999],
  ["a saved page", saved(), 1001],
])("%s of a channel with another number is refused, and nothing is kept", async (_, text, id) => {
  const archive = await thatKnows(-1_000_000_001);
  expect(await take(archive, text)).toBe(
    `UsageError: FILE is of the channel with the id ${id}; @kanal has 1000000001. Nothing of it was taken. ` +
      "Import it under the name of its own channel: --channel NAME",
  );
  expect(await textOf(archive, 1)).toEqual(["kept 1"]);
  expect((await archive.state()).posts).toBe(2);
});

test.each<[string, string, number]>([
  ["as it is", desktop(1_000_000_001), -1_000_000_001],
  ["as bots know it", desktop(-1_001_000_000_001), -1_000_000_001],
  [
    "with the mark of a channel, as Telegram Desktop once had it",
    desktop(9_589_934_593),
    -1_000_000_001,
  ],
  ["as tdl has it", tdl(1_000_000_001), -1_000_000_001],
  ["as a page has it", saved(), -1001],
])("the channel's own number is taken %s", async (_, text, known) => {
  const archive = await thatKnows(known);
  expect(await take(archive, text)).toMatchObject({ refused: 0 });
  expect(await archive.channel("kanal")).toMatchObject({ chatId: known });
});

test.each([
  ["Telegram Desktop", desktop],
  ["tdl", tdl],
] as const)("what an export of %s told first holds for the next file, too", async (_, written) => {
  const archive = await Archive.open(join(emptyFolder(), "archive.db"), {
    now: () => new Date("2026-11-20T12:00:00Z"),
  });
  onTestFinished(async () => archive[Symbol.asyncDispose]());
  expect(await take(archive, written(4711))).toMatchObject({ refused: 0 });
  expect(await archive.channel("kanal")).toMatchObject({ chatId: -4711 });
  for (const other of [desktop(4712), tdl(4712)])
    expect(await take(archive, other)).toContain("with the id 4712; @kanal has 4711.");
});

test.each<[object, string]>([
  [{ id: "123" }, 'id is "123", not the number of a channel'],
  [{ id: 9_007_199_254_740_992 }, "id is 9007199254740992, not the number of a channel"],
  [{ id: -5 }, "id is -5, not the number of a channel"],
  [{ id: 1.5 }, "id is 1.5, not the number of a channel"],
  [{ type: undefined }, "type is missing, not a type of chat"],
  [{ name: 7 }, "name is 7, not a name"],
])("a file with %j for a head is refused with the reason", async (own, why) => {
  const archive = await thatKnows(-4711);
  const text = JSON.stringify({ ...(JSON.parse(desktop(4711)) as object), ...own });
  expect(await take(archive, text)).toBe(
    `UsageError: FILE is not an export of Telegram Desktop: ${why}.`,
  );
  expect((await archive.state()).posts).toBe(2);
});

test.each([
  ["saved_messages", "your saved messages"],
  ["personal_chat", "a chat with a person"],
  ["public_supergroup", "a public group"],
  ["party", "a chat of the type “party”"],
])("an export of %s is refused in plain words", async (type, words) => {
  const archive = await thatKnows(-4711);
  const text = desktop(4711).replace("public_channel", type);
  expect(await take(archive, text)).toBe(
    `UsageError: FILE is an export of ${words}, not of a channel.`,
  );
});
