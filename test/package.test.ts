/** What can be told of the package without packing it; `test/slow/package.test.ts` packs, installs and uses it. */
import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { bundleLibraries, libraries } from "../packaging/libraries.ts";
import { version } from "../scraper/version.ts";
import { emptyFolder } from "./help.ts";

const root = join(import.meta.dirname, "..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");
const manifest = z
  .object({
    name: z.string(),
    version: z.string(),
    license: z.string(),
    bin: z.object({ backscroll: z.string() }),
    exports: z.record(z.string(), z.unknown()),
    private: z.never().optional(),
    publishConfig: z.object({ provenance: z.boolean() }),
    dependencies: z.record(z.string(), z.string()),
    devDependencies: z.record(z.string(), z.string()),
    optionalDependencies: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(read("package.json")));

test("the version stands in package.json, and the code states it nowhere else", () => {
  expect(version).toBe(manifest.version);
  const files = globSync("{bin,demo,packaging,scraper,server,web}/**/*.{ts,js,json}", {
    cwd: root,
  });
  expect(files.length).toBeGreaterThan(300);
  const [major, minor] = manifest.version.split(".");
  const stated = [manifest.version, `Backscroll/${major}.${minor}`];
  const stating = files.filter((file) => stated.some((text) => read(file).includes(text)));
  expect(stating).toEqual([]);
});

test("the command works in a checkout, too, and takes its sources", () => {
  const said = execFileSync(process.execPath, [join(root, manifest.bin.backscroll), "--version"], {
    encoding: "utf8",
  });
  expect(said).toBe(`${manifest.version}\n`);
});

test("each platform whose Node is brought is named so that the command finds it", () => {
  const systems = Object.keys(manifest.optionalDependencies).map(
    (name) => /-(linux|darwin|win)-(x64|arm64)$/.exec(name)?.slice(1).join("-") ?? name,
  );
  expect(systems.toSorted()).toEqual([
    "darwin-arm64",
    "darwin-x64",
    // No Node, but Ukrainian.
    "dictionary-uk",
    "linux-arm64",
    "linux-x64",
    "win-x64",
  ]);
});

/** `nodemailer` of `nodemailer/lib/mime-node`. */
const nameOf = (one: string): string => /^(?:@[^/]+\/)?[^/]+/.exec(one)![0];

describe("a library that the code imports", () => {
  const files = globSync("{demo,scraper,server,web}/**/*.ts", {
    cwd: root,
    exclude: ["demo/pictures.ts", "demo/make-truth.ts", "web/bundle/bundle.ts"],
  });
  const imported = new Set(
    files.flatMap((file) =>
      [
        ...read(file).matchAll(
          /^(?:import|export) (?!type )(?:[^"';]*? from )?"([^".#][^"]*)"|import\("([^".#][^"]*)"\)/gm,
        ),
      ].map(([, fixed, dynamic]) => fixed ?? dynamic ?? ""),
    ),
  );
  const bundled = Object.values(libraries).flat();

  test("comes with the package, or is bundled into it", () => {
    const lacking = [...imported].filter(
      (one) => !one.startsWith("node:") && !manifest.dependencies[nameOf(one)],
    );
    expect(lacking.toSorted()).toEqual(bundled.toSorted());
  });

  test("is bundled from a devDependency, whose one version the lock file says", () => {
    const names = bundled.map(nameOf);
    expect(new Set(names)).toEqual(new Set(Object.keys(libraries)));
    expect(names.filter((name) => !manifest.devDependencies[name])).toEqual([]);
  });

  test(
    "is bundled with its licence, and loads without its package",
    { timeout: 60_000 },
    async () => {
      const at = emptyFolder();
      await bundleLibraries(join(at, "node_modules"));
      for (const [name, parts] of Object.entries(libraries)) {
        const licence = readFileSync(join(at, "node_modules", name, "LICENSE"), "utf8");
        expect(licence).toMatch(new RegExp(`^${name} [\\d.]+ \\(`, "m"));
        expect(licence).toMatch(/copyright/i);
        const loading = parts.map((one) => `await import("${one}");`).join("\n");
        execFileSync(process.execPath, ["--input-type=module", "--eval", loading], { cwd: at });
      }
    },
  );
});

test("it offers the scraper and the widget, and no other part", () => {
  expect(Object.keys(manifest.exports)).toEqual(["./scraper", "./widget", "./package.json"]);
  expect(existsSync(join(root, "scraper/library.ts"))).toBe(true);
});

test("it is published by its tag alone, with a statement of where it was built, and without a token", () => {
  const file = read(".github/workflows/package.yml");
  const { on, jobs } = z
    .object({
      on: z.object({ push: z.object({ tags: z.array(z.string()) }) }),
      jobs: z.object({
        package: z.object({
          permissions: z.record(z.string(), z.string()),
          steps: z.array(z.object({ run: z.string().optional() })),
        }),
      }),
    })
    .parse(parse(file));
  expect(on).toEqual({ push: { tags: ["v*"] } });
  expect(jobs.package.permissions).toEqual({ contents: "read", "id-token": "write" });
  expect(jobs.package.steps.flatMap(({ run }) => run ?? []).at(-1)).toBe("npm publish");
  expect(manifest.publishConfig.provenance).toBe(true);
  expect(file).not.toMatch(/secrets\.|TOKEN/);
});

test("a tag of another version is not published", () => {
  const [, check = ""] =
    /run: (test "v\$\(npm pkg get version.*)/.exec(read(".github/workflows/package.yml")) ?? [];
  const passes = (tag: string) => {
    try {
      execFileSync("sh", ["-c", check], {
        cwd: root,
        env: { ...process.env, GITHUB_REF_NAME: tag },
      });
      return true;
    } catch {
      return false;
    }
  };
  expect(passes(`v${manifest.version}`)).toBe(true);
  expect(passes("v99.0.0")).toBe(false);
});
