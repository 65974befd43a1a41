import type { Browser, Page } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startServer, type RunningServer } from "../../server/http/server.ts";
import { post, serveArchive } from "../server/http/small-archive.ts";
import { launchBrowser } from "./launch-browser.ts";

let served: Awaited<ReturnType<typeof serveArchive>>;
let server: RunningServer;
let browser: Browser;

beforeAll(async () => {
  const channel = { name: "garden" };
  const span = { from: 1, to: 3 };
  const gone = post(2, { text: "Gone tomorrow", publishedAt: "2025-07-01T10:00:00Z" });
  const stay = [1, 3].map((id) =>
    post(id, {
      text: "Symmetry",
      publishedAt: "2026-01-01T20:00:00Z",
      entities: [{ type: "link", offset: 0, length: 8, url: "https://example.org/" }],
    }),
  );
  served = await serveArchive([
    { channel, posts: [...stay, gone], span, at: "2026-01-03T20:00:00Z" },
    { channel, posts: stay, span, at: "2026-01-05T20:00:00Z" },
    { channel, posts: stay, span, at: "2026-01-07T20:00:00Z" },
  ]);
  server = await startServer({ app: served.app, host: "127.0.0.1", port: 0 });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await server.close();
  await served[Symbol.asyncDispose]();
});

/** What a reader is shown who lives there and has switched to their own clock. */
async function byOwnClock(
  look: (page: Page) => Promise<void>,
  timezoneId = "Asia/Kolkata",
): Promise<void> {
  const context = await browser.newContext({
    timezoneId,
    viewport: { width: 1280, height: 900 },
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await page.goto(`${server.url}/keys`);
  await page.getByRole("button", { name: "Local time" }).click();
  await look(page);
  await context.close();
}

test.each([
  ["/?view=table&cols=date,id,text", "Date, UTC+5:30", "2026-01-02 01:30"],
  ["/channels", "Newest post, UTC+5:30", "2026-01-02 01:30:00"],
  ["/channels", "Last read, UTC+5:30", "2026-01-08 01:30:00"],
  ["/c/garden?tab=links", "Posted, UTC+5:30", "2026-01-02 01:30"],
])("by the reader's clock, the heads on %s name its zone: %s", async (path, head, time) => {
  await byOwnClock(async (page) => {
    await page.goto(server.url + path);
    expect(await page.getByRole("columnheader", { name: head }).count()).toBe(1);
    expect(await page.getByText(time, { exact: true }).count()).toBeGreaterThan(0);
    expect(await page.locator("main th", { hasText: /UTC(?!\+5:30)/ }).count()).toBe(0);
    await page.getByRole("button", { name: "Local time" }).click();
    expect(await page.locator("main th", { hasText: /UTC(?!\+)/ }).count()).toBeGreaterThan(0);
    expect(await page.locator("main", { hasText: "+5:30" }).count()).toBe(0);
  });
});

test("by the reader's clock, what a folded table writes beside a time names the zone too", async () => {
  await byOwnClock(async (page) => {
    await page.goto(`${server.url}/channels`);
    const cell = page.locator("td", { hasText: "2026-01-08" });
    expect(await cell.getAttribute("data-label")).toBe("Last read, UTC+5:30");
    await page.getByRole("button", { name: "Local time" }).click();
    const before = page.locator("td", { hasText: "2026-01-07" });
    expect(await before.getAttribute("data-label")).toBe("Last read, UTC");
  });
});

test("times within sentences follow the reader's clock", async () => {
  await byOwnClock(async (page) => {
    await page.goto(`${server.url}/c/garden`);
    expect(await page.locator(".who-facts").innerText()).toContain(
      "last read 2026-01-08 01:30:00 UTC+5:30",
    );
    await page.goto(`${server.url}/c/garden/2`);
    expect(await page.locator(".wash").innerText()).toContain(
      "deleted, last seen 2026-01-04 01:30:00 UTC+5:30",
    );
  });
});

test("a day of changes says that it is a day of UTC, whatever clock the times are told by", async () => {
  await byOwnClock(async (page) => {
    await page.goto(`${server.url}/changes`);
    expect(await page.locator(".day > h2").first().innerText()).toMatch(/^2026-01-07\s+UTC/);
    expect(await page.locator(".day .when").first().innerText()).toBe("01:30:00 UTC+5:30");
  });
});

test("where clocks are changed, the head of a column names both hours", async () => {
  await byOwnClock(async (page) => {
    await page.goto(`${server.url}/?view=table&cols=date`);
    expect(await page.locator(".dense thead").innerText()).toContain("UTC+1/+2");
    expect(await page.locator(".dense td").allInnerTexts()).toEqual([
      "2026-01-01 21:00",
      "2026-01-01 21:00",
      "2025-07-01 12:00",
    ]);
  }, "Europe/Berlin");
});
