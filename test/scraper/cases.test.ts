import { readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Post } from "../../scraper/post.ts";
import { Archive } from "../../server/archive/archive.ts";
import { importFile } from "../../server/archive/import/import-file.ts";
import { exitCodeOf } from "../../server/exit-codes.ts";
import { backscroll, emptyFolder } from "../help.ts";

/**
 * Each `NAME.html` here is a page as somebody has it, and `NAME.expected.json` says under `expect` what must come of it. A
 * `NAME.first.html` is the same page as served, and is taken in before. Fields of a post are those of its first, or of the one
 * named ("reply of 6"); null is for what must not be there, and types alone may stand for entities. Add a case by its files.
 */
const folder = join(import.meta.dirname, "..", "fixtures", "cases", "parser");
const names = readdirSync(folder)
  .filter((name) => name.endsWith(".expected.json"))
  .map((name) => name.slice(0, -".expected.json".length));

interface Outcome {
  readonly exit: number;
  readonly reason?: unknown;
  readonly warnings: readonly string[];
  readonly posts: readonly Post[];
  readonly avatarUrl?: string | undefined;
  readonly labels?: readonly string[] | undefined;
}

describe("a page from elsewhere", () => {
  test("there are cases", () => expect(names.length).toBeGreaterThan(15));

  test.each(names)("%s", async (name) => {
    const { expect: wanted } = JSON.parse(
      readFileSync(join(folder, `${name}.expected.json`), "utf8"),
    ) as { readonly expect: Readonly<Record<string, unknown>> };
    const data = emptyFolder();
    const outcome = await imported(name, data);
    const found = await Promise.all(
      Object.entries(wanted).map(async ([field, value]) => [
        field,
        field === "search" ? await totalsOf(value as object, data) : shown(outcome, field, value),
      ]),
    );
    expect(Object.fromEntries(found)).toEqual(wanted);
    // The same page from its source.
    const { exit = 0 } = wanted;
    const served = wanted["exit"] === undefined ? exit : await archived(name);
    expect(served).toBe(exit);
  });
});

async function imported(name: string, data: string): Promise<Outcome> {
  await using archive = await Archive.open(join(data, "archive.db"));
  const first = join(folder, `${name}.first.html`);
  if (readdirSync(folder).includes(`${name}.first.html`)) await importFile(archive, first);
  const taken = await importFile(archive, join(folder, `${name}.html`)).catch(
    (error: unknown) => error as Error & { readonly reason?: unknown },
  );
  if (taken instanceof Error)
    return { exit: exitCodeOf(taken), reason: taken.reason, warnings: [], posts: [] };
  expect(await archive.verify()).toEqual([]);
  const [of = ""] = taken.channels;
  const channel = await archive.channel(of);
  const keys = Array.from({ length: 100 }, (_, id) => ({ channel: of, id }));
  return {
    exit: 0,
    warnings: taken.warnings,
    posts: await archive.posts(keys),
    avatarUrl: channel?.avatarUrl,
    labels: channel?.labels,
  };
}

function shown(outcome: Outcome, field: string, wanted: unknown): unknown {
  const [, name = field, id] = /^(\w+) of (\d+)$/u.exec(field) ?? [];
  if (name === "posts") return outcome.posts.length;
  if (name === "ids") return outcome.posts.map((post) => post.id);
  if (name in outcome) return outcome[name as keyof Outcome] ?? null;
  const post = outcome.posts.find((one) => id === undefined || one.id === Number(id));
  const value = post?.[name as keyof Post] ?? null;
  const typesOnly = Array.isArray(wanted) && wanted.some((one) => typeof one === "string");
  return typesOnly && Array.isArray(value)
    ? value.map((entity: { readonly type: string }) => entity.type)
    : value;
}

async function totalsOf(queries: object, data: string): Promise<Record<string, unknown>> {
  const env = { BACKSCROLL_DATA: data };
  await backscroll(["reindex"], { env });
  const totals: Record<string, unknown> = {};
  for (const query of Object.keys(queries)) {
    const { out } = await backscroll(["search", query, "--json"], { env });
    totals[query] = (JSON.parse(out) as { readonly total: unknown }).total;
  }
  return totals;
}

async function archived(name: string): Promise<number | null> {
  const page = readFileSync(join(folder, `${name}.html`));
  const nothing = page.toString().replace(/<section[\s\S]*<\/section>/u, noPosts);
  const server = createServer(({ url = "" }, response) => {
    response.setHeader("content-type", "text/html; charset=utf-8");
    if (url.startsWith("/s/")) response.end(url.includes("before=") ? nothing : page);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const source = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const env = { BACKSCROLL_DATA: emptyFolder(), BACKSCROLL_SOURCE: source };
  const { code } = await backscroll(["archive", "riverbirds", "--limit", "1"], { env });
  return code;
}

const noPosts =
  '<section class="tgme_channel_history"><div class="tme_no_messages_found">No posts found</div></section>';
