import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { exitCodes } from "../server/exit-codes.ts";
import { settings } from "../server/config.ts";
import { backscroll } from "./help.ts";

const root = join(import.meta.dirname, "..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");
const reference = read("docs/reference.md");

describe("the reference", () => {
  test("lists every setting with its default and help, and no other", () => {
    for (const { name, default: value, help } of Object.values(settings))
      expect(reference).toContain(
        `| \`${name}\` | ${value === "" ? "" : `\`${value}\``} | ${help} |`,
      );
    const listed = [...reference.matchAll(/^\| `((?:BACKSCROLL|MEILI)_\w+|[A-Z]+_PROXY)`/gm)].map(
      ([, name]) => name,
    );
    expect(listed).toEqual(Object.values(settings).map(({ name }) => name));
  });

  test("lists every command that the program has, and no other", async () => {
    const { out } = await backscroll(["--help"]);
    const commands = [...out.matchAll(/^ {2}(\w+) /gm)]
      .map(([, name]) => name)
      .filter((name) => name !== "help");
    expect(commands.length).toBeGreaterThan(10);
    const table = reference.slice(
      reference.indexOf("## Command line"),
      reference.indexOf("| exit code"),
    );
    const listed = [...table.matchAll(/^\| .*\|/gm)].flatMap(([row]) =>
      [...(row.split("|")[1] ?? "").matchAll(/`(\w+)/g)].map(([, name]) => name),
    );
    expect(new Set(listed)).toEqual(new Set(commands));
  });

  test("lists every exit code", () => {
    const table = reference.slice(
      reference.indexOf("| exit code"),
      reference.indexOf("## Settings"),
    );
    const listed = [...table.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
    expect(listed).toEqual(Object.values(exitCodes));
  });
});

test("ARCHITECTURE.md names every folder, and every file and folder it names is there", () => {
  const text = read("ARCHITECTURE.md");
  const folders = globSync("{scraper,server/*,web/*,demo,test}", { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .filter(
      ({ parentPath, name }) => globSync("**/*.ts", { cwd: join(parentPath, name) }).length > 0,
    )
    .map(({ name }) => name);
  expect(folders.length).toBeGreaterThan(5);
  expect(folders.filter((name) => !new RegExp(`\\b${name}/`).test(text))).toEqual([]);
  const named = [...text.matchAll(/`((?:scraper|server|web|demo|test|docs)\/[\w./-]*)`/g)].map(
    ([, path]) => path ?? "",
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test("links between the documents lead somewhere", () => {
  const files = globSync(["*.md", "docs/**/*.md"], { cwd: root });
  const links = files.flatMap((file) =>
    [...read(file).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target]) =>
      join(file, "..", target ?? ""),
    ),
  );
  expect(links.length).toBeGreaterThan(0);
  expect(links.filter((target) => !existsSync(join(root, target)))).toEqual([]);
});

test("docs/guarantees.md has a row for each guarantee, and every test it names is there by file and name", () => {
  const rows = [...read("docs/guarantees.md").matchAll(/^\| (\d+) \| ([^|]+) \| (.+) \|$/gm)];
  expect(rows.map(([, number]) => Number(number))).toEqual(
    Array.from({ length: 20 }, (_, n) => n + 1),
  );
  const named = rows.flatMap(([, number = "", , tests = ""]) =>
    tests.split("<br>").map((one) => {
      const [, file = "", name = ""] = /^`(test\/[\w./-]+\.test\.ts)` › (.+)$/.exec(one) ?? [];
      return { number, one, file, name };
    }),
  );
  expect(named.length).toBeGreaterThanOrEqual(20);
  const missing = named.filter(
    ({ file, name }) =>
      file === "" ||
      !existsSync(join(root, file)) ||
      !['"', "`"].some((quote) => read(file).includes(quote + name + quote)),
  );
  expect(missing.map(({ number, one }) => `row ${number}: ${one}`)).toEqual([]);
});
