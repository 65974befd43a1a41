import { setTimeout } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import type { Media } from "../../scraper/post.ts";
import { plainPng } from "../../demo/picture.ts";
import { startServer } from "../../server/http/server.ts";
import { keepFiles } from "../server/archive/keep-file.ts";
import { post, serveArchive } from "../server/http/small-archive.ts";
import { launchBrowser } from "./launch-browser.ts";

const comesAfterMs = 100;
const at = (name: string): string => `https://cdn4.telesco.pe/file/${name}`;
const small = plainPng({ width: 40, height: 30 });
/** What is told of a file, and what came of it. */
const odd: readonly (readonly [Media, Uint8Array])[] = [
  [{ kind: "photo", width: 0, height: 0, url: at("nothing") }, small],
  [{ kind: "photo", width: 100_000, height: 1, url: at("wide") }, small],
  [{ kind: "photo", width: 1, height: 100_000, url: at("tall") }, small],
  [
    { kind: "photo", width: 4, height: 3, url: at("other-size") },
    plainPng({ width: 3, height: 900 }),
  ],
  [
    { kind: "photo", width: 800, height: 450, url: at("page") },
    Buffer.from("<script>alert(1)</script>"),
  ],
  [{ kind: "photo", width: 800, height: 450, url: at("cut") }, small.subarray(0, 50)],
  [{ kind: "photo", url: at("unmeasured") }, plainPng({ width: 2_000, height: 2_000 })],
  [{ kind: "video", width: 640, height: 360, durationSeconds: 9e9, url: at("film") }, small],
  [{ kind: "round", durationSeconds: 0, url: at("round") }, Buffer.from("no film")],
  [{ kind: "voice", durationSeconds: 3, url: at("voice") }, small],
  [{ kind: "sticker", emoji: "x".repeat(300), url: at("sticker") }, Buffer.from("RIFF")],
];

test("pictures of wrong types and sizes, alone and as an album, leave a page readable, as wide as the screen, and a gallery still while they come", async () => {
  const alone = odd.map(([media], place) =>
    post(place + 1, { text: `Odd ${place}`, media: [media] }),
  );
  const album = post(50, {
    ids: odd.map((_, place) => 50 + place),
    text: "All of them",
    media: odd.map(([media]) => media),
  });
  await using here = await serveArchive([
    {
      channel: { name: "garden" },
      posts: [...alone, album],
      span: { from: 1, to: 70 },
      at: "2026-01-05T00:00:00Z",
    },
  ]);
  await keepFiles(
    here.archive,
    "garden",
    Object.fromEntries(odd.map(([{ url = "" }, file]) => [url, file])),
  );
  const server = await startServer({ app: here.app, host: "127.0.0.1", port: 0 });
  onTestFinished(async () => server.close());
  await using browser = await launchBrowser();
  const page = await browser.newPage();
  const trouble: string[] = [];
  page.on("pageerror", (error) => trouble.push(error.message));
  page.on("dialog", (dialog) => {
    trouble.push(dialog.message());
    void dialog.dismiss();
  });
  await page.addInitScript(`globalThis.moved = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) globalThis.moved += entry.value;
    }).observe({ type: "layout-shift", buffered: true });`);
  await page.route("**/media/*", async (route) => {
    await setTimeout(comesAfterMs);
    await route.continue();
  });
  for (const path of ["/c/garden", "/c/garden?tab=media", "/c/garden/50", "/?view=gallery"])
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      await page.goto(server.url + path);
      for (const part of [0.3, 0.6, 1]) {
        await page.evaluate(`scrollTo(0, document.body.scrollHeight * ${part})`);
        await page.waitForTimeout(2 * comesAfterMs);
      }
      const seen = await page.evaluate(`({
        moved: globalThis.moved,
        beyond: document.documentElement.scrollWidth - innerWidth,
        tallest: Math.max(...[...document.querySelectorAll(".shot")].map((one) => one.getBoundingClientRect().height)),
        thinnest: Math.min(...[...document.querySelectorAll(".shot")].map((one) => one.getBoundingClientRect().width)),
      })`);
      expect({ path, width, seen }).toMatchObject({ seen: { beyond: 0 } });
      const { tallest, thinnest, moved } = seen as Record<"tallest" | "thinnest" | "moved", number>;
      // What turns out to be of another size than was told moves what stands below it.
      const isStill = moved <= 0.02 || !/media|gallery/.test(path);
      expect([path, width, moved]).toSatisfy(() => isStill);
      expect([path, width, Math.round(tallest)]).toSatisfy(() => tallest < 1_000);
      expect([path, width, Math.round(thinnest)]).toSatisfy(() => thinnest > 8);
    }
  expect(trouble).toEqual([]);
});
