import { spawn } from "node:child_process";
import { chmodSync, existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { makeTruth } from "../../../demo/make-truth.ts";
import { startStandIn } from "../../../demo/stand-in.ts";
import { backscroll, emptyFolder } from "../../help.ts";
import { series } from "../../whole.ts";

/** Every folder that has other rights than 700 and every file that has other rights than 600, the folder itself included. */
function widerIn(folder: string): readonly string[] {
  const below = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return [".", ...below].flatMap((name) => {
    const found = statSync(join(folder, name));
    const rights = (found.mode & 0o7777).toString(8);
    return rights === (found.isDirectory() ? "700" : "600") ? [] : [`${rights} ${name}`];
  });
}

async function photos() {
  const truth = makeTruth({ posts: 6, kinds: ["photo"], gaps: 0, seed: 31 });
  const standIn = await startStandIn({ channels: [truth], ownMedia: true });
  onTestFinished(async () => standIn.close());
  return { name: truth.profile.name, source: ["--source", standIn.origin, "--media", "photo"] };
}

/** `serve` until the check is over; the check begins when it serves and its first backup is there. */
async function whileServing(
  args: readonly string[],
  { umask, backups }: { readonly umask: string; readonly backups: string },
  check: () => void,
): Promise<void> {
  let child: ReturnType<typeof spawn> | undefined;
  const served = backscroll(["serve", "--port", "0", ...args], {
    umask,
    env: { BACKSCROLL_BACKUP: backups },
    started: (process) => (child = process),
  });
  const isThere = (): boolean =>
    existsSync(backups) && readdirSync(backups).some((name) => /^archive-.*Z\.db$/.test(name));
  await expect.poll(isThere, { timeout: 30_000 }).toBe(true);
  try {
    check();
  } finally {
    child?.kill("SIGTERM");
    await served;
  }
}

describe("what is made is its owner's alone, folders 700 and files 600,", () => {
  test.each(series(["000", "022"], (umask) => umask === "000"))(
    "whatever the umask of the one who starts it: %s",
    { timeout: 120_000 },
    async (umask) => {
      const { name, source } = await photos();
      const place = emptyFolder();
      const [data, backups, other] = ["data", "backups", "other"].map((one) => join(place, one));
      const run = async (...args: string[]): Promise<void> => {
        const { code, said } = await backscroll([...args, "--data", data!], { umask });
        expect(code, `${args[0]}: ${said}`).toBe(0);
      };
      await run("archive", name, ...source);
      await run("keys", "create", "--scope", "search");
      await run("export", "-xyz", "--format", "csv", "-o", join(place, "posts.csv"));
      await run("backup", join(place, "copy.db"));
      await whileServing(["--data", data!, ...source], { umask, backups: backups! }, () => {
        expect(widerIn(place)).toEqual([]);
        const made = readdirSync(place, { recursive: true, encoding: "utf8" });
        expect(made).toEqual(
          expect.arrayContaining([
            "data/archive.db",
            "data/archive.db-wal",
            "data/archive.db-shm",
            "data/index.db",
            "data/index.db-wal",
            "data/robots.json",
            "posts.csv",
            "posts.csv.manifest.json",
            "copy.db",
          ]),
        );
        expect(made.filter((one) => /^data\/media\/..\/./.test(one)).length).toBeGreaterThan(3);
        expect(made.filter((one) => /^backups\/media\/..\/./.test(one)).length).toBeGreaterThan(3);
      });
      for (const wide of ["copy.db", "backups/media"]) chmodSync(join(place, wide), 0o755);
      const copy = readdirSync(backups!).find((one) => one.endsWith(".db"));
      chmodSync(join(backups!, copy!), 0o644);
      const restored = ["restore", join(backups!, copy!), "--data", other!];
      expect(await backscroll(restored, { umask })).toMatchObject({ code: 0 });
      expect(widerIn(other!)).toEqual([]);
    },
  );
});

test("an archive with wider rights is named by the doctor and narrowed when it is opened", async () => {
  const { name, source } = await photos();
  const place = emptyFolder();
  const data = join(place, "data");
  const run = async (...args: string[]) => backscroll([...args, "--data", data]);
  expect(await run("archive", name, ...source)).toMatchObject({ code: 0 });
  const widen = (): void => {
    for (const below of readdirSync(data, { recursive: true, encoding: "utf8" }))
      chmodSync(join(data, below), statSync(join(data, below)).isDirectory() ? 0o755 : 0o644);
    chmodSync(data, 0o775);
  };
  widen();
  expect(widerIn(data).length).toBeGreaterThan(10);
  const told = await run("doctor");
  expect(told.code).toBe(1);
  expect(told.out).toContain(`Others on this machine may read or write ${data}.`);
  for (const one of ["archive.db", "index.db", "robots.json", "media"])
    expect(told.out).toContain(`Others on this machine may read ${join(data, one)}.`);
  expect(widerIn(data).length).toBeGreaterThan(10);
  expect(await run("channels")).toMatchObject({ code: 0 });
  expect(widerIn(data)).toEqual([]);
  expect((await run("doctor")).out).not.toContain("Others on this machine");
});

test("a folder that everybody shares is not taken from them, what lies in it is", async () => {
  const { name, source } = await photos();
  const data = emptyFolder();
  chmodSync(data, 0o1777);
  const archived = await backscroll(["archive", name, ...source, "--data", data]);
  expect(archived).toMatchObject({ code: 0 });
  expect(widerIn(data)).toEqual(["1777 ."]);
});

test("an export that replaces a file leaves the rights that file had", async () => {
  const { name, source } = await photos();
  const place = emptyFolder();
  const data = join(place, "data");
  const file = join(place, "posts.csv");
  expect(await backscroll(["archive", name, ...source, "--data", data])).toMatchObject({ code: 0 });
  const exporting = ["export", "-xyz", "--format", "csv", "-o", file, "--force", "--data", data];
  const rights = (): string => (statSync(file).mode & 0o777).toString(8);
  expect(await backscroll(exporting, { umask: "022" })).toMatchObject({ code: 0 });
  expect(rights()).toBe("600");
  chmodSync(file, 0o640);
  expect(await backscroll(exporting)).toMatchObject({ code: 0 });
  expect(rights()).toBe("640");
});
