import { execFileSync } from "node:child_process";
import { appendFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { makeTruth } from "../demo/make-truth.ts";
import { startStandIn } from "../demo/stand-in.ts";
import { backscroll, emptyFolder } from "./help.ts";
import { series } from "./whole.ts";

/** A folder with room for so many kB, where this machine lets us make one. */
function smallDisk(kilobytes: number): string | undefined {
  const folder = emptyFolder();
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${kilobytes}k`, "none", folder], {
      stdio: "ignore",
    });
  } catch {
    return undefined;
  }
  onTestFinished(() => void execFileSync("umount", [folder]));
  return folder;
}

describe("a disk that is full", () => {
  const sizes = series([8, 64, 650, 700, 750, 1000, 1200], (size) =>
    [64, 750, 1200].includes(size),
  );
  test.for(sizes)(
    "at %i kB ends a run with 6, and with room made the next completes it",
    { timeout: 60_000 },
    async (kilobytes, { skip }) => {
      const data = smallDisk(kilobytes);
      skip(data === undefined, "no small disk can be mounted here");
      if (data === undefined) return;
      const truth = makeTruth({ posts: 200, seed: 4 });
      const standIn = await startStandIn({ channels: [truth] });
      onTestFinished(async () => standIn.close());
      const archive = ["archive", truth.profile.name, "--source", standIn.origin, "--data", data];

      const { code, said } = await backscroll(archive);
      expect(said).toContain("The disk is full");
      expect(said).not.toMatch(/^\s+at /m);
      expect(code).toBe(6);
      // A full disk ends a look at an archive too; below 1200 kB none came to be.
      const looked = await backscroll(["verify", "--data", data]);
      expect(looked).toMatchObject({ code: kilobytes < 1200 ? 2 : 6, out: "" });

      execFileSync("mount", ["-o", "remount,size=50m", data]);
      expect(await backscroll(archive)).toMatchObject({ code: 0 });
      const verified = await backscroll(["verify", "--data", data]);
      expect(verified).toMatchObject({ code: 0, out: "" });
      expect(verified.said).toContain("200 posts");
    },
  );

  test("is stopped before: a run ends with 6 while there is room, and what is kept is searched", async ({
    skip,
  }) => {
    const data = smallDisk(20_000);
    skip(data === undefined, "no small disk can be mounted here");
    if (data === undefined) return;
    const truth = makeTruth({ posts: 200, seed: 4 });
    const standIn = await startStandIn({ channels: [truth] });
    onTestFinished(async () => standIn.close());
    const archive = ["archive", truth.profile.name, "--source", standIn.origin, "--data", data];
    const env = { BACKSCROLL_DISK_FREE: "19.5MB" };
    const { code, said } = await backscroll(archive, { env });
    expect(said).toMatch(/The disk is full but for \d+ MB, and 19 MB are to stay free/);
    expect(code).toBe(6);
    expect(await backscroll(["search", "-xyz", "--data", data], { env })).toMatchObject({
      code: 0,
    });
    expect(await backscroll(archive)).toMatchObject({ code: 0 });
    const verified = await backscroll(["verify", "--data", data]);
    expect(verified.said).toContain("200 posts");
  });

  test("while it is served a change is refused with 507, what only reads is answered, and nothing is left half written", async ({
    skip,
  }) => {
    const data = smallDisk(20_000);
    skip(data === undefined, "no small disk can be mounted here");
    if (data === undefined) return;
    const truth = makeTruth({ posts: 200, seed: 4 });
    const standIn = await startStandIn({ channels: [truth] });
    onTestFinished(async () => standIn.close());
    const archive = ["archive", truth.profile.name, "--source", standIn.origin, "--data", data];
    expect(await backscroll(archive)).toMatchObject({ code: 0 });
    const had = readdirSync(data).toSorted();

    const statuses = new Map<number, number>();
    let asking: Promise<void> | undefined;
    const ask = async (url: string): Promise<void> => {
      fill(join(data, "filler"));
      // What the log beside the archive had room for goes through.
      for (let no = 1; no <= 300 && !statuses.has(507); no++) {
        const { status } = await fetch(`${url}/api/v1/sets?q=id:${no}`, { method: "POST" });
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
      expect((await fetch(`${url}/api/v1/search?q=-xyz`)).status).toBe(200);
      const file = await (await fetch(`${url}/api/v1/export?q=-xyz`)).text();
      expect(file.trim().split("\n")).toHaveLength(200);
      const exported = join(data, "all.jsonl");
      const asked = ["export", "-xyz", "--format", "jsonl", "-o", exported, "--data", data];
      expect(await backscroll(asked)).toMatchObject({
        code: 6,
        said: expect.stringContaining("The disk is full"),
      });
      rmSync(join(data, "filler"));
      const again = await fetch(`${url}/api/v1/sets?q=id:301`, { method: "POST" });
      expect(again.status).toBe(201);
    };
    const ended = await backscroll(["serve", "--port", "0", "--data", data], {
      started: (child) => {
        let said = "";
        child.stderr?.on("data", (text: string) => {
          const wasServing = said.includes("Serving");
          const [, url = ""] = /Serving (\S+)/.exec((said += text)) ?? [];
          if (url === "" || wasServing) return;
          asking = ask(url).finally(() => child.kill("SIGTERM"));
        });
      },
    });
    await asking;
    expect(ended.code).toBe(0);
    expect([...statuses.keys()].filter((status) => status !== 201)).toEqual([507]);
    const left = readdirSync(data).filter((name) => !/-(wal|shm)$/.test(name));
    expect(left.toSorted()).toEqual(had);
    expect(await backscroll(["verify", "--data", data])).toMatchObject({ code: 0, out: "" });
  });
});

/** Takes all the room there is. */
function fill(file: string): void {
  const bytes = Buffer.alloc(64 * 1024);
  try {
    for (;;) appendFileSync(file, bytes);
  } catch {
    // One that is smaller than what was tried last may still go in.
    try {
      for (;;) appendFileSync(file, Buffer.alloc(512));
    } catch {}
  }
}
