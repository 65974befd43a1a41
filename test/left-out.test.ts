import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

/** What tests of these files need that a fresh clone on some machine has not; without it they do not run. */
const needs: Readonly<Record<string, string>> = {
  "deploy.test.ts": "promtool, nginx, Caddy",
  "disk-full.test.ts": "leave to mount a small disk",
  "notebook.test.ts": "Python with pandas, DuckDB and nbclient, for one test",
  "proxy.test.ts": "tinyproxy, dante",
  "read-only.test.ts": "leave to mount a folder that cannot be written; /proc",
  "scraper/reading/browser-source.test.ts": "a Chromium",
  "scraper/saved-pages.test.ts": "saved pages of third parties",
  "scraper/seed-page.test.ts": "a saved page of a third party",
  "server/archive/import/import-file.test.ts": "a saved page of a third party, for one test",
  "server/commands/commands.test.ts": "/dev/full, for one test",
  "server/commands/serve-meilisearch.test.ts": "a Meilisearch",
  "server/commands/service.test.ts": "systemd-analyze",
  "server/export/evidence.test.ts": "openssl, for time stamps",
  "server/http/api/export.test.ts": "Linux, whose /proc tells of processes",
  "server/http/api/search-cases.test.ts": "a Meilisearch, for the second of two engines",
  "server/http/api/word-forms.test.ts": "a Ukrainian dictionary, for one test",
  "server/jobs/time-stamp.test.ts": "openssl",
  "server/search/analysis/ukrainian-forms.test.ts":
    "a Ukrainian dictionary, for what is found by one",
  "server/search/analysis/word-forms.test.ts": "a list of words that is not ours to give",
  "server/search/engines/meilisearch-faults.test.ts": "a Meilisearch",
  "server/search/engines/meilisearch.test.ts": "a Meilisearch",
  "server/search/engines/own-server.test.ts": "a Meilisearch",
  "server/search/readings.test.ts": "a Ukrainian dictionary, for one test",
  "server/search/word-forms-index.test.ts": "a Ukrainian dictionary, a saved page, for a part",
};

test("no test is left out on some machine but those that say here what they need", () => {
  const folder = import.meta.dirname;
  const leavingOut = globSync("**/*.test.ts", { cwd: folder, exclude: ["slow/**"] }).filter(
    (file) =>
      file !== "left-out.test.ts" &&
      /\.(?:skip|skipIf|runIf|todo)\(|(?<![.\w])skip\(/.test(
        readFileSync(join(folder, file), "utf8").replaceAll("server.skip(", ""),
      ),
  );
  expect(leavingOut.length).toBeGreaterThan(0);
  expect(leavingOut.toSorted()).toEqual(Object.keys(needs).toSorted());
});
