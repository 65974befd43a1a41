import { afterEach, describe, expect, test } from "vitest";
import { startStandIn, type StandIn, type StandInOptions } from "../../demo/stand-in.ts";
import { Truth } from "../../demo/truth.ts";
import type { Post } from "../../scraper/post.ts";

const post = (id: number, change: Partial<Post> = {}): Post => ({
  channel: "lab_notes",
  id,
  ids: [id],
  url: `https://t.me/lab_notes/${id}`,
  publishedAt: "2026-03-01T10:00:00Z",
  edited: false,
  text: `Note ${id}`,
  textState: "present",
  entities: [],
  media: [],
  reactions: [],
  buttons: [],
  views: 100,
  ...change,
});
const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);
const notes = (ids: readonly number[]) =>
  new Truth(
    { name: "lab_notes", title: "Lab notes", verified: false, chatId: -1001, subscribers: 1234 },
    ids.map((id) => post(id)),
  );

let standIn: StandIn | undefined;
afterEach(async () => standIn?.close());

async function open(
  options: Partial<StandInOptions> = {},
): Promise<(path: string) => Promise<string>> {
  standIn = await startStandIn({ channels: [notes(range(1, 45))], ...options });
  const { origin } = standIn;
  return async (path) => (await fetch(origin + path)).text();
}
const ids = (html: string) =>
  [...html.matchAll(/data-post="lab_notes\/(\d+)"/g)].map(([, id]) => Number(id));

describe("the pages of a channel", () => {
  test("the newest page holds the newest twenty, oldest first, and links to the older ones", async () => {
    const get = await open();
    const html = await get("/s/lab_notes");
    expect(ids(html)).toEqual(range(26, 45));
    expect(html).toContain('<link rel="prev" href="/s/lab_notes?before=26">');
    expect(html).toContain('<link rel="canonical" href="/s/lab_notes?before=46">');
    expect(html).not.toContain("data-after");
  });

  test("before leaves its own id out, and the last page links to nothing older", async () => {
    const get = await open();
    expect(ids(await get("/s/lab_notes?before=26"))).toEqual(range(6, 25));
    const last = await get("/s/lab_notes?before=6");
    expect(ids(last)).toEqual(range(1, 5));
    expect(last).not.toContain("data-before");
    expect(last).toContain('data-after="5"');
  });

  test("before=0 is the newest page again, before=1 a page of nothing", async () => {
    const get = await open();
    expect(ids(await get("/s/lab_notes?before=0"))).toEqual(range(26, 45));
    const nothing = await get("/s/lab_notes?before=1");
    expect(ids(nothing)).toEqual([]);
    expect(nothing).toContain("tme_no_messages_found");
  });

  test("after holds the oldest twenty above its id", async () => {
    const get = await open();
    expect(ids(await get("/s/lab_notes?after=10"))).toEqual(range(11, 30));
  });

  test("an album is one block that counts all its ids", async () => {
    const truth = notes(range(1, 15));
    const photo = {
      kind: "photo",
      width: 800,
      height: 600,
      url: "https://cdn4.telesco.pe/file/a",
    } as const;
    truth.add([post(16, { ids: range(16, 23), media: range(16, 23).map(() => photo) }), post(24)]);
    const get = await open({ channels: [truth] });
    const html = await get("/s/lab_notes");
    expect(ids(html)).toEqual([...range(5, 15), 16, 24]);
    expect(html).toContain('href="https://t.me/lab_notes/23?single"');
  });

  test("a middle page can lack the link to older posts", async () => {
    const get = await open({ lacksOlderLink: (first) => first === 6 });
    expect(await get("/s/lab_notes?before=26")).not.toContain("data-before");
    expect(await get("/s/lab_notes")).toContain("data-before");
  });

  test("a search without hits says so inside a wrap", async () => {
    const get = await open();
    const html = await get("/s/lab_notes?q=nowhere");
    expect(html).toContain("tgme_widget_message_wrap");
    expect(html).toContain("tme_no_messages_found");
  });

  test("a page weighs about what t.me's do", async () => {
    const get = await open();
    const { length } = await get("/s/lab_notes");
    expect(length).toBeGreaterThan(70_000);
    expect(length).toBeLessThan(150_000);
  });
});
