import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { createAnalyzer } from "../../../server/search/analysis/analyzer.ts";
import { openEmbeddedEngine } from "../../../server/search/embedded/embedded-engine.ts";
import { describeEngine } from "./contract/describe-engine.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "index-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const analyzer = createAnalyzer();

describeEngine("the embedded engine in this process", async ({ archiveId }) =>
  openEmbeddedEngine({ file: join(folder, "index.db"), archiveId, analyzer, inProcess: true }),
);
