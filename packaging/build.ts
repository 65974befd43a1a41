/** `npm pack` and `npm publish` run this first: everything a package holds, made anew in `dist/`. */
import { execFileSync } from "node:child_process";
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { bundle } from "../web/bundle/bundle.ts";
import { withoutTypes } from "../web/bundle/without-types.ts";
import { bundleLibraries } from "./libraries.ts";

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");
/** Bundled with the widget, whose files it needs. */
const bundledIslands = ["widget-preview.ts"];

rmSync(dist, { recursive: true, force: true });
compile();
copy("web/styles/*");
copy("demo/posts/*");
copy("server/export/evidence/verify.*");
for (const file of globSync("web/islands/*.ts", { cwd: root }))
  if (!bundledIslands.includes(basename(file)))
    write(file.replace(/\.ts$/, ".js"), withoutTypes(readFileSync(join(root, file), "utf8")));
await bundleLibraries(join(dist, "node_modules"));
const made = await bundle();
write("web/bundle/bundle.json", JSON.stringify(made));
write("web/widget/widget.js", made.files["widget.js"] ?? "");
write("web/widget/widget.d.ts", made.files["widget.d.ts"] ?? "");

/** JavaScript of all, without comments, which are a tenth of a package; and types of what is a library, with them. */
function compile(): void {
  const project = ["-p", join(import.meta.dirname, "tsconfig.json")];
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  for (const how of [["--declaration", "false", "--removeComments"], ["--emitDeclarationOnly"]])
    execFileSync(process.execPath, [compiler, ...project, ...how], { stdio: "inherit" });
  // The package's own is read; and the bundler, which this one would need, is not part of a package.
  for (const file of ["package.json", "web/bundle/bundle.js"]) rmSync(join(dist, file));
  for (const file of globSync("**/*.d.ts", { cwd: dist }))
    if (file.startsWith("scraper/")) pointToJavaScript(file);
    else rmSync(join(dist, file));
}

/** The compiler leaves `.ts` in the imports of declarations, where other tools than it look for a file of that name. */
function pointToJavaScript(file: string): void {
  const text = readFileSync(join(dist, file), "utf8");
  write(file, text.replaceAll(/((?:from |import\()"\.[^"]+)\.ts"/g, '$1.js"'));
}

function copy(pattern: string): void {
  for (const file of globSync(pattern, { cwd: root })) cpSync(join(root, file), join(dist, file));
}

function write(file: string, text: string): void {
  mkdirSync(dirname(join(dist, file)), { recursive: true });
  writeFileSync(join(dist, file), text);
}
