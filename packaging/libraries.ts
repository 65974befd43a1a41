import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build, type Rolldown } from "vite";

const root = join(import.meta.dirname, "..");

/**
 * Libraries that weigh much though little of them is used: devDependencies, of which a package and an image have what our
 * code imports, each bundled into a folder of its own name ([decision 19](../docs/decisions/0019-libraries-that-are-bundled.md)).
 * By name, all that is imported of each.
 */
export const libraries: Readonly<Record<string, readonly string[]>> = {
  "@orama/stemmers": ["@orama/stemmers/russian", "@orama/stemmers/ukrainian"],
  asn1js: ["asn1js"],
  warcio: ["warcio"],
  yauzl: ["yauzl"],
  yazl: ["yazl"],
  "prom-client": ["prom-client"],
  nodemailer: ["nodemailer/lib/mime-node", "nodemailer/lib/smtp-connection"],
};

/** Lays each of them into this folder, as npm would into its own: the code, a package.json, and whose work it is. */
export async function bundleLibraries(folder: string): Promise<void> {
  for (const [name, imported] of Object.entries(libraries)) {
    const at = join(folder, name);
    const chunks = await bundled(name, imported);
    for (const { fileName, code } of chunks) write(join(at, fileName), code);
    const { version, license } = manifestOf(join(root, "node_modules", name));
    const exports = Object.fromEntries(
      imported.map((one) => [`.${one.slice(name.length)}`, `./${fileOf(name, one)}.js`]),
    );
    const manifest = { name, version, license, type: "module", exports };
    write(join(at, "package.json"), JSON.stringify(manifest));
    write(join(at, "LICENSE"), licencesOf(chunks));
  }
}

/** `index` for the library itself, its path for a part of it. */
const fileOf = (name: string, imported: string): string =>
  imported.slice(name.length + 1) || "index";

async function bundled(
  name: string,
  imported: readonly string[],
): Promise<readonly Rolldown.OutputChunk[]> {
  const built = await build({
    root,
    configFile: false,
    logLevel: "error",
    publicDir: false,
    ssr: { noExternal: true, target: "node" },
    build: {
      ssr: true,
      write: false,
      target: "es2024",
      minify: true,
      rolldownOptions: {
        input: Object.fromEntries(imported.map((one) => [fileOf(name, one), one])),
        preserveEntrySignatures: "strict",
        output: { format: "es", entryFileNames: "[name].js", chunkFileNames: "[name].js" },
      },
    },
  });
  const [output] = [built].flat();
  if (!output || !("output" in output)) throw new Error(`Vite made nothing of ${name}.`);
  return output.output.filter((one) => one.type === "chunk");
}

/** The licence of every package of which something went in, in its own words. */
function licencesOf(chunks: readonly Rolldown.OutputChunk[]): string {
  const modules = chunks.flatMap(({ moduleIds }) => moduleIds);
  const packages = modules.flatMap(
    (id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(id)?.[0] ?? [],
  );
  return [...new Set(packages)]
    .toSorted()
    .map((at) => {
      const { name, version, license } = manifestOf(at);
      const text = readdirSync(at).find((file) => /^(?:licen[cs]e|copying)/i.test(file));
      if (text === undefined) throw new Error(`${name} has no file with its licence.`);
      return `${name} ${version} (${license})\n\n${readFileSync(join(at, text), "utf8").trim()}\n`;
    })
    .join("\n\n");
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

const manifestOf = (at: string): Manifest =>
  JSON.parse(readFileSync(join(at, "package.json"), "utf8")) as Manifest;

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

if (import.meta.main) {
  const [, , folder = "libraries"] = process.argv;
  await bundleLibraries(folder);
}
