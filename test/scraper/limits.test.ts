import { describe, expect, test } from "vitest";
import { PageChanged } from "../../scraper/errors.ts";
import { isInstant, latestInstant, parseInstant } from "../../scraper/limits.ts";
import {
  historyPage,
  message,
  read,
  readOne,
  readPosts,
  textHolder,
} from "../fixtures/pages/markup.ts";

const now = new Date("2026-11-20T12:00:00Z");

describe("a date that comes in", () => {
  test.each([
    ["2026-06-15T18:58:13+00:00", "2026-06-15T18:58:13Z"],
    ["2026-06-15T18:58:13Z", "2026-06-15T18:58:13Z"],
    ["2026-06-15T18:58:13", "2026-06-15T18:58:13Z"],
    ["2026-06-15T18:58:13.250+03:00", "2026-06-15T15:58:13Z"],
    ["2026-01-01T00:30:00-0130", "2026-01-01T02:00:00Z"],
    ["2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"],
    ["1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"],
    ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"],
  ])("%s is %s", (given, instant) => {
    expect(parseInstant(given)).toBe(instant);
  });

  test.each([
    "2026-02-30T10:00:00Z",
    "2026-02-29T10:00:00Z",
    "2026-13-01T10:00:00Z",
    "2026-00-10T10:00:00Z",
    "2026-06-31T10:00:00Z",
    "2026-06-15T24:00:00Z",
    "2026-06-15T10:60:00Z",
    "2026-06-15T10:00:60Z",
    "2026-06-15T10:00:00+25:00",
    "1969-12-31T23:59:59Z",
    "1970-01-01T00:00:00+01:00",
    "9999-12-31T23:59:59-01:00",
    "+200000-01-01T00:00:00Z",
    "-200000-01-01T00:00:00Z",
    "10000-01-01T00:00:00Z",
    "2026-06-15",
    "15 Jun 2026",
    "constructor",
    "",
  ])("%j is no date", (given) => {
    expect(parseInstant(given)).toBeUndefined();
  });

  test("can be true up to one day after the clock, and not a second later", () => {
    expect(latestInstant(now)).toBe("2026-11-21T12:00:00Z");
    expect(isInstant("2026-11-21T12:00:00Z", now)).toBe(true);
    expect(isInstant("2026-11-21T12:00:01Z", now)).toBe(false);
    expect(isInstant("2099-06-01T00:00:00Z", new Date("2099-06-01T00:00:00Z"))).toBe(true);
    expect(isInstant("2026-1-1T00:00:00Z", now)).toBe(false);
  });
});

/** A message whose markup says this date. */
function at(date: string, id = 7): string {
  return message(textHolder("Words"), { id, date: `<time datetime="${date}">18:58</time>` });
}

describe("a page", () => {
  const others = [1, 2, 3, 4, 5].map((id) => message(textHolder("Words"), { id }));

  test.each(["+200000-01-01T00:00:00Z", "3000-01-01T00:00:00+00:00", "2026-02-30T10:00:00Z"])(
    "with one post of the impossible date %s keeps it with its markup, between its neighbours",
    (date) => {
      const post = readPosts(...others, at(date)).at(-1);
      expect(post).toMatchObject({
        id: 7,
        publishedAt: "2026-06-15T18:58:13Z",
        notUnderstood: ["date"],
      });
      expect(post?.rawHtml).toContain(date);
    },
  );

  test("whose every post has an impossible date is another layout: nothing of it is taken", () => {
    const page = historyPage([at("3000-01-01T00:00:00+00:00", 7), at("2026-02-30T00:00:00Z", 8)]);
    expect(() => read(page)).toThrow(PageChanged);
  });

  test("of the hour its clock shows is read, and so is one a few hours ahead", () => {
    expect(readPosts(at("2026-11-21T03:00:00+00:00"))).toMatchObject([
      { publishedAt: "2026-11-21T03:00:00Z" },
    ]);
  });

  test.each([
    ["views", '<span class="tgme_widget_message_views">999999999999999999B</span>'],
    ["voters", '<span class="tgme_widget_message_voters">1000000000001</span>'],
  ])("with a number of %s beyond all sense has none", (name, counters) => {
    const post = readOne(textHolder("Words"), { counters });
    expect(post).not.toHaveProperty(name);
    expect(post.notUnderstood).toEqual([`tgme_widget_message_${name}`]);
  });

  test("names no post by an id that none has: it is left out, and a link to one is no reply", () => {
    const page = read(historyPage([...others, at("2026-06-15T18:58:13Z", 2_147_483_648)]));
    expect(page).toMatchObject({
      kind: "posts",
      warnings: ["A message without an id was left out."],
    });
    const reply = `<a class="tgme_widget_message_reply" href="https://t.me/kanal/99999999999"><div class="tgme_widget_message_metatext js-message_reply_text">Quote</div></a>`;
    expect(readOne(`${reply}${textHolder("Words")}`).reply?.id).toBeUndefined();
  });

  test("with a text no message can have keeps the post as its markup", () => {
    expect(readOne(textHolder("x".repeat(100_001)))).toMatchObject({
      text: "",
      textState: "empty",
      notUnderstood: ["it has a text of 100001 UTF-16 units; the most is 100000"],
    });
    expect(readOne(textHolder("x".repeat(100_000))).text).toHaveLength(100_000);
  });
});
