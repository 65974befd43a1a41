import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HistoryPage } from "../../scraper/reading/history-page.ts";
import type { Post } from "../../scraper/post.ts";
import { Archive } from "../../server/archive/archive.ts";

const postsAPage = 20;
const pageBytes = 114_000;
const channel = { name: "bench", title: "Bench", verified: false, counters: {} };
const words = "gradient модель attention обучение kernel данные tensor метрика loss выборка".split(
  " ",
);

/** What saving costs: CPU in ms a page of 20 posts, posts a second, bytes a post on disk; and what reading back costs. */
export interface ArchiveFigures {
  readonly posts: number;
  readonly cpuMsAPageNew: number;
  readonly cpuMsAPageUnchanged: number;
  readonly cpuMsAPageCounters: number;
  readonly postsASecond: number;
  readonly bytesAPost: number;
  readonly coverageMs: number;
  readonly unreadMs: number;
  readonly channelsMs: number;
  readonly recentWindowMs: number;
  readonly posts20Ms: number;
  readonly changes1000Ms: number;
}

/** Saves a channel of `posts` posts page by page, newest first, then reads 1,000 of its pages again. */
export async function benchArchive({ posts }: { readonly posts: number }): Promise<ArchiveFigures> {
  const folder = mkdtempSync(join(tmpdir(), "bench-archive-"));
  const file = join(folder, "archive.db");
  try {
    await using archive = await Archive.open(file);
    const firsts = Array.from(
      { length: posts / postsAPage },
      (_, n) => posts - (n + 1) * postsAPage + 1,
    );
    const started = performance.now();
    const fresh = await cpuAPage(firsts, 100, (page) => archive.savePage(page));
    const seconds = (performance.now() - started) / 1000;
    const bytesAPost = statSync(file).size / posts;
    const again = firsts.slice(0, 1000);
    const unchanged = await cpuAPage(again, 100, (page) =>
      archive.savePage({ ...page, readAt: "2026-06-15T13:00:00Z" }),
    );
    const counters = await cpuAPage(again, 101, (page) =>
      archive.savePage({ ...page, readAt: "2026-06-15T14:00:00Z" }),
    );
    const keys = Array.from({ length: postsAPage }, (_, n) => ({
      channel: "bench",
      id: 1 + ((n * 7919) % posts),
    }));
    return {
      posts,
      cpuMsAPageNew: fresh,
      cpuMsAPageUnchanged: unchanged,
      cpuMsAPageCounters: counters,
      postsASecond: posts / seconds,
      bytesAPost,
      coverageMs: await timed(() => archive.kept("bench").coverage()),
      unreadMs: await timed(() => archive.kept("bench").unread()),
      channelsMs: await timed(() => archive.channels()),
      recentWindowMs: await timed(() => archive.kept("bench").recentWindow()),
      posts20Ms: await timed(() => archive.posts(keys)),
      changes1000Ms: await timed(() => archive.changesAfter(0, 1000)),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** CPU of this process while saving, in ms a page; making the pages is not counted. */
async function cpuAPage(
  firsts: readonly number[],
  views: number,
  save: (page: HistoryPage) => Promise<unknown>,
): Promise<number> {
  let micros = 0;
  for (const first of firsts) {
    const page = pageFrom(first, views);
    const before = process.cpuUsage();
    await save(page);
    const { user, system } = process.cpuUsage(before);
    micros += user + system;
  }
  return micros / 1000 / firsts.length;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

function pageFrom(first: number, views: number): HistoryPage {
  const posts = Array.from({ length: postsAPage }, (_, n) => postOf(first + n, views));
  const markup = posts
    .map((post) => `<div class="message" data-post="bench/${post.id}">${post.text}</div>`)
    .join("");
  const body = Buffer.alloc(
    pageBytes,
    `${markup}<a class="tgme_widget_message_date" href="https://t.me/bench/">`,
  );
  return {
    channel,
    posts,
    span: { from: first, to: first + postsAPage - 1 },
    url: `https://t.me/s/bench?before=${first + postsAPage}`,
    body,
    readAt: "2026-06-15T12:00:00Z",
    warnings: [],
  };
}

function postOf(id: number, views: number): Post {
  const text = Array.from(
    { length: 60 },
    (_, n) => words[(id * 31 + n * n * 7) % words.length],
  ).join(" ");
  return {
    channel: "bench",
    id,
    ids: [id],
    url: `https://t.me/bench/${id}`,
    publishedAt: new Date(Date.UTC(2020, 0, 1) + id * 600_000).toISOString().replace(".000", ""),
    edited: false,
    text: `${id} ${text}`,
    textState: "present",
    entities: [{ type: "bold", offset: 0, length: 4 }],
    media:
      id % 3 === 0
        ? [{ kind: "photo", url: `https://cdn.example.org/${id}`, width: 800, height: 600 }]
        : [],
    reactions: [{ kind: "emoji", emoji: "👍", count: id % 50 }],
    buttons: [],
    views: views + id,
    language: "en",
  };
}

if (import.meta.main)
  console.log(
    JSON.stringify(await benchArchive({ posts: Number(process.argv[2] ?? 100_000) }), null, 2),
  );
