import type { Browser, Page } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { plainPng } from "../../demo/picture.ts";
import { startServer, type RunningServer } from "../../server/http/server.ts";
import { keepFiles } from "../server/archive/keep-file.ts";
import { post, serveArchive } from "../server/http/small-archive.ts";
import { launchBrowser } from "./launch-browser.ts";

const addressOf = (id: number): string => `https://cdn4.telesco.pe/file/${id}`;
/** What a post tells of a picture need not be true. */
const told = { width: 800, height: 600 };
const ids = [1, 2, 3, 4, 5, 6];
let served: Awaited<ReturnType<typeof serveArchive>>;
let server: RunningServer;
let browser: Browser;

beforeAll(async () => {
  const channel = { name: "pond_life_and_all", title: "Pond life, and all that lives beside it" };
  const span = { from: 1, to: 9 };
  const photos = ids.map((id) =>
    post(id, {
      text: `Pond ${"and the reeds beside it ".repeat(20)}`,
      language: "en",
      views: 12_800,
      publishedAt: `2026-01-0${id}T10:00:00Z`,
      reactions: [{ kind: "emoji", emoji: "👍", count: 3 }],
      forward: { name: "Somebody of a long name" },
      media: [{ kind: "photo", url: addressOf(id), ...(id % 2 === 0 && told) }],
    }),
  );
  const absent = post(8, {
    text: "Never kept",
    publishedAt: "2026-01-01T08:00:00Z",
    media: [{ kind: "video", width: 640, height: 360, durationSeconds: 63, url: addressOf(8) }],
  });
  const round = post(9, {
    text: "Round",
    publishedAt: "2026-01-01T09:00:00Z",
    media: [
      { kind: "round", durationSeconds: 5, width: 300, height: 200, thumbnailUrl: addressOf(9) },
    ],
  });
  served = await serveArchive([
    { channel, posts: [...photos, absent, round], span, at: "2026-01-10T00:00:00Z" },
  ]);
  const files = [...ids, 9].map((id) => [
    addressOf(id),
    plainPng({ width: 400, height: 200 + id }),
  ]);
  await keepFiles(served.archive, channel.name, Object.fromEntries(files));
  server = await startServer({ app: served.app, host: "127.0.0.1", port: 0 });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await server.close();
  await served[Symbol.asyncDispose]();
});

async function on(
  path: string,
  { width = 1280, ...options }: { width?: number; forcedColors?: "active"; timezoneId?: string },
  look: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({
    viewport: { width, height: 812 },
    reducedMotion: "reduce",
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await page.goto(server.url + path);
  await look(page);
  await context.close();
}

const allColumns =
  "date,channel,id,text,media,versions,views,reactions,changed,forward,language,hash";
const beyond = "document.documentElement.scrollWidth - innerWidth";

test.each([
  ["the usual columns", "/?view=table"],
  ["all columns", `/?view=table&cols=${allColumns}`],
  ["all columns, in Russian", `/?view=table&ui=ru&cols=${allColumns}`],
])("a table of %s is never wider than the page", async (_, path) => {
  await on(path, {}, async (page) => {
    const wider: Record<number, unknown> = {};
    for (const width of [320, 375, 768, 800, 1024, 1280, 1440, 1680]) {
      await page.setViewportSize({ width, height: 812 });
      wider[width] = await page.evaluate(beyond);
    }
    expect(Object.values(wider).filter((px) => px !== 0)).toEqual([]);
  });
});

test("on a phone no page is wider than the screen when its text is twice as large", async () => {
  await on("/", { width: 375 }, async (page) => {
    const wider: unknown[] = [];
    for (const path of ["/channels", "/status", "/compare?q=pond&q=reeds", "/?q=pond", "/runs"]) {
      await page.goto(server.url + path);
      await page.evaluate("document.documentElement.style.fontSize = '200%'");
      const px = await page.evaluate(beyond);
      if (px !== 0) wider.push([path, px]);
    }
    expect(wider).toEqual([]);
  });
});

const styleOf = async (page: Page, selector: string, name: string): Promise<unknown> =>
  page.evaluate(
    `getComputedStyle(document.querySelector(${JSON.stringify(selector)})).getPropertyValue("${name}")`,
  );

test("the viewer's button for the own size can be read when it is pressed", async () => {
  await on("/?q=pond", {}, async (page) => {
    await page.locator("a.shot").first().click();
    const zoom = page.getByRole("button", { name: "Own size" });
    await zoom.click();
    expect(await styleOf(page, "[data-zoom]", "color")).toBe("rgb(11, 15, 13)");
    expect(await styleOf(page, "[data-zoom]", "background-color")).toBe("rgb(255, 255, 255)");
  });
});

test("a round video is round, though its still is not", async () => {
  await on("/?q=round", {}, async (page) => {
    const box = await page.locator(".shot-round").boundingBox();
    expect(box?.width).toBe(240);
    expect(box?.height).toBe(240);
  });
});

test.each(["/c/pond_life_and_all/8", "/c/pond_life_and_all?tab=media", "/?q=never&view=gallery"])(
  "on a phone a film that is not kept is told by sign and words that can be read, once: %s",
  async (path) => {
    await on(path, { width: 375 }, async (page) => {
      const frame = page.locator(".shot-none").first();
      expect(await frame.locator("p").innerText()).toMatch(/^video/);
      expect((await frame.locator("p .icon").boundingBox())?.height).toBeLessThan(20);
      expect(await frame.locator(".play").count()).toBe(0);
      const shown = await page.evaluate(
        `(({ scrollHeight, clientHeight }) => scrollHeight <= clientHeight)(document.querySelector(".shot-none p"))`,
      );
      expect(shown).toBe(true);
      expect(await page.locator(".pic-note").count()).toBe(0);
    });
  },
);

interface Shift {
  readonly value: number;
  readonly what: readonly string[];
}
const watchShifts = `
  globalThis.shifts = [];
  new PerformanceObserver((list) => {
    for (const { value, sources } of list.getEntries())
      shifts.push({ value, what: sources.map(({ node, previousRect: a, currentRect: b }) => (node?.outerHTML ?? node?.data ?? "").slice(0, 60) + [a.y, a.height, b.y, b.height]) });
  }).observe({ type: "layout-shift", buffered: true });`;

test.each(["/?q=in:pond_life_and_all+has:photo", "/nope", "/channels"])(
  "on a phone nothing of %s moves while its scripts and pictures come",
  async (path) => {
    const context = await browser.newContext({ viewport: { width: 375, height: 812 } });
    const page = await context.newPage();
    await page.addInitScript(watchShifts);
    await page.route(/\/(assets\/.*\.js|media\/)/, async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      await route.continue();
    });
    await page.goto(server.url + path, { waitUntil: "networkidle" });
    const shifts = (await page.evaluate("shifts")) as readonly Shift[];
    expect(shifts).toEqual([]);
    await context.close();
  },
);

test("where colours are the reader's, days by how busy they are, tabs and kinds of ids are told apart", async () => {
  await on("/c/pond_life_and_all", { forcedColors: "active" }, async (page) => {
    const edges = [];
    for (const step of [1, 2, 3])
      edges.push(await styleOf(page, `.cal-scale .h${step}`, "box-shadow"));
    expect(new Set(edges).size).toBe(3);
    expect(edges).not.toContain("none");
    expect(await styleOf(page, ".cal-scale .h0", "outline-style")).toBe("dotted");
    const ground = await styleOf(page, "html", "background-color");
    expect(await styleOf(page, ".tabs a:not([aria-current])", "border-bottom-color")).toBe(ground);
    expect(await styleOf(page, ".tabs [aria-current]", "border-bottom-color")).not.toBe(ground);
    await page.goto(`${server.url}/channels`);
    const kept = await styleOf(page, ".legend .c-kept", "fill");
    expect(await styleOf(page, ".legend .c-gone", "fill")).not.toBe(kept);
  });
});
