import { join } from "node:path";
import { load } from "cheerio";
import { expect, test } from "vitest";
import { Archive } from "../../server/archive/archive.ts";
import { percent } from "../../web/words/percent.ts";
import { backscroll, emptyFolder } from "../help.ts";
import { post, serveArchive, type Reading } from "../server/http/small-archive.ts";

/** 65 of 300 ids are known: 21.666 %. */
const reading: Reading = {
  channel: { name: "garden" },
  posts: [post(236), post(300)],
  span: { from: 236, to: 300 },
  at: "2026-01-20T00:00:00Z",
};

test("how much is known of a channel is one figure on each page and on the command line", async () => {
  const data = emptyFolder();
  {
    await using archive = await Archive.open(join(data, "archive.db"));
    const { channel, posts, span, at } = reading;
    const page = { posts, span, url: "https://t.me/s/garden", body: Buffer.from("x"), readAt: at };
    const garden = { title: "garden", verified: false, counters: {}, ...channel };
    await archive.savePage({ ...page, channel: garden, warnings: [] });
  }
  const { out } = await backscroll(["channels"], { env: { BACKSCROLL_DATA: data } });
  expect(out).toContain("21.6 %");
  await using served = await serveArchive([reading]);
  for (const path of ["/channels", "/?q=post"]) {
    const shown = load(await served.page(path))("main").text();
    expect([path, new Set(shown.match(/21\.\d+ ?%/g))]).toEqual([path, new Set(["21.6 %"])]);
  }
});

test.each([
  [0, "0 %"],
  [0.00001, "0.1 %"],
  [0.0019, "0.1 %"],
  [0.21666, "21.6 %"],
  [0.29, "29 %"],
  [0.5, "50 %"],
  [0.99999, "99.9 %"],
  [1, "100 %"],
])("the share %d is %s", (share, said) => {
  expect(percent(share)).toBe(said);
});
