import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { Archive } from "../../../../server/archive/archive.ts";
import { importFile } from "../../../../server/archive/import/import-file.ts";
import { emptyFolder } from "../../../help.ts";

const head = { name: "Garden", type: "public_channel", id: 1, username: "garden" };
const good = { id: 1, type: "message", date: "2026-06-15T10:00:00", text: "plain words" };

/** Takes these messages into an empty archive whose clock shows `now`. */
async function take(messages: readonly unknown[] | string, now = "2026-11-20T12:00:00Z") {
  const folder = emptyFolder();
  const archive = await Archive.open(join(folder, "archive.db"), { now: () => new Date(now) });
  onTestFinished(async () => archive[Symbol.asyncDispose]());
  const file = join(folder, "result.json");
  writeFileSync(
    file,
    typeof messages === "string" ? messages : JSON.stringify({ ...head, messages }),
  );
  const taken = await importFile(archive, file);
  expect(await archive.verify()).toEqual([]);
  return { archive, taken, kept: async (id: number) => archive.post({ channel: "garden", id }) };
}

describe("a message out of bounds is left out with its place and the reason, and the others are kept", () => {
  const dates = "none from 1970-01-01 to 2026-11-21T12:00:00Z";
  test.each<[Record<string, unknown>, string]>([
    [{ date: "2026-02-30T10:00:00" }, `its date (2026-02-30T10:00:00) is ${dates}`],
    [{ date: "3000-01-01T00:00:00" }, `its date (3000-01-01T00:00:00) is ${dates}`],
    [{ date: "+200000-01-01T00:00:00" }, `its date (+200000-01-01T00:00:00) is ${dates}`],
    [{ date: "-200000-01-01T00:00:00" }, `its date (-200000-01-01T00:00:00) is ${dates}`],
    [{ date: "1969-12-31T23:59:59" }, `its date (1969-12-31T23:59:59) is ${dates}`],
    [{ date: "2026-11-21T12:00:01" }, `its date (2026-11-21T12:00:01) is ${dates}`],
    [{ date: undefined }, `its date (missing) is ${dates}`],
    [{ date_unixtime: "32503680000" }, `its date (32503680000) is ${dates}`],
    [{ date_unixtime: "6248275200000" }, `its date (6248275200000) is ${dates}`],
    [{ date_unixtime: "-1" }, `its date (-1) is ${dates}`],
    [{ date_unixtime: "1e9" }, `its date (1e9) is ${dates}`],
    [{ id: 0 }, "id is 0, not a whole number from 1 to 2147483647"],
    [{ id: 2_147_483_648 }, "id is 2147483648, not a whole number from 1 to 2147483647"],
    [{ id: -5 }, "id is -5, not a whole number from 1 to 2147483647"],
    [{ id: "123" }, 'id is "123", not a whole number from 1 to 2147483647'],
    [
      { id: 9_007_199_254_740_992 },
      "id is 9007199254740992, not a whole number from 1 to 2147483647",
    ],
    [{ id: 1.5 }, "id is 1.5, not a whole number from 1 to 2147483647"],
    [{ type: "__proto__" }, 'type is "__proto__", not "message" or "service"'],
    [{ file: "a", file_size: -1 }, "file_size is -1, not a whole number from 0 to 1000000000000"],
    [{ photo: "a", width: 1e300 }, "width is 1e+300, not a whole number from 0 to 1000000000000"],
    [
      { file: "a", duration_seconds: 0.5 },
      "duration_seconds is 0.5, not a whole number from 0 to 1000000000000",
    ],
    [
      { reactions: [{ type: "emoji", emoji: "👍", count: 1e15 }] },
      "reactions.0.count is 1000000000000000, not a whole number from 0 to 1000000000000",
    ],
    [{ text: { nested: true } }, 'text is {"nested":true}, not words, or a list of them'],
    [
      { location_information: { latitude: 91, longitude: 0 } },
      "it has a place that is not on Earth",
    ],
    [{ text: "👍".repeat(50_001) }, "it has a text of 100002 UTF-16 units; the most is 100000"],
    [{ text: "x".repeat(100_001) }, "it has a text of 100001 UTF-16 units; the most is 100000"],
    [
      { author: "x".repeat(16_385) },
      "it has words of 16385 UTF-16 units (author); the most is 16384",
    ],
    [
      { text: Array.from({ length: 10_001 }, () => ({ type: "bold", text: "x" })) },
      "it has 10001 formatted stretches; the most is 10000",
    ],
    [
      {
        text: "",
        poll: { question: "?", answers: Array.from({ length: 1_001 }, () => ({ text: "x" })) },
      },
      "it has 1001 options; the most is 1000",
    ],
  ])("%j", async (wrong, why) => {
    const { taken, kept } = await take([good, { ...good, id: 2, ...wrong }, { ...good, id: 3 }]);
    expect(taken).toMatchObject({ new: 2, changed: 0, equal: 0 });
    expect(taken.warnings).toHaveLength(1);
    expect(taken.warnings[0]).toMatch(/^Message 2 of the file|^The message with id 2 /);
    expect(taken.warnings[0]).toContain(` was left out: ${why}.`);
    expect((await kept(3))?.text).toBe("plain words");
  });

  test("nested deeper than anything of use", async () => {
    let text: unknown = "x";
    for (let deep = 0; deep < 100; deep++) text = [text];
    const { taken } = await take([good, { ...good, id: 2, text }, { ...good, id: 3 }]);
    expect(taken).toMatchObject({
      new: 2,
      warnings: ["Message 2 of the file was left out: it is nested 101 deep."],
    });
  });
});

test("the bounds themselves are kept: the first second, the last allowed day, the greatest numbers", async () => {
  const { kept, taken } = await take(
    [
      { ...good, id: 1, date: "1970-01-01T00:00:00" },
      { ...good, id: 2, date: "1970-01-01T03:00:00", date_unixtime: "0" },
      { ...good, id: 3, date: "2099-12-31T23:59:59" },
      { ...good, id: 2_147_483_647, file: "a", file_size: 1_000_000_000_000 },
    ],
    "2099-12-31T00:00:00Z",
  );
  expect(taken).toMatchObject({ new: 4, warnings: [] });
  expect((await kept(1))?.publishedAt).toBe("1970-01-01T00:00:00Z");
  expect((await kept(2))?.publishedAt).toBe("1970-01-01T00:00:00Z");
  expect((await kept(3))?.publishedAt).toBe("2099-12-31T23:59:59Z");
  expect((await kept(2_147_483_647))?.media).toMatchObject([{ size: "931.3 GB" }]);
});

test("what is nested 64 deep outside the message's own words is passed over", async () => {
  let strange: unknown = "x";
  for (let deep = 0; deep < 60; deep++) strange = [strange];
  expect((await take([{ ...good, strange }])).taken).toMatchObject({ new: 1, warnings: [] });
});

/** Every name that any object has without being given it. */
const inherited = Object.getOwnPropertyNames(Object.prototype);

test.each(inherited)(
  "the name %s where a kind stands is a kind like any other unknown one",
  async (name) => {
    const { kept, taken } = await take([
      { ...good, id: 1, file: "a.bin", file_name: "a.bin", media_type: name },
      { ...good, id: 2, text: [{ type: name, text: "words", href: "https://example.org" }] },
      { ...good, id: 3, type: "service", action: name, text: "" },
      { ...good, id: 4, reactions: [{ type: name, count: 2, emoji: "👍" }] },
      {
        ...good,
        id: 5,
        author: name,
        forwarded_from: name,
        poll: undefined,
        [name]: { [name]: 1 },
      },
    ]);
    expect(taken).toMatchObject({ new: 5, warnings: [] });
    expect((await kept(1))?.media).toEqual([{ kind: "file", fileName: "a.bin" }]);
    expect(await kept(2)).toMatchObject({ text: "words", entities: [] });
    expect(await kept(3)).toMatchObject({ service: "other", text: name.replaceAll("_", " ") });
    expect((await kept(4))?.reactions).toEqual([{ kind: "emoji", emoji: "👍", count: 2 }]);
    expect(await kept(5)).toMatchObject({ author: name, forward: { name } });
  },
);

test("a file written in the future or before 1970 is as of now, or of 1970", async () => {
  const { archive, kept } = await take([good], "2026-06-16T00:00:00Z");
  expect((await kept(1))?.firstSeenAt).toBe("2026-06-16T00:00:00Z");
  expect((await archive.channel("garden"))?.addedAt).toBe("2026-06-16T00:00:00Z");
});

test("a date and a date_unixtime that no time zone parts are told of with the place, and the seconds are taken", async () => {
  const at = Date.UTC(2026, 5, 15, 10) / 1000;
  const parted = (id: number, seconds: number): object => ({
    ...good,
    id,
    date_unixtime: String(at + seconds),
  });
  // Three hours east, half an hour beyond five, the date line; then a week, seven minutes and fifteen hours.
  const zones = [-3 * 3_600, -5.5 * 3_600, 12 * 3_600, -14 * 3_600].map((s, i) => parted(i + 1, s));
  const others = [7 * 86_400, 420, -15 * 3_600].map((s, i) => parted(i + 11, s));
  const { taken, kept } = await take([...zones, ...others]);
  expect(taken).toMatchObject({ new: 7, changed: 0, equal: 0 });
  expect(taken.warnings.map((line) => line.slice(0, 41))).toEqual([
    "Message 5 of the file (id 11): date (2026",
    "Message 6 of the file (id 12): date (2026",
    "Message 7 of the file (id 13): date (2026",
  ]);
  expect(taken.warnings[1]).toBe(
    `Message 6 of the file (id 12): date (2026-06-15T10:00:00) and date_unixtime (${at + 420}) are no time zone apart; date_unixtime was taken.`,
  );
  expect((await kept(11))?.publishedAt).toBe("2026-06-22T10:00:00Z");
});

const written = (own: string): string =>
  `{"type": "message", "date": "2026-06-15T10:00:00", "text": "x", ${own}}`;

test("a number that is refused is quoted as the file has it, not rounded", async () => {
  const { taken } = await take(
    `{"name": "Garden", "type": "public_channel", "id": 1, "username": "garden", "messages": [${[
      written('"id": 12345678901234567'),
      written('"id": 1000000000000000000000'),
      written('"id": 3, "photo": "a", "width": 12345678901234567'),
      written('"id": 4, "reactions": [{"type": "emoji", "count": 1.0e21}]'),
      written('"id": "x"'),
      written('"id": 6'),
    ].join(", ")}]}`,
  );
  expect(taken.warnings).toEqual([
    "Message 1 of the file (id 12345678901234567) was left out: id is 12345678901234567, not a whole number from 1 to 2147483647.",
    "Message 2 of the file (id 1000000000000000000000) was left out: id is 1000000000000000000000, not a whole number from 1 to 2147483647.",
    "Message 3 of the file (id 3) was left out: width is 12345678901234567, not a whole number from 0 to 1000000000000.",
    "Message 4 of the file (id 4) was left out: reactions.0.count is 1.0e21, not a whole number from 0 to 1000000000000.",
    'Message 5 of the file was left out: id is "x", not a whole number from 1 to 2147483647.',
  ]);
  expect(taken.new).toBe(1);
});

/** The text of a file whose list of messages is this. */
const listed = (list: string): string => `${JSON.stringify(head).slice(0, -1)},"messages":${list}}`;
const one = JSON.stringify(good);
const two = JSON.stringify({ ...good, id: 2 });

const noMessage = (place: number): string =>
  `Message ${place} of the file was left out: it is no message.`;

test("what is no message in the list is left out with its place, whatever it is", async () => {
  const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  const { taken } = await take(
    listed(`["str\\"],", null , [1], 5, true, -1.5e3 ,${one}, [], {}, "}", ${deep}, ${two}]`),
  );
  expect(taken).toMatchObject({ new: 2, changed: 0, equal: 0 });
  expect(taken.warnings).toEqual([
    ...[1, 2, 3, 4, 5, 6, 8].map(noMessage),
    "Message 9 of the file was left out: id is missing, not a whole number from 1 to 2147483647.",
    noMessage(10),
    "Message 11 of the file was left out: it is nested 100000 deep.",
  ]);
});

describe("a file that is no JSON around its messages is told of, and what stood before is kept", () => {
  test.each([
    [`[${one} GARBAGE ${two}]`, 'it is no JSON at item 1 of "messages" or right after it', 1],
    [`[${one} ${two}]`, 'it is no JSON at item 1 of "messages" or right after it', 1],
    [`[${one},,${two}]`, 'it is no JSON at item 1 of "messages" or right after it', 1],
    [`[${one},]`, 'it is no JSON at item 1 of "messages" or right after it', 1],
    [`[${one}}`, 'it is no JSON at item 1 of "messages" or right after it', 1],
    [`[${one},nul,${two}]`, 'it is no JSON at item 2 of "messages" or right after it', 1],
    [`[GARBAGE ${one}]`, 'it is no JSON at item 1 of "messages" or right after it', 0],
    [`[,${one}]`, 'its list "messages" does not begin as JSON', 0],
    [`[${one}] trailing`, 'what follows the list "messages" is no JSON', 1],
    [`[${one}]} trailing {"a":1`, 'what follows the list "messages" is no JSON', 1],
    [`[${one}],"messages":[${two}]`, 'it holds "messages" twice', 1],
  ])("%s", async (list, why, kept) => {
    await expect(take(listed(list))).rejects.toThrow(
      `is not a whole export of one channel: ${why}. ${kept} new posts before that were kept;`,
    );
  });

  test("also where it ends right after the list", async () => {
    const cut = listed(`[${one}]`).slice(0, -1);
    await expect(take(cut)).rejects.toThrow('it ends right after the list "messages". 1 new posts');
  });

  test("with what was left out before that", async () => {
    await expect(take(listed(`[null,${one}] trailing`))).rejects.toThrow(
      "1 new posts before that were kept; export the channel again (JSON) for the rest.\n" +
        "Message 1 of the file was left out: it is no message.",
    );
  });

  test("and what is JSON is taken, with more behind the list and blanks around", async () => {
    const { taken } = await take(`${listed(` [ ${one} ,\r\n\t${two} ] , "more": {"a": []} `)}\n`);
    expect(taken).toMatchObject({ new: 2, warnings: [] });
    expect((await take(listed("[ ]"))).taken).toMatchObject({ new: 0, warnings: [] });
  });
});

test("two messages with one id are told of with the place of the later, which is kept", async () => {
  const messages = Array.from({ length: 450 }, (_, n) => ({ ...good, id: n + 1 }));
  const { taken, kept } = await take([
    ...messages,
    { ...good, id: 450, text: "again 450" },
    { ...good, text: "again 1" },
  ]);
  expect(taken.warnings).toEqual([
    "Message 451 of the file (id 450): an earlier message has the same id; the later one counts.",
    "Message 452 of the file (id 1): an earlier message has the same id; the later one counts.",
  ]);
  expect((await kept(450))?.text).toBe("again 450");
  expect((await kept(1))?.text).toBe("again 1");
});

const noDate = (place: number, date: string): string =>
  `Message ${place} of the file (id ${place}): date (${date}) is no date; date_unixtime was taken.`;

test("a date that is none is told of with the place where date_unixtime is taken", async () => {
  const dates = ["2023-02-30T00:00:00", "garbage", 12, {}, "x".repeat(100), "", null, undefined];
  const { taken } = await take(
    dates.map((date, n) => ({ id: n + 1, type: "message", date, date_unixtime: "1781517600" })),
  );
  expect(taken).toMatchObject({ new: 8 });
  expect(taken.warnings).toEqual([
    noDate(1, "2023-02-30T00:00:00"),
    noDate(2, "garbage"),
    noDate(3, "12"),
    noDate(4, "[object Object]"),
    noDate(5, "x".repeat(60)),
  ]);
});
