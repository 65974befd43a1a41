/** The package as a person gets it: packed, installed in an empty folder, used by its command under a new and an old Node. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { chromium } from "playwright";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startSample, type Sample } from "../../demo/sample.ts";
import { libraries } from "../../packaging/libraries.ts";
import { findChromium } from "../../scraper/reading/chromium.ts";

const root = join(import.meta.dirname, "../..");
const place = mkdtempSync(join(tmpdir(), "backscroll-package-"));
const installMs = 10 * 60_000;
const megabyte = 1_000_000;
const mostTarballBytes = megabyte;
const mostInstalledMb = 110;

let tarball = "";
/** Folders in which the package is installed: as npm does it, and without the packages that bring a Node. */
const whole = join(place, "whole");
const withoutNode = join(place, "without-node");
/** Folders that hold a `node` and nothing else, to be put on the PATH. */
const newNode = join(place, "node-24");
const oldNode = join(place, "node-20");
let sample: Sample;

beforeAll(async () => {
  const packed = npm(["pack", "--json", "--pack-destination", place], root);
  tarball = join(place, (JSON.parse(packed) as [{ filename: string }])[0].filename);
  installed(whole, [tarball]);
  installed(withoutNode, [tarball, "--omit=optional"]);
  const other = join(place, "other");
  installed(other, [`node-${process.platform}-${process.arch}@20`]);
  nodeAt(newNode, process.execPath);
  nodeAt(oldNode, join(other, "node_modules/.bin/node"));
  sample = await startSample();
}, installMs);

afterAll(async () => {
  await sample?.[Symbol.asyncDispose]();
  rmSync(place, { recursive: true, force: true });
}, installMs);

/** npm says on stdout what was asked for; what comes first is said by the script that packs. */
function npm(args: readonly string[], cwd: string): string {
  const said = execFileSync("npm", args, {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    timeout: installMs,
  });
  return said.slice(Math.max(said.indexOf("[\n"), 0));
}

function installed(folder: string, packages: readonly string[]): void {
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }');
  npm(["install", ...packages, "--prefer-offline", "--no-audit", "--no-fund"], folder);
}

function nodeAt(folder: string, program: string): void {
  mkdirSync(folder);
  symlinkSync(program, join(folder, "node"));
}

interface Place {
  readonly cwd: string;
  /** The folder with the `node` that the shell finds. */
  readonly node: string;
}

/** The command that npm linked, with nothing on the PATH but a Node and the system's programs. */
function start({ cwd, node }: Place, args: readonly string[]): ChildProcess {
  return spawn(join(cwd, "node_modules/.bin/backscroll"), args, {
    cwd,
    env: { PATH: `${node}:/usr/bin:/bin`, HOME: place, BACKSCROLL_RATE: "1000" },
    timeout: 120_000,
  });
}

async function backscroll(at: Place, args: readonly string[]) {
  return ended(start(at, args));
}

async function ended(child: ChildProcess) {
  let out = "";
  let said = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (said += text));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, out, said };
}

/** Starts what serves, asks it when it does, and ends it as a person would. */
async function served<T>(
  at: Place,
  args: readonly string[],
  ask: (site: string) => Promise<T>,
): Promise<{ readonly said: readonly string[]; readonly answer: T; readonly ended: unknown }> {
  const child = start(at, [...args, "--port", "0"]);
  const end = once(child, "close");
  const said: string[] = [];
  let answer: Promise<T> | undefined;
  for await (const line of createInterface({ input: child.stderr! })) {
    said.push(line);
    const [, site] = /^Serving (http\S+)/.exec(line) ?? [];
    if (site === undefined || answer) continue;
    answer = ask(site).finally(() => child.kill("SIGTERM"));
    await answer.catch(() => {});
  }
  if (!answer) throw new Error(`It served nothing: ${said.join("\n")}`);
  return { said, answer: await answer, ended: await end };
}

async function statuses(site: string): Promise<Readonly<Record<string, number>>> {
  const home = await (await fetch(`${site}/`)).text();
  const island = /\/assets\/query-box-\w+\.js/.exec(home)?.[0] ?? "/no-island";
  const help = await (await fetch(`${site}/widget/help`)).text();
  const widget = /\/widget\/[^/"]+\/widget\.js/.exec(help)?.[0] ?? "/no-widget";
  const asked = {
    page: "/",
    island,
    style: /\/assets\/[\w-]+\.css/.exec(home)?.[0] ?? "/no-style",
    loader: "/widget/v1.js",
    widget,
    api: "/api/v1/search?q=symmetry",
  };
  const answers = await Promise.all(
    Object.entries(asked).map(
      async ([what, path]) => [what, (await fetch(site + path)).status] as const,
    ),
  );
  return Object.fromEntries(answers);
}

const allServed = { page: 200, island: 200, style: 200, loader: 200, widget: 200, api: 200 };

/** Of a folder, in MB of 1,000,000 bytes, by the blocks it takes on the disk; folders left out by name. */
function megabytesIn(folder: string, leftOut: RegExp): number {
  const kilobytes = execFileSync("du", ["-k", "-d1", folder], { encoding: "utf8" })
    .split("\n")
    .map((line) => line.split("\t"))
    .filter(([, path = ""]) => path !== "" && path !== folder && !leftOut.test(path))
    .reduce((sum, [size]) => sum + Number(size), 0);
  return (kilobytes * 1024) / megabyte;
}

describe("what is packed", () => {
  test("is small, compiled, and without tests, sources or a bundler", () => {
    expect(statSync(tarball).size).toBeLessThan(mostTarballBytes);
    const files = execFileSync("tar", ["tzf", tarball], { encoding: "utf8" }).split("\n");
    expect(files).toEqual(
      expect.arrayContaining([
        "package/bin/backscroll.js",
        "package/dist/server/main.js",
        "package/dist/demo/posts/ml_zametki.md",
        "package/dist/web/bundle/bundle.json",
        "package/dist/scraper/library.d.ts",
        "package/dist/web/widget/widget.d.ts",
        "package/LICENSES/README.md",
      ]),
    );
    const odd = /(?<!\.d)\.ts$|^package\/(?:test|packaging)\/|\.test\.|bundle\.js$|\.png$/;
    expect(files.filter((file) => odd.test(file))).toEqual([]);
    const bundled = Object.keys(libraries).map((name) => `package/dist/node_modules/${name}`);
    expect(files).toEqual(expect.arrayContaining(bundled.map((at) => `${at}/LICENSE`)));
    expect(files.filter((file) => file.endsWith("package.json")).toSorted()).toEqual(
      ["package", ...bundled].map((at) => `${at}/package.json`).toSorted(),
    );
  });

  test.each(Object.entries(libraries))("loads %s, which no package brings it", (name, parts) => {
    expect(existsSync(join(whole, "node_modules", name))).toBe(false);
    const at = join(whole, "node_modules/backscroll/dist/server");
    const loading = parts.map((one) => `await import(${JSON.stringify(one)});`).join("\n");
    writeFileSync(join(at, "loading.js"), `${loading}\nconsole.log("loaded");`);
    const said = execFileSync(process.execPath, [join(at, "loading.js")], { encoding: "utf8" });
    expect(said).toBe("loaded\n");
  });

  test("takes no more room than it says, and brings no bundler", () => {
    const modules = join(withoutNode, "node_modules");
    for (const folder of [join(whole, "node_modules"), modules])
      expect(megabytesIn(folder, /\/node_modules\/node-/)).toBeLessThan(mostInstalledMb);
    const bundlers = ["vite", "rolldown", "esbuild", "typescript", "vitest"];
    expect(bundlers.filter((name) => existsSync(join(modules, name)))).toEqual([]);
    expect(globSync("node-*", { cwd: modules })).toEqual([]);
  });
});

describe.each([
  ["Node 20", { cwd: whole, node: oldNode }],
  ["Node 24", { cwd: whole, node: newNode }],
  ["Node 24, without optional packages", { cwd: withoutNode, node: newNode }],
])("installed, under %s", (name, at) => {
  const data = join(at.cwd, `data-${name.replaceAll(/\W+/g, "-")}`);
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    version: string;
  };

  test("says its version, and what else it can do", async () => {
    expect(await backscroll(at, ["--version"])).toEqual({ code: 0, out: `${version}\n`, said: "" });
    expect((await backscroll(at, ["--help"])).out).toMatch(/^ {2}demo /m);
  });

  test("archives, searches and exports", async () => {
    const { origin } = sample.standIn;
    const archived = await backscroll(at, [
      "archive",
      "backscroll_notes",
      "--source",
      origin,
      "--data",
      data,
    ]);
    expect(archived).toMatchObject({ code: 0 });
    expect(archived.said.split("\n")[0]).toBe(`Everything is kept in ${data}.`);
    const found = await backscroll(at, ["search", "haircuts", "--json", "--data", data]);
    expect(JSON.parse(found.out)).toMatchObject({ total: 1, totalIsExact: true });
    const file = join(data, "posts.jsonl");
    const exported = await backscroll(at, [
      "export",
      "haircuts",
      "--format",
      "jsonl",
      "-o",
      file,
      "--data",
      data,
    ]);
    expect(exported).toMatchObject({ code: 0 });
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { text: string }).text.split("\n")[0])).toEqual(
      ["Stemming is a haircut"],
    );
  });

  test("serves pages, the API and the widget's files when no command is named", async () => {
    const { answer, ended } = await served(at, ["--data", data], statuses);
    expect(answer).toEqual(allServed);
    expect(ended).toEqual([0, null]);
  });

  test("shows the demo, and says where it lies", async () => {
    const { answer, said, ended } = await served(at, ["demo"], statuses);
    expect(answer).toEqual(allServed);
    expect(said).toContain(
      `What the demo makes lies in ${join(at.cwd, "demo-data")}, and can be deleted.`,
    );
    expect(ended).toEqual([0, null]);
  });

  test("finds nothing wrong with itself", async () => {
    const { code, out, said } = await backscroll(at, ["doctor", "--data", data, "--port", "0"]);
    expect({ code, out: out + said }).toMatchObject({
      code: 0,
      out: expect.stringMatching(/Node 24\./),
    });
  });
});

test("without a Node that can run it, it says so in a sentence", async () => {
  const { code, out, said } = await backscroll({ cwd: withoutNode, node: oldNode }, ["--version"]);
  expect(said).toMatch(
    /^Backscroll needs Node 24\.11 or newer\. This is Node 20\.[\d.]+, and the package that brings one is not there: [^\n]+\n$/,
  );
  expect({ code, out }).toEqual({ code: 2, out: "" });
});

test("a Node that cannot be started here is named", async () => {
  const broken = join(place, "broken");
  mkdirSync(join(broken, "node_modules"), { recursive: true });
  const name = `node-${process.platform}-${process.arch}`;
  const own = join(broken, "node_modules", name);
  mkdirSync(join(own, "bin"), { recursive: true });
  writeFileSync(join(own, "package.json"), `{ "name": "${name}", "bin": { "node": "bin/node" } }`);
  writeFileSync(join(own, "bin/node"), "for another system", { mode: 0o644 });
  execFileSync("tar", ["xzf", tarball, "-C", broken]);
  mkdirSync(join(broken, "node_modules/.bin"));
  symlinkSync("../../package/bin/backscroll.js", join(broken, "node_modules/.bin/backscroll"));
  const { code, said } = await backscroll({ cwd: broken, node: oldNode }, ["--version"]);
  expect({ code, said }).toEqual({
    code: 2,
    said: expect.stringMatching(
      /and the one that was installed with it cannot be started here \(.*EACCES\)/,
    ),
  });
});

test.each(["SIGTERM", "SIGKILL"] as const)(
  "started under an old Node, what serves ends when its command gets %s",
  async (signal) => {
    const data = join(whole, `data-${signal}`);
    const child = start({ cwd: whole, node: oldNode }, ["serve", "--port", "0", "--data", data]);
    let site = "";
    for await (const line of createInterface({ input: child.stderr! })) {
      site = /^Serving (http\S+)/.exec(line)?.[1] ?? "";
      if (site !== "") break;
    }
    expect((await fetch(`${site}/health`)).status).toBe(200);
    child.kill(signal);
    const gone = async () =>
      fetch(`${site}/health`).then(
        () => false,
        () => true,
      );
    await expect.poll(gone, { timeout: 20_000, interval: 250 }).toBe(true);
  },
);

describe("as a library", () => {
  const examples = [
    ...readFileSync(join(root, "docs/libraries.md"), "utf8").matchAll(/```ts\n([^]*?)```/g),
  ].map(([, code = ""]) => code);
  const [scraper = "", widget = ""] = examples;

  test("the examples of its document agree with its types", () => {
    expect(examples).toHaveLength(2);
    writeFileSync(join(whole, "scraper.ts"), scraper);
    writeFileSync(join(whole, "widget.ts"), widget);
    const compiler = join(root, "node_modules/typescript/bin/tsc");
    const flags = "--noEmit --strict --module nodenext --target esnext --skipLibCheck false";
    const types = ["--typeRoots", join(root, "node_modules/@types"), "--types", "node"];
    const compiled = (file: string) => {
      try {
        const args = [compiler, ...flags.split(" "), ...types, file];
        return execFileSync(process.execPath, args, { cwd: whole, encoding: "utf8" });
      } catch (error) {
        return (error as { stdout: string }).stdout;
      }
    };
    expect(compiled("scraper.ts")).toBe("");
    expect(compiled("widget.ts")).toBe("");
    writeFileSync(join(whole, "wrong.ts"), scraper.replace("id, publishedAt", "id, published"));
    expect(compiled("wrong.ts")).toContain("Property 'published' does not exist on type 'Post'");
  });

  test("the scraper's example prints posts, and one that cannot be read says why", async () => {
    const { origin } = sample.standIn;
    const here = scraper.replace('origin: "https://t.me"', `origin: "${origin}"`);
    expect(here).not.toBe(scraper);
    writeFileSync(join(whole, "here.ts"), here.replace("/s/durov", "/s/backscroll_notes"));
    writeFileSync(join(whole, "refused.ts"), here.replace("/s/durov", "/s/tihiy_kanal"));
    const run = async (file: string) =>
      ended(spawn(process.execPath, [file], { cwd: whole, timeout: 120_000 }));
    const { code, out } = await run("here.ts");
    const [title, ...posts] = out.trimEnd().split("\n");
    expect({ code, title }).toEqual({ code: 0, title: "Backscroll notes" });
    expect(posts.filter((line) => /^\d+ 20\d\d-\d\d-\d\dT/.test(line)).length).toBeGreaterThan(50);
    expect(await run("refused.ts")).toEqual({ code: 0, out: "", said: "preview-off\n" });
  });

  test("the widget's example, bundled for a site of its own, searches the archive that it names", async () => {
    const data = join(whole, "data-widget");
    const at = { cwd: whole, node: newNode };
    const { origin } = sample.standIn;
    await backscroll(at, ["archive", "backscroll_notes", "--source", origin, "--data", data]);
    const page = createServer((request, response) => {
      const isScript = request.url === "/site.js";
      response.setHeader("Content-Type", isScript ? "text/javascript" : "text/html; charset=utf-8");
      response.end(
        isScript
          ? script
          : '<!doctype html><button id="find">Find</button><script type="module" src="/site.js"></script>',
      );
    });
    await new Promise<void>((resolve) => page.listen(0, "127.0.0.1", resolve));
    const home = `http://127.0.0.1:${(page.address() as AddressInfo).port}`;
    const made = await backscroll(at, [
      "keys",
      "create",
      "--scope=search",
      `--origin=${home}`,
      "--json",
      `--data=${data}`,
    ]);
    const { key } = JSON.parse(made.out) as { key: string };
    let script = "";
    const { answer } = await served(at, ["--data", data], async (archive) => {
      const entry = join(whole, "site.ts");
      const named = widget
        .replace("https://archive.example.org", archive)
        .replace('"durov"', '"backscroll_notes"')
        .replace("document.body", `search.setAttribute("key", "${key}");\ndocument.body`);
      writeFileSync(entry, named);
      const built = await build({
        root: whole,
        configFile: false,
        logLevel: "error",
        build: { write: false, rolldownOptions: { input: entry } },
      });
      const [output] = [built].flat();
      if (!output || !("output" in output)) throw new Error("Vite made nothing.");
      script = output.output[0].code;
      const browser = await chromium.launch({
        executablePath: findChromium(),
        args: ["--no-sandbox"],
      });
      try {
        const tab = await browser.newPage();
        await tab.goto(home);
        await tab.click("#find");
        await tab.keyboard.type("haircuts");
        await tab.getByText("Stemming is a haircut").first().waitFor({ timeout: 20_000 });
        return "found";
      } finally {
        await browser.close();
      }
    });
    page.close();
    expect(answer).toBe("found");
  });

  test("what is not named as part of it cannot be imported", () => {
    const asked = `import("backscroll/dist/server/main.js").catch((error) => console.log(error.code))`;
    const said = execFileSync(process.execPath, ["--eval", asked], {
      cwd: whole,
      encoding: "utf8",
    });
    expect(said).toBe("ERR_PACKAGE_PATH_NOT_EXPORTED\n");
  });
});
