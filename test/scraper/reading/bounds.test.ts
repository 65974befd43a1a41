import { describe, expect, test } from "vitest";
import { within } from "../../../scraper/reading/bounds.ts";
import type { HistoryPage } from "../../../scraper/reading/history-page.ts";
import type { Post } from "../../../scraper/post.ts";

describe("bounds of a page", () => {
  const page = pageOf({ 10: "01", 12: "02", 13: "03", 20: "04" }, { from: 8, to: 25 });

  test("without bounds it is the page itself", () => {
    expect(within(page, {})).toEqual(page);
  });

  test("since is included, and what is older stays unread", () => {
    const bounded = within(page, { since: new Date("2026-05-02") });
    expect(ids(bounded)).toEqual([12, 13, 20]);
    expect(bounded?.span).toEqual({ from: 12, to: 25 });
  });

  test("until is excluded, and what is newer stays unread", () => {
    const bounded = within(page, { until: new Date("2026-05-03") });
    expect(ids(bounded)).toEqual([10, 12]);
    expect(bounded?.span).toEqual({ from: 8, to: 12 });
  });

  test("a limit keeps the newest", () => {
    const bounded = within(page, { limit: 2 });
    expect(ids(bounded)).toEqual([13, 20]);
    expect(bounded?.span).toEqual({ from: 13, to: 25 });
  });

  test("nothing within means nothing told", () => {
    expect(within(page, { since: new Date("2027-01-01") })).toBeUndefined();
    expect(within(page, { until: new Date("2020-01-01") })).toBeUndefined();
    expect(within(page, { limit: 0 })).toBeUndefined();
  });

  test("a page that tells there is nothing tells it within any bounds", () => {
    const nothing = pageOf({}, { from: 1, to: 9 });
    expect(within(nothing, { since: new Date("2027-01-01"), limit: 3 })).toEqual(nothing);
  });
});

function ids(page: HistoryPage | undefined): number[] | undefined {
  return page?.posts.map(({ id }) => id);
}

/** Posts by id, each with its day of May 2026. */
function pageOf(days: Readonly<Record<number, string>>, span: HistoryPage["span"]): HistoryPage {
  const posts = Object.entries(days).map(([id, day]) => {
    const post: Post = {
      channel: "durov",
      id: Number(id),
      ids: [Number(id)],
      url: `https://t.me/durov/${id}`,
      publishedAt: `2026-05-${day}T00:00:00Z`,
      edited: false,
      text: "text",
      textState: "present",
      entities: [],
      media: [],
      reactions: [],
      buttons: [],
    };
    return post;
  });
  return {
    channel: { name: "durov", title: "Durov", verified: true, counters: {} },
    posts,
    ...(span && { span }),
    url: "https://t.me/s/durov",
    body: new Uint8Array(),
    readAt: "2026-06-01T00:00:00Z",
    warnings: [],
  };
}
