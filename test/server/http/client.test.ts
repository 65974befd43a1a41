import { execFile } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { startServer } from "../../../server/http/server.ts";
import { post, serveArchive } from "./small-archive.ts";

const run = promisify(execFile);
const modules = join(import.meta.dirname, "../../../node_modules");
const bin = (name: string): string => join(modules, ".bin", name);

/** A program as one of our users would write it, against a client that a generator of others made. */
const program = `
import { addChannel, defaults, getPost, listRuns, removeSavedSearch, saveSearch, search } from "./client.ts";

defaults.baseUrl = process.argv[2] ?? "";
const found = await search({ q: "symmetry", sort: "new", limit: 1, facets: "channel" });
if (found.status !== 200 || !("engine" in found.data)) throw new Error("not found");
const [hit] = found.data.hits;
if (hit === undefined) throw new Error("no hit");
const kept = await getPost(hit.channel, hit.id);
if (kept.status !== 200) throw new Error("not kept");
const phones: (string | undefined)[] = kept.data.media.map((media) => media.phone);
const gone = await getPost("garden", 99);
const wrong = await search({ q: "has:nothing" });
const saved = await saveSearch({ name: "Symmetry", query: "symmetry" });
if (saved.status !== 201) throw new Error("not saved");
const removed = await removeSavedSearch(saved.data.id);
const added = await addChannel({ channel: "meadow" });
const runs = await listRuns({ limit: 5 });
console.log(JSON.stringify({
  total: found.data.total,
  text: hit.parts.map((part) => (part.hit ? "[" + part.text + "]" : part.text)).join(""),
  bot: kept.data.viaBot,
  phones,
  gone: gone.status === 404 ? gone.data.type : gone.status,
  wrong: wrong.status === 400 ? wrong.data.fault?.code : wrong.status,
  removed: removed.status,
  added: added.status === 202 ? added.data.channel : added.status,
  runs: runs.status === 200 ? runs.data.runs.length : runs.status,
}));
`;

let folder: string;
let served: Awaited<ReturnType<typeof serveArchive>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "backscroll-client-"));
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  await symlink(modules, join(folder, "node_modules"));
  served = await serveArchive([
    {
      channel: { name: "garden" },
      posts: [
        post(1, {
          text: "Symmetry, broken",
          viaBot: "@gif",
          media: [{ kind: "contact", title: "Ada", phone: "+1 202 555 0100" }],
        }),
      ],
      span: { from: 1, to: 1 },
      at: "2026-01-20T00:00:00Z",
    },
  ]);
  await writeFile(join(folder, "openapi.json"), JSON.stringify(await served.json("/openapi.json")));
  await run(bin("oazapfts"), [join(folder, "openapi.json"), join(folder, "client.ts")]);
});
afterAll(async () => {
  await served[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function compile(text: string): Promise<string> {
  await writeFile(join(folder, "program.ts"), text);
  const options = "--noEmit --strict --target es2024 --module nodenext --types node --skipLibCheck";
  const more = ["--allowImportingTsExtensions", join(folder, "program.ts")];
  const { stdout } = await run(bin("tsc"), [...options.split(" "), ...more], {
    cwd: folder,
  }).catch((error: { readonly stdout: string }) => error);
  return stdout;
}

test("a client made by a foreign generator compiles, and refuses what the API does not have", async () => {
  expect(await compile(program)).toBe("");
  const wrong = program.replace("kept.data.viaBot", "kept.data.viaRobot");
  expect(await compile(wrong)).toContain("viaRobot");
});

test("it asks a running server, and gets what it was promised", async () => {
  const server = await startServer({ app: served.app, host: "127.0.0.1", port: 0 });
  onTestFinished(server.close);
  await writeFile(join(folder, "program.ts"), program);
  const { stdout } = await run(process.execPath, ["program.ts", server.url], { cwd: folder });
  expect(JSON.parse(stdout)).toEqual({
    total: 1,
    text: "[Symmetry], broken",
    bot: "@gif",
    phones: ["+1 202 555 0100"],
    gone: "urn:backscroll:problem:post-not-kept",
    wrong: "none-of",
    removed: 204,
    added: "meadow",
    runs: 0,
  });
});
