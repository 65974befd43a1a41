import { expect, onTestFinished, test } from "vitest";
import { makeTruth } from "../../../demo/make-truth.ts";
import { startStandIn } from "../../../demo/stand-in.ts";
import { backscroll, emptyFolder } from "../../help.ts";

test("archive fetches files by policy, a channel has its own, and media fetch makes up for what was left out", async () => {
  const truth = makeTruth({ posts: 9, kinds: ["photo", "video", "file"], gaps: 0 });
  const { name } = truth.profile;
  const standIn = await startStandIn({ channels: [truth], ownMedia: true });
  onTestFinished(async () => standIn.close());
  const data = emptyFolder();
  const run = async (...args: string[]) => backscroll([...args, "--data", data]);
  const read = ["--source", standIn.origin];
  const list = async (...more: string[]) => {
    const { out } = await run("media", "list", "--json", ...more);
    return JSON.parse(out) as { readonly kinds: string; readonly files: { readonly kept: number } };
  };
  const of = (kind: string): number =>
    truth.posts.filter(({ media: [one] }) => one?.kind === kind).length;

  expect(await run("archive", name, ...read)).toMatchObject({ code: 0 });
  expect(await list()).toMatchObject({ kinds: "off", files: { kept: 0 } });
  const { out } = await run("archive", name, ...read, "--media", "photo", "--json");
  expect(JSON.parse(out)).toMatchObject({ state: "done", media: of("photo") });
  expect(await list("--media", "photo")).toMatchObject({
    files: { kept: of("photo"), waiting: 0 },
  });

  expect(await run("media", "set", name, "--kinds", "thumbnail,video")).toMatchObject({ code: 0 });
  const fetched = await run("media", "fetch", ...read);
  expect(fetched).toMatchObject({ code: 0 });
  expect(fetched.said).toMatch(/\d+ files/);
  expect(await list()).toMatchObject({
    kinds: "thumbnail,video",
    files: { waiting: 0, failed: 0 },
  });
  expect((await list()).files.kept).toBeGreaterThan(of("photo"));
  expect(await run("verify")).toMatchObject({ code: 0, out: "" });

  expect(await run("media", "set", name, "--default")).toMatchObject({ code: 0 });
  expect(await list()).toMatchObject({ kinds: "off" });
  for (const wrong of [
    [],
    ["--kinds", "papers"],
    ["--max-mb", "0"],
    ["--default", "--max-mb", "1"],
  ])
    expect(await run("media", "set", name, ...wrong)).toMatchObject({ code: 2 });
  expect(await run("media", "set", "nobody_here", "--kinds", "off")).toMatchObject({ code: 2 });
  expect(await run("archive", name, ...read, "--media", "papers")).toMatchObject({ code: 2 });
}, 120_000);

test("media fetch says what waits and why", async () => {
  const truth = makeTruth({ posts: 9, kinds: ["photo"], gaps: 0 });
  const { name } = truth.profile;
  const standIn = await startStandIn({
    channels: [truth],
    files: {
      answer: (_, response) => void response.writeHead(503, { "retry-after": "3600" }).end(),
    },
  });
  onTestFinished(async () => standIn.close());
  const read = ["--data", emptyFolder(), "--source", standIn.origin];
  expect(await backscroll(["archive", name, ...read])).toMatchObject({ code: 0 });
  const off = await backscroll(["media", "fetch", ...read]);
  expect(off.said).toContain(
    "0 files, 0 MB; no kind of file is wanted. Say which: BACKSCROLL_MEDIA=photo",
  );
  const later = await backscroll(["media", "fetch", ...read, "--media", "photo"]);
  expect(later.said).toMatch(/0 files, 0 MB; 9 wait; the next try is at \d{4}-\d\d-\d\dT/);
  const still = await backscroll(["media", "fetch", ...read]);
  expect(still.said).toContain("0 files, 0 MB; 9 wait: no kind of file is wanted.");
  const others = await backscroll(["media", "fetch", ...read, "--media", "video"]);
  expect(others.said).toContain("9 wait, of kinds that are not wanted now (wanted: video)");
}, 60_000);
