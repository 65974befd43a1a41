import { describe, expect, onTestFinished, test } from "vitest";
import type { Post } from "../../../../scraper/post.ts";
import { post, serveArchive } from "../small-archive.ts";

const read = (at: string, ...posts: readonly Post[]) => ({
  channel: { name: "garden" },
  posts,
  span: { from: 1, to: 3 },
  at,
});
const poll = (question: string) => ({ poll: { question, type: "Poll", options: [] } });

/** Posts of `garden` as they were read on three days. */
async function served() {
  const server = await serveArchive([
    read(
      "2026-01-01T00:00:00Z",
      post(1, { text: "We promise roses and apples" }),
      post(2, { text: "Roses", ...poll("Pears or plums?") }),
      post(3, { text: "Tulips" }),
    ),
    read(
      "2026-01-02T00:00:00Z",
      post(1, { text: "We promised roses, and no pears", edited: true }),
      post(2, { text: "Roses", edited: true, ...poll("Apples?") }),
      post(3, { text: "Tulips" }),
    ),
    read(
      "2026-01-03T00:00:00Z",
      post(1, { text: "We promise nothing", edited: true }),
      post(2, { text: "Roses", edited: true, ...poll("Nuts?") }),
      post(3, { text: "Tulips" }),
    ),
  ]);
  onTestFinished(async () => server[Symbol.asyncDispose]());
  return server;
}

interface Answer {
  readonly total: number;
  readonly sort: string;
  readonly parsed: string;
  readonly hits: readonly {
    readonly id: number;
    readonly text: string;
    readonly parts: readonly { readonly text: string; readonly hit: boolean }[];
    readonly earlier?: readonly {
      readonly version: number;
      readonly seenAt: string;
      readonly lastSeenAt: string;
      readonly parts: readonly { readonly text: string; readonly hit: boolean }[];
      readonly elsewhere: readonly (readonly { readonly text: string; readonly hit: boolean }[])[];
    }[];
  }[];
}

const marked = (parts: readonly { readonly text: string; readonly hit: boolean }[]): string =>
  parts.map(({ text, hit }) => (hit ? `[${text}]` : text)).join("");

describe("was:", () => {
  test("finds a post by what it had, and shows that version, marked", async () => {
    const { json } = await served();
    const found = (await json("/api/v1/search?q=was:rose")) as Answer;
    expect(found).toMatchObject({ total: 2, sort: "new", parsed: "was:rose" });
    const [second, first] = found.hits;
    expect(first).toMatchObject({ id: 1, text: "We promise nothing" });
    expect(
      first?.earlier?.map(({ version, seenAt, parts }) => [version, seenAt, marked(parts)]),
    ).toEqual([[2, "2026-01-02T00:00:00Z", "We promised [roses], and no pears"]]);
    expect(marked(first?.parts ?? [])).toBe("We promise nothing");
    expect(second?.earlier?.map(({ version, parts }) => [version, marked(parts)])).toEqual([
      [2, "[Roses]"],
    ]);
  });

  test("shows for each was: the version that met it, and texts beside the main one", async () => {
    const { json } = await served();
    const found = (await json("/api/v1/search?q=was:apple+was:pear")) as Answer;
    const shown = found.hits.map(({ id, earlier = [] }) => ({
      id,
      earlier: earlier.map(({ version, parts, elsewhere }) =>
        [version, marked(parts)].concat(elsewhere.map(marked)).join(" | "),
      ),
    }));
    expect(shown).toEqual([
      { id: 2, earlier: ["2 | Roses | [Apples]?", "1 | Roses | [Pears] or plums?"] },
      {
        id: 1,
        earlier: ["2 | We promised roses, and no [pears]", "1 | We promise roses and [apples]"],
      },
    ]);
  });

  test("tells what was taken out, and what never was", async () => {
    const { json } = await served();
    const ids = async (q: string): Promise<readonly number[]> =>
      ((await json(`/api/v1/search?q=${encodeURIComponent(q)}`)) as Answer).hits.map(
        ({ id }) => id,
      );
    expect(await ids("is:edited was:rose -rose")).toEqual([1]);
    expect(await ids("-was:apple")).toEqual([3]);
    expect(await ids("was:tulip")).toEqual([]);
    expect(await ids("promise was:promise")).toEqual([1]);
  });

  test("stands on the page with the time it was seen", async () => {
    const { page } = await served();
    const html = await page("/?q=was:pear");
    expect(html).toContain("Version 2, seen from");
    expect(html).toContain("We promised roses, and no <mark>pears</mark>");
    expect(html).toContain("<mark>Pears</mark> or plums?");
    const russian = await page("/?q=was:pear", { headers: { "accept-language": "ru" } });
    expect(russian).toContain("Версия 2, была видна с");
  });
});
