import { load } from "cheerio";
import { expect, test } from "vitest";
import { post, serveArchive } from "../server/http/small-archive.ts";

test("the page of channels shows the figures of one moment, though a run saves posts meanwhile", async () => {
  const at = "2026-01-03T00:00:00Z";
  const garden = { name: "garden", title: "garden", verified: false, counters: {} };
  await using served = await serveArchive([
    { channel: garden, posts: [post(1), post(2)], span: { from: 1, to: 2 }, at },
  ]);
  const { archive } = served;
  const listed = archive.channels.bind(archive);
  const read = { url: "https://t.me/s/garden", body: Buffer.from("x"), readAt: at, warnings: [] };
  archive.channels = async () => {
    const pond = { ...garden, name: "pond" };
    const posts = [7, 8, 9].map((id) => post(id, { channel: "pond" }));
    const rows = await listed();
    await archive.savePage({ ...read, channel: pond, posts, span: { from: 1, to: 9 } });
    return rows;
  };
  const state = archive.state.bind(archive);
  // As late as it may be asked: the run has saved its page.
  archive.state = async () => {
    for (let turns = 0; turns < 1_000 && !(await archive.channel("pond")); turns += 1);
    return state();
  };
  const $ = load(await served.page("/channels"));
  const rows = $("tbody tr")
    .toArray()
    .map((row) => Number($(row).find("td.num").first().text()));
  expect(rows).toEqual([2]);
  expect($("h1").text()).toBe("1 channel");
  expect($(".colophon span").first().text().replaceAll(/\s+/g, " ")).toContain(
    "1 channel, 2 posts",
  );
});
