import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { makeTruth } from "../demo/make-truth.ts";
import { startStandIn } from "../demo/stand-in.ts";
import { Archive } from "../server/archive/archive.ts";
import { backscroll, emptyFolder } from "./help.ts";
import { isWhole, series } from "./whole.ts";

const failpoint = fileURLToPath(import.meta.resolve("./server/archive/crash-at-step.ts"));

/** Killed after so many more requests: from the very first answer to the middle of the last windows. */
const killedAfter = series([1, 2, 3, 5, 8, 12, 9, 14, 7, 11], (requests) =>
  [1, 8, 14].includes(requests),
);

test(
  "a run killed again and again and resumed is equal to an uninterrupted one",
  { timeout: 120_000 },
  async () => {
    const truth = makeTruth({ posts: 1500, seed: 21 });
    const { name } = truth.profile;
    const standIn = await startStandIn({ channels: [truth], latencyMs: 5 });
    onTestFinished(async () => standIn.close());
    const [whole, broken] = [emptyFolder(), emptyFolder()];
    const archive = async (
      data: string,
      started = (_child: { kill: (signal: "SIGKILL") => boolean }): void => {},
    ) => backscroll(["archive", name, "--data", data, "--source", standIn.origin], { started });

    for (const requests of killedAfter) {
      const until = standIn.requests.length + requests;
      const { code } = await archive(broken, (child) => {
        standIn.fail(({ number }) => {
          if (number >= until) child.kill("SIGKILL");
          return undefined;
        });
      });
      expect(code, `killed after ${requests} requests`).toBeNull();
    }
    standIn.fail();
    expect(await archive(broken)).toMatchObject({ code: 0 });
    expect(await archive(whole)).toMatchObject({ code: 0 });

    expect(await contentOf(broken, name)).toEqual(await contentOf(whole, name));
    expect(await backscroll(["verify", "--data", broken])).toMatchObject({ code: 0, out: "" });
  },
);

/** All that two archives of one channel must agree on: times and numbers of their own aside. */
async function contentOf(data: string, channel: string): Promise<unknown> {
  await using archive = await Archive.open(`${data}/archive.db`);
  const coverage = await archive.kept(channel).coverage();
  const ids = Array.from({ length: coverage?.newestId ?? 0 }, (_, index) => index + 1);
  const posts = [];
  for (let from = 0; from < ids.length; from += 1000)
    posts.push(
      ...(await archive.posts(ids.slice(from, from + 1000).map((id) => ({ channel, id })))),
    );
  return {
    counts: coverage?.counts,
    ranges: coverage?.ranges.map(({ from, to, class: kind }) => [from, to, kind]),
    posts: posts.map(({ no: _no, firstSeenAt: _first, lastSeenAt: _last, ...post }) => post),
  };
}

test(
  "a run that crashes at a later step each time gets through, and nothing is lost or doubled",
  { timeout: 240_000 },
  async () => {
    const truth = makeTruth({ posts: 45, seed: 22 });
    const { name } = truth.profile;
    const standIn = await startStandIn({ channels: [truth] });
    onTestFinished(async () => standIn.close());
    const [whole, broken] = [emptyFolder(), emptyFolder()];
    const crash = async (
      folder: string,
      step: number,
      attempt = 0,
    ): Promise<NodeJS.Signals | null> => {
      const file = `${folder}/archive.db`;
      const args = [failpoint, file, standIn.origin, name, String(step), String(attempt)];
      const child = spawn(process.execPath, args, { stdio: "inherit" });
      const [code, signal] = (await once(child, "exit")) as [number, NodeJS.Signals | null];
      expect([code, signal]).toEqual(signal === null ? [0, null] : [null, "SIGKILL"]);
      return signal;
    };

    expect(await crash(whole, 0)).toBeNull();
    let crashes = 0;
    const stride = isWhole ? 1 : 4;
    for (
      let step = stride;
      await crash(broken, step, crashes);
      step += stride * (1 + (crashes >> 2))
    )
      crashes += 1;
    expect(crashes).toBeGreaterThan(isWhole ? 20 : 5);
    expect(await contentOf(broken, name)).toEqual(await contentOf(whole, name));
    await using archive = await Archive.open(`${broken}/archive.db`);
    expect(await archive.verify()).toEqual([]);

    // The ledger and the pages were written together: what its runs counted is what is kept.
    const runs = await archive.runs.list({ limit: 1_000 });
    const [last, ...others] = runs;
    expect(last).toMatchObject({ state: "done" });
    expect(others.length).toBeGreaterThan(isWhole ? 5 : 1);
    for (const run of others)
      expect(run).toMatchObject({ state: "failed", error: { class: "HolderLost" } });
    const counted = runs.reduce((sum, { counts }) => sum + counts.new, 0);
    expect(counted).toBe((await archive.state()).posts);
  },
);
