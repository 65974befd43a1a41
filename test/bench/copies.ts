import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { ArchivedPost } from "../../server/archive/posts/archived-post.ts";
import { createAnalyzer } from "../../server/search/analysis/analyzer.ts";
import { openEmbeddedEngine } from "../../server/search/engines/embedded/embedded-engine.ts";
import type { SearchEngine } from "../../server/search/port.ts";
import { parseQuery } from "../../server/search/query/parse.ts";
import { SyntheticPosts } from "./search.ts";

/** What became of a post's words in a channel that repeated it, with how many of them. */
const changes = {
  "as it was": (words: readonly string[]) => words,
  "2 % of its words replaced": (words: readonly string[]) => replaced(words, 0.02),
  "4 % of its words replaced": (words: readonly string[]) => replaced(words, 0.04),
  "8 % of its words replaced": (words: readonly string[]) => replaced(words, 0.08),
  "12 % of its words replaced": (words: readonly string[]) => replaced(words, 0.12),
  "a signature added": (words: readonly string[]) =>
    words.concat("Подписывайтесь на наш канал", "@some_channel", "https://t.me/some_channel"),
  "its links changed": (words: readonly string[]) =>
    ["https://example.org/other?id=7", "@others"].concat(words, "t.me/others/12"),
} as const;

const originals = 2_000;
let counter = 0;

function replaced(words: readonly string[], share: number): readonly string[] {
  const count = Math.max(1, Math.round(words.length * share));
  const step = words.length / count;
  return words.map((word, i) =>
    Math.floor((i + 1) / step) > Math.floor(i / step) ? `замена${++counter}` : word,
  );
}

/** The different words as written, without addresses and names: apart from the engine's. */
function wordsOf(text: string): ReadonlySet<string> {
  const plain = text.toLowerCase().replaceAll(/https?:\/\/\S+|t\.me\/\S+|@\w+/g, " ");
  return new Set(plain.match(/[\p{L}\p{N}]+/gu));
}

function similarity(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  return one.intersection(other).size / one.union(other).size;
}

/**
 * Copies of 2,000 posts, each changed in one way, among `posts` others: which of those that are 90 % alike by their written
 * words are folded, and which that are not; and what telling them costs.
 */
async function benchCopies(posts: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "bench-copies-"));
  const file = join(folder, "index.db");
  try {
    await using engine = await openEmbeddedEngine({
      file,
      archiveId: "bench",
      analyzer: createAnalyzer(),
      inProcess: true,
    });
    const made = madePosts(posts);
    let position = 0;
    for (let from = 0; from < made.length; from += 2_000) {
      const changed = made
        .slice(from, from + 2_000)
        .map((post) => ({ kind: "put" as const, post }));
      await engine.apply(changed, ++position);
    }
    await engine.search({ ...request, query: parseQuery("") }, {});
    const first = await folding(engine);
    const again = await folding(engine);
    await engine.apply([{ kind: "put", post: made[0]! }], ++position);
    const changed = await folding(engine);
    const ms = [first, again, changed].map(({ ms: took }) => Math.round(took));
    console.log(`${made.length} posts in ${first.groups} groups`);
    console.log(`CPU to fold: first ${ms[0]} ms, again ${ms[1]}, after a change ${ms[2]}`);
    using db = new DatabaseSync(file, { readOnly: true });
    const { bytes } = db.prepare("select sum(length(words)) bytes from copies").get() as {
      bytes: number;
    };
    console.log(`${(bytes / made.length).toFixed(1)} bytes of words a post`);
    await report(engine, made);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Copies stand behind all posts, in channels of their own, `originals` after the other of each way. */
function madePosts(posts: number): readonly ArchivedPost[] {
  const corpus = new SyntheticPosts();
  const made = Array.from({ length: posts }, (_, i) => corpus.post(i + 1));
  for (const [way, change] of Object.values(changes).entries())
    for (const post of made.slice(0, originals)) {
      const no = made.length + 1;
      const text = change(post.text.split(" ")).join(" ");
      made.push({ ...post, no, id: no, channel: `copies${way}`, text });
    }
  return made;
}

async function folding(
  engine: SearchEngine,
): Promise<{ readonly ms: number; readonly groups: number }> {
  const start = process.cpuUsage();
  const { folded } = await engine.search({ ...request, query: parseQuery("fold:copies") }, {});
  const { user, system } = process.cpuUsage(start);
  return { ms: (user + system) / 1000, groups: folded?.groups ?? 0 };
}

const request = {
  sort: "old",
  rankAll: false,
  offset: 0,
  limit: 20,
  prefixLast: false,
  facets: [],
} as const;

async function report(engine: SearchEngine, made: readonly ArchivedPost[]): Promise<void> {
  const others = made.length - originals * Object.keys(changes).length;
  console.log("\nchanged so | alike | of these folded | others | of these folded");
  for (const [way, name] of Object.keys(changes).entries()) {
    const counts = { alike: 0, found: 0, unlike: 0, wrong: 0 };
    for (let i = 0; i < originals; i++) {
      const original = made[i]!;
      const copy = made[others + way * originals + i]!;
      const query = parseQuery(`copies:${original.channel}/${original.id} in:${copy.channel}`);
      const { hits } = await engine.search({ ...request, query }, {});
      const isFolded = hits.some(({ id }) => id === copy.id);
      if (similarity(wordsOf(original.text), wordsOf(copy.text)) >= 0.9) {
        counts.alike++;
        if (isFolded) counts.found++;
      } else {
        counts.unlike++;
        if (isFolded) counts.wrong++;
      }
    }
    console.log(`${name} | ${counts.alike} | ${counts.found} | ${counts.unlike} | ${counts.wrong}`);
  }
}

if (import.meta.main) await benchCopies(Number(process.argv[2] ?? 20_000));
