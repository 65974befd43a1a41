import { expect, onTestFinished, test } from "vitest";
import { plainPng } from "../../demo/picture.ts";
import { startServer } from "../../server/http/server.ts";
import { keepFiles } from "../server/archive/keep-file.ts";
import { post, serveArchive } from "../server/http/small-archive.ts";
import { launchBrowser } from "./launch-browser.ts";

const size = { width: 800, height: 1_200 };
const ids = Array.from({ length: 20 }, (_, i) => i + 1);
const addressOf = (id: number): string => `https://cdn4.telesco.pe/file/tall-${id}`;
/** How far below the screen Chromium fetches a picture in advance, where the network is quick. */
const aheadPx = 1_250;
const screen = { width: 375, height: 812 };

test("a phone loads the pictures of the posts it shows and the next ones, and the others when it comes to them, each once", async () => {
  await using here = await serveArchive([
    {
      channel: { name: "garden" },
      posts: ids.map((id) =>
        post(id, {
          text: `Tree ${id}`,
          media: [{ kind: "photo", ...size, url: addressOf(id) }],
        }),
      ),
      span: { from: 1, to: ids.length },
      at: "2026-01-05T00:00:00Z",
    },
  ]);
  // Each has bytes of its own: pictures that are equal are kept, and served, as one.
  await keepFiles(
    here.archive,
    "garden",
    Object.fromEntries(ids.map((id) => [addressOf(id), plainPng({ ...size, height: 1_180 + id })])),
  );
  const server = await startServer({ app: here.app, host: "127.0.0.1", port: 0 });
  onTestFinished(async () => server.close());
  await using browser = await launchBrowser();
  const page = await browser.newPage({ viewport: screen });
  const loaded: string[] = [];
  page.on("request", (request) => {
    if (request.resourceType() === "image") loaded.push(new URL(request.url()).pathname);
  });
  await page.goto(`${server.url}/c/garden`);
  await page.waitForLoadState("networkidle");
  const tops = (await page.evaluate(
    `[...document.querySelectorAll(".shot img")].map((img) => img.getBoundingClientRect().top)`,
  )) as number[];
  expect(tops).toHaveLength(ids.length);
  const near = tops.filter((top) => top < screen.height + aheadPx).length;
  expect(near).toBeLessThan(ids.length / 2);
  expect(loaded.length).toBeGreaterThan(0);
  expect(loaded.length).toBeLessThanOrEqual(near);
  for (const [place] of ids.entries())
    await page.locator(".shot img").nth(place).scrollIntoViewIfNeeded();
  await expect.poll(() => new Set(loaded).size).toBe(ids.length);
  expect(loaded).toHaveLength(ids.length);
});
