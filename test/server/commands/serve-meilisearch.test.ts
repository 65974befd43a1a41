import type { ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { makeTruth } from "../../../demo/make-truth.ts";
import { startStandIn } from "../../../demo/stand-in.ts";
import { readyAnswer } from "../../../server/contract/health.ts";
import { searchAnswer } from "../../../server/contract/search.ts";
import { backscroll, emptyFolder } from "../../help.ts";
import { realMeilisearch } from "../search/engines/meilisearch-server.ts";

const patienceMs = 40_000;
const lookEveryMs = 100;

describe.skipIf(realMeilisearch() !== "binary")(
  "serve --engine meilisearch (not run without a meilisearch on the PATH)",
  () => {
    test("starts one, fills it, answers by it, stops it, and tells its keys to nobody", async () => {
      await using standIn = await standInOf(30);
      const data = emptyFolder();
      const archived = await backscroll(["archive", "vse_vidy"], {
        env: { BACKSCROLL_DATA: data, BACKSCROLL_SOURCE: standIn.origin },
      });
      expect(archived).toMatchObject({ code: 0 });

      let child: ChildProcess | undefined;
      const serving = backscroll(["serve", "--engine", "meilisearch", "--port", "0"], {
        env: { BACKSCROLL_DATA: data, BACKSCROLL_SOURCE: standIn.origin },
        started: (process) => (child = process),
      });
      const site = await saidBy(child!, /Serving (\S+)/);
      const states = async () =>
        readyAnswer.parse(await (await fetch(`${site}/ready`)).json()).index.engines;
      await until(
        async () =>
          (await states())?.every(({ state, behind }) => state === "ready" && behind === 0) ??
          false,
      );
      const answer = searchAnswer.parse(
        await (await fetch(`${site}/api/v1/search?limit=1`)).json(),
      );
      expect(answer.engine).toBe("meilisearch");
      expect(answer.total).toBe(answer.archive.posts);
      const address = readFileSync(join(data, "meilisearch", "address"), "utf8");

      const asked = await backscroll(["search", "", "--json"], {
        env: { BACKSCROLL_DATA: data, BACKSCROLL_ENGINE: "meilisearch" },
      });
      expect(JSON.parse(asked.out)).toMatchObject({ engine: "meilisearch", total: answer.total });

      child!.kill("SIGINT");
      const { said, out } = await serving;
      await expect(fetch(`${address}/health`)).rejects.toThrow("fetch failed");
      expect(existsSync(join(data, "meilisearch", "address"))).toBe(false);
      const key = readFileSync(join(data, "meilisearch", "master-key"), "utf8");
      expect(said + out + asked.said + JSON.stringify(answer)).not.toContain(key);
    }, 60_000);

    test("with a server that is not there, the embedded engine answers and says so", async () => {
      const data = emptyFolder();
      let child: ChildProcess | undefined;
      const secret = "a-master-key-that-is-secret";
      const serving = backscroll(["serve", "--engine", "meilisearch", "--port", "0"], {
        env: {
          BACKSCROLL_DATA: data,
          MEILI_URL: "http://127.0.0.1:9",
          MEILI_MASTER_KEY: secret,
        },
        started: (process) => (child = process),
      });
      const site = await saidBy(child!, /Serving (\S+)/);
      const answered = async () => (await fetch(`${site}/api/v1/search`)).json();
      await until(async () => searchAnswer.safeParse(await answered()).success);
      expect(await answered()).toMatchObject({ engine: "embedded", total: 0 });
      child!.kill("SIGINT");
      const { said } = await serving;
      expect(said).toContain("Meilisearch does not answer");
      expect(said).not.toContain(secret);
    }, 60_000);
  },
);

async function standInOf(posts: number) {
  const standIn = await startStandIn({
    channels: [makeTruth({ posts, seed: 4, channel: "vse_vidy" })],
  });
  return { origin: standIn.origin, [Symbol.asyncDispose]: async () => standIn.close() };
}

async function saidBy(child: ChildProcess, pattern: RegExp): Promise<string> {
  let said = "";
  child.stderr!.on("data", (text: string) => (said += text));
  let found: string | undefined;
  await until(async () => (found = pattern.exec(said)?.[1]) !== undefined);
  return found!;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < patienceMs; waited += lookEveryMs) {
    if (await holds()) return;
    await sleep(lookEveryMs);
  }
  throw new Error("It did not come to pass.");
}
