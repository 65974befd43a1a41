import { load, type CheerioAPI } from "cheerio";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Browser, Page } from "playwright";
import { pictureOf } from "../../demo/picture.ts";
import { startServer, type RunningServer } from "../../server/http/server.ts";
import { keepFiles } from "../server/archive/keep-file.ts";
import { sha256Of } from "../server/jobs/media-host.ts";
import { post, serveArchive } from "../server/http/small-archive.ts";
import { launchBrowser } from "./launch-browser.ts";

const photos = ["red", "green", "blue"].map((name) => ({
  address: `https://cdn4.telesco.pe/file/${name}`,
  file: pictureOf(name).body,
}));
const pathOf = (place: number): string => `/media/${sha256Of(photos[place]?.file as Buffer)}`;
const day = (place: number): string => new Date(Date.UTC(2025, 0, 1 + place)).toISOString();
let served: Awaited<ReturnType<typeof serveArchive>>;
let server: RunningServer;
let browser: Browser;

beforeAll(async () => {
  const posts = Array.from({ length: 60 }, (_, place) =>
    post(10 + place, { text: `Harbour log ${place + 1}`, publishedAt: day(place) }),
  );
  const album = post(100, {
    ids: [100, 101, 102],
    text: "The ferry came in",
    publishedAt: "2025-03-20T10:00:00Z",
    media: photos.map(({ address: url }) => ({ kind: "photo", width: 800, height: 450, url })),
  });
  served = await serveArchive([
    {
      channel: { name: "garden", title: "Harbour" },
      posts: [...posts, album],
      span: { from: 1, to: 102 },
      at: "2025-04-01T00:00:00Z",
    },
  ]);
  const files = Object.fromEntries(photos.map(({ address, file }) => [address, file]));
  await keepFiles(served.archive, "garden", files);
  server = await startServer({ app: served.app, host: "127.0.0.1", port: 0 });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await server.close();
  await served[Symbol.asyncDispose]();
});

async function on(size: "phone" | "desk", walk: (page: Page) => Promise<void>): Promise<void> {
  const viewport = size === "phone" ? { width: 375, height: 812 } : { width: 1280, height: 900 };
  const context = await browser.newContext({ viewport, hasTouch: size === "phone" });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const trouble: string[] = [];
  page.on("pageerror", (error) => trouble.push(error.message));
  page.on("console", (message) => trouble.push(message.text()));
  await walk(page);
  await context.close();
  expect(trouble).toEqual([]);
}

const topOf = async (page: Page, selector: string): Promise<number> =>
  (await page.locator(selector).first().boundingBox())?.y ?? Infinity;

test("on a phone the first hit stands on the first screen, with its text", async () => {
  await on("phone", async (page) => {
    await page.goto(`${server.url}/?q=harbour&sort=new`);
    expect(await topOf(page, ".entry")).toBeLessThan(440);
    expect(await topOf(page, ".entry .text")).toBeLessThan(540);
    expect(await topOf(page, ".bar")).toBeLessThan(await topOf(page, ".entry"));
  });
});

test("what is done with a result stays at hand while its hits scroll", async () => {
  await on("desk", async (page) => {
    await page.goto(`${server.url}/?q=harbour`);
    await page.evaluate("scrollTo(0, 2000)");
    const bar = await page.locator(".bar").boundingBox();
    expect(bar?.y).toBe(0);
    await page.getByText("Export").first().click();
    expect(await page.getByRole("link", { name: "Parquet" }).first().isVisible()).toBe(true);
    await page.getByText("Follow").first().click();
    expect(await page.getByRole("link", { name: "Parquet" }).first().isVisible()).toBe(false);
  });
});

test.each(["en", "ru"])("the toolbar is one row at every width, in %s", async (ui) => {
  await on("desk", async (page) => {
    const wrapped: string[] = [];
    for (const shown of [
      "view=context",
      "view=table",
      "sort=reactions",
      "sort=changed&view=table",
    ]) {
      await page.goto(`${server.url}/?q=harbour&ui=${ui}&${shown}`);
      for (const width of [320, 375, 430, 768, 1024, 1100, 1200, 1280, 1500, 1680]) {
        await page.setViewportSize({ width, height: 900 });
        const bar = await page.locator(".bar").boundingBox();
        if ((bar?.height ?? Infinity) > 50) wrapped.push(`${shown} ${width}: ${bar?.height}`);
      }
    }
    expect(wrapped).toEqual([]);
  });
});

test("on a phone one goes from a search to the third photo of an album, and back", async () => {
  await on("phone", async (page) => {
    await page.goto(`${server.url}/?q=ferry`);
    const album = page.locator(".entry .shot img");
    expect(await album.count()).toBe(3);
    await album.nth(1).tap();
    const viewer = page.getByRole("dialog");
    await viewer.getByRole("button", { name: "Next picture" }).tap();
    expect(await viewer.getByRole("status").textContent()).toBe("3 of 3");
    expect(await viewer.locator("img").getAttribute("src")).toContain(pathOf(2));
    expect(await viewer.getByRole("link", { name: "garden/100" }).getAttribute("href")).toContain(
      "/c/garden/100?q=ferry&hit=1",
    );
    await viewer.getByRole("button", { name: "Close" }).tap();
    expect(await viewer.count()).toBe(0);
    expect(new URL(page.url()).search).toBe("?q=ferry");
  });
});

test("by keys alone a picture is opened, passed through, seen at its own size, and left", async () => {
  await on("desk", async (page) => {
    await page.goto(`${server.url}/c/garden/100`);
    await page.locator(".shot").first().focus();
    await page.keyboard.press("Enter");
    const viewer = page.getByRole("dialog");
    await page.keyboard.press("ArrowLeft");
    expect(await viewer.getByRole("status").textContent()).toBe("3 of 3");
    await page.keyboard.press("+");
    expect(
      await viewer.getByRole("button", { name: "Own size" }).getAttribute("aria-pressed"),
    ).toBe("true");
    await page.keyboard.press("Escape");
    expect(await viewer.count()).toBe(0);
    expect(await page.evaluate("document.activeElement.getAttribute('href')")).toBe(pathOf(2));
  });
});

test("without script a picture leads to its file, kept here", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${server.url}/c/garden/100`);
  await page.locator(".shot").nth(1).click();
  expect(new URL(page.url()).pathname).toBe(pathOf(1));
  await context.close();
});

test("an album keeps its proportions, and the page its place while pictures come", async () => {
  await on("desk", async (page) => {
    await page.goto(`${server.url}/c/garden/100`);
    const [first, second, third] = await page.locator(".shot").all();
    const sizes = await Promise.all([first, second, third].map(async (one) => one?.boundingBox()));
    const [wide, left, right] = sizes;
    if (!wide || !left || !right) throw new Error("no album");
    expect(wide.width / wide.height).toBeCloseTo(16 / 9, 1);
    expect(left.width / left.height).toBeCloseTo(16 / 9, 1);
    expect(left.y).toBe(right.y);
    expect(left.width + right.width).toBeCloseTo(wide.width, -1);
    const shifted = await page.evaluate<number>(
      `new Promise((done) => new PerformanceObserver((list) => done(
        list.getEntries().reduce((sum, { value }) => sum + value, 0)
      )).observe({ type: "layout-shift", buffered: true }) ?? setTimeout(done, 300, 0))`,
    );
    expect(shifted).toBeLessThanOrEqual(0.02);
  });
});

test("by keys alone one jumps to a day of a channel, and reads on from there", async () => {
  await on("desk", async (page) => {
    await page.goto(`${server.url}/c/garden`);
    expect(await page.locator(".mini a[tabindex='0']").count()).toBe(1);
    await page.locator(".mini a[tabindex='0']").focus();
    await page.keyboard.press("PageDown");
    expect(await page.evaluate("document.activeElement.getAttribute('aria-label')")).toBe(
      "February 18: 1 post",
    );
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await page.waitForURL(/on=2025-02-10/);
    expect(await page.locator(".entry .when b").first().textContent()).toBe("2025-02-10");
    await page.getByRole("link", { name: "Newer posts" }).click();
    expect(await page.locator(".entry .when b").last().textContent()).toBe("2025-02-11");
  });
});

test("times are shown by the reader's clock on wish, kept for the next page, with UTC in the tooltip", async () => {
  const context = await browser.newContext({ timezoneId: "Asia/Kolkata" });
  const page = await context.newPage();
  await page.goto(`${server.url}/c/garden/100`);
  const when = page.locator(".entry.whole .when");
  expect(await when.innerText()).toMatch(/^2025-03-20\s+10:00:00 UTC$/);
  await page.getByRole("button", { name: "Local time" }).click();
  expect(await when.innerText()).toMatch(/^2025-03-20\s+15:30:00 UTC\+5:30$/);
  expect(await when.getAttribute("title")).toBe("2025-03-20 10:00:00 UTC");
  await page.goto(`${server.url}/c/garden`);
  expect(await page.locator(".when").first().innerText()).toContain("15:30:00");
  await page.getByRole("button", { name: "Local time" }).click();
  expect(await page.locator(".when").first().innerText()).toContain("10:00:00 UTC");
  await context.close();
});

test("by keys alone one goes from hit to hit, and back to the place in the list", async () => {
  await on("desk", async (page) => {
    await page.goto(`${server.url}/?q=harbour&sort=old&page=2`);
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/c\/garden\/30/);
    expect(await page.locator(".trail").innerText()).toContain("21 of 60");
    await page.keyboard.press("k");
    await page.waitForURL(/\/c\/garden\/29/);
    await page.keyboard.press("j");
    await page.waitForURL(/\/c\/garden\/30/);
    await page.reload();
    await page.getByRole("link", { name: "60 posts" }).click();
    await page.waitForURL(/page=2/);
    expect(await page.locator(".entry .shelf").first().textContent()).toBe("garden/30");
  });
});

const focused = async (page: Page): Promise<string> =>
  page.evaluate("document.activeElement.closest('[id^=p-]')?.id ?? document.activeElement.tagName");

test("who comes back from a hit goes on by keys from that hit, by either way back and after a reload", async () => {
  await on("desk", async (page) => {
    for (const view of ["posts", "context", "table"]) {
      await page.goto(`${server.url}/?q=harbour&sort=old&view=${view}`);
      expect(await focused(page)).toBe("BODY");
      for (const key of ["j", "j", "j", "j", "Enter"]) await page.keyboard.press(key);
      await page.waitForURL(/\/c\/garden\/13\?/);
      await page.goBack();
      await page.waitForURL((address) => address.pathname === "/");
      expect(await focused(page)).toBe("p-garden-13");
      await page.reload();
      await page.keyboard.press("j");
      expect(await focused(page)).toBe("p-garden-14");
      await page.keyboard.press("Enter");
      await page.waitForURL(/\/c\/garden\/14\?/);
      await page.getByRole("link", { name: "60 posts" }).click();
      await page.waitForURL(/#p-garden-14$/);
      await page.keyboard.press("k");
      expect(await focused(page)).toBe("p-garden-13");
    }
  });
});

test.each([
  ["phone", "posts", ".entry .shelf", 100],
  ["desk", "posts", ".entry .shelf", 100],
  ["desk", "context", ".kwic a", 900],
  ["desk", "table", ".dense .said a", 900],
] as const)(
  "on a %s the way back to the %s leads to where the hit stands",
  async (size, view, links, lowest) => {
    await on(size, async (page) => {
      await page.goto(`${server.url}/?q=harbour&sort=old&page=2&view=${view}`);
      await page.locator(links).nth(12).click();
      await page.waitForURL(/\/c\/garden\/42\?/);
      await page.keyboard.press("j");
      await page.waitForURL(/\/c\/garden\/43\?/);
      await page.reload();
      await page.getByRole("link", { name: "60 posts" }).click();
      await page.waitForURL(/page=2/);
      await page.waitForFunction("scrollY > 0");
      const bar = await page.locator(".bar").boundingBox();
      const hit = await page.locator("#p-garden-43").boundingBox();
      if (!bar || !hit) throw new Error("no bar, or no hit");
      expect(hit.y).toBeGreaterThanOrEqual(bar.y + bar.height);
      expect(hit.y).toBeLessThan(lowest);
    });
  },
);

const drawn = async (address: string): Promise<CheerioAPI> => load(await served.page(address));
const said = ($: CheerioAPI, selector: string): string =>
  $(selector).text().replaceAll(/\s+/g, " ").trim();

test.each([
  ["view=posts", ".entry .shelf"],
  ["view=context", ".kwic a"],
  ["view=table&cols=date%2Cid%2Ctext", ".dense .shelf"],
  ["view=table&cols=date%2Cid%2Ctext", ".dense .said a"],
])(
  "a post opened from %s (%s) knows its search, and the way back to that view",
  async (view, link) => {
    const asked = `q=harbour&channel=garden&after=2025-01-11&sort=old&limit=20&${view}`;
    const $list = await drawn(`/?${asked}&page=2`);
    const $ = await drawn($list(link).first().attr("href") ?? "");
    expect(said($, ".trail .quiet")).toBe("21 of 50");
    expect(said($, ".trail code")).toBe("harbour in:garden after:2025-01-11 sort:old");
    expect(said($, ".entry.whole .shelf")).toBe("garden/40");
    const back = new URL($(".trail a").first().attr("href") ?? "", "http://localhost");
    expect(Object.fromEntries(back.searchParams)).toEqual(
      Object.fromEntries(new URLSearchParams(`${asked}&page=2`)),
    );
    expect(back.hash).toBe("#p-garden-40");
    expect((await drawn(back.pathname + back.search))("#p-garden-40").length).toBe(1);
    const $next = await drawn($('.trail a[rel="next"]').attr("href") ?? "");
    expect(said($next, ".trail .quiet")).toBe("22 of 50");
    const $before = await drawn($('.trail a[rel="prev"]').attr("href") ?? "");
    expect(said($before, ".trail .quiet")).toBe("20 of 50");
    const earlier = new URL($before(".trail a").first().attr("href") ?? "", "http://localhost");
    expect(earlier.searchParams.get("page")).toBe(null);
  },
);

test("a post opened from a gallery stands among the posts with pictures", async () => {
  const $list = await drawn("/?sort=new&view=gallery");
  const address = $list(".grid .shot").last().attr("data-post") ?? "";
  expect(address).toBe("/c/garden/100?sort=new&view=gallery&hit=1");
  const $ = await drawn(address);
  expect(said($, ".trail .quiet")).toBe("1 of 1");
  expect($(".trail a").first().attr("href")).toBe("/?sort=new&view=gallery#p-garden-100");
  expect($list(".grid #p-garden-100").length).toBe(1);
  const $all = await drawn("/c/garden/100?sort=new&hit=1");
  expect(said($all, ".trail .quiet")).toBe("1 of 61");
});
