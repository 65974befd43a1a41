/** What can be told of the image without a Docker daemon; `test/docker/run` builds and runs it with one. */
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { settings } from "../server/config.ts";
import { readStages, type Stage } from "./dockerfile.ts";
import { emptyFolder } from "./help.ts";

const root = join(import.meta.dirname, "..");
const stages = readStages(root);

function stage(name: string): Stage {
  const found = stages.find((one) => one.name === name);
  if (!found) throw new Error(`The Dockerfile has no stage ${name}.`);
  return found;
}

const modes = (path: string): string => (statSync(path).mode & 0o7777).toString(8);

/** A folder with what a stage copies from the checkout, and the packages of the checkout beside it. */
function laidOut({ copies }: Stage, at = emptyFolder()): string {
  for (const { from, sources } of copies)
    for (const source of from === undefined ? sources : [])
      cpSync(join(root, source), join(at, source), { recursive: true });
  if (!existsSync(join(at, "node_modules")))
    symlinkSync(join(root, "node_modules"), join(at, "node_modules"));
  return at;
}

const run = (at: string, args: readonly string[], env = {}): string =>
  execFileSync(process.execPath, args, {
    cwd: at,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], HOME: at, ...env },
  });

test("a stage that bundles has the optional packages, of which the bundler's binary is one", () => {
  const bundling = stages.filter(({ runs }) =>
    runs.some((command) => command.includes("bundle.ts")),
  );
  expect(bundling).toHaveLength(1);
  const installs = bundling[0]!.runs.filter((command) => command.startsWith("npm ci"));
  expect(installs).toHaveLength(1);
  expect(installs[0]).not.toMatch(/--omit|--no-optional|--production/);
});

test("the stage that bundles copies every file that bundling needs", { timeout: 60_000 }, () => {
  const at = laidOut(stage("bundle"));
  for (const command of stage("bundle").runs.filter((one) => one.startsWith("node ")))
    run(at, command.split(" ").slice(1));
  const made = JSON.parse(readFileSync(join(at, "web/bundle/bundle.json"), "utf8")) as {
    files: object;
  };
  expect(Object.keys(made.files)).toContain("v1.js");
  expect(existsSync(join(at, "libraries/nodemailer/LICENSE"))).toBe(true);
});

test("the image has every file that the program needs", { timeout: 180_000 }, () => {
  const at = laidOut(stage("files"));
  const data = join(at, "data");
  expect(run(at, ["server/main.ts", "--help"])).toContain("backscroll");
  run(at, ["server/main.ts", "keys", "create", "--scope", "search", "--data", data]);
  expect(
    JSON.parse(run(at, ["server/main.ts", "search", "a", "--json", "--data", data])),
  ).toMatchObject({ total: 0 });
  for (const entry of ["server/commands/serve.ts", "server/commands/archive.ts"])
    run(at, ["--input-type=module", "--eval", `await import("./${entry}")`]);
});

test("the image is the same whatever rights the files of the checkout have, and its program can be run", () => {
  const { copies, runs, text } = stage("files");
  const at = emptyFolder();
  const image = join(at, "image");
  mkdirSync(join(image, "usr/share/hunspell"), { recursive: true });
  laidOut(stage("files"), join(image, "app"));
  execFileSync("rm", [join(image, "app/node_modules")]);
  execFileSync("chmod", ["-R", "go=", image]);
  expect(text.lastIndexOf("COPY")).toBeLessThan(text.lastIndexOf("RUN"));
  execFileSync("sh", ["-ec", `umask 077; ${runs.at(-1)!.replaceAll(/ \/image/g, ` ${image}`)}`]);

  const files = globSync("**/*", { cwd: join(image, "app") });
  expect(files.length).toBeGreaterThan(100);
  const closed = files.filter((file) => {
    const found = statSync(join(image, "app", file));
    return (
      (found.mode & 0o077) !== (found.isDirectory() || (found.mode & 0o100) !== 0 ? 0o055 : 0o044)
    );
  });
  expect(closed).toEqual([]);
  expect(modes(join(image, "app/server/main.ts"))).toBe("755");
  expect(modes(join(image, "usr/local/bin"))).toBe("755");
  expect(modes(join(image, "data"))).toBe("1777");
  expect(readlinkSync(join(image, "usr/local/bin/backscroll"))).toBe("/app/server/main.ts");
  expect(copies.some(({ from }) => from === "bundle")).toBe(true);
});

test("what is in the image comes from stages, and nothing is run in the one of the target's platform", () => {
  const last = stages.at(-1)!;
  expect(last.name).toBe("");
  expect(last.runs).toEqual([]);
  expect(last.copies.map(({ from }) => from)).toEqual(["install", "files"]);
  for (const { name, text } of stages.slice(0, -1))
    expect(`${name}: ${text.split("\n")[0]}`).toContain("--platform=$BUILDPLATFORM");
});

test("every stage and every file of the checkout that is copied exists, and is not kept out of the build", () => {
  const names = stages.map(({ name }) => name);
  const ignored = readFileSync(join(root, ".dockerignore"), "utf8").split("\n").filter(Boolean);
  const sources = stages.flatMap(({ copies }) =>
    copies.flatMap(({ from, sources: of }) => (from === undefined ? of : [])),
  );
  const from = stages.flatMap(({ copies }) => copies.flatMap((copy) => copy.from ?? []));
  expect(from.filter((name) => !names.includes(name))).toEqual([]);
  expect(sources.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  expect(sources.filter((path) => ignored.includes(path))).toEqual([]);
});

test("what the packages' data asks to be named is named in the image", () => {
  const said = readFileSync(join(root, "LICENSES/README.md"), "utf8");
  for (const one of [
    "OpenCorpora",
    "CC BY-SA 3.0",
    "https://creativecommons.org/licenses/by-sa/3.0/",
    "not changed",
    "WordNet",
    "hunspell-uk",
    "dictionary-uk",
  ])
    expect(said).toContain(one);
  const files = stage("files");
  expect(files.copies.flatMap(({ sources }) => sources)).toEqual(
    expect.arrayContaining(["LICENSE", "LICENSES", "/usr/share/doc/hunspell-uk/copyright"]),
  );
  expect(files.copies).toContainEqual({
    from: "bundle",
    sources: ["/app/libraries"],
    to: "node_modules/",
  });
});

test("the image is told apart by its labels, and its description is the package's", () => {
  const { description, license } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  ) as Record<string, string>;
  const labels = new Map(
    [...stages.at(-1)!.text.matchAll(/org\.opencontainers\.image\.([\w.]+)="([^"]*)"/g)].map(
      ([, name = "", value = ""]) => [name, value],
    ),
  );
  expect(labels.get("description")).toBe(description);
  expect(labels.get("licenses")).toBe(license);
  expect([...labels.keys()]).toEqual(["title", "description", "licenses", "base.name"]);
  // A label without a value says less than none.
  expect([...labels.values()]).not.toContain("");
});

test("the settings that the image makes exist", () => {
  const [, made = ""] = /^ENV (.+)$/m.exec(stages.at(-1)!.text) ?? [];
  const names = [...made.matchAll(/(BACKSCROLL_\w+)=/g)].map(([, name]) => name);
  const known = Object.values(settings).map(({ name }): string => name);
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name) => !known.includes(name!))).toEqual([]);
});

test("the image is published for both platforms from this one file, with the labels of its release", () => {
  const { on, jobs } = z
    .object({
      on: z.object({ push: z.object({ tags: z.array(z.string()) }) }),
      jobs: z.object({
        image: z.object({
          permissions: z.record(z.string(), z.string()),
          steps: z.array(
            z.object({
              uses: z.string(),
              with: z.record(z.string(), z.unknown()).default({}),
            }),
          ),
        }),
      }),
    })
    .parse(parse(readFileSync(join(root, ".github/workflows/image.yml"), "utf8")));
  expect(on.push.tags).toEqual(["v*"]);
  expect(jobs.image.permissions).toMatchObject({ contents: "read", packages: "write" });
  const build = jobs.image.steps.find(({ uses }) => uses.startsWith("docker/build-push-action@"));
  expect(build?.with).toMatchObject({
    context: ".",
    platforms: "linux/amd64,linux/arm64",
    push: true,
    labels: "${{ steps.meta.outputs.labels }}",
  });
});
