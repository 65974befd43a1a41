import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

/** Who may import whom: posts flow one way, imports point the other way. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  scraper: [],
  "server/archive": ["scraper"],
  "server/search": ["scraper", "server/archive"],
  "server/export": ["scraper", "server/archive", "server/search"],
  "server/jobs": ["scraper", "server/archive", "server/search", "server/export"],
  "server/contract": ["scraper", "server/archive", "server/search", "server/export", "server/jobs"],
  "server/http": [
    "scraper",
    "server/archive",
    "server/search",
    "server/export",
    "server/jobs",
    "server/contract",
    "web/pages",
    "web/parts",
    "web/words",
    "web/bundle",
  ],
  "web/words": [],
  "web/parts": ["web/words"],
  "web/pages": ["web/parts", "web/words"],
  "web/widget": ["web/words"],
  "web/islands": ["web/widget"],
  "web/bundle": [],
  demo: ["scraper", "server"],
};

/** The one place of ours that may touch each thing outside. */
const outside: Readonly<Record<string, RegExp>> = {
  "playwright-core": /^scraper\/reading\/(.+-source|chromium)\.ts$|^demo\//,
  "proxy-chain": /^scraper\/reading\/proxy-relay\.ts$/,
  "node:sqlite": /^server\/(archive|search\/engines\/embedded)\//,
  meilisearch: /^server\/search\/engines\/meilisearch\//,
  croner: /^server\/jobs\//,
  nodemailer: /^server\/jobs\/targets\/send-mail\.ts$/,
  kysely: /^server\/archive\//,
  "@modelcontextprotocol/server": /^server\/http\/agents\//,
  hono: /^(server\/(http|contract)|web\/(pages|parts))\//,
  asn1js: /^server\/jobs\/time-stamp\.ts$/,
  warcio: /^server\/(export\/evidence|archive\/import)\//,
  yauzl: /^server\/archive\/import\/evidence-package\.ts$/,
  yazl: /^server\/export\/evidence\/zip-writer\.ts$/,
  pino: /^server\/log\.ts$/,
  "prom-client": /^server\/metrics\.ts$/,
  vite: /^web\/bundle\//,
  commander: /^server\/(command-line|commands\/program)\.ts$/,
};

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const files = globSync("{scraper,server,web,demo}/**/*.ts", { cwd: root }).toSorted();
const imports = files.flatMap(importsOf);

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), "utf8");
  const found = text.matchAll(
    /^\s*(?:import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s+)?"([^"]+)"|import\("([^"]+)"\)/gm,
  );
  return [...found].map(([, type, fixed, dynamic]) => {
    const target = fixed ?? dynamic ?? "";
    const to = target.startsWith(".") ? relative(root, join(root, dirname(file), target)) : target;
    return { from: file, to, typeOnly: type !== undefined };
  });
}

const areas = Object.keys(mayImport).toSorted((a, b) => b.length - a.length);
const areaOf = (file: string): string | undefined =>
  areas.find((area) => file.startsWith(`${area}/`));
const isOurs = (target: string): boolean => /^(scraper|server|web|demo|test)\//.test(target);

type Arrow = readonly [from: string, to: string];

/** Whoever leads back to itself, or to somebody who does. */
function onCycles(arrows: readonly Arrow[]): readonly string[] {
  let left = [...arrows];
  for (;;) {
    const users = new Set(left.map(([from]) => from));
    const next = left.filter(([, to]) => users.has(to));
    if (next.length === left.length) return [...users].toSorted();
    left = next;
  }
}

/** `""`, `server` and `server/archive` for a file in the last of them. */
const foldersOf = (file: string): readonly string[] => {
  const parts = file.split("/").slice(0, -1);
  return ["", ...parts.map((_, place) => parts.slice(0, place + 1).join("/"))];
};

/** The room below a folder that a file is in; none for a file of the folder itself. The command line is above all else. */
function roomIn(folder: string, file: string): string | undefined {
  if (folder === "" && /^server\/(?:(?:commands|wiring)\/|[^/]+$)/.test(file))
    return "command line";
  const within =
    folder === "" ? file : file.startsWith(`${folder}/`) && file.slice(folder.length + 1);
  const [room, ...rest] = within ? within.split("/") : [];
  return rest.length > 0 ? room : undefined;
}

describe("the shape of the project", () => {
  test("there are files and imports to check in every area", () => {
    const empty = areas.filter((area) => !files.some((file) => file.startsWith(`${area}/`)));
    expect(empty).toEqual([]);
    expect(imports.length).toBeGreaterThan(files.length);
  });

  test("each area imports only from those it may", () => {
    const wrong = imports.filter(({ from, to, typeOnly }) => {
      const area = areaOf(from);
      if (!area || !isOurs(to) || to.startsWith(`${area}/`)) return false;
      if (area.startsWith("web/") && to.startsWith("server/contract/")) return !typeOnly;
      return !mayImport[area]?.some((allowed) => to.startsWith(`${allowed}/`));
    });
    expect(wrong).toEqual([]);
  });

  test("the table itself leads one way", () => {
    const arrows = Object.entries(mayImport).flatMap(([from, all]) =>
      all.map((to): Arrow => [from, to]),
    );
    expect(onCycles(arrows)).toEqual([]);
  });

  test("no file leads back to itself, not even by a type", () => {
    const arrows = imports
      .filter(({ to }) => isOurs(to))
      .map(({ from, to }) => [from, to] as const);
    expect(arrows.length).toBeGreaterThan(files.length);
    expect(onCycles(arrows)).toEqual([]);
  });

  test("no folder leads back to itself: the rooms of each are used one way", () => {
    const folders = new Set(files.flatMap(foldersOf));
    expect(folders.size).toBeGreaterThan(20);
    for (const folder of folders) {
      const arrows = imports.flatMap(({ from, to, typeOnly }): readonly Arrow[] => {
        const [user, used] = [roomIn(folder, from), roomIn(folder, to)];
        return typeOnly || !user || !used || user === used ? [] : [[user, used]];
      });
      expect([folder, onCycles(arrows)]).toEqual([folder, []]);
    }
  });

  test("nobody imports the command line or config.ts, and nobody imports tests", () => {
    const wrong = imports.filter(
      ({ from, to }) =>
        (/^server\/(main|command-line|config)\.ts$/.test(to) &&
          !/^server\/(main|command-line|config|wiring\/.+|commands\/.+)\.ts$/.test(from)) ||
        to.startsWith("test/"),
    );
    expect(wrong).toEqual([]);
  });

  test.each(Object.keys(outside))("%s is touched in one place only", (library) => {
    const users = imports.filter(({ to }) => to === library || to.startsWith(`${library}/`));
    expect(users.length).toBeGreaterThan(0);
    expect(users.filter(({ from }) => !outside[library]?.test(from))).toEqual([]);
  });

  test("the environment is read by the command line alone", () => {
    const readers = files.filter((file) =>
      readFileSync(join(root, file), "utf8").includes("process.env"),
    );
    expect(
      readers.filter((file) => !/^(server\/command-line|demo\/(demo|pictures))\.ts$/.test(file)),
    ).toEqual([]);
  });
});
