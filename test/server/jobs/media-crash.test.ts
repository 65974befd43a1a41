import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync } from "node:fs";
import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { makeTruth } from "../../../demo/make-truth.ts";
import { startStandIn } from "../../../demo/stand-in.ts";
import { Archive } from "../../../server/archive/archive.ts";
import { emptyFolder } from "../../help.ts";

const failpoint = fileURLToPath(import.meta.resolve("../archive/crash-at-step.ts"));

test(
  "files whose fetching crashes at a later step each time get through; none is lost, doubled or left over",
  { timeout: 240_000 },
  async () => {
    const truth = makeTruth({ posts: 6, seed: 7, kinds: ["photo", "video", "voice"], gaps: 0 });
    const { name } = truth.profile;
    const standIn = await startStandIn({ channels: [truth], ownMedia: true });
    onTestFinished(async () => standIn.close());
    const folder = emptyFolder();
    const crash = async (step: number, hour?: number): Promise<NodeJS.Signals | null> => {
      const args = [failpoint, `${folder}/archive.db`, standIn.origin, name, String(step)];
      const child = spawn(
        process.execPath,
        hour === undefined ? args : [...args, String(hour), String(hour)],
        {
          stdio: "inherit",
        },
      );
      const [code, signal] = (await once(child, "exit")) as [number, NodeJS.Signals | null];
      expect([code, signal]).toEqual(signal === null ? [0, null] : [null, "SIGKILL"]);
      return signal;
    };
    expect(await crash(0)).toBeNull();

    let crashes = 0;
    for (let step = 40; await crash(step, crashes); step += 9) crashes += 1;
    expect(crashes).toBeGreaterThan(10);

    await using archive = await Archive.open(`${folder}/archive.db`);
    const wanted = truth.posts.flatMap(({ media }) =>
      media.flatMap(({ url, thumbnailUrl }) => [url, thumbnailUrl].filter(Boolean)),
    );
    expect(wanted.length).toBeGreaterThan(6);
    expect(await archive.media.count()).toMatchObject({
      kept: wanted.length,
      waiting: 0,
      failed: 0,
    });
    const files = globSync(`${folder}/media/*/*`);
    expect(files.map((file) => basename(dirname(file)))).not.toContain("parts");
    expect(await archive.media.total()).toMatchObject({ files: files.length });
    expect(await archive.verify()).toEqual([]);
  },
);
