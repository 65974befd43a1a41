import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createAnalyzer } from "../../../../server/search/analysis/analyzer.ts";
import { checkPages } from "../../../../server/search/engines/embedded/check-pages.ts";
import { openEmbeddedEngine } from "../../../../server/search/engines/embedded/embedded-engine.ts";
import { sumOfWords } from "../../../../server/search/engines/embedded/page-sum.ts";
import { sumsOfFile, writeSums } from "../../../../server/search/engines/embedded/page-sums.ts";
import { readMeta } from "../../../../server/search/engines/embedded/schema.ts";
import { EngineAway, type SearchEngine } from "../../../../server/search/port.ts";
import { Corpus } from "./contract/corpus.ts";
import { makePost } from "./contract/make-post.ts";
import { chanceFrom, copyFiles, flipByte } from "./damage.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "damage-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const analyzer = createAnalyzer();
const open = async (where: string, options: object = { inProcess: true }): Promise<SearchEngine> =>
  openEmbeddedEngine({ file: join(where, "index.db"), archiveId: "a", analyzer, ...options });

const words = "кот пёс лев рысь тигр волк лиса заяц".split(" ");
const postCount = 600;

/** Posts that hold every word as often as the next: 75 each. */
async function fill(engine: SearchEngine): Promise<void> {
  const posts = Array.from({ length: postCount }, (_, i) =>
    makePost(i + 1, {
      text: `${words[i % words.length]} номер${i} ${"и ещё слово ".repeat(i % 30)}`,
    }),
  );
  await engine.apply(
    posts.map((post) => ({ kind: "put" as const, post })),
    postCount,
  );
}

const perWord = postCount / words.length;

/** The total of each word, or `refused`. */
async function totals(engine: SearchEngine): Promise<readonly (number | "refused")[]> {
  const corpus = new Corpus(engine);
  const found: (number | "refused")[] = [];
  for (const word of words)
    try {
      found.push((await corpus.ask(word)).total);
    } catch (error) {
      if (!(error instanceof EngineAway)) throw error;
      found.push("refused");
    }
  return found;
}

/** A sound index in a folder of its own, closed. */
async function soundIndex(): Promise<string> {
  const sound = join(folder, "sound");
  mkdirSync(sound);
  await using engine = await open(sound);
  await fill(engine);
  expect(await totals(engine)).toEqual(words.map(() => perWord));
  return sound;
}

/** Makes an index that nobody has open larger, by posts that no word leads to. */
function lengthen(file: string, megabytes: number): void {
  const db = new DatabaseSync(file);
  const { birth } = readMeta(db);
  const more = db.prepare("insert into letters (no, lettered) values (?, zeroblob(1000000))");
  db.exec("begin");
  for (let no = 1; no <= megabytes; no++) more.run(1_000_000 + no);
  db.exec("commit; pragma wal_checkpoint(truncate)");
  db.close();
  writeSums(file, sumsOfFile(file, birth));
}

describe("the sum of a page", () => {
  it("is XXH32", () => {
    const text = Buffer.from("abcdefghijklmnop");
    expect(sumOfWords(new Int32Array(text.buffer, text.byteOffset, 4), 0, 4)).toBe(0x9d2d8b62);
    const page = Uint8Array.from({ length: 4096 }, (_, i) => i);
    expect(sumOfWords(new Int32Array(page.buffer), 0, 1024)).toBe(0x693c0bc2);
  });
});

describe("an index of which a byte was changed", () => {
  const places = 200;

  it("is noticed at open, at 200 places, and gives no false answer", async () => {
    const sound = await soundIndex();
    const chance = chanceFrom(11);
    let noticed = 0;
    const falseAnswers: string[] = [];
    for (let no = 1; no <= places; no++) {
      const where = join(folder, `open-${no}`);
      mkdirSync(where);
      copyFiles(sound, where);
      const place = flipByte(join(where, "index.db"), { at: chance(), bits: chance() });
      await using engine = await open(where);
      if ((await engine.status()).state === "damaged") noticed++;
      const found = await totals(engine);
      if (found.some((total) => total !== "refused" && total !== perWord))
        falseAnswers.push(`${place}: ${found.join(" ")}`);
      await engine[Symbol.asyncDispose]();
      rmSync(where, { recursive: true });
    }
    console.log(
      `index: ${noticed} of ${places} places noticed at open, ${falseAnswers.length} false answers`,
    );
    expect(falseAnswers).toEqual([]);
    expect(noticed).toBe(places);
  });

  it("is noticed by the next look while it is open, at 200 places, and then refused", async () => {
    const sound = await soundIndex();
    const chance = chanceFrom(12);
    let noticed = 0;
    const falseAnswers: string[] = [];
    for (let no = 1; no <= places; no++) {
      const where = join(folder, `served-${no}`);
      mkdirSync(where);
      copyFiles(sound, where);
      await using engine = await open(where);
      expect((await new Corpus(engine).ask("кот")).total).toBe(perWord);
      const place = flipByte(join(where, "index.db"), { at: chance(), bits: chance() });
      const refused = await engine.assure!().then(
        () => false,
        (error: unknown) => error instanceof EngineAway,
      );
      if (refused) noticed++;
      const found = await totals(engine);
      if (found.some((total) => total !== "refused"))
        falseAnswers.push(`${place}: ${found.join(" ")}`);
      await engine[Symbol.asyncDispose]();
      rmSync(where, { recursive: true });
    }
    console.log(
      `index: ${noticed} of ${places} places noticed by the next look while open, ${falseAnswers.length} answers after that`,
    );
    expect(falseAnswers).toEqual([]);
    expect(noticed).toBe(places);
  });

  it("is refused by a server of its own accord, and answers again once it is built anew", async () => {
    await using engine = await open(folder, { lookEveryMs: 100 });
    await fill(engine);
    const corpus = new Corpus(engine);
    const answered = async (): Promise<number | string> =>
      corpus.ask("кот").then(
        ({ total }) => total,
        (error: unknown) => (error as Error).name,
      );
    await expect.poll(answered, { timeout: 20_000 }).toBe(perWord);
    flipByte(join(folder, "index.db"), { at: 0.6, bits: 0.3 });
    await expect.poll(answered, { timeout: 20_000 }).toBe("EngineAway");
    expect(await engine.status()).toMatchObject({ state: "damaged", posts: 0 });
    {
      await using rebuild = await engine.rebuild();
      const post = makePost(1, { text: "кот" });
      await rebuild.apply([{ kind: "put", post }], postCount);
      await rebuild.commit();
    }
    // The new one is looked at first; who asks while a busy machine does so is told to ask again.
    await expect.poll(answered, { timeout: 20_000 }).toBe(1);
    expect(readdirSync(folder).filter((name) => /rebuild|new-/.test(name))).toEqual([]);
  });

  it("is noticed when the page it is on is written over", async () => {
    await using engine = await open(folder);
    await fill(engine);
    await engine[Symbol.asyncDispose]();
    const file = join(folder, "index.db");
    // The last page of the table of posts takes in the next post.
    const db = new DatabaseSync(file, { readOnly: true });
    const { pageno } = db
      .prepare(
        "select pageno from dbstat where name = 'posts' and pagetype = 'leaf' order by path desc limit 1",
      )
      .get() as { pageno: number };
    db.close();
    flipByte(file, { at: ((pageno - 1) * 4096 + 2000) / statSync(file).size, bits: 0.4 });
    await using again = await openEmbeddedEngine({
      file,
      archiveId: "a",
      analyzer,
      inProcess: true,
    });
    await again
      .apply([{ kind: "put", post: makePost(postCount + 1, { text: "кот" }) }], postCount + 1)
      .catch(() => {});
    await again[Symbol.asyncDispose]();
    expect(await checkPages(file)).toMatchObject({ kind: "damaged" });
  });

  it("is noticed when its checksums are gone or changed", async () => {
    const sound = await soundIndex();
    const sums = readdirSync(sound).find((name) => name.includes(".sums-"));
    flipByte(join(sound, sums!), { at: 0.7, bits: 0.5 });
    expect(await checkPages(join(sound, "index.db"))).toMatchObject({ kind: "damaged" });
    rmSync(join(sound, sums!));
    expect(await checkPages(join(sound, "index.db"))).toMatchObject({ kind: "damaged" });
  });
});

describe("an index that was opened just now", () => {
  it("gives no answer before all of it was looked at, and says that it is being checked", async () => {
    const file = join(await soundIndex(), "index.db");
    lengthen(file, 150);
    await using engine = await open(join(folder, "sound"), { patienceMs: 1 });
    const corpus = new Corpus(engine);
    await expect(corpus.ask("кот")).rejects.toThrow(/^The index is being checked\. Ask again/);
    expect(await engine.status()).toMatchObject({ state: "checking" });
    const total = async (): Promise<unknown> =>
      corpus.ask("кот").then(
        (found) => found.total,
        () => {},
      );
    await expect.poll(total, { timeout: 20_000 }).toBe(perWord);
  });
});

describe("an index that is written while it is looked at", () => {
  const writer = fileURLToPath(import.meta.resolve("./write-index-forever.ts"));

  it(
    "is never taken for damaged, through batches, purges, rebuilds and kills",
    { timeout: 120_000 },
    async () => {
      const file = join(folder, "index.db");
      let looks = 0;
      let written = 0;
      for (const [round, forMs] of [1_500, 700, 1_100, 400, 2_000].entries()) {
        const child = spawn(process.execPath, [writer, file, String(round)], {
          stdio: ["ignore", "pipe", "inherit"],
        });
        child.stdout.on("data", (said: Buffer) => (written += said.length));
        await once(child.stdout, "data");
        const until = performance.now() + forMs;
        while (performance.now() < until) {
          const found = await checkPages(file);
          expect(["sound", "absent"]).toContain(found.kind === "damaged" ? found.why : found.kind);
          looks++;
          await sleep(5);
        }
        child.kill("SIGKILL");
        await once(child, "exit");
        expect(await checkPages(file)).toMatchObject({ kind: "sound" });
      }
      console.log(
        `index: ${looks} looks beside a writer of ${written} steps killed 5 times, no false alarm`,
      );
      expect(looks).toBeGreaterThan(20);
      expect(written).toBeGreaterThan(20);
    },
  );
});

describe("the log of an index whose writer was killed", () => {
  it(
    "changed at 60 places, is noticed or leaves an older state that says so",
    { timeout: 60_000 },
    async () => {
      const writer = fileURLToPath(import.meta.resolve("./write-index-forever.ts"));
      const left = join(folder, "left");
      mkdirSync(left);
      const child = spawn(process.execPath, [writer, join(left, "index.db"), "log"], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      let steps = 0;
      for await (const said of child.stdout) if ((steps += String(said).length) >= 12) break;
      child.kill("SIGKILL");
      await once(child, "exit");
      expect(statSync(join(left, "index.db-wal")).size).toBeGreaterThan(100_000);
      const chance = chanceFrom(13);
      const outcomes = { damaged: 0, older: 0, same: 0, false: 0 };
      for (let no = 1; no <= 60; no++) {
        const where = join(folder, `log-${no}`);
        mkdirSync(where);
        copyFiles(left, where);
        flipByte(join(where, "index.db-wal"), { at: chance(), bits: chance() });
        await using engine = await open(where);
        const { state, position } = await engine.status();
        if (state === "damaged") outcomes.damaged++;
        // Each step of the writer adds one post with this word, and its position says how many.
        else if ((await new Corpus(engine).ask("шаг")).total !== position) outcomes.false++;
        else outcomes[position < steps ? "older" : "same"]++;
        await engine[Symbol.asyncDispose]();
        rmSync(where, { recursive: true });
      }
      console.log(`log of an index: ${JSON.stringify(outcomes)}`);
      expect(outcomes).toMatchObject({ same: 0, false: 0 });
    },
  );
});
