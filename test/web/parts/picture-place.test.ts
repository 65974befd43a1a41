import { expect, onTestFinished, test } from "vitest";
import { plainPng } from "../../../demo/picture.ts";
import { startServer } from "../../../server/http/server.ts";
import { keepFiles } from "../../server/archive/keep-file.ts";
import { post, serveArchive } from "../../server/http/small-archive.ts";
import { launchBrowser } from "../launch-browser.ts";

/** What a page says of each picture, and how large it is drawn on a wide and on a narrow screen: in its column, at most 384 high. */
const pictures = {
  wide: { width: 800, height: 450, drawn: { 1280: "653×367", 375: "302×170" } },
  upright: { width: 450, height: 800, drawn: { 1280: "216×384", 375: "216×384" } },
  small: { width: 100, height: 80, drawn: { 1280: "100×80", 375: "100×80" } },
} as const;
const names = Object.keys(pictures) as (keyof typeof pictures)[];
const sizeOf = (name: keyof typeof pictures) => {
  const { width, height } = pictures[name];
  return { width, height };
};
const address = (name: string): string => `https://cdn4.telesco.pe/file/${name}.png`;

test("a picture by itself has its place before it comes: nothing moves when it does", async () => {
  await using here = await serveArchive([
    {
      channel: { name: "garden" },
      posts: names.map((name, place) =>
        post(place + 1, {
          text: `A ${name} picture`,
          media: [{ kind: "photo", ...sizeOf(name), url: address(name) }],
        }),
      ),
      span: { from: 1, to: names.length },
      at: "2026-01-05T00:00:00Z",
    },
  ]);
  await keepFiles(
    here.archive,
    "garden",
    Object.fromEntries(names.map((name) => [address(name), plainPng(sizeOf(name))])),
  );
  const server = await startServer({ app: here.app, host: "127.0.0.1", port: 0 });
  onTestFinished(async () => server.close());
  await using browser = await launchBrowser();
  for (const width of [1280, 375] as const)
    for (const [place, name] of names.entries()) {
      await using context = await browser.newContext({ viewport: { width, height: 900 } });
      const page = await context.newPage();
      const { promise: mayCome, resolve: letCome } = Promise.withResolvers<void>();
      await page.route("**/media/*", async (route) => {
        await mayCome;
        await route.continue();
      });
      await page.addInitScript(`globalThis.moved = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) globalThis.moved += entry.value;
        }).observe({ type: "layout-shift", buffered: true });`);
      await page.goto(`${server.url}/c/garden/${place + 1}`, { waitUntil: "domcontentloaded" });
      const picture = page.locator(".post .shot img");
      const below = page.locator(".post .foot");
      const stands = async () => {
        const [box, foot] = [await picture.boundingBox(), await below.boundingBox()];
        return {
          drawn: `${Math.round(box?.width ?? 0)}×${Math.round(box?.height ?? 0)}`,
          foot: Math.round(foot?.y ?? 0),
        };
      };
      await page.evaluate("document.fonts.ready");
      const isHere = "document.querySelector('.post .shot img').naturalWidth > 0";
      const before = await stands();
      expect([name, await page.evaluate(isHere)]).toEqual([name, false]);
      expect([name, width, before.drawn]).toEqual([name, width, pictures[name].drawn[width]]);
      letCome();
      await expect.poll(async () => page.evaluate(isHere)).toBe(true);
      await page.evaluate("new Promise((then) => requestAnimationFrame(() => setTimeout(then)))");
      expect([name, width, await stands()]).toEqual([name, width, before]);
      expect([name, width, await page.evaluate("globalThis.moved")]).toEqual([name, width, 0]);
    }
}, 120_000);
