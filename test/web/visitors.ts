import { setTimeout } from "node:timers/promises";
import type { Browser, Page } from "playwright";
import { type Firefox, hasFirefox, openFirefox } from "./firefox.ts";
import { launchBrowser } from "./launch-browser.ts";
import { hasWebKit, openWebKit, type WebKitWindow } from "./webkit.ts";

/** A person at a browser: what one does there, and what one sees. */
export interface Visitor extends AsyncDisposable {
  goto(address: string): Promise<void>;
  /** The value of an expression of JavaScript, or of what it promises. */
  see<T>(expression: string): Promise<T>;
  /** By pointer, on the first such element. */
  click(selector: string): Promise<void>;
  /** Keys by their names, one after another. */
  press(...keys: readonly Key[]): Promise<void>;
  type(text: string): Promise<void>;
  back(): Promise<void>;
}

/** As WebDriver writes them. */
const keyCodes = {
  Enter: "\uE007",
  Escape: "\uE00C",
  Tab: "\uE004",
  ArrowLeft: "\uE012",
  ArrowUp: "\uE013",
  ArrowRight: "\uE014",
  ArrowDown: "\uE015",
  PageDown: "\uE00F",
} as const;
type Key = keyof typeof keyCodes | "j" | "?";

const sizes = {
  phone: { width: 375, height: 812 },
  desk: { width: 1280, height: 900 },
} as const;
export type Size = keyof typeof sizes;

/** A browser that people come to, one after another. */
export interface OpenBrowser extends AsyncDisposable {
  visit(size: Size): Promise<Visitor>;
}

/** The three browsers, and how each is opened; `undefined` where this machine has it not. */
export const browsers: Readonly<
  Record<"Chromium" | "Firefox" | "WebKit", (() => Promise<OpenBrowser>) | undefined>
> = {
  Chromium: async () => inChromium(await launchBrowser()),
  Firefox: hasFirefox ? async () => inFirefox(await openFirefox()) : undefined,
  WebKit: hasWebKit ? async () => inWebKit() : undefined,
};

const longestWaitMs = 15_000;

/** Looks until the expression is true, and answers its value. */
export async function until<T>(visitor: Visitor, expression: string): Promise<T> {
  const end = Date.now() + longestWaitMs;
  for (;;) {
    // A page that is left just now answers nothing.
    const seen = await visitor.see<T>(expression).catch(() => undefined);
    if (seen) return seen;
    if (Date.now() > end) throw new Error(`Not seen in ${longestWaitMs} ms: ${expression}`);
    await setTimeout(50);
  }
}

function inChromium(browser: Browser): OpenBrowser {
  return {
    async visit(size) {
      const context = await browser.newContext({ viewport: sizes[size] });
      const page = await context.newPage();
      page.setDefaultTimeout(longestWaitMs);
      return onPage(page, async () => context.close());
    },
    [Symbol.asyncDispose]: async () => browser.close(),
  };
}

const onPage = (page: Page, close: () => Promise<void>): Visitor => ({
  goto: async (address) => void (await page.goto(address)),
  see: async (expression) => page.evaluate(expression),
  click: async (selector) => page.locator(selector).first().click(),
  async press(...keys) {
    for (const key of keys) await page.keyboard.press(key);
  },
  type: async (text) => page.keyboard.type(text),
  back: async () => void (await page.goBack()),
  [Symbol.asyncDispose]: close,
});

function inFirefox(firefox: Firefox): OpenBrowser {
  return {
    async visit(size) {
      const { userContext } = await firefox.ask<{ userContext: string }>(
        "browser.createUserContext",
        {},
      );
      const { context } = await firefox.ask<{ context: string }>("browsingContext.create", {
        type: "tab",
        userContext,
      });
      await firefox.ask("browsingContext.setViewport", { context, viewport: sizes[size] });
      // Keys go to the page that has the focus.
      await firefox.ask("browsingContext.activate", { context });
      return inTab(firefox, context, async () => {
        await firefox.ask("browser.removeUserContext", { userContext });
      });
    },
    [Symbol.asyncDispose]: async () => firefox[Symbol.asyncDispose](),
  };
}

function inTab(firefox: Firefox, context: string, close: () => Promise<void>): Visitor {
  const see = async <T>(expression: string): Promise<T> => {
    const { result } = await firefox.ask<{ result: { value: string } }>("script.evaluate", {
      expression: `Promise.resolve(${expression}).then((seen) => JSON.stringify(seen ?? null))`,
      target: { context },
      awaitPromise: true,
    });
    return JSON.parse(result.value) as T;
  };
  const act = async (actions: unknown): Promise<void> =>
    firefox.ask("input.performActions", { context, actions: [actions] });
  return {
    goto: async (url) =>
      firefox.ask("browsingContext.navigate", { context, url, wait: "complete" }),
    see,
    async click(selector) {
      const place = await see<{ x: number; y: number }>(middleOf(selector));
      await act(pointerAt(place));
    },
    async press(...keys) {
      for (const key of keys) await act(strikes([codeOf(key)]));
    },
    type: async (text) => act(strikes(Array.from(text))),
    back: async () => firefox.ask("browsingContext.traverseHistory", { context, delta: -1 }),
    [Symbol.asyncDispose]: close,
  };
}

/** A window has the whole of a screen, so each visitor has their own. */
function inWebKit(): OpenBrowser {
  return {
    visit: async (size) => inWindow(await openWebKit(sizes[size])),
    [Symbol.asyncDispose]: async () => {},
  };
}

function inWindow(window: WebKitWindow): Visitor {
  const act = async (actions: unknown): Promise<void> =>
    window.ask("POST", "/actions", { actions: [actions] });
  const see = async <T>(expression: string): Promise<T> =>
    window.ask("POST", "/execute/sync", { script: `return (${expression})`, args: [] });
  return {
    goto: async (url) => window.ask("POST", "/url", { url }),
    see,
    async click(selector) {
      const place = await see<{ x: number; y: number }>(middleOf(selector));
      await act(pointerAt(place));
    },
    async press(...keys) {
      for (const key of keys) await act(strikes([codeOf(key)]));
    },
    type: async (text) => act(strikes(Array.from(text))),
    back: async () => window.ask("POST", "/back"),
    [Symbol.asyncDispose]: async () => window[Symbol.asyncDispose](),
  };
}

/** The middle of the first such element that is seen, scrolled to where it can be clicked. */
const middleOf = (selector: string): string => `(async () => {
  const found = [...document.querySelectorAll(${JSON.stringify(selector)})]
    .find((one) => one.getClientRects().length > 0);
  found.scrollIntoView({ block: "center", behavior: "instant" });
  for (const _ of [1, 2]) await new Promise((then) => requestAnimationFrame(then));
  const { left, top, width, height } = found.getBoundingClientRect();
  return { x: Math.round(left + width / 2), y: Math.round(top + height / 2) };
})()`;

const pointerAt = (place: { readonly x: number; readonly y: number }) => ({
  type: "pointer",
  id: "pointer",
  actions: [
    { type: "pointerMove", ...place },
    { type: "pointerDown", button: 0 },
    { type: "pointerUp", button: 0 },
  ],
});

const codeOf = (key: Key): string => (keyCodes as Readonly<Record<string, string>>)[key] ?? key;

const strikes = (signs: readonly string[]) => ({
  type: "key",
  id: "keys",
  actions: signs.flatMap((value) => [
    { type: "keyDown", value },
    { type: "keyUp", value },
  ]),
});
