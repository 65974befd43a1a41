/* oxlint-disable unicorn/consistent-function-scoping -- a helper stands beside the tests that use it */
import { AxeBuilder } from "@axe-core/playwright";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync } from "node:zlib";
import type { Browser, BrowserContextOptions, Page } from "playwright";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { launchBrowser } from "./launch-browser.ts";
import { startServer, type RunningServer } from "../../server/http/server.ts";
import { widgetFiles } from "../../server/http/pages/widget-files.ts";
import { hostPage, type Site, sites, strictPolicy } from "../../web/pages/widget-gallery.ts";
import { post, serveArchive } from "../server/http/small-archive.ts";
import { series } from "../whole.ts";

const at = "2026-01-20T00:00:00Z";
const texts = [
  "symmetry of weights",
  "breaking the symmetry",
  "симметрия весов",
  "a symmetric bed",
];
const posts = (channel: string) =>
  Array.from({ length: 14 }, (_, n) =>
    post(n + 1, { channel, text: `${texts[n % texts.length]} ${n}`, language: "en" }),
  );
const span = { from: 1, to: 14 };

let browser: Browser;
let served: Awaited<ReturnType<typeof serveArchive>>;
let server: RunningServer;
let host: Server;
let hostOrigin: string;
let key: string;
let stranger: string;
const requests: string[] = [];
const tags = new Map<string, string>();

beforeAll(async () => {
  served = await serveArchive([
    { channel: { name: "garden", title: "Сад камней" }, posts: posts("garden"), span, at },
    { channel: { name: "orchard", title: "Orchard" }, posts: posts("orchard"), span, at },
    { channel: { name: "cellar", title: "Cellar" }, posts: posts("cellar"), span, at },
  ]);
  const fetch: typeof served.app.fetch = (request, connection) => {
    requests.push(request.url);
    return served.app.fetch(request, connection);
  };
  server = await startServer({ app: { fetch }, host: "127.0.0.1", port: 0 });
  host = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://x");
    const css = /^\/(\w+)\.css$/.exec(pathname)?.[1] as Site | undefined;
    if (css) return response.setHeader("Content-Type", "text/css").end(sites[css].css);
    const [, site = "plain", name = ""] = pathname.split("/");
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    response.setHeader("Content-Security-Policy", strictPolicy(server.url));
    return response.end(hostPage(site in sites ? (site as Site) : "plain", tags.get(name) ?? ""));
  });
  await new Promise<void>((done) => host.listen(0, "127.0.0.1", done));
  hostOrigin = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
  const grant = { scopes: ["search"], channels: ["garden", "orchard"] } as const;
  key = (await served.archive.keys.create({ ...grant, origins: [hostOrigin] })).secret;
  stranger = (await served.archive.keys.create({ ...grant, origins: ["https://a.example"] }))
    .secret;
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
  host?.closeAllConnections();
  host?.close();
  await served?.[Symbol.asyncDispose]();
});

const loader = (data: string): string =>
  `<script async src="${server.url}/widget/v1.js" ${data}></script>`;

interface Opened extends AsyncDisposable {
  readonly page: Page;
  /** What the policy refused, what broke, and which other hosts were asked. */
  readonly wrong: string[];
}

async function open(
  tag: string,
  {
    site = "plain",
    browser: other = browser,
    ...options
  }: BrowserContextOptions & { readonly site?: Site; readonly browser?: Browser } = {},
): Promise<Opened> {
  const context = await other.newContext(options);
  onTestFinished(async () => context.close());
  const page = await context.newPage();
  const wrong: string[] = [];
  await page.addInitScript(
    'document.addEventListener("securitypolicyviolation", (e) => console.error(`CSP ${e.violatedDirective} ${e.blockedURI}`))',
  );
  page.on("console", (message) => {
    if (message.type() === "error" && /CSP|Content Security|Trusted/.test(message.text()))
      wrong.push(message.text());
  });
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol !== "data:" && ![hostOrigin, server.url].includes(origin))
      wrong.push(`asked ${origin}`);
  });
  const name = String(tags.size);
  tags.set(name, tag);
  await page.goto(`${hostOrigin}/${site}/${name}`);
  return { page, wrong, [Symbol.asyncDispose]: async () => context.close() };
}

const box = (page: Page) => page.locator("backscroll-search").getByRole("combobox");
const status = (page: Page) => page.getByRole("status");
const hits = (page: Page) => page.locator("backscroll-search").getByRole("option");
const opener = (page: Page) => page.getByRole("button", { name: /^(Search|Поиск)/ });

async function search(page: Page, text = "symm"): Promise<void> {
  await opener(page).click();
  await box(page).pressSequentially(text);
  await hits(page).first().waitFor();
}

const asks = (address: string, q: string): boolean =>
  address.includes("/search?") && new URL(address).searchParams.get("q") === q;

async function axe(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).include("backscroll-search").analyze();
  return violations.map(({ id, nodes }) => `${id} ${nodes.map(({ html }) => html).join(" ")}`);
}

describe("in Chromium, under a strict policy that requires Trusted Types", () => {
  const looks: readonly [string, BrowserContextOptions][] = [
    ["in a wide light window", {}],
    ["for a visitor whose system is dark", { colorScheme: "dark" }],
    ["in forced colours", { forcedColors: "active" }],
    ["at 320 px", { viewport: { width: 320, height: 640 } }],
    ["at 400 % zoom", { viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 }],
  ];
  const everywhere = (Object.keys(sites) as Site[]).flatMap((site) =>
    looks.map(([name, options]) => ({ site, name, options })),
  );
  // Each site and each look is met once, not each site in each look.
  const met = ({ site, name }: (typeof everywhere)[number]): boolean => {
    const place = Object.keys(sites).indexOf(site);
    return looks[place % looks.length]?.[0] === name;
  };
  test.each(series(everywhere, met))(
    "on the site $site $name it searches, axe finds nothing, nothing is refused or asked elsewhere",
    async ({ site, name, options }) => {
      const own = sites[site];
      const dark = "attributes" in own ? own.attributes : "";
      const { page, wrong } = await open(loader(`data-key="${key}" data-lang="en" ${dark}`), {
        site,
        ...options,
      });
      await search(page);
      await expect.poll(() => status(page).textContent()).toBe("22 posts. The first 10 are shown");
      expect(await hits(page).count()).toBe(10);
      expect(await axe(page)).toEqual([]);
      const overflow = await page.evaluate<number>(
        "document.documentElement.scrollWidth - innerWidth",
      );
      // The hostile site's own text is wider than any window.
      expect(site === "hostile" || overflow <= 0).toBe(true);
      const shown = await box(page).boundingBox();
      expect(shown?.width).toBeGreaterThan(150);
      expect(shown?.height).toBeGreaterThan(30);
      expect(wrong).toEqual([]);
      const folder = process.env["BACKSCROLL_PICTURES"];
      if (folder)
        await page.screenshot({
          path: `${folder}/widget-${`${site} ${name}`.replaceAll(/\W+/g, "-")}.png`,
        });
    },
  );

  test.each(["inline", "results"])("mode %s: axe finds nothing", async (mode) => {
    const tag = loader(`data-mode="${mode}" data-for="own" data-key="${key}" data-open="new"`);
    const { page, wrong } = await open(tag);
    const input = mode === "results" ? page.locator("#own") : box(page);
    await input.pressSequentially("symm");
    const found = mode === "results" ? page.locator("a.hit") : hits(page);
    await found.first().waitFor();
    expect(await found.count()).toBe(10);
    expect(await axe(page)).toEqual([]);
    expect(wrong).toEqual([]);
  });

  test("mode form: axe finds nothing, and it leads to the search page", async () => {
    const { page, wrong } = await open(loader('data-mode="form"'));
    const form = page.getByRole("search");
    await form.waitFor();
    expect(await form.getAttribute("action")).toBe(`${server.url}/`);
    expect(await axe(page)).toEqual([]);
    expect(wrong).toEqual([]);
  });

  test("as a module and as one file held to its hash it does the same", async () => {
    const { version, integrity } = await widgetFiles();
    const element = `<backscroll-search lang="en" key="${key}"></backscroll-search>`;
    const module = `<script type="module" src="${server.url}/widget/${version}/widget.js"></script>${element}`;
    const one = (hash: string) =>
      `<script async src="${server.url}/widget/${version}/backscroll.js" integrity="${hash}" crossorigin="anonymous" data-lang="en" data-key="${key}"></script>`;
    for (const tag of [module, one(integrity)]) {
      const { page, wrong } = await open(tag);
      await search(page);
      expect(wrong).toEqual([]);
    }
    const { page } = await open(one(`sha384-${"A".repeat(64)}`));
    expect(await page.locator("backscroll-search").count()).toBe(0);
  });

  test("the frame searches, and only the key's origins may hold it", async () => {
    const frame = (secret: string) =>
      `<iframe title="Search" width="600" height="400" src="${server.url}/widget/frame?lang=en&channels=garden&key=${secret}"></iframe>`;
    const { page, wrong } = await open(frame(key));
    const inside = page.frameLocator("iframe");
    await inside.getByRole("combobox").pressSequentially("symm");
    await inside.getByRole("option").first().waitFor();
    expect(wrong).toEqual([]);
    const policyOf = async (path: string) =>
      (await served.app.request(path)).headers.get("content-security-policy");
    expect(await policyOf(`/widget/frame?key=${key}`)).toContain(`frame-ancestors ${hostOrigin};`);
    for (const path of ["/widget/frame", `/widget/frame?key=bs_no`, "/", "/widget"])
      expect(await policyOf(path)).toContain("frame-ancestors 'none'");
  });
});

describe("the keyboard", () => {
  test("nothing is chosen by itself, arrows wrap, and Enter opens what is chosen", async () => {
    const { page } = await open(loader(`data-key="${key}" data-lang="en"`));
    await search(page);
    expect(await box(page).getAttribute("aria-activedescendant")).toBeNull();
    expect(await box(page).getAttribute("aria-expanded")).toBe("true");
    await page.keyboard.press("ArrowUp");
    expect(await hits(page).last().getAttribute("aria-selected")).toBe("true");
    await page.keyboard.press("ArrowDown");
    const first = hits(page).first();
    expect(await first.getAttribute("aria-selected")).toBe("true");
    expect(await box(page).getAttribute("aria-activedescendant")).toBe(
      await first.getAttribute("id"),
    );
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/c\/(garden|orchard)\/\d+$/);
    await page.goBack();
    await search(page, "симм");
    expect(await status(page).textContent()).toMatch(/^\d+ posts/);
  });

  test("Enter with nothing chosen opens the whole search, with Ctrl in a new tab", async () => {
    const { page } = await open(loader(`data-key="${key}" data-lang="en" data-channels="garden"`));
    await search(page);
    const [tab] = await Promise.all([
      page.context().waitForEvent("page"),
      page.keyboard.press("Control+Enter"),
    ]);
    expect(
      new URL(tab.url() === "about:blank" ? `${server.url}/?q=symm` : tab.url()).pathname,
    ).toBe("/");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\?q=symm&channel=garden/);
  });

  test("the shortcut opens it, Esc closes it, and focus returns to where it was", async () => {
    const { page } = await open(loader(`data-key="${key}" data-lang="en"`));
    await page.locator("#own").focus();
    await page.keyboard.press("Control+k");
    await box(page).waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => page.evaluate("document.activeElement?.id")).toBe("own");
    await opener(page).focus();
    await page.keyboard.press("Enter");
    await box(page).waitFor();
    await page.keyboard.press("Escape");
    await expect
      .poll(() => page.evaluate("document.activeElement?.shadowRoot?.activeElement?.tagName"))
      .toBe("BUTTON");
    const off = await open(loader(`data-key="${key}" data-shortcut="off"`));
    await off.page.keyboard.press("Control+k");
    expect(await off.page.getByRole("dialog").count()).toBe(0);
  });

  test("what an input method composes is searched, and its Enter opens nothing", async () => {
    const { page } = await open(loader(`data-key="${key}" data-lang="en"`));
    await search(page);
    await box(page).fill("");
    const before = page.url();
    const browserItself = await page.context().newCDPSession(page);
    const enter = { key: "Enter", code: "Enter", windowsVirtualKeyCode: 13 };
    await browserItself.send("Input.imeSetComposition", {
      text: "симм",
      selectionStart: 4,
      selectionEnd: 4,
    });
    expect(await box(page).inputValue()).toBe("симм");
    await browserItself.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...enter });
    await browserItself.send("Input.dispatchKeyEvent", {
      type: "rawKeyDown",
      key: "ArrowDown",
      windowsVirtualKeyCode: 229,
    });
    expect(page.url()).toBe(before);
    expect(await box(page).getAttribute("aria-activedescendant")).toBeNull();
    const answered = page.waitForResponse((response) => asks(response.url(), "симметрия"));
    await browserItself.send("Input.insertText", { text: "симметрия" });
    expect(await box(page).inputValue()).toBe("симметрия");
    await answered;
    await expect.poll(() => status(page).textContent()).toBe("6 posts");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/c\/(garden|orchard)\/\d+$/);
  });

  test("what is chosen while an answer is on its way is still chosen when it comes; typing lets go of it", async () => {
    const { page } = await open(loader(`data-key="${key}" data-lang="en"`));
    await search(page);
    let release = (): void => undefined;
    const held = new Promise<void>((come) => (release = come));
    await page.route(
      (address) => asks(address.href, "symmetr"),
      async (route) => {
        await held;
        await route.continue();
      },
    );
    const answered = page.waitForResponse((response) => asks(response.url(), "symmetr"));
    await page.keyboard.press("ArrowDown");
    await box(page).pressSequentially("etr");
    expect(await box(page).getAttribute("aria-activedescendant")).toBeNull();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    const second = await hits(page).nth(1).textContent();
    release();
    await answered;
    await page.evaluate(
      "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))",
    );
    const chosen = page.locator("backscroll-search [role=option][aria-selected=true]");
    expect(await chosen.textContent()).toBe(second);
    expect(await box(page).getAttribute("aria-activedescendant")).toBe(
      await chosen.getAttribute("id"),
    );
  });

  test("the back button leads to the page as it was, and to an answer of now", async () => {
    const withMemory = await launchBrowser({ ignoreDefaultArgs: ["--disable-back-forward-cache"] });
    onTestFinished(async () => withMemory.close());
    const { page } = await open(loader(`data-key="${key}" data-lang="en" data-mode="inline"`), {
      browser: withMemory,
    });
    // The driver loses a page that comes back whole, so the page tells the server how it came.
    await page.evaluate(`{
      const own = fetch;
      const tell = (what) => own("${server.url}/health?" + what, { mode: "no-cors", cache: "no-store" });
      addEventListener("pageshow", ({ persisted }) => tell("kept=" + persisted));
      globalThis.fetch = (address, options) => {
        if (address.includes("/search?")) tell("asks=" + new URL(address).searchParams.get("q"));
        return own(address, options);
      };
    }`);
    await box(page).pressSequentially("symm");
    await hits(page).first().waitFor();
    await page.goto(`${hostOrigin}/plain/other`);
    const before = requests.length;
    await page.evaluate("history.back()");
    const since = () => requests.slice(before).map((url) => new URL(url).search);
    await expect
      .poll(since, { timeout: 10_000 })
      .toEqual(expect.arrayContaining(["?kept=true", "?asks=symm"]));
  });
});

describe("what it says", () => {
  test("names and live region, in English and Russian", async () => {
    for (const [lang, names] of [
      [
        "en",
        [
          "Search the channels",
          "Close",
          "22 posts. The first 10 are shown",
          "All 22 on the search page",
        ],
      ],
      [
        "ru",
        [
          "Поиск по каналам",
          "Закрыть",
          "22 поста. Показаны первые 10",
          "Все 22 на странице поиска",
        ],
      ],
    ] as const) {
      const { page } = await open(loader(`data-key="${key}" data-lang="${lang}"`));
      await search(page);
      const [label, close, said, all] = names;
      await page.getByRole("dialog", { name: label }).waitFor();
      expect(await box(page).getAttribute("aria-label")).toBe(label);
      await page.getByRole("button", { name: close, exact: true }).waitFor();
      expect(await status(page).textContent()).toBe(said);
      await page.getByRole("link", { name: all }).waitFor();
    }
  });

  test("a screen reader is given names, the count alone, and nothing chosen", async () => {
    const { page } = await open(loader(`data-key="${key}" data-lang="en"`));
    await search(page);
    const browserItself = await page.context().newCDPSession(page);
    const { nodes } = await browserItself.send("Accessibility.getFullAXTree");
    const named = (role: string): readonly string[] =>
      nodes
        .filter((node) => !node.ignored && node.role?.value === role)
        .map((node) => String(node.name?.value ?? ""));
    expect(named("dialog")).toEqual(["Search the channels"]);
    expect(named("combobox")).toEqual(["Search the channels"]);
    expect(named("listbox")).toEqual(["Search the channels"]);
    expect(named("group")).toContain("Channels");
    expect(named("button")).toEqual(expect.arrayContaining(["Close", "Orchard 11"]));
    expect(named("option")).toHaveLength(10);
    expect(named("option")[0]).toMatch(/^(Сад камней|Orchard) .*UTC.*symmetr/);
    const status = nodes.find((node) => node.role?.value === "status");
    const property = (name: string): unknown =>
      status?.properties?.find((one) => one.name === name)?.value.value;
    expect([property("live"), property("atomic")]).toEqual(["polite", true]);
    const inside = nodes.find((node) => status?.childIds?.includes(node.nodeId));
    expect(inside?.name?.value).toBe("22 posts. The first 10 are shown");
    const selected = nodes.filter((node) =>
      node.properties?.some(({ name, value }) => name === "selected" && value.value === true),
    );
    expect(selected).toEqual([]);
  });

  test("several channels can be told apart, and one be chosen", async () => {
    const { page } = await open(loader(`data-key="${key}" data-lang="en"`));
    await search(page);
    await page.getByRole("button", { name: "Orchard 11" }).click();
    await expect.poll(() => status(page).textContent()).toBe("11 posts. The first 10 are shown");
    expect(
      await page.getByRole("button", { name: "Orchard 11" }).getAttribute("aria-pressed"),
    ).toBe("true");
    expect(await page.getByRole("button", { name: /Cellar/ }).count()).toBe(0);
  });

  const note = (page: Page) => page.locator("backscroll-search .note");
  const failing = async (fail: (page: Page) => Promise<void>, secret = key) => {
    const { page } = await open(loader(`data-key="${secret}" data-lang="en" data-mode="inline"`));
    await box(page).waitFor();
    if (secret === key) {
      await box(page).pressSequentially("symm");
      await hits(page).first().waitFor();
    }
    await fail(page);
    await box(page).pressSequentially("e");
    await note(page).waitFor();
    expect(await hits(page).count()).toBe(0);
    return [await status(page).textContent(), (await note(page).textContent())?.trim()];
  };

  test("five failures are told apart, and none leaves an old answer", async () => {
    const api = "**/api/v1/search*";
    const offline = failing((page) => page.context().setOffline(true));
    const away = failing(async (page) => {
      await page.route("**/health", (route) => route.abort());
      await page.route(api, (route) => route.abort());
    });
    const headers = {
      "Access-Control-Allow-Origin": "*",
      "Access-Control-Expose-Headers": "Retry-After",
    };
    const busy = failing(async (page) => {
      await page.route(api, async (route) =>
        route.fulfill({ status: 429, headers: { ...headers, "Retry-After": "20" } }),
      );
    });
    const foreign = failing(async () => {}, stranger);
    const nothing = failing((page) => box(page).fill("zzzzqq"));
    expect(await Promise.all([offline, away, busy, foreign, nothing])).toEqual([
      ["No connection", "You are offline. The search goes on when you are back."],
      ["No answer", "The archive does not answer. Try again"],
      ["Wait 20 s", "Too many searches from here. It goes on by itself in 20 s."],
      ["Not set up", "This page may not search here. Its owner can check the key and the origin."],
      ["0 posts", "No posts match."],
    ]);
  });

  test("an answer that does not come in 8 seconds is one that does not come", async () => {
    const { page } = await open(loader(`data-key="${key}" data-lang="en" data-mode="inline"`));
    await box(page).waitFor();
    await page.route("**/api/v1/search*", () => {});
    await box(page).pressSequentially("sym");
    await expect.poll(() => status(page).textContent(), { timeout: 12_000 }).toBe("No answer");
  });
});

test("a key works on its site, for its channels and for searching, and a browser is refused all else", async () => {
  const elsewhere = createServer((_, response) => {
    response.setHeader("Content-Type", "text/html").end("<!doctype html><title>Elsewhere</title>");
  });
  onTestFinished(() => void elsewhere.close());
  await new Promise<void>((done) => elsewhere.listen(0, "127.0.0.1", done));
  const other = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`;
  const { page } = await open("");
  const asked = async (path: string): Promise<unknown> =>
    page.evaluate(
      `fetch(${JSON.stringify(server.url + path)}, { headers: { Authorization: "Bearer ${key}" } }).then((answer) => answer.status, (error) => error.name)`,
    );
  const own = "/api/v1/search?q=symmetry&channel=garden";
  expect(await asked(own)).toBe(200);
  for (const path of [
    "/search?q=symmetry&channel=cellar",
    "/channels",
    "/channels/garden",
    "/channels/garden/posts/1",
    "/export",
    "/keys",
  ])
    expect([path, await asked(`/api/v1${path}`)]).toEqual([path, 403]);
  await page.goto(other);
  expect(await asked(own)).toBe("TypeError");
});

test("the gallery is served too, each site as strict as one can be", async () => {
  const { page, wrong } = await open("");
  await page.goto(`${server.url}/widget/gallery?ui=en`);
  const links = page.getByRole("main").getByRole("listitem").getByRole("link");
  expect(await links.count()).toBe(Object.keys(sites).length);
  for (const site of Object.keys(sites)) {
    const answer = await page.goto(`${server.url}/widget/gallery/${site}`);
    expect(answer?.headers()["content-security-policy"]).toContain("trusted-types 'none'");
    await opener(page).click();
    await box(page).pressSequentially("symm");
    await hits(page).first().waitFor();
  }
  expect(wrong).toEqual([]);
});

describe("the page around it", () => {
  test("two on one page do not meet", async () => {
    const tag = (channel: string) =>
      loader(
        `data-key="${key}" data-lang="en" data-mode="inline" data-channels="${channel}" data-label="${channel}"`,
      );
    const { page, wrong } = await open(tag("garden") + tag("orchard"));
    await page.getByRole("combobox", { name: "garden" }).pressSequentially("symmetry");
    await hits(page).first().waitFor();
    expect(await page.getByRole("status").allTextContents()).toContain("");
    expect(await axe(page)).toEqual([]);
    expect(wrong).toEqual([]);
  });

  test("one that is taken away while it asks leaves nothing behind", async () => {
    const { page, wrong } = await open(
      loader(`data-key="${key}" data-lang="en" data-mode="inline"`),
    );
    await box(page).waitFor();
    let answer = (): void => {};
    const asked = new Promise<void>((resolve) => {
      void page.route("**/api/v1/search*", async (route) => {
        resolve();
        await new Promise<void>((go) => (answer = go));
        await route.continue().catch(() => {});
      });
    });
    await box(page).pressSequentially("sym");
    await asked;
    await page.evaluate(`document.querySelector("backscroll-search").remove()`);
    answer();
    await page.keyboard.press("Control+k");
    expect(wrong).toEqual([]);
  });
});

test("it is as small as it says, after Brotli", async () => {
  const { sizes, files } = await widgetFiles();
  const roomForARelease = 8;
  expect(sizes.loader).toBe(brotliCompressSync(files["v1.js"]!).byteLength);
  expect(sizes.all).toBe(sizes.loader + brotliCompressSync(files["rest.js"]!).byteLength);
  expect(sizes.loader).toBeLessThanOrEqual(1024);
  expect(sizes.all).toBeLessThanOrEqual(6 * 1024 - roomForARelease);
  expect(sizes.single).toBeLessThanOrEqual(6 * 1024 - roomForARelease);
});

test("the builder shows a tag that works, warns of faint colours, and makes a key once", async () => {
  const { page, wrong } = await open("");
  const verdictOn = async (query: string): Promise<string | null> => {
    await page.goto(`${server.url}/widget?channels=garden&ui=en&${query}`);
    return page.locator("#wa-h").textContent();
  };
  expect(await verdictOn("")).toContain("enough for text");
  expect(await verdictOn("accent=%2307593f&theme=light")).toContain("enough for text");
  expect(await verdictOn("accent=%2307593f")).toContain("2.0 : 1 on dark; too faint on dark");
  expect(await verdictOn("accent=%23cccccc")).toContain("too faint on white; text needs 4.5");
  await page
    .getByRole("button", { name: /^Search/ })
    .last()
    .click();
  await box(page).pressSequentially("symm");
  await hits(page).first().waitFor();
  await page.keyboard.press("Escape");
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  await page.getByLabel("Sites it is for").fill(hostOrigin);
  await page.getByRole("button", { name: "Make a key" }).click();
  const tag = await page.getByRole("region", { name: "The tag" }).textContent();
  expect(tag).toMatch(/data-key="bs_[A-Za-z0-9]{43}"/);
  expect(wrong).toEqual([]);
  const other = await open(tag ?? "");
  await search(other.page);
  await page.goto(`${server.url}/widget/help`);
  const help = await new AxeBuilder({ page }).analyze();
  expect(help.violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
});
