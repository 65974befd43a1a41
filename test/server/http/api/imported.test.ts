import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse as parseCsv } from "csv-parse/sync";
import { expect, onTestFinished, test } from "vitest";
import { importFile } from "../../../../server/archive/import/import-file.ts";
import { catchUp } from "../../../../server/search/catch-up.ts";
import { emptyFolder } from "../../../help.ts";
import { serveArchive } from "../small-archive.ts";

/** The messages of a Telegram Desktop export of `quarry`, kept and served; the first has id 1. */
async function imported(messages: readonly Record<string, unknown>[]) {
  const served = await serveArchive([]);
  onTestFinished(async () => served[Symbol.asyncDispose]());
  const file = join(emptyFolder(), "result.json");
  const head = { name: "Quarry", type: "public_channel", id: 1, username: "quarry" };
  const given = messages.map((message, place) => ({
    id: place + 1,
    type: "message",
    date: `2026-01-01T00:00:${String(place).padStart(2, "0")}`,
    text: "",
    ...message,
  }));
  writeFileSync(file, JSON.stringify({ ...head, messages: given }));
  const { warnings } = await importFile(served.archive, file);
  expect(warnings).toEqual([]);
  await catchUp(served);
  return {
    served,
    find: async (q: string) => {
      const asked = new URLSearchParams({ q, sort: "old", facets: "link" });
      return (await served.json(`/api/v1/search?${asked.toString()}`)) as {
        hits: readonly { id: number }[];
        facets: { link: readonly { value: string; count: number }[] };
      };
    },
  };
}

test("of the links of a Desktop export only those of the web have a site and stand in `links`", async () => {
  const { served, find } = await imported([
    {
      text: [
        { type: "text_link", text: "durov", href: "tg://resolve?domain=durov" },
        " ",
        { type: "link", text: "tg://resolve?domain=durov" },
        " ",
        { type: "text_link", text: "run", href: "javascript:alert(1)" },
        " ",
        { type: "email", text: "ada@example.net" },
      ],
    },
    {
      text: [
        { type: "link", text: "example.com/path" },
        " ",
        { type: "text_link", text: "port", href: "example.com:8080/a" },
        " ",
        { type: "link", text: "HTTPS://Example.org/" },
      ],
    },
  ]);
  const { facets } = await find("in:quarry");
  expect(facets.link.map(({ value }) => value).toSorted()).toEqual(["example.com", "example.org"]);
  const { hits } = await find("link:resolve");
  expect(hits).toEqual([]);
  expect((await find("link:example.com/path")).hits.map(({ id }) => id)).toEqual([2]);
  const rows = parseCsv<{ links: string }>(await served.page("/api/v1/export?format=csv"), {
    bom: true,
    columns: true,
  });
  expect(rows.map(({ links }) => links)).toEqual([
    "",
    "http://example.com/path http://example.com:8080/a HTTPS://Example.org/",
  ]);
  const [first] = await served.archive.posts([{ channel: "quarry", id: 1 }]);
  expect(first?.entities.map(({ url }) => url)).toEqual([
    "tg://resolve?domain=durov",
    "tg://resolve?domain=durov",
    "javascript:alert(1)",
    "mailto:ada@example.net",
  ]);
});

test("a game and an invoice of a Desktop export have the words the preview shows, and are found by them", async () => {
  const invoice = { title: "Bird book", description: "200 pages of birds", amount: 1000 };
  const { served, find } = await imported([
    {
      game_title: "Lumberjack",
      game_description: "Chop the tree",
      game_link: "https://t.me/gamebot?game=Lumberjack",
    },
    // Telegram Desktop writes the object as a text.
    { invoice_information: JSON.stringify({ ...invoice, currency: "USD" }, undefined, 1) },
    { text: "New:", invoice_information: { ...invoice, currency: "JPY", receipt_message_id: 7 } },
    { invoice_information: { ...invoice, currency: "XTR" } },
    { invoice_information: { ...invoice, amount: "much", currency: "USD" } },
    { invoice_information: "[" },
  ]);
  const posts = await served.archive.posts(
    [1, 2, 3, 4, 5, 6].map((id) => ({ channel: "quarry", id })),
  );
  expect(posts.map(({ text, textState }) => [text, textState])).toEqual([
    ["Lumberjack\nChop the tree", "present"],
    ["Bird book\n200 pages of birds\n$10.00 INVOICE", "present"],
    ["New:\nBird book\n200 pages of birds\n¥1,000 INVOICE", "present"],
    ["Bird book\n200 pages of birds\n1000 XTR INVOICE", "present"],
    ["Bird book\n200 pages of birds", "present"],
    ["", "empty"],
  ]);
  expect(posts[0]?.entities).toEqual([
    { type: "link", offset: 0, length: 10, url: "https://t.me/gamebot?game=Lumberjack" },
  ]);
  const found = async (q: string) => (await find(q)).hits.map(({ id }) => id);
  expect(await found("lumberjack")).toEqual([1]);
  expect(await found('"chop the tree"')).toEqual([1]);
  expect(await found("link:t.me/gamebot")).toEqual([1]);
  expect(await found('"200 pages of birds"')).toEqual([2, 3, 4, 5]);
  expect(await found("$10.00")).toEqual([2]);
  expect(await found("¥1,000")).toEqual([3]);
});
