import { load } from "cheerio";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { importFile } from "../../server/archive/import/import-file.ts";
import { catchUp } from "../../server/search/catch-up.ts";
import { emptyFolder } from "../help.ts";
import { post, serveArchive } from "../server/http/small-archive.ts";

/** `garden` was read by pages from 1 to 5; of `quarry` only an export of 40 messages is known. */
let served: Awaited<ReturnType<typeof serveArchive>>;
beforeAll(async () => {
  served = await serveArchive([
    {
      channel: { name: "garden" },
      posts: [1, 2, 3, 4, 5].map((id) => post(id)),
      span: { from: 1, to: 5 },
      at: "2026-01-31T00:00:00Z",
    },
  ]);
});
afterAll(async () => served[Symbol.asyncDispose]());

const said = (text: string): string => text.replaceAll(/\s+/g, " ").trim();
const draw = async (path: string) => load(await served.page(`http://127.0.0.1${path}`));

test("a channel that was only imported is told as such wherever its coverage is shown", async () => {
  const messages = Array.from({ length: 40 }, (_, place) => ({
    id: place + 1,
    type: "message",
    date: `2026-01-${String(1 + Math.floor(place / 24)).padStart(2, "0")}T${String(place % 24).padStart(2, "0")}:30:00`,
    text: `Stone number ${place + 1}`,
  }));
  const file = join(emptyFolder(), "result.json");
  const head = { name: "Quarry", type: "public_channel", id: 1, username: "quarry" };
  writeFileSync(file, JSON.stringify({ ...head, messages }));
  await importFile(served.archive, file);
  await catchUp(served);

  const $ = await draw("/c/quarry?tab=about");
  const rows = $("section[aria-labelledby=cov] tbody tr")
    .toArray()
    .map((row) => said($(row).text()));
  expect(rows[0]).toBe("kept 40 100 % Read and stored");
  expect(rows[1]).toBe(
    "only imported 40 100 % Counted above: kept from a file, and shown by no page of the channel yet",
  );
  expect(said($("section[aria-labelledby=cov] .section-head").text())).toContain(
    "never read from the channel itself",
  );
  expect($("#gaps").length).toBe(0);
  expect(
    said((await draw("/c/quarry?tab=about&ui=ru"))("section[aria-labelledby=cov]").text()),
  ).toContain("только импортировано 40");

  expect(said($("main").text())).toContain(
    "Kept of the last 7 days: 0, of the last 30: 16; the rest is not read, not zero",
  );
  expect(said((await draw("/c/quarry?tab=about&ui=ru"))("main").text())).toContain(
    "Сохранено за 7 дней: 0, за 30 дней: 16; остальное не прочитано, а не ноль",
  );
  expect(said((await draw("/c/garden?tab=about"))("main").text())).toMatch(
    /\d+ in the last 7 days, \d+ in the last 30(?!.*not zero)/,
  );

  const $list = await draw("/channels");
  expect(said($list(".page-head p").text())).toBe("1 complete, 1 only imported.");
  expect(said($list("#quarry").text())).toContain("100 %40 only imported");
  expect(said($list("#garden").text())).not.toContain("imported");

  expect(await served.json("http://127.0.0.1/api/v1/channels/quarry")).toMatchObject({
    complete: 1,
    imported: 40,
  });
  expect(await served.json("http://127.0.0.1/api/v1/channels/garden")).toMatchObject({
    imported: 0,
  });
  expect(await served.json("http://127.0.0.1/api/v1/channels/quarry/coverage")).toMatchObject({
    counts: { kept: 40, unread: 0 },
    imported: 40,
    ranges: [{ from: 1, to: 40, class: "kept", imported: true }],
  });

  const $found = await draw("/?q=number&sort=new&limit=100");
  expect($found("h1").text()).toBe("45 posts");
  expect($found(".lapse-gap").length).toBe(0);
  expect(said($found("main").text())).toContain(
    "100 % of all ids of these channels are known, not all of them read from the channels themselves",
  );
});
