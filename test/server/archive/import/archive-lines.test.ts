import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Post } from "../../../../scraper/post.ts";
import { Archive } from "../../../../server/archive/archive.ts";
import { importFile } from "../../../../server/archive/import/import-file.ts";
import type { Imported } from "../../../../server/archive/import/imported.ts";
import { PostMarks } from "../../../../server/archive/posts/post-marks.ts";
import { exportPosts } from "../../../../server/export/export-posts.ts";
import { emptyFolder } from "../../../help.ts";
import { hardPosts, now as hardNow } from "../../export/hard-posts.ts";
import { page, post, range } from "../sample.ts";

const folderOfFiles = (): string => emptyFolder();

async function opened(now = "2026-11-20T12:00:00Z"): Promise<Archive> {
  const archive = await Archive.open(join(emptyFolder(), "archive.db"), {
    now: () => new Date(now),
  });
  onTestFinished(async () => archive[Symbol.asyncDispose]());
  return archive;
}

/** The file of all posts of a channel, as `export` writes it. */
async function exported(archive: Archive, channel = "Gradient"): Promise<string> {
  const marks = new PostMarks();
  const posts = await archive.allPosts({ afterNo: 0, limit: 1_000, channels: [channel] });
  for (const { id, hash } of posts.toSorted((a, b) => a.id - b.id))
    marks.push({ channel, id, hash, deleted: false });
  let text = "";
  for await (const chunk of exportPosts(archive, { marks, query: "" }, { format: "jsonl" }))
    text += String(chunk);
  return text;
}

const linesOf = (file: string): readonly unknown[] =>
  file
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown);

async function take(archive: Archive, text: string, name = "posts.jsonl"): Promise<Imported> {
  const file = join(folderOfFiles(), name);
  writeFileSync(file, text);
  const taken = await importFile(archive, file);
  expect(await archive.verify()).toEqual([]);
  const { read, new: fresh, changed, equal, otherwise, purged, joined, repeated, refused } = taken;
  expect(fresh + changed + equal + otherwise + purged + joined + repeated + refused).toBe(read);
  return taken;
}

const key = (id: number): { channel: string; id: number } => ({ channel: "Gradient", id });
const day = (date: number, hour = 12): string =>
  `2026-07-${String(date).padStart(2, "0")}T${hour}:00:00Z`;

/** An archive that read this post so on these days; `undefined`: a page that did not show it. */
async function thatSaw(
  ...sights: readonly (readonly [number, string | undefined])[]
): Promise<Archive> {
  const archive = await opened();
  for (const [date, text] of sights)
    await archive.savePage(
      page([...(text === undefined ? [] : [post(2, { text, edited: text !== "one" })]), post(3)], {
        readAt: day(date),
        span: { from: 2, to: 3 },
      }),
    );
  return archive;
}

const date = (at: string): number => Number(at.slice(8, 10));

/** Versions as `text first..last`, the changes told of them, and whether the post counts as deleted. */
async function historyOf(archive: Archive): Promise<readonly string[]> {
  const versions = await archive.versions(key(2));
  const changes = await archive.postChanges({}, { offset: 0, limit: 100 });
  const { deleted } = (await archive.post(key(2))) ?? {};
  return [
    ...versions.map(
      ({ post: { text }, seenAt, lastSeenAt }) => `${text} ${date(seenAt)}..${date(lastSeenAt)}`,
    ),
    ...changes.toReversed().map(({ kind, version, at }) => `${kind} ${version} at ${date(at)}`),
    ...(deleted
      ? [
          `deleted since ${date(deleted.firstAbsentAt)}, ${date(deleted.confirmedAt)}, ${deleted.checks}`,
        ]
      : []),
  ];
}

describe("an export of ours taken into an empty archive and exported again is the same, field by field", () => {
  test("with every field a post can have, written out", async () => {
    const whole: Post = {
      channel: "Gradient",
      id: 10,
      ids: [10, 11, 12],
      url: "https://t.me/Gradient/10",
      publishedAt: "2026-06-15T10:10:00Z",
      edited: true,
      author: "Ada",
      text: "bold link #tag",
      textState: "present",
      entities: [
        { type: "bold", offset: 0, length: 4 },
        { type: "link", offset: 5, length: 4, url: "https://example.org/" },
        { type: "hashtag", offset: 10, length: 4, url: "https://t.me/s/Gradient?q=%23tag" },
        { type: "custom_emoji", offset: 0, length: 1, emojiId: "9223372036854775807" },
        { type: "pre", offset: 0, length: 1, language: "rust" },
      ],
      media: [
        { kind: "photo", url: "https://cdn/1", thumbnailUrl: "https://cdn/t", width: 8, height: 6 },
        {
          kind: "audio",
          fileName: "a.mp3",
          size: "1.2 MB",
          performer: "P",
          title: "T",
          durationSeconds: 7,
        },
        { kind: "location", latitude: 48.2, longitude: 16.4, title: "Here", address: "There" },
        { kind: "contact", title: "C", phone: "+1" },
        { kind: "sticker", emoji: "👍" },
        { kind: "file", price: "$10.00" },
      ],
      mediaWithheld: true,
      preview: {
        url: "https://a.org/",
        site: "A",
        title: "B",
        description: "C",
        imageUrl: "https://a.org/i",
      },
      viaBot: "@gif",
      forward: { name: "F", url: "https://t.me/ffff/1", channel: "ffff", id: 1, author: "G" },
      reply: { url: "https://t.me/Gradient/2", channel: "Gradient", id: 2, author: "H", text: "I" },
      poll: {
        question: "Q?",
        type: "Quiz",
        options: [{ text: "x", percent: 40 }, { text: "y" }],
        voters: 5,
      },
      reactions: [
        { kind: "emoji", emoji: "👍", count: 3 },
        { kind: "custom", emojiId: "9223372036854775807", count: 2 },
        { kind: "paid", count: 1 },
      ],
      buttons: [{ text: "Go", url: "https://b.org/" }, { text: "No" }],
      views: 5_000_000_000,
      language: "en",
      notUnderstood: ["new_part"],
    };
    const event = post(13, { text: "Channel photo updated", service: "photo" });
    const from = await opened();
    await from.savePage(page([whole, event]));
    const file = await exported(from);
    expect(linesOf(file)[0]).toMatchObject(whole);
    const to = await opened();
    expect(await take(to, file)).toEqual({
      kind: "jsonl",
      channels: ["Gradient"],
      read: 2,
      new: 2,
      changed: 0,
      equal: 0,
      otherwise: 0,
      purged: 0,
      joined: 0,
      repeated: 0,
      refused: 0,
      warnings: [],
    });
    expect(linesOf(await exported(to))).toEqual(linesOf(file));
    expect(await to.post(key(12))).toMatchObject({ id: 10 });
  });

  test("with versions, a deletion and a return", async () => {
    const from = await thatSaw(
      [1, "one"],
      [3, "two"],
      [5, undefined],
      [6, undefined],
      [7, "two"],
      [8, "three"],
      [9, undefined],
      [10, undefined],
    );
    const to = await opened();
    const file = await exported(from);
    expect(await take(to, file)).toMatchObject({ read: 2, new: 2 });
    expect(linesOf(await exported(to))).toEqual(linesOf(file));
    expect(await historyOf(to)).toEqual([
      "one 1..1",
      "two 3..7",
      "three 8..8",
      "edited 2 at 3",
      "edited 3 at 8",
      "deleted 3 at 10",
      "deleted since 9, 10, 2",
    ]);
  });

  test("with posts that are hard to write down", async () => {
    const from = await opened(hardNow);
    const span = { from: 1, to: 2_147_483_647 };
    const channel = { name: "garden", title: "garden", verified: false, counters: {} };
    await from.savePage(page(hardPosts, { channel, span, readAt: hardNow }));
    const file = await exported(from, "garden");
    const to = await opened(hardNow);
    expect(await take(to, file)).toMatchObject({
      read: hardPosts.length,
      new: hardPosts.length,
      refused: 0,
    });
    expect(linesOf(await exported(to, "garden"))).toEqual(linesOf(file));
  });

  test("and what `scrape` writes is taken, too, as seen when the file was written", async () => {
    const { channel: _, ...rest } = post(5);
    const to = await opened();
    expect(await take(to, `${JSON.stringify({ channel: "gradient", ...rest })}\n`)).toMatchObject({
      new: 1,
    });
    expect(await to.post(key(5))).toMatchObject({
      text: "Post number 5 about gradients",
      versions: 1,
    });
  });
});

describe("what both archives saw of a post is one history, in the order in which it was seen", () => {
  type Saw = readonly (readonly [number, string | undefined])[];
  test.each<[string, Saw, Saw, readonly string[]]>([
    ["the same", [[1, "one"]], [[1, "one"]], ["one 1..1"]],
    ["the same later", [[1, "one"]], [[4, "one"]], ["one 1..4"]],
    ["the same earlier", [[4, "one"]], [[1, "one"]], ["one 1..4"]],
    [
      "another version at the same moment",
      [[1, "one"]],
      [[1, "two"]],
      ["one 1..1", "two 1..1", "edited 2 at 1"],
    ],
    ["a later version", [[1, "one"]], [[4, "two"]], ["one 1..1", "two 4..4", "edited 2 at 4"]],
    ["an earlier version", [[4, "two"]], [[1, "one"]], ["one 1..1", "two 4..4", "edited 2 at 4"]],
    [
      "a version between two",
      [
        [1, "one"],
        [9, "three"],
      ],
      [[4, "two"]],
      ["one 1..1", "two 4..4", "three 9..9", "edited 3 at 9", "edited 2 at 4"],
    ],
    [
      "a first sight of a version before ours",
      [
        [1, "one"],
        [9, "two"],
      ],
      [
        [1, "one"],
        [4, "two"],
      ],
      ["one 1..1", "two 4..9", "edited 2 at 4"],
    ],
    [
      "a deletion after our last look",
      [[1, "one"]],
      [
        [1, "one"],
        [4, undefined],
        [6, undefined],
      ],
      ["one 1..1", "deleted 1 at 6", "deleted since 4, 6, 2"],
    ],
    [
      "a deletion before our last look: it had come back",
      [
        [1, "one"],
        [8, "one"],
      ],
      [
        [1, "one"],
        [4, undefined],
        [6, undefined],
      ],
      ["one 1..8", "deleted 1 at 6", "returned 1 at 8"],
    ],
    [
      "a return after our deletion",
      [
        [1, "one"],
        [4, undefined],
        [6, undefined],
      ],
      [[8, "two"]],
      ["one 1..1", "two 8..8", "deleted 1 at 6", "edited 2 at 8", "returned 1 at 8"],
    ],
    [
      "nothing newer than our deletion",
      [
        [2, "one"],
        [4, undefined],
        [6, undefined],
      ],
      [[3, "one"]],
      ["one 2..3", "deleted 1 at 6", "deleted since 4, 6, 2"],
    ],
  ])("%s", async (_, ours, theirs, expected) => {
    const file = await exported(await thatSaw(...theirs));
    const archive = await thatSaw(...ours);
    const own = await exported(archive);
    await take(archive, file);
    const history = await historyOf(archive);
    expect(history.toSorted()).toEqual(expected.toSorted());
    const before = await exported(archive);
    const state = await archive.state();
    for (const again of [file, own])
      expect(await take(archive, again)).toMatchObject({ read: 2, new: 0, changed: 0, equal: 2 });
    expect(linesOf(await exported(archive))).toEqual(linesOf(before));
    expect(await archive.state()).toEqual(state);
  });

  test("counters are those of the later look, and a page goes on from there", async () => {
    const theirs = await opened();
    await theirs.savePage(page([post(2, { views: 900 })], { readAt: day(5) }));
    const archive = await opened();
    await archive.savePage(page([post(2, { views: 100 })], { readAt: day(1) }));
    expect(await take(archive, await exported(theirs))).toMatchObject({ changed: 1 });
    expect(await archive.post(key(2))).toMatchObject({
      views: 900,
      versions: 1,
      lastSeenAt: day(5),
    });
    await archive.savePage(page([post(2, { views: 950 })], { readAt: day(6) }));
    expect(await archive.post(key(2))).toMatchObject({ views: 950, versions: 1 });
  });

  test("no id counts as read, and a channel's title stays", async () => {
    const theirs = await opened();
    await theirs.savePage(page(range(1, 5)));
    const archive = await opened();
    await archive.savePage(page(range(4, 6)));
    await take(archive, await exported(theirs));
    expect(await archive.kept("Gradient").unread()).toEqual([{ from: 1, to: 3 }]);
    expect(await archive.channel("Gradient")).toMatchObject({
      title: "Gradient descent, daily",
      imported: 3,
    });
  });

  test("what was purged here stays out", async () => {
    const theirs = await opened();
    await theirs.savePage(
      page([post(1), post(2), post(3, { reply: { channel: "Gradient", id: 2, text: "quoted" } })]),
    );
    const file = await exported(theirs);
    const archive = await opened();
    await take(archive, file);
    await archive.purges.carryOut(
      await archive.purges.order({ kind: "post", channel: "Gradient", id: 2 }),
    );
    expect(await take(archive, file)).toMatchObject({ read: 3, purged: 1 });
    expect(await archive.post(key(2))).toBeUndefined();
    expect((await archive.post(key(3)))?.reply).toEqual({ channel: "Gradient", id: 2 });
  });
});

const named = (id: number) => ({ id, ids: [id], url: `https://t.me/Gradient/${id}` });

describe("a line that cannot be taken is named with its place and the reason, and the others are taken", () => {
  const good = { ...post(1), channel: "Gradient", firstSeenAt: day(1), lastSeenAt: day(2) };
  test.each<[object | string, string]>([
    ["{", "it is no JSON"],
    ["[]", "it is no post"],
    [{ id: 0 }, "id is 0, not a whole number from 1 to 2147483647"],
    [{ id: 2_147_483_648 }, "id is 2147483648, not a whole number from 1 to 2147483647"],
    [{ ids: [2, 1] }, "its ids are not its own and those after it, ascending"],
    [
      { channel: "no name!" },
      "its channel is none: “no name” holds characters that a channel's name cannot have (perhaps letters that only look Latin). Type it anew as @name",
    ],
    [
      { publishedAt: "2026-02-30T10:00:00Z" },
      'it has the date "2026-02-30T10:00:00Z", which lies outside 1970-01-01 to 2026-11-21T12:00:00Z',
    ],
    [{ text: "x".repeat(100_001) }, "it has a text of 100001 UTF-16 units; the most is 100000"],
    [
      { author: "x".repeat(16_385) },
      "it has words of 16385 UTF-16 units (author); the most is 16384",
    ],
    [{ views: -1 }, "it has a number of views of -1"],
    ...[
      "javascript:alert(1)",
      "https://t.me/otherch/2",
      "https://t.me/Gradient/3",
      "https://evil.example/Gradient/2",
      "https://t.me/Gradient/2@evil.example/",
      "http://t.me/Gradient/2",
    ].map((url): [object, string] => [
      { url },
      `its url (${url}) is not the address of the post, https://t.me/Gradient/2`,
    ]),
    [{ textState: "withheld" }, "its text is withheld and has words"],
    [{ textState: "empty" }, "its text is empty and has words"],
    [{ text: "" }, "it has no text that is present"],
    [
      {
        versions: 2,
        earlier: [
          {
            hash: "0".repeat(64),
            seenAt: day(1),
            lastSeenAt: day(1),
            post: { ...post(2), url: "https://evil.example/" },
          },
        ],
      },
      "its url (https://evil.example/) is not the address of the post, https://t.me/Gradient/2",
    ],
    [
      { media: [{ kind: "hologram" }] },
      'media.0.kind is "hologram", not one of "photo"|"video"|"gif"|"round"|"voice"|"audio"|"file"|"sticker"|"location"|"contact"',
    ],
    [{ textState: "gone" }, 'textState is "gone", not one of "present"|"empty"|"withheld"'],
    [{ firstSeenAt: day(3) }, "the times at which a version was seen cannot be"],
    [{ firstSeenAt: day(3), versions: 2 }, "it was seen last before it was seen first"],
    [{ firstSeenAt: "2030-01-01T00:00:00Z" }, "the times at which a version was seen cannot be"],
    [
      { deleted: { firstAbsentAt: day(1), confirmedAt: day(1), checks: 2 } },
      "it was seen after it was found deleted",
    ],
    [
      { hash: "0".repeat(64) },
      "its hash is not that of its content: it was changed after it was exported",
    ],
    [
      { hash: "0".repeat(64), text: "completely new text \uFFFD" },
      "its hash is not that of its content: it was changed after it was exported",
    ],
    [
      { hash: "0".repeat(64), text: "half a sign \uD800" },
      "its hash is not that of its content: it was changed after it was exported",
    ],
    [`{"id":${"[".repeat(100)}`, "it is nested 101 deep"],
  ])("%j", async (wrong, why) => {
    const archive = await opened();
    const bad =
      typeof wrong === "string" ? wrong : JSON.stringify({ ...good, ...named(2), ...wrong });
    const lines = [JSON.stringify(good), "", bad, JSON.stringify({ ...good, ...named(3) })];
    const taken = await take(archive, lines.join("\r\n"));
    expect(taken).toMatchObject({ read: 3, new: 2, refused: 1 });
    expect(taken.warnings).toEqual([`Line 3 was left out: ${why}.`]);
  });

  test("fields that are not known and versions that are not told are named", async () => {
    const archive = await opened();
    const taken = await take(archive, JSON.stringify({ ...good, mood: "glad", versions: 3 }));
    expect(taken).toMatchObject({ read: 1, new: 1 });
    expect(taken.warnings).toEqual([
      "Line 1 has fields that are not known here and were not kept: mood.",
      "Line 1 counts 2 earlier versions that it does not tell.",
    ]);
    expect(await archive.post(key(1))).toMatchObject({ versions: 1, firstSeenAt: day(1) });
  });

  test("of many only the first are named, and how many there are", async () => {
    const archive = await opened();
    const { warnings } = await take(
      archive,
      [JSON.stringify(good), ...Array(30).fill("x")].join("\n"),
    );
    expect(warnings).toHaveLength(21);
    expect(warnings.at(-1)).toBe("30 lines in all were left out.");
  });

  test("posts of another channel than the one named are left out", async () => {
    const archive = await opened();
    const file = join(folderOfFiles(), "posts.jsonl");
    writeFileSync(file, JSON.stringify(good));
    expect((await importFile(archive, file, { channel: "durov" })).warnings).toEqual([
      "Line 1 was left out: it is of @Gradient, not of @durov.",
    ]);
  });
});
