import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Bundle } from "../../../web/bundle/bundle.ts";
import { Refusal } from "../problems.ts";

const built = join(import.meta.dirname, "../../../web/bundle/bundle.json");
let files: Promise<Bundle> | undefined;

/** The widget's files: as an image or a package brings them, else bundled when first asked for. @throws Refusal without a bundler */
export async function widgetFiles(): Promise<Bundle> {
  files ??= existsSync(built)
    ? Promise.resolve(JSON.parse(readFileSync(built, "utf8")) as Bundle)
    : bundled();
  return files;
}

async function bundled(): Promise<Bundle> {
  try {
    const { bundle } = await import("../../../web/bundle/bundle.ts");
    return await bundle();
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND"))
      throw error;
    throw new Refusal({
      kind: "widget-not-built",
      status: 503,
      detail: "The widget's files are not built here. Install with `npm ci`, or use the image.",
    });
  }
}
