import { createHash } from "node:crypto";
import { readFileSync, writeFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { build } from "vite";
import manifest from "#manifest" with { type: "json" };

/** What a browser is sent of the widget and of the pages' islands; made from their sources by Vite. */
export interface Bundle {
  /** Changes with what the files say: they can be kept for good. */
  readonly version: string;
  /** By name: `widget.js` (ESM), `backscroll.js` (all in one), `widget.d.ts`, `v1.js` (the loader), `preview.js`, `embed.js` (fits frames). */
  readonly files: Readonly<Record<string, string>>;
  /** For `<script integrity>` on `backscroll.js`. */
  readonly integrity: string;
  /** Bytes after Brotli. */
  readonly sizes: { readonly loader: number; readonly all: number; readonly single: number };
}

const widget = join(import.meta.dirname, "../widget");
const islands = join(import.meta.dirname, "../islands");

export async function bundle(): Promise<Bundle> {
  const [main, rest, single, preview, embed] = await Promise.all([
    bundled(join(widget, "module.ts"), "es"),
    bundled(join(widget, "rest.ts"), "es", {}, { "./base.ts": join(widget, "lent.ts") }),
    bundled(join(widget, "single.ts"), "iife"),
    bundled(join(islands, "widget-preview.ts"), "es"),
    bundled(join(widget, "embed.ts"), "iife"),
  ]);
  const version = `${manifest.version}-${digest("sha256", main + rest + single, "hex").slice(0, 8)}`;
  const loader = await bundled(join(widget, "loader.ts"), "iife", {
    widgetVersion: JSON.stringify(version),
  });
  const types = readFileSync(join(widget, "widget.d.ts"), "utf8");
  return {
    version,
    files: {
      "widget.js": main,
      "rest.js": rest,
      "backscroll.js": single,
      "widget.d.ts": types,
      "v1.js": loader,
      "preview.js": preview,
      "embed.js": embed,
    },
    integrity: `sha384-${digest("sha384", single, "base64")}`,
    sizes: {
      loader: compressed(loader),
      all: compressed(loader) + compressed(rest),
      single: compressed(single),
    },
  };
}

async function bundled(
  input: string,
  format: "es" | "iife",
  define: Readonly<Record<string, string>> = {},
  alias: Readonly<Record<string, string>> = {},
): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: "error",
    publicDir: false,
    define,
    resolve: { alias },
    build: {
      write: false,
      target: "es2024",
      cssTarget: ["chrome123", "firefox121", "safari18"],
      minify: true,
      modulePreload: false,
      rolldownOptions: {
        input,
        preserveEntrySignatures: "strict",
        output: { format, codeSplitting: false },
      },
    },
  });
  const [output] = [built].flat();
  if (!output || !("output" in output)) throw new Error(`Vite made nothing of ${input}.`);
  return output.output[0].code;
}

const digest = (algorithm: string, text: string, form: "hex" | "base64"): string =>
  createHash(algorithm).update(text).digest(form);

const compressed = (text: string): number => brotliCompressSync(text).length;

if (import.meta.main) {
  const [, , file = "bundle.json"] = process.argv;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(await bundle()));
}
