import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Archive } from "../../../server/archive/archive.ts";
import { backscroll } from "../../help.ts";
import { page, range } from "../archive/sample.ts";

/** Run beside the program: tells at its end each package of which something was loaded. */
const telling = `
  import { registerHooks } from "node:module";
  const loaded = new Set();
  registerHooks({
    load(url, context, next) {
      const [, name] = /node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url) ?? [];
      if (name) loaded.add(name);
      return next(url, context);
    },
  });
  process.on("exit", () => process.stderr.write("\\nloaded: " + [...loaded].join(" ")));
`;
const env = {
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(telling)}`,
  BACKSCROLL_DATA: mkdtempSync(join(tmpdir(), "backscroll-")),
};

beforeAll(async () => {
  await using archive = await Archive.open(join(env.BACKSCROLL_DATA, "archive.db"));
  await archive.savePage(page(range(1, 5)));
});
afterAll(() => rmSync(env.BACKSCROLL_DATA, { recursive: true, force: true }));

/** What each command that opens an archive needs. */
const archive = ["@orama/stemmers", "canonicalize", "commander", "kysely", "kysely-generic-sqlite"];
/** The words of English. */
const english = ["american-british-english-translator", "dictionary-en", "wink-lexicon"];

// Each package is time that is waited for: no reader of pages, no server, no writer of files is loaded by who only reads.
test.each<[string, ...(readonly string[])[]]>([
  ["--help", ["commander"]],
  ["search posts", archive, english],
  ["channels", archive],
  ["coverage Gradient", archive],
  ["changes", archive],
  ["keys list", archive],
  ["sets list", archive],
  ["verify", archive],
  ["schedule list", archive, ["croner"]],
])("`%s` loads what it needs, and no more", async (command, ...needed) => {
  const { code, said } = await backscroll(command.split(" "), { env });
  expect(code).toBe(0);
  const [, loaded = ""] = /^loaded: (.*)$/m.exec(said) ?? [];
  const more = loaded.split(" ").filter((name) => !needed.flat().includes(name));
  expect([loaded.includes("commander"), more]).toEqual([true, []]);
});
