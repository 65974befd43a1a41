import { brotliCompressSync } from "node:zlib";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "./launch-browser.ts";
import type { Post } from "../../scraper/post.ts";
import { createAnalyzer } from "../../server/search/analysis/analyzer.ts";
import { saveSearch } from "../../server/search/save-search.ts";
import { noCounts } from "../../server/archive/runs/run.ts";
import { startServer, type RunningServer } from "../../server/http/server.ts";
import { post, serveArchive } from "../server/http/small-archive.ts";
import { hostilePosts, hostileTitle } from "./hostile.ts";
import { series } from "../whole.ts";

const garden = {
  name: "garden",
  title: "Сад камней",
  description: "Заметки",
  counters: { subscribers: 18_200 },
};
const first: Post[] = [
  post(1, {
    text: "Симметрия весов. #метка и ссылка",
    language: "ru",
    entities: [
      { type: "hashtag", offset: 17, length: 6 },
      { type: "link", offset: 26, length: 6, url: "https://example.org/" },
      { type: "bold", offset: 0, length: 9 },
    ],
    views: 900,
    reactions: [{ kind: "emoji", emoji: "👍", count: 3 }],
  }),
  post(2, { text: "Gone tomorrow, about symmetry", language: "en" }),
  post(3, {
    ids: [3, 4],
    text: "An album",
    media: [
      { kind: "photo", width: 800, height: 600 },
      { kind: "video", durationSeconds: 75 },
    ],
  }),
  post(40, {
    text: "def f():\n  return symmetry",
    entities: [{ type: "pre", offset: 0, length: 27 }],
    poll: {
      question: "Why?",
      type: "Anonymous Poll",
      options: [
        { text: "Because", percent: 70 },
        { text: "No", percent: 30 },
      ],
      voters: 1846,
    },
  }),
  post(41, { text: "تنبيه: نسخة عربية من ملاحظات «كسر التناظر» symmetry", language: "ar" }),
];
const later = first
  .filter(({ id }) => id !== 2)
  .map((one) =>
    one.id === 1
      ? Object.assign({}, one, {
          text: "Асимметрия весов. #метка и ссылка",
          edited: true,
          views: 1200,
          entities: [],
        })
      : one,
  );
const span = { from: 1, to: 4 };
const late = { from: 38, to: 41 };
const early = (posts: readonly Post[]): Post[] => posts.filter(({ id }) => id < 5);
const rest = (posts: readonly Post[]): Post[] => posts.filter(({ id }) => id > 5);

const pages = {
  search: "/?q=symmetry+OR+%D0%B0%D1%81%D0%B8%D0%BC%D0%BC%D0%B5%D1%82%D1%80%D0%B8%D1%8F&sort=new",
  everything: "/",
  context: "/?q=symmetry&view=context",
  table: "/?q=symmetry&view=table",
  compare: "/compare?q=symmetry&q=album&q=has%3Awings",
  compareEmpty: "/compare",
  set: "/sets/e3b0c44298fc1c14",
  nothing: "/?q=symmetry+zzzz+has%3Apoll",
  fault: "/?q=symmetry+has%3Awings",
  channels: "/channels",
  adding: "/channels/add?channel=garden",
  channel: "/c/garden",
  changes: "/changes",
  changesRussian: "/changes?kind=edited&ui=ru",
  channelChanges: "/c/garden?tab=changes",
  post: "/c/garden/1",
  deleted: "/c/garden/2",
  hostile: "/c/hostile/2",
  hostileChannel: "/c/hostile",
  missing: "/c/garden/33",
  saved: "/saved",
  savedRussian: "/saved?ui=ru",
  docs: "/docs",
  runs: "/runs",
  schedules: "/schedules",
  keys: "/keys",
  status: "/status",
  enter: "/enter",
  widget: "/widget?channels=garden",
  widgetRussian: "/widget?ui=ru",
  widgetHelp: "/widget/help",
  widgetGallery: "/widget/gallery",
  gallery: "/?view=gallery",
  russian: "/?q=%D0%B0%D1%81%D0%B8%D0%BC%D0%BC%D0%B5%D1%82%D1%80%D0%B8%D1%8F&ui=ru",
} as const;

let browser: Browser;
let server: RunningServer;
let served: Awaited<ReturnType<typeof serveArchive>>;
let empty: Awaited<ReturnType<typeof serveArchive>>;
let emptyServer: RunningServer;
let hostileSet: string | undefined;

beforeAll(async () => {
  served = await serveArchive([
    { channel: garden, posts: early(first), span, at: "2026-01-03T00:00:00Z" },
    { channel: garden, posts: rest(first), span: late, at: "2026-01-03T00:01:00Z" },
    { channel: garden, posts: early(later), span, at: "2026-01-05T00:00:00Z" },
    { channel: garden, posts: early(later), span, at: "2026-01-07T00:00:00Z" },
    {
      channel: { name: "hostile", title: hostileTitle, description: hostileTitle },
      posts: hostilePosts,
      span: { from: 1, to: 5 },
      at: "2026-01-03T00:00:00Z",
    },
  ]);
  const counts = { ...noCounts, pages: 3, new: 60 };
  const error = { class: "Throttled", message: "The source asked to slow down." };
  await served.hasRun("garden", { state: "failed", counts, error });
  await served.hasRun("paper_room", { counts });
  await served.app.request("/api/v1/sets?q=zzzz", { method: "POST" });
  const set = await served.app.request("/api/v1/sets?q=link", { method: "POST" });
  hostileSet = new URL(set.headers.get("Location") ?? "", "http://here").pathname.split("/").at(-1);
  const name = hostileTitle.slice(0, 100);
  const { search } = await saveSearch(
    { ...served, analyzer: createAnalyzer() },
    { name, query: `"<img src=x>" OR ${"a".repeat(200)}`, url: "https://hook.example/<script>" },
    { now: new Date() },
  );
  const answers = [
    { kind: "sent", answer: "Answered 204." },
    { kind: "given-up", answer: name },
    { kind: "again", answer: "Answered 503.", waitMs: 30_000 },
  ] as const;
  for (const answer of answers) {
    await served.archive.saved.test(search.id, { event: "search.test", body: {} });
    const claimed = await served.archive.deliveries.claim(1000);
    if (claimed) await served.archive.deliveries.finish(claimed, answer);
  }
  server = await startServer({ app: served.app, host: "127.0.0.1", port: 0 });
  empty = await serveArchive([]);
  emptyServer = await startServer({ app: empty.app, host: "127.0.0.1", port: 0 });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await Promise.all([server?.close(), emptyServer?.close()]);
  await Promise.all([served?.[Symbol.asyncDispose](), empty?.[Symbol.asyncDispose]()]);
});

/** What needs a script: putting an address into the clipboard, this reader's clock, and arrows in a calendar. */
const ownScript = /^<script type="module" src="\/(assets|widget)\//;
/** Facts for reference managers: data, which no browser runs. */
const factsOfPost = '<script type="application/ld+json">';
const copied =
  /^(Copy link|Скопировать ссылку|Copy citation|Скопировать ссылку на источник|Local time|Местное время|Arrow keys move by a day .*)$/;

interface Look {
  readonly theme: "light" | "dark";
  readonly width: number;
  readonly direction: "ltr" | "rtl";
}

/** Opens a page and hands it over; answers everything that went wrong on it, or was asked of another host. */
async function looking(
  address: string,
  look: (page: Page) => Promise<void>,
  through = browser,
): Promise<readonly string[]> {
  const context = await through.newContext({ reducedMotion: "reduce" });
  const page = await context.newPage();
  const trouble: string[] = [];
  page.on("dialog", (dialog) => {
    trouble.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("console", (message) => {
    if (!message.text().includes("status of 4")) trouble.push(message.text());
  });
  page.on("request", (request) => {
    if (new URL(request.url()).hostname !== "127.0.0.1") trouble.push(`request: ${request.url()}`);
  });
  await page.goto(address);
  await look(page);
  await context.close();
  return trouble;
}

async function as(page: Page, { theme, width, direction }: Look): Promise<void> {
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme: theme });
  await page.evaluate(`document.documentElement.dir = "${direction}"`);
}

/** What theme, width and direction can break; all else of a page is the same in each look of one width. */
const drawn = [
  "color-contrast",
  "link-in-text-block",
  "scrollable-region-focusable",
  "target-size",
];

const axe = async (page: Page, rules?: readonly string[]): Promise<readonly string[]> => {
  const builder = new AxeBuilder({ page });
  const { violations } = await (
    rules
      ? builder.withRules([...rules])
      : builder.withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
  ).analyze();
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`,
  );
};

/** Pages of each kind: a list, a post, forms, charts, Russian; all of them in `npm run test:slow`. */
const ofEachKind: readonly string[] = [pages.search, pages.post, pages.status, pages.russian];
const inEachLook = series(Object.entries(pages), ([, path]) => ofEachKind.includes(path));

const slowMachineMs = 240_000;
const looks: readonly Look[] = [
  { theme: "light", width: 1280, direction: "ltr" },
  { theme: "dark", width: 360, direction: "ltr" },
  { theme: "dark", width: 1280, direction: "rtl" },
  { theme: "light", width: 360, direction: "rtl" },
];
const narrow: readonly Look[] = [
  { theme: "light", width: 320, direction: "ltr" },
  { theme: "light", width: 320, direction: "rtl" },
];

/** In these looks without a fault for axe, and never wider than a small telephone. */
async function inspect(page: Page, through: readonly Look[] = looks): Promise<void> {
  for (const look of through) {
    await as(page, look);
    const rules = look.direction === "rtl" ? drawn : undefined;
    expect({ look, faults: await axe(page, rules) }).toEqual({ look, faults: [] });
  }
  for (const look of narrow) {
    await as(page, look);
    const beyond = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
    expect({ look, beyond }).toEqual({ look, beyond: 0 });
  }
}

describe("no fault for axe in both themes, directions and widths, and no scrolling aside at 320 px", () => {
  test.each(inEachLook)(
    "%s",
    async (_, path) => {
      // Axe takes half a minute a look for the whole API on a page.
      const through = path === pages.docs ? looks.filter((_look, at) => at % 3 === 0) : looks;
      const look = async (page: Page): Promise<void> => inspect(page, through);
      expect(await looking(server.url + path, look)).toEqual([]);
    },
    slowMachineMs,
  );

  test.each(["/", "/channels"])(
    "%s of an empty archive",
    async (path) => {
      expect(await looking(emptyServer.url + path, inspect)).toEqual([]);
    },
    slowMachineMs,
  );
});

describe("with the letters of another machine all that is tapped is large enough, and nothing scrolls aside:", () => {
  let other: Browser;
  beforeAll(async () => {
    other = await launchBrowser({ fonts: "Noto" });
  });
  afterAll(async () => other?.close());

  const anyWidth = [...looks.slice(0, 1), ...narrow.slice(0, 1)];
  const fits = async (page: Page): Promise<void> => {
    for (const look of anyWidth) {
      await as(page, look);
      const { violations } = await new AxeBuilder({ page }).withRules(["target-size"]).analyze();
      const small = violations.flatMap(({ nodes }) => nodes.map(({ html }) => html.slice(0, 160)));
      const beyond = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
      expect({ look, small, beyond }).toEqual({ look, small: [], beyond: 0 });
    }
  };

  test.each(inEachLook)("%s", async (_, path) => {
    expect(await looking(server.url + path, fits, other)).toEqual([]);
  });
});

describe("a hostile post", () => {
  const everywhere = [
    "/?q=link",
    "/",
    "/channels",
    "/saved",
    "/c/hostile",
    ...[1, 2, 3, 4, 5].map((id) => `/c/hostile/${id}`),
    "/?q=link&view=context",
    "/?q=link&view=table",
    "/?q=link&view=gallery",
    `/?q=${encodeURIComponent('"><img src=x onerror=alert(1)>')}`,
    "/compare?q=link&q=%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    "/sets/hostile",
  ];

  test.each(everywhere)(
    "on %s runs nothing, styles nothing and asks no other host",
    async (path) => {
      const here = path === "/sets/hostile" ? `/sets/${hostileSet}` : path;
      const trouble = await looking(server.url + here, async (page) => {
        expect(
          await page
            .locator(
              "script:not([src^='/assets/'], [type='application/ld+json']), img, iframe, style, [style], base, object",
            )
            .count(),
        ).toBe(0);
        expect(await page.locator("[onload], [onerror], [onmouseover], [onclick]").count()).toBe(0);
        expect(
          await page
            .locator('a:not([href^="/"], [href^="#"], [href^="?"], [href^="http"])')
            .count(),
        ).toBe(0);
        expect(await page.getByRole("heading", { name: "taken over" }).count()).toBe(0);
      });
      expect(trouble).toEqual([]);
    },
  );

  test("cannot pile up accents over what is not its own", async () => {
    await looking(`${server.url}/c/hostile/2`, async (page) => {
      const clipped = await page.evaluate(
        "[...document.querySelectorAll('.entry')].map((one) => getComputedStyle(one).overflowX)",
      );
      expect(new Set(clipped as string[])).toEqual(new Set(["clip"]));
    });
  });

  test("shows what would turn its name around", async () => {
    await looking(`${server.url}/c/hostile/2`, async (page) => {
      expect(await page.locator(".media-file").first().textContent()).toContain("\uFFFDfdp.exe");
    });
  });
});

describe("a person with a browser and no script", () => {
  test.each(Object.entries(pages))("sees on %s all that scripts show", async (_, path) => {
    const shown = async (javaScriptEnabled: boolean): Promise<readonly string[]> => {
      const context = await browser.newContext({ javaScriptEnabled });
      const page = await context.newPage();
      await page.goto(server.url + path);
      const text = await page.locator("body").innerText();
      await context.close();
      return text.replaceAll(/\b\d+(?= (ms|мс))|\d\d:\d\d:\d\d/g, "").split("\n");
    };
    const without = new Set(await shown(false));
    const more = (await shown(true)).filter((line) => !without.has(line));
    expect(more.filter((line) => !copied.test(line))).toEqual([]);
    expect(without.size).toBeGreaterThan(5);
  });

  test("searches, narrows the result, and opens a post", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(server.url);
    await page.getByRole("searchbox").fill("symmetry");
    await page.getByRole("button", { name: "Find" }).click();
    await page.getByRole("link", { name: /^poll/ }).click();
    expect(await page.getByRole("searchbox").inputValue()).toBe("symmetry has:poll");
    await page.getByRole("link", { name: "Open" }).first().click();
    expect(new URL(page.url()).pathname).toBe("/c/garden/40");
    await context.close();
  });

  test("adds a channel by the form, and is told when the name is none", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${server.url}/channels`);
    await page.getByLabel("Add a channel").fill("two words");
    await page.getByRole("button", { name: "Archive it" }).click();
    expect(await page.getByRole("alert").textContent()).toContain("two words");
    await page.getByLabel("Add a channel").fill("https://t.me/s/durov");
    await page.getByRole("button", { name: "Archive it" }).click();
    expect(served.added).toEqual(["durov"]);
    expect(new URL(page.url()).pathname).toBe("/channels/add");
    await context.close();
  });
});

test("without script a search is saved, paused and removed", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${server.url}/?q=symmetry`);
  await page.getByRole("link", { name: "Save", exact: true }).click();
  await page.getByLabel("Name").fill("Watch");
  await page.getByLabel("Webhook").fill("http://10.0.0.1/");
  await page.getByRole("button", { name: "Save" }).click();
  expect(await page.getByRole("alert").textContent()).toContain("inside the network");
  await page.getByLabel("Webhook").fill("https://hook.example/");
  await page.getByRole("button", { name: "Save" }).click();
  expect(await page.getByRole("status").textContent()).toContain("whsec_");
  await page.getByRole("button", { name: "Pause: Watch" }).click();
  await page.getByRole("button", { name: "Resume: Watch" }).click();
  await page.getByRole("button", { name: "Remove: Watch" }).click();
  expect(await page.getByRole("heading", { name: "Watch" }).count()).toBe(0);
  await context.close();
});

test("a page in Russian tells an answer's status in Russian, and marks what is kept in English", async () => {
  const saved = await served.page("/saved?ui=ru");
  expect(saved).toContain("Ответ 204.");
  expect(saved).not.toContain("Answered");
  expect(saved).toContain('<span lang="en" dir="auto">');
  expect(await served.page("/saved")).toContain("Answered 204.");
  for (const path of ["/runs?ui=ru", "/status?ui=ru"])
    expect(await served.page(path)).toContain(
      '<span lang="en" dir="auto">The source asked to slow down.</span>',
    );
});

describe("a person with a browser and scripts", () => {
  const brotliAtMost = 25 * 1024;

  test.each(Object.entries(pages))(
    "is sent no more than 25 KiB of script on %s",
    async (_, path) => {
      const page = await served.page(path);
      const scripts = [...page.matchAll(/<script[^>]* src="([^"]+)"/g)].map(([, src]) => src ?? "");
      const bytes = await Promise.all(
        scripts.map(async (src) => brotliCompressSync(await served.page(src)).byteLength),
      );
      expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(brotliAtMost);
      const others = [...page.matchAll(/<script[^>]*>/g)].map(([tag]) => tag);
      expect(others.filter((tag) => !ownScript.test(tag) && tag !== factsOfPost)).toEqual([]);
    },
  );

  test("has fields and channels completed by keyboard, with nothing taken unasked", async () => {
    const trouble = await looking(server.url, async (page) => {
      page.setDefaultTimeout(5000);
      await page.keyboard.press("/");
      const box = page.getByRole("combobox");
      await box.pressSequentially("symmetry ha");
      await page.getByRole("option", { name: "has:" }).waitFor();
      expect(await page.locator("[aria-selected=true]").count()).toBe(0);
      await box.press("ArrowDown");
      await box.press("Enter");
      await page.getByRole("option", { name: "has:poll" }).click();
      await box.pressSequentially("in:gar");
      await page.getByRole("option", { name: "in:garden" }).waitFor();
      expect(await axe(page)).toEqual([]);
      await box.press("ArrowDown");
      await box.press("Tab");
      expect(await box.inputValue()).toBe("symmetry has:poll in:garden ");
      await box.press("Enter");
      await page.waitForURL(/has%3Apoll/);
      await page.keyboard.press("j");
      expect(await page.evaluate("document.activeElement.textContent")).toContain("garden/");
    });
    expect(trouble).toEqual([]);
  });

  test("has words completed by those that are kept, with the posts each would find", async () => {
    const trouble = await looking(server.url, async (page) => {
      const box = page.getByRole("combobox");
      await box.pressSequentially("in:garden symm");
      const word = page.getByRole("option", { name: /^symmetry \d+$/ });
      await word.waitFor();
      expect(await axe(page)).toEqual([]);
      await box.press("ArrowDown");
      await box.press("Enter");
      expect(await box.inputValue()).toBe("in:garden symmetry ");
      await box.press("Enter");
      await page.waitForURL(/symmetry/);
      const [, shown] =
        (await page.getByRole("heading", { level: 1 }).innerText()).match(/^(\d+)/) ?? [];
      expect(Number(shown)).toBeGreaterThan(1);
    });
    expect(trouble).toEqual([]);
  });

  test("is shown the keys by ?, without script by a button, and Escape closes them", async () => {
    const trouble = await looking(`${server.url}/channels`, async (page) => {
      const sheet = page.getByRole("dialog", { name: "Keyboard" });
      await page.keyboard.press("?");
      await sheet.waitFor();
      expect(await axe(page)).toEqual([]);
      expect(await sheet.innerText()).toContain("to the search box");
      await page.keyboard.press("Escape");
      expect(await sheet.isVisible()).toBe(false);
      await page.getByRole("button", { name: "Keyboard" }).click();
      expect(await sheet.isVisible()).toBe(true);
    });
    expect(trouble).toEqual([]);
  });

  test("chooses how a post is cited by tabs, one form at a time, and copies it", async () => {
    const trouble = await looking(`${server.url}/c/garden/40`, async (page) => {
      const cite = page.locator("#cite");
      expect(await cite.locator("pre:visible").count()).toBe(1);
      await cite.getByRole("radio", { name: "APA 7" }).focus();
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowRight");
      expect(await cite.locator("pre:visible").innerText()).toContain("@misc{garden_40");
      expect(await cite.getByRole("button", { name: "Copy citation" }).count()).toBe(1);
    });
    expect(trouble).toEqual([]);
  });

  test("chooses a stretch of the timeline by keys, and hears which", async () => {
    const trouble = await looking(`${server.url}/?histogram=day`, async (page) => {
      const brush = page.getByRole("slider", { name: /Choose a stretch of time/ });
      await brush.focus();
      await page.keyboard.press("Home");
      expect(await brush.getAttribute("aria-valuetext")).toMatch(/^2026-01-01 – 2026-01-02$/);
      await page.keyboard.press("Shift+ArrowRight");
      expect(await brush.getAttribute("aria-valuetext")).toMatch(/^2026-01-01 – 2026-01-03$/);
      expect(await axe(page)).toEqual([]);
      await page.keyboard.press("Enter");
      await page.waitForURL(/after=2026-01-01&before=2026-01-03/);
    });
    expect(trouble).toEqual([]);
  });

  test("draws a stretch of the timeline and is shown its posts", async () => {
    const trouble = await looking(`${server.url}/?histogram=day`, async (page) => {
      const chart = await page.locator("time-brush svg").boundingBox();
      if (!chart) throw new Error("no timeline");
      await page.mouse.move(chart.x + 2, chart.y + 40);
      await page.mouse.down();
      await page.mouse.move(chart.x + 4, chart.y + 40);
      await page.mouse.up();
      await page.waitForURL(/after=2026-01-01&before=2026-01-02/);
    });
    expect(trouble).toEqual([]);
  });
});

test("without script a result is cited, and its page says that nothing changed", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${server.url}/?q=symmetry`);
  await page.getByRole("button", { name: "Cite" }).click();
  expect(new URL(page.url()).pathname).toMatch(/^\/sets\/[0-9a-f]{16}$/);
  expect(await page.getByText("finds exactly what was cited").count()).toBe(1);
  await context.close();
});
