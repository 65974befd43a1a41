import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, readFileSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { makeTruth } from "../../../demo/make-truth.ts";
import { startStandIn } from "../../../demo/stand-in.ts";
import { Archive } from "../../../server/archive/archive.ts";
import { backscroll, emptyFolder } from "../../help.ts";
import { MediaHost, picture, sha256Of } from "./media-host.ts";
import { isWhole } from "../../whole.ts";

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
    for (let step = 40; await crash(step, crashes); step += isWhole ? 9 : 45) crashes += 1;
    expect(crashes).toBeGreaterThan(isWhole ? 10 : 1);

    await using archive = await Archive.open(`${folder}/archive.db`);
    const ofPosts = truth.posts.flatMap(({ media }) =>
      media.flatMap(({ url, thumbnailUrl }) => [url, thumbnailUrl].filter(Boolean)),
    );
    const wanted = [truth.profile.avatarUrl, ...ofPosts];
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

test(
  "a program killed in the middle of each file goes on with it where it broke off, and none is half a file",
  { timeout: 240_000 },
  async () => {
    const truth = makeTruth({ posts: isWhole ? 4 : 2, seed: 8, kinds: ["photo"], gaps: 0 });
    const { name } = truth.profile;
    const addresses = truth.posts.flatMap(({ media }) => media.map(({ url = "" }) => url));
    const host = new MediaHost();
    let running: ChildProcess | undefined;
    const kill = (): void => void running?.kill("SIGKILL");
    const expected = addresses.map((url, place) => {
      const bytes = picture(place + 1, 200_000);
      host.put(basename(new URL(url).pathname), {
        bytes,
        faulty: ({ time }, response) => {
          if (time > 1) return false;
          response.writeHead(200, {
            etag: `"${sha256Of(bytes).slice(0, 16)}"`,
            "content-length": bytes.length,
          });
          response.write(bytes.subarray(0, 150_000), () => setTimeout(kill, partMs));
          return true;
        },
      });
      return sha256Of(bytes);
    });
    const standIn = await startStandIn({
      channels: [truth],
      files: { answer: host.answer, folder: () => "t" },
    });
    onTestFinished(async () => standIn.close());
    const data = emptyFolder();
    const run = async () =>
      backscroll(
        [
          "archive",
          name,
          "--data",
          data,
          "--source",
          standIn.origin,
          "--media",
          "photo",
          "--concurrency",
          "1",
        ],
        {
          started: (child) => (running = child),
        },
      );
    for (const _ of addresses) {
      expect(await run()).toMatchObject({ code: null });
      for (const file of globSync(`${data}/media/??/*`))
        expect(expected).toContain(sha256Of(readFileSync(file)));
      const [part = ""] = globSync(`${data}/media/parts/*`);
      expect(statSync(part).size).toBeGreaterThan(0);
    }
    // Who was killed has what it had in hand for ten minutes: an hour later it is anybody's.
    const args = [failpoint, `${data}/archive.db`, standIn.origin, name, "0", "1", "1"];
    const [code] = (await once(spawn(process.execPath, args, { stdio: "inherit" }), "exit")) as [
      number,
    ];
    expect(code).toBe(0);
    expect(globSync(`${data}/media/parts/*`)).toEqual([]);
    const files = globSync(`${data}/media/??/*`);
    expect(files.map((file) => sha256Of(readFileSync(file))).toSorted()).toEqual(
      expected.toSorted(),
    );
    expect(host.resumed).toBe(addresses.length);
    expect(await backscroll(["verify", "--data", data])).toMatchObject({ code: 0, out: "" });
  },
);
/** For what was sent to be written down. */
const partMs = 300;
