import { load } from "cheerio";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Post } from "../../../../scraper/post.ts";
import { post, serveArchive, type Reading } from "../small-archive.ts";

const long = "Боковая ".repeat(40).trim();
const five = [
  post(1, { text: "First of all" }),
  post(2, { text: `${long} паром отходит в пять ${long}`, language: "ru" }),
  post(3, { text: "Monday. Code NIGHT10" }),
  post(4, { text: "Tuesday. Code NIGHT10" }),
  post(5, { text: "Looking for a deckhand" }),
];
const seen = (day: number): string => `2026-01-${day}T10:20:30Z`;

function reading(day: number, posts: readonly Post[]): Reading {
  return {
    channel: { name: "garden", title: "Сад камней" },
    posts,
    span: { from: 1, to: 5 },
    at: seen(day),
  };
}
const said = (words: Readonly<Record<number, string>>, all: readonly Post[]): Post[] =>
  all.map((one) => ({ ...one, text: words[one.id] ?? one.text }));

const without5 = five.filter(({ id }) => id !== 5);
const at22 = said({ 2: `${long} паром отходит в шесть ${long}` }, without5);
const at23 = said({ 3: "Monday. Code NIGHT20", 4: "Tuesday. Code NIGHT20" }, at22);
const readings: readonly Reading[] = [
  reading(20, five),
  reading(21, without5),
  reading(22, at22),
  reading(23, at23),
];

async function served(all = readings) {
  const one = await serveArchive(all);
  onTestFinished(async () => one[Symbol.asyncDispose]());
  const seenAs = async (path: string, cookie?: string) => {
    const answer = await one.app.request(path, { headers: cookie === undefined ? {} : { cookie } });
    expect(answer.status).toBe(200);
    return { $: load(await answer.text()), headers: answer.headers };
  };
  return { ...one, seenAs };
}

type Page = ReturnType<typeof load>;
const textOf = ($: Page, selector: string): string[] =>
  $(selector)
    .toArray()
    .map((one) => $(one).text().replaceAll(/\s+/g, " ").trim());

describe("the page of changes", () => {
  test("goes by the day that changes were seen, with the words taken out and put in, and evidence", async () => {
    const { seenAs } = await served();
    const { $ } = await seenAs("/changes");
    expect(textOf($, ".day > h2")).toEqual([
      "2026-01-23 UTC 2 changes",
      "2026-01-22 UTC 2 changes",
    ]);
    expect(textOf($, ".entry .what")).toEqual(["2 posts edited alike", "deleted", "edited"]);
    expect(textOf($, ".entry .when")).toEqual(["10:20:30 UTC", "10:20:30 UTC", "10:20:30 UTC"]);
    expect(textOf($, ".diff del")).toEqual(["NIGHT10", "пять"]);
    expect(textOf($, ".diff ins")).toEqual(["NIGHT20", "шесть"]);
    expect($(".diff").eq(1).attr("lang")).toBe("ru");
    // Text far from the change is folded.
    expect($(".diff").eq(1).text()).toMatch(/^….{40,80}пятьшесть.{40,80}…$/s);
    expect(textOf($, ".entry.gone .text")).toEqual(["Looking for a deckhand"]);
    expect(textOf($, ".entry.gone .foot span")).toEqual(["kept 19 days, absent in 2 checks"]);
    const alike = $(".entry").first().find(".foot a").toArray();
    expect(alike.map((one) => $(one).attr("href"))).toEqual([
      "/c/garden/4?v=2#versions",
      "/c/garden/3?v=2#versions",
    ]);
  });

  test("a change of very many words is shown by its beginning and its end, and whole on the post's page", async () => {
    const many = Array.from({ length: 9_000 }, (_, i) => `gone${i}`).join(" ");
    const before = said({ 2: many }, five);
    const { seenAs } = await served([
      reading(20, before),
      reading(21, said({ 2: "Nothing" }, before)),
    ]);
    const { $ } = await seenAs("/changes");
    const [gone = ""] = textOf($, ".diff del");
    expect(gone).toMatch(/^gone0 gone1 .{200,400}\[…\] .{200,400} gone8999$/);
    expect(textOf($, ".diff ins")).toEqual(["Nothing"]);
    expect(textOf((await seenAs("/c/garden/2?v=2")).$, ".diff del")).toEqual([many]);
  });

  test("its kinds have their counts, and each is an address that the feed takes, too", async () => {
    const { seenAs } = await served();
    const { $ } = await seenAs("/changes?kind=deleted");
    expect(textOf($, ".kinds > a")).toEqual(["All 4", "Edited 3", "Deleted 1", "Back again 0"]);
    expect(textOf($, ".kinds [aria-current]")).toEqual(["Deleted 1"]);
    expect(textOf($, ".entry .what")).toEqual(["deleted"]);
    expect($("link[rel=alternate]").attr("href")).toBe("/api/v1/changes.atom?kind=deleted");
    expect(textOf(load(await (await served()).page("/changes?kind=returned")), ".empty")).toEqual([
      "No such change was seen.",
    ]);
  });

  test("marks what is new since the reader marked all as seen, by a cookie of this page alone", async () => {
    const { seenAs, app, archive } = await served(readings.slice(0, 3));
    const first = await seenAs("/changes");
    expect(textOf(first.$, ".dot, .seen-line")).toEqual([]);
    expect(first.headers.get("set-cookie")).toBeNull();
    const form = first.$('main form[action="/changes"]');
    const marked = await app.request("/changes", {
      method: "POST",
      body: new URLSearchParams({ upTo: form.find("[name=upTo]").attr("value") ?? "" }),
    });
    expect([marked.status, marked.headers.get("location")]).toEqual([303, "/changes"]);
    const set = marked.headers.get("set-cookie") ?? "";
    expect(set.split("; ").slice(1).toSorted()).toEqual([
      "HttpOnly",
      "Max-Age=31536000",
      "Path=/changes",
      "SameSite=Strict",
    ]);
    const cookie = set.split(";")[0] ?? "";
    const calm = await seenAs("/changes", cookie);
    expect(textOf(calm.$, ".dot, .nav .new")).toEqual([]);
    expect(textOf(calm.$, ".seen-line")).toEqual([
      "You were here last on 2026-02-01 at 00:00:00 UTC",
    ]);

    const { channel, posts, span } = reading(23, at23);
    await archive.savePage({
      channel: { title: channel.name, verified: false, counters: {}, ...channel },
      posts,
      ...(span && { span }),
      url: "https://t.me/s/garden",
      body: new Uint8Array(),
      readAt: "2026-02-02T10:20:30Z",
      warnings: [],
    });
    const later = await seenAs("/changes", cookie);
    expect(textOf(later.$, ".nav .new")).toEqual(["2 new"]);
    expect(later.$(".entry .dot").length).toBe(1);
    expect(textOf(later.$, ".day > h2, .seen-line, .entry .what")).toEqual([
      "2026-02-02 UTC 2 changes",
      "2 posts edited alike",
      "2026-01-22 UTC 2 changes",
      "You were here last on 2026-02-01 at 00:00:00 UTC",
      "deleted",
      "edited",
    ]);
  });

  test.each([
    "changes-seen=9999999.2026-01-22T00:00:00Z",
    "changes-seen=1.<b>",
    "changes-seen=%00",
  ])("takes no visit from a cookie that is none of this archive: %s", async (cookie) => {
    const { $ } = await (await served()).seenAs("/changes", cookie);
    expect(textOf($, ".dot, .seen-line")).toEqual([]);
  });

  test.each([
    [{ upTo: "all" }, {}, 400],
    [{ upTo: "1" }, { origin: "https://evil.example" }, 403],
  ])("a mark of %o with %o is refused", async (fields, headers, status) => {
    const { app } = await served();
    const body = new URLSearchParams(fields);
    const answer = await app.request("/changes", { method: "POST", body, headers });
    expect([answer.status, answer.headers.get("set-cookie")]).toEqual([status, null]);
  });

  test.each([
    ["?kind=replaced", 400],
    ["?kinds=edited", 400],
    ["?channel=meadow", 404],
    ["?page=0", 400],
  ])("%s is refused", async (query, status) => {
    const { app } = await served();
    expect((await app.request(`/changes${query}`)).status).toBe(status);
  });

  test("a channel's tab shows its newest changes and leads to all of them", async () => {
    const { seenAs } = await served();
    const { $ } = await seenAs("/c/garden?tab=changes");
    expect(textOf($, ".tabs [aria-current]")).toEqual(["Changes 4"]);
    expect(textOf($, ".entry .what")).toEqual(["2 posts edited alike", "deleted", "edited"]);
    expect($('.pager a[href="/changes?channel=garden"]').length).toBe(1);
  });

  test("speaks Russian", async () => {
    const { seenAs } = await served();
    const { $ } = await seenAs("/changes?ui=ru");
    expect(textOf($, "h1, .kinds > a, .entry .what, .entry.gone .foot span")).toEqual([
      "Что изменилось",
      "Все 4",
      "Изменены 3",
      "Удалены 1",
      "Вернулись 0",
      "2 поста изменены одинаково",
      "удалён",
      "провисел 19 дней, не найден при 2 проверках",
      "изменён",
    ]);
  });
});
