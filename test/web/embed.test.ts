import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FontSet, launchBrowser } from "./launch-browser.ts";
import { startServer, type RunningServer } from "../../server/http/server.ts";
import { post, serveArchive } from "../server/http/small-archive.ts";
import { hostilePosts, hostileTitle } from "./hostile.ts";

const english =
  "When a search fails, people edit the query until something shows up and forget what they wanted. ";
const russian =
  "Одни и те же примеры, попарная разница, бутстрэп по примерам: широкие буквы щёлкают в каждой строке. ";
const posts = [
  post(1, { text: "Tulips", views: 12_800 }),
  post(2, {
    text: english.repeat(9),
    author: "A. Gardener with a long name",
    edited: true,
    reactions: Array.from({ length: 9 }, (_, n) => ({
      kind: "emoji" as const,
      emoji: "👍",
      count: n * 100,
    })),
  }),
  post(3, { text: `${russian.repeat(5)}\n\n${russian}`, language: "ru" }),
  post(4, {
    text: "A poll, forwarded, with a link\nhttps://example.org/a/rather/long/address?of=a&page=that-is-linked",
    forward: { name: "Another channel of gardens", channel: "orchard", id: 7 },
    poll: {
      question: "Which of these should be planted beside the pond this spring?",
      type: "Anonymous Poll",
      options: [
        { text: "Roses", percent: 70 },
        { text: "Irises, the tall ones that were there before the flood", percent: 30 },
      ],
      voters: 1846,
    },
    preview: {
      url: "https://example.org/a",
      site: "Example",
      title: "A page with a title that is long enough for two lines",
      description: english.repeat(3),
    },
  }),
  post(5, {
    ids: [5, 6, 7],
    text: "An album",
    media: [
      { kind: "photo", width: 800, height: 600 },
      { kind: "photo", width: 600, height: 800 },
      { kind: "video", width: 1280, height: 720, durationSeconds: 75 },
    ],
  }),
  post(8, { text: "", textState: "withheld" }),
  post(9, { text: "长文本没有空格".repeat(30), language: "zh" }),
  post(10, { text: english.repeat(60) }),
];
const widths = [320, 375, 430, 500, 640];
const tallestPx = 1_600;

let served: Awaited<ReturnType<typeof serveArchive>>;
let server: RunningServer;
let site: ReturnType<typeof createServer>;
let siteUrl: string;
/** What the other site's page holds. */
let body = "";

beforeAll(async () => {
  site = createServer((_, answer) => {
    answer.setHeader("Content-Type", "text/html; charset=utf-8");
    answer.end(`<!doctype html><title>A blog</title>${body}`);
  });
  await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
  siteUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  served = await serveArchive(
    [
      {
        channel: { name: "garden", title: "Garden of notes" },
        posts,
        span: { from: 1, to: 10 },
        at: "2026-01-20T00:00:00Z",
      },
      {
        channel: { name: "hostile", title: hostileTitle },
        posts: hostilePosts,
        span: { from: 1, to: 5 },
        at: "2026-01-20T00:00:00Z",
      },
    ],
    { embeddedBy: [siteUrl] },
  );
  server = await startServer({ app: served.app, host: "127.0.0.1", port: 0 });
});
afterAll(async () => {
  site?.close();
  await server?.close();
  await served?.[Symbol.asyncDispose]();
});

const codeOf = async (id: number, channel = "garden"): Promise<string> => {
  const url = `${server.url}/c/${channel}/${id}`;
  const answer = await fetch(`${server.url}/oembed?${new URLSearchParams({ url }).toString()}`);
  return ((await answer.json()) as { html: string }).html;
};

/** Each frame of the page: how high it is, and what its post takes. */
async function framesOf(page: Page) {
  const frames = await page.locator("iframe").all();
  return Promise.all(
    frames.map(async (frame) => {
      const content = frame.contentFrame();
      await content.locator(".entry").waitFor();
      return {
        heightPx: await frame.evaluate((one) => one.clientHeight),
        neededPx: await content
          .locator("body")
          .evaluate((one) => Math.ceil(one.getBoundingClientRect().height)),
        widerByPx: await content
          .locator("html")
          .evaluate((one) => one.scrollWidth - one.clientWidth),
      };
    }),
  );
}

describe.each<FontSet>(["DejaVu", "Noto"])("a framed post, with the fonts of %s", (fonts) => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser({ fonts });
  });
  afterAll(async () => browser?.close());

  test("has the height its text needs at 320 to 640 px, and not half as much again", async () => {
    const codes = await Promise.all(posts.map(async ({ id }) => codeOf(id)));
    body = `<body style="margin:0">${codes.join("").replaceAll('loading="lazy"', "")}`;
    const page = await browser.newPage();
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      await page.goto(siteUrl);
      const frames = await framesOf(page);
      expect(frames).toHaveLength(posts.length);
      for (const [place, { heightPx, neededPx, widerByPx }] of frames.entries()) {
        const where = `${width} px, post ${posts[place]?.id}`;
        expect([where, widerByPx]).toEqual([where, 0]);
        const mostPx = tallestPx - 2;
        const least = Math.min(neededPx, mostPx);
        expect([where, heightPx >= least]).toEqual([where, true]);
        expect([where, heightPx <= Math.min(neededPx * 1.5 + 40, mostPx)]).toEqual([where, true]);
      }
    }
    // The longest is beyond any frame.
    const [long] = (await framesOf(page)).slice(-1);
    expect(long?.neededPx).toBeGreaterThan(tallestPx);
    await page.close();
  }, 60_000);
});

describe("on another site", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => browser?.close());

  test("the script fits each frame to its post, and believes no other page", async () => {
    body = `${await codeOf(10)}${await codeOf(1)}
      <script async src="${server.url}/widget/embed.js"></script>`;
    const page = await browser.newPage({ viewport: { width: 700, height: 900 } });
    const said: string[] = [];
    page.on("console", (line) => said.push(line.text()));
    await page.goto(siteUrl);
    await expect
      .poll(async () => (await framesOf(page)).map((one) => one.heightPx - one.neededPx), {
        timeout: 15_000,
      })
      .toEqual([0, 0]);
    const before = await framesOf(page);
    expect(before[0]?.heightPx).toBeGreaterThan(tallestPx);
    // The page itself, and a frame of its own that claims to be one.
    await page.evaluate(`{
      const other = document.createElement("iframe");
      other.srcdoc = "<script>parent.postMessage({ backscrollHeight: 9 }, '*')</script>";
      document.body.append(other);
      window.postMessage({ backscrollHeight: 9 }, "*");
    }`);
    await page.waitForTimeout(300);
    const frames = page.locator('iframe[src^="http"]');
    expect(await frames.evaluateAll((all) => all.map((one) => one.clientHeight))).toEqual(
      before.map(({ heightPx }) => heightPx),
    );
    expect(said).toEqual([]);
    await page.close();
  }, 60_000);

  test("a site that is not named is shown nothing", async () => {
    body = await codeOf(1);
    const page = await browser.newPage();
    // Another name of this machine is another origin.
    await page.goto(siteUrl.replace("127.0.0.1", "localhost"));
    await page.waitForTimeout(500);
    const inside = page.locator("iframe").contentFrame().locator(".entry");
    expect(await inside.count()).toBe(0);
    await page.close();
  }, 60_000);

  test.each(["light", "dark"] as const)(
    "is without faults to axe, policy and strangers, %s",
    async (theme) => {
      const context = await browser.newContext({ viewport: { width: 320, height: 700 } });
      const page = await context.newPage();
      const wrong: string[] = [];
      page.on("console", (line) => wrong.push(line.text()));
      page.on("pageerror", (error) => wrong.push(error.message));
      page.on("dialog", (dialog) => {
        wrong.push("a dialog");
        void dialog.dismiss();
      });
      page.on("request", (request) => {
        if (!request.url().startsWith(server.url)) wrong.push(request.url());
      });
      const addresses = [
        ...[2, 4, 5, 8].map((id) => `/embed/garden/${id}`),
        ...hostilePosts.map(({ id }) => `/embed/hostile/${id}`),
        ...hostilePosts.map(({ id }) => `/c/hostile/${id}`),
      ];
      for (const address of addresses) {
        await page.goto(
          `${server.url}${address}?${address.startsWith("/c/") ? "" : `theme=${theme}`}`,
        );
        if (address.startsWith("/c/")) continue;
        expect(await page.evaluate("getComputedStyle(document.documentElement).colorScheme")).toBe(
          theme,
        );
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect([address, violations.map(({ id }) => id)]).toEqual([address, []]);
        const links = page.locator("main a[href]:not([href^='#'])");
        expect(await links.count()).toBeGreaterThan(0);
        expect(await page.locator("base").getAttribute("target")).toBe("_blank");
      }
      expect(wrong).toEqual([]);
      await context.close();
    },
    60_000,
  );

  test("the code on a post's page is copied whole", async () => {
    const context = await browser.newContext({
      permissions: ["clipboard-read", "clipboard-write"],
    });
    const page = await context.newPage();
    await page.goto(`${server.url}/c/garden/1?ui=en`);
    await page.getByText("Plain HTML").click();
    await page.getByRole("button", { name: "Copy the code" }).first().click();
    await expect
      .poll(async () => page.evaluate("navigator.clipboard.readText()"))
      .toContain("<blockquote cite=");
    await context.close();
  });
});
