import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createAnalyzer } from "../../../../server/search/analysis/analyzer.ts";
import { openEmbeddedEngine } from "../../../../server/search/engines/embedded/embedded-engine.ts";
import { ProcessPool } from "../../../../server/search/engines/embedded/process-pool.ts";
import { EngineAway, QueryTooSlow, type SearchEngine } from "../../../../server/search/port.ts";
import { Corpus } from "./contract/corpus.ts";
import { describeCopies } from "./contract/copies.ts";
import { describeEngine } from "./contract/describe-engine.ts";
import { makePost } from "./contract/make-post.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "index-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const analyzer = createAnalyzer();
const file = (): string => join(folder, "index.db");
const open = async (
  archiveId = "a",
  options: { inProcess?: boolean } = { inProcess: true },
): Promise<SearchEngine> => openEmbeddedEngine({ file: file(), archiveId, analyzer, ...options });

describeEngine("the embedded engine", async ({ archiveId }) => open(archiveId));
describeCopies(async ({ archiveId }) => open(archiveId));

describe("the embedded engine", () => {
  it("answers from processes of its own, and follows a rebuild while it answers", async () => {
    await using engine = await open("a", {});
    const corpus = await new Corpus(engine).made("кот", "пёс");
    expect(
      await Promise.all([corpus.found("кот"), corpus.found("пёс"), corpus.found("рыба")]),
    ).toEqual([[1], [2], []]);
    {
      await using rebuild = await engine.rebuild();
      await rebuild.apply([{ kind: "put", post: makePost(1, { text: "лев" }) }], 9);
      expect(await corpus.found("кот")).toEqual([1]);
      await rebuild.commit();
    }
    expect(
      await Promise.all([corpus.found("лев"), corpus.found("лев"), corpus.found("кот")]),
    ).toEqual([[1], [1], []]);
    expect(readdirSync(folder).filter((name) => name.includes("rebuild"))).toEqual([]);
  });

  it(
    "a query that passes the deadline is ended, and the next is answered",
    { timeout: 60_000 },
    async () => {
      const corpus = await new Corpus(await open()).made(...Array(30).fill("и ".repeat(10_000)));
      await corpus.engine[Symbol.asyncDispose]();
      await using engine = await openEmbeddedEngine({
        file: file(),
        archiveId: "a",
        analyzer,
        readers: 1,
        deadlineMs: 2_000,
      });
      const served = new Corpus(engine);
      const total = async (): Promise<number> => (await served.ask("и", { sort: "new" })).total;
      const answered = async (): Promise<number> => total().catch(() => 0);
      await expect.poll(answered, { timeout: 20_000 }).toBe(30);
      const slow = Array.from({ length: 32 }, (_, slop) => `"и и"~${slop + 1}`).join(" OR ");
      await expect(served.ask(slow)).rejects.toThrow(QueryTooSlow);
      await expect.poll(answered, { timeout: 20_000 }).toBe(30);
    },
  );

  it("two who write at once lose and double nothing", async () => {
    await using one = await open("a", {});
    await using other = await open();
    const writes: Promise<void>[] = [];
    for (let no = 1; no <= 20; no++) {
      const change = [{ kind: "put" as const, post: makePost(no, { text: "кот" }) }];
      writes.push(one.apply(change, no));
      await other.apply(change, no);
    }
    await Promise.all(writes);
    expect(await other.status()).toMatchObject({ position: 20, posts: 20 });
    expect((await new Corpus(one).ask("кот")).total).toBe(20);
  });

  it("a rebuild takes the old one's place while another process writes", async () => {
    await using engine = await open("a", {});
    const corpus = await new Corpus(engine).made("кот");
    await using rebuild = await engine.rebuild();
    await rebuild.apply([{ kind: "put", post: makePost(1, { text: "лев" }) }], 9);
    using other = new DatabaseSync(file());
    other.exec("begin immediate; update meta set value = value");
    const committed = rebuild.commit();
    await corpus.found("кот");
    other.exec("commit");
    await committed;
    expect(await corpus.found("лев")).toEqual([1]);
  });

  it("ranks within the newest hits when there are many, and the rest follow by date", async () => {
    await using engine = await open();
    const count = 10_050;
    const texts = Array.from({ length: count }, (_, i) =>
      i % 100 === 0 ? "кот кот" : "кот и пёс",
    );
    const corpus = await new Corpus(engine).made(...texts);
    const first = await corpus.ask("кот");
    expect(first).toMatchObject({ total: count, rankedWithin: 10_000 });
    expect(first.hits[0]?.id).toBe(10_001);
    const seen = new Set<number>();
    for (let offset = 0; offset < count; offset += 100) {
      for (const id of await corpus.ids("кот", { offset })) seen.add(id);
    }
    expect(seen.size).toBe(count);
    expect(await corpus.ids("кот", { offset: count - 2 })).toEqual([2, 1]);
    const all = await corpus.ask("кот", { rankAll: true, offset: 100, limit: 3 });
    expect(all.rankedWithin).toBeUndefined();
    expect(all.hits[0]?.id).toBe(1);
  });

  it("ranks hits that have not every word of the query by those they have", async () => {
    await using engine = await open();
    const corpus = await new Corpus(engine).made(
      {
        text: "кот, кот и ещё кот",
        media: [{ kind: "photo" }],
        publishedAt: "2024-01-01T00:00:00Z",
      },
      {
        text: "кот и многое другое, о чём тут речь",
        media: [{ kind: "photo" }],
        publishedAt: "2024-01-02T00:00:00Z",
      },
      { text: "кот и пёс", publishedAt: "2024-01-03T00:00:00Z" },
    );
    expect(await corpus.ids("кот (пёс OR has:photo)")).toEqual([3, 1, 2]);
  });

  it("an index that is damaged, no database at all or removed refuses, and is built anew", async () => {
    for (const [damage, state] of [
      [
        () =>
          writeFileSync(file(), "not a database, and longer than its header would be ".repeat(99)),
        "damaged",
      ],
      [() => rmSync(file()), "missing"],
      [() => writeFileSync(file(), ""), "damaged"],
    ] as const) {
      await using engine = await open();
      const corpus = await new Corpus(engine).made("кот");
      await engine[Symbol.asyncDispose]();
      damage();
      await using again = await open();
      expect((await again.status()).state).toBe(state);
      await expect(new Corpus(again).found("кот")).rejects.toThrow(EngineAway);
      {
        await using rebuild = await again.rebuild();
        const post = makePost(1, { text: "пёс" });
        await rebuild.apply([{ kind: "put", post }], corpus.position);
        await rebuild.commit();
      }
      expect(await new Corpus(again).found("пёс")).toEqual([1]);
      await again[Symbol.asyncDispose]();
      rmSync(file());
    }
  });

  it("a reader notices when its file is replaced under it", async () => {
    await using reader = await open();
    const corpus = await new Corpus(reader).made("кот");
    expect(await corpus.found("кот")).toEqual([1]);
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
    await using writer = await open();
    await new Corpus(writer).made("пёс", "пёс");
    expect(await corpus.found("пёс")).toEqual([1, 2]);
  });

  it("an index made with other dictionaries or rules is outdated, and refuses", async () => {
    await new Corpus(await open()).made("кот");
    await using later = await openEmbeddedEngine({
      file: file(),
      archiveId: "a",
      analyzer: {
        version: "next",
        tokens: (text) => analyzer.tokens(text),
        query: (word) => analyzer.query(word),
      },
      inProcess: true,
    });
    expect((await later.status()).state).toBe("outdated");
    await expect(new Corpus(later).found("кот")).rejects.toThrow("by other rules");
  });

  it("nothing of a purged post is left in the files, its words, names and tags included", async () => {
    const canary = "канарейкаскво";
    await using engine = await open();
    const corpus = await new Corpus(engine).made(
      { text: `${canary} #${canary}тег`, author: `${canary} Автор`, channel: "lab" },
      "соседний пост",
    );
    await corpus.put(makePost(1, { text: `иное ${canary}ми` }));
    await corpus.change({ kind: "purge", channel: "lab", id: 1 });
    expect(await corpus.found("пост")).toEqual([2]);
    const holding = readdirSync(folder).filter((name) =>
      readFileSync(join(folder, name)).includes(canary),
    );
    expect(holding).toEqual([]);
  });

  it("a word that means too many is refused from another process with its place", async () => {
    await using engine = await open("a", {});
    const words = Array.from({ length: 1_001 }, (_, i) => `рас${i}два`).join(" ");
    const corpus = await new Corpus(engine).made(words);
    await expect(corpus.ask("рас*два")).rejects.toMatchObject({
      name: "QuerySyntaxError",
      fault: { code: "pattern-too-wide" },
      at: { start: 0, end: 7 },
    });
  });

  it("queries made to hurt are bounded and answered", async () => {
    await using engine = await open();
    const corpus = await new Corpus(engine).made(
      ...Array.from({ length: 300 }, (_, i) => `а${i} б${i} в и на NEAR "x" 'y'`),
    );
    const alphabet = Array.from("абвгдежзийклмнопрстуфхцчшщэюяabcdefghijklmnopqrstuvwxyz");
    const bombs = [
      alphabet.map((letter) => `${letter}*`).join(" OR "),
      Array.from({ length: 64 }, () => "в").join(" OR "),
      `"${Array.from({ length: 30 }, () => "в и").join(" ")}"`,
      `"в и на в и на"~50`,
      `${"(".repeat(60)}в${")".repeat(60)}`,
      Array.from({ length: 60 }, (_, i) => `-а${i}*`).join(" "),
      "в\u0000и",
      `"" '' ; -- " OR 1=1`,
      "t.me/x C++ it's @user",
      "слово~ ".repeat(60),
      "а*1* ".repeat(60),
      `а*1 NEAR/50 (б*2 OR ${Array.from({ length: 20 }, (_, i) => `б*${i}`).join(" OR ")})`,
    ];
    for (const bomb of bombs) expect((await corpus.ask(bomb)).total).toBeGreaterThanOrEqual(0);
  });
});

const spinner = `
  process.on("disconnect", () => process.exit());
  process.on("message", ({ id, ask }) => {
    while (ask === "spin");
    process.send({ id, result: process.pid });
  });
  process.send({ ready: true });
`;

/** What the program is asked. */
type Spun = "spin" | "name";

describe("the processes of an index", () => {
  it("a call that passes its deadline is ended with its process, and the next is answered by another", async () => {
    await using processes = spinners();
    const pid = await processes.call<number>("name");
    await expect(processes.call("spin")).rejects.toThrow(QueryTooSlow);
    const next = await processes.call<number>("name");
    expect(next).not.toBe(pid);
    await expect.poll(() => isRunning(pid)).toBe(false);
  });

  it("started ahead, all are there before the first call", async () => {
    const { program, starts } = countedStarts();
    await using processes = new ProcessPool<Spun>(program, { argument: "sound", size: 2 });
    processes.startAhead();
    await expect.poll(starts, { timeout: 5_000 }).toBe(2);
  });

  it("a program that cannot start is not tried again ahead, and the first call says so", async () => {
    const { program, starts } = countedStarts();
    await using processes = new ProcessPool<Spun>(program, { argument: "broken", size: 2 });
    processes.startAhead();
    await expect(processes.call("name")).rejects.toThrow("code 1");
    expect(starts()).toBe(1);
  });

  it("a call that waits is dropped when nobody wants it any more", async () => {
    await using processes = spinners();
    const controller = new AbortController();
    const waiting = processes.call("name", { signal: controller.signal });
    controller.abort(new Error("no longer wanted"));
    await expect(waiting).rejects.toThrow("no longer wanted");
    expect(await processes.call<number>("name")).toBeGreaterThan(0);
  });

  it("they end when the process that started them is killed", async () => {
    const program = join(folder, "parent.mts");
    const engine = new URL(
      "../../../../server/search/engines/embedded/process-pool.ts",
      import.meta.url,
    ).href;
    writeFileSync(join(folder, "spinner.mjs"), spinner);
    writeFileSync(
      program,
      `import { ProcessPool } from ${JSON.stringify(engine)};
       const pool = new ProcessPool(new URL("./spinner.mjs", import.meta.url), { argument: {}, size: 1 });
       console.log(await pool.call("name"));
       setInterval(() => {}, 1000);`,
    );
    const parent = spawn(process.execPath, [program], { stdio: ["ignore", "pipe", "inherit"] });
    const [printed] = (await once(parent.stdout, "data")) as [Buffer];
    const child = Number(printed.toString());
    parent.kill("SIGKILL");
    await expect.poll(() => isRunning(child), { timeout: 5_000 }).toBe(false);
  });
});

function spinners(): ProcessPool<Spun> {
  writeFileSync(join(folder, "spinner.mjs"), spinner);
  const program = new URL(`file://${join(folder, "spinner.mjs")}`);
  return new ProcessPool<Spun>(program, { argument: {}, size: 1, deadlineMs: 2_000 });
}

/** A program that leaves a mark each time it starts, and ends at once when told that it is broken. */
function countedStarts(): { readonly program: URL; readonly starts: () => number } {
  const marks = join(folder, "starts");
  writeFileSync(marks, "");
  writeFileSync(
    join(folder, "counted.mjs"),
    `import { appendFileSync } from "node:fs";
     appendFileSync(${JSON.stringify(marks)}, "x");
     if (process.argv[2] === '"broken"') process.exit(1);
     process.on("disconnect", () => process.exit());
     process.send({ ready: true });`,
  );
  const program = new URL(`file://${join(folder, "counted.mjs")}`);
  return { program, starts: () => readFileSync(marks, "utf8").length };
}

/** A process that has ended but was not yet collected counts as ended. */
function isRunning(pid: number): boolean {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && !readFileSync(stat, "utf8").includes(") Z ");
}
