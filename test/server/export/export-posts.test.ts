import { describe, expect, test } from "vitest";
import { PostMarks } from "../../../server/archive/posts/post-marks.ts";
import { createAnalyzer } from "../../../server/search/analysis/analyzer.ts";
import { catchUp } from "../../../server/search/catch-up.ts";
import type { SearchEngine } from "../../../server/search/port.ts";
import { parseQuery } from "../../../server/search/query/parse.ts";
import { findSet } from "../../../server/search/result-set.ts";
import { exportPosts } from "../../../server/export/export-posts.ts";
import type { Post } from "../../../scraper/post.ts";
import { post, serveArchive } from "../http/small-archive.ts";

const analyzer = createAnalyzer();
const query = parseQuery("garden OR tree", { now: new Date("2026-02-01T00:00:00Z") });
const first = post(1, { text: "A garden", author: "Ann" });
const second = post(2, { text: "A tree" });

const opened = async (posts: readonly Post[]) =>
  serveArchive([
    {
      channel: { name: "garden" },
      posts,
      span: { from: 1, to: posts.length },
      at: "2026-01-03T00:00:00Z",
    },
  ]);
type Opened = Awaited<ReturnType<typeof opened>>;

const save = async ({ archive }: Opened, posts: readonly Post[], readAt: string): Promise<void> =>
  void (await archive.savePage({
    channel: { name: "garden", title: "garden", verified: false, counters: {} },
    posts,
    span: { from: posts[0]?.id ?? 1, to: posts.at(-1)?.id ?? 1 },
    url: "https://t.me/s/garden",
    body: new Uint8Array(1),
    readAt,
    warnings: [],
  }));

interface Line {
  readonly id: number;
  readonly text: string;
  readonly hash: string;
  readonly author?: string;
  readonly preview?: object;
}

async function linesOf({ archive }: Opened, found: Parameters<typeof exportPosts>[1]) {
  let text = "";
  for await (const chunk of exportPosts(archive, found, { format: "jsonl" })) text += String(chunk);
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
}

describe("a post that is edited after it was found", () => {
  test("is exported as it was found, with nothing of what it became", async () => {
    await using own = await opened([first, second]);
    const found = await findSet({ ...own, analyzer }, query);
    const [{ hash } = {}] = await linesOf(own, found);
    const { author: _author, ...unsigned } = first;
    const preview = { url: "https://example.org/", title: "Later" };
    await save(
      own,
      [{ ...unsigned, text: "A garden, edited", edited: true, preview }],
      "2026-01-20T00:00:00Z",
    );

    const [line, other] = await linesOf(own, found);
    expect(line).toMatchObject({ id: 1, text: "A garden", author: "Ann", hash, edited: false });
    expect(line).not.toHaveProperty("preview");
    expect(other).toMatchObject({ id: 2, text: "A tree" });
  });

  test("and is kept no longer breaks the export off: another content is no substitute", async () => {
    await using own = await opened([first, second]);
    const marks = new PostMarks();
    marks.push({ channel: "garden", id: 1, hash: "0".repeat(64), deleted: false });
    await expect(linesOf(own, { query: "", marks })).rejects.toThrow(
      "no longer kept as it was found",
    );
  });
});

/** The engine of `own`, but that something happens right after its first answers. */
const disturbed = (
  own: Opened,
  times: number,
  happen: (time: number) => Promise<void>,
): SearchEngine => {
  let searches = 0;
  return new Proxy(own.engine, {
    get(engine, name) {
      if (name !== "search") {
        const value: unknown = Reflect.get(engine, name, engine);
        return typeof value === "function" ? value.bind(engine) : value;
      }
      return async (...asked: Parameters<SearchEngine["search"]>) => {
        const answer = await engine.search(...asked);
        searches += 1;
        if (searches <= times) await happen(searches);
        return answer;
      };
    },
  });
};

/** Another post is kept and indexed. */
const add =
  (own: Opened) =>
  async (time: number): Promise<void> => {
    await save(own, [post(10 + time, { text: "Another tree" })], "2026-01-20T00:00:00Z");
    await catchUp(own);
  };

describe("an index that changes while its hits are listed", () => {
  test("is listed again, so that the set is of one state", async () => {
    await using own = await opened([first, second]);
    const engine = disturbed(own, 1, add(own));
    const { marks, index, archive } = await findSet(
      { archive: own.archive, engine, analyzer },
      query,
    );
    expect([...marks.inOrder()].map(({ id }) => id)).toEqual([1, 2, 11]);
    expect(index.position).toBe(archive.position);
  });

  test("again and again is given up, with a sentence", async () => {
    await using own = await opened([first, second]);
    const engine = disturbed(own, 99, add(own));
    await expect(findSet({ archive: own.archive, engine, analyzer }, query)).rejects.toThrow(
      "The index kept changing while all hits were listed. Ask again.",
    );
  });
});
