import type { Browser, Locator, Page } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startServer, type RunningServer } from "../../server/http/server.ts";
import { post, serveArchive } from "../server/http/small-archive.ts";
import { launchBrowser } from "./launch-browser.ts";

let served: Awaited<ReturnType<typeof serveArchive>>;
let server: RunningServer;
let browser: Browser;

beforeAll(async () => {
  served = await serveArchive([
    {
      channel: { name: "garden" },
      posts: [post(1, { text: "Symmetry" })],
      span: { from: 1, to: 1 },
      at: "2026-01-05T00:00:00Z",
    },
  ]);
  server = await startServer({ app: served.app, host: "127.0.0.1", port: 0 });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await server.close();
  await served[Symbol.asyncDispose]();
});

async function onPhone(
  walk: (page: Page, menus: { main: Locator; more: Locator }) => Promise<void>,
  javaScriptEnabled = true,
): Promise<void> {
  const viewport = { width: 375, height: 812 };
  const context = await browser.newContext({ viewport, javaScriptEnabled });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await page.goto(`${server.url}/?q=symmetry`);
  const main = page.locator("summary", { hasText: "Menu" });
  const more = page.locator("summary", { hasText: "More actions" });
  await walk(page, { main, more });
  await context.close();
}

const open = (page: Page): Locator => page.locator("details.menu[open]");

test("on a phone one menu is open at a time, without script too", async () => {
  await onPhone(async (page, { main, more }) => {
    await more.click();
    await main.click();
    expect(await open(page).locator("summary").allInnerTexts()).toEqual(["Menu"]);
    await open(page).getByRole("link", { name: "Channels" }).click();
    expect(new URL(page.url()).pathname).toBe("/channels");
  }, false);
});

test("Escape closes a menu and hands the focus back to what opened it", async () => {
  await onPhone(async (page, { more }) => {
    await more.focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    expect(await open(page).count()).toBe(1);
    await page.keyboard.press("Escape");
    expect(await open(page).count()).toBe(0);
    expect(await more.evaluate((summary) => summary.matches(":focus"))).toBe(true);
  });
});

test("a click beside a menu closes it, one within it does not", async () => {
  await onPhone(async (page, { more }) => {
    await more.click();
    await open(page).locator(".menu-list p").first().click();
    expect(await open(page).count()).toBe(1);
    await page.getByRole("heading", { level: 1 }).click();
    expect(await open(page).count()).toBe(0);
  });
});
