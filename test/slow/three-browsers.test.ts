import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { pictureOf } from "../../demo/picture.ts";
import { noCounts } from "../../server/archive/runs/run.ts";
import { startServer, type RunningServer } from "../../server/http/server.ts";
import { watchOnce } from "../../server/jobs/watch.ts";
import { catchUp } from "../../server/search/catch-up.ts";
import { sites } from "../../web/pages/widget-gallery.ts";
import { keepFiles } from "../server/archive/keep-file.ts";
import { post, serveArchive } from "../server/http/small-archive.ts";
import { browsers, type OpenBrowser, type Size, until, type Visitor } from "../web/visitors.ts";

const photos = ["red", "green", "blue"].map((name) => ({
  address: `https://cdn4.telesco.pe/file/${name}`,
  file: pictureOf(name).body,
}));
const day = (place: number): string => new Date(Date.UTC(2025, 0, 1 + place)).toISOString();
const channel = { name: "garden", title: "Harbour" };
const log = Array.from({ length: 60 }, (_, place) =>
  post(10 + place, { text: `Harbour log ${place + 1}`, publishedAt: day(place) }),
);
const album = post(100, {
  ids: [100, 101, 102],
  text: "The ferry came in",
  publishedAt: "2025-03-20T10:00:00Z",
  media: photos.map(({ address: url }) => ({ kind: "photo", width: 800, height: 450, url })),
});
const edited = Object.assign({}, log[59], { text: "Harbour log sixty", edited: true });
const span = { from: 1, to: 102 };

let served: Awaited<ReturnType<typeof serveArchive>>;
let server: RunningServer;

beforeAll(async () => {
  served = await serveArchive(
    [
      { channel, posts: [...log, album], span, at: "2025-04-01T00:00:00Z" },
      {
        channel,
        posts: [...log.slice(0, 59), edited, album],
        span,
        at: "2025-04-02T09:30:00Z",
      },
    ],
    {
      addChannel: async (name) => {
        const { id } = await served.archive.runs.start({ channel: name, cause: "asked" });
        return { runId: id };
      },
    },
  );
  const files = Object.fromEntries(photos.map(({ address, file }) => [address, file]));
  await keepFiles(served.archive, "garden", files);
  server = await startServer({ app: served.app, host: "127.0.0.1", port: 0 });
});
afterAll(async () => {
  await server?.close();
  await served?.[Symbol.asyncDispose]();
});

const there = Object.entries(browsers).flatMap(([name, open]) => (open ? [{ name, open }] : []));
for (const name of Object.keys(browsers))
  if (!there.some((one) => one.name === name))
    console.error(`${name} is not installed here: what people do in it is not tested.`);
let alerts = 0;

/** A run of some channel that failed so that a person must look. */
async function raiseAlert(): Promise<void> {
  const { archive } = served;
  const channel = `reef_${(alerts += 1)}`;
  const often = { cadence: { kind: "adaptive" }, jitterSeconds: 0, misfire: "once" } as const;
  await archive.schedules.set({ channel, ...often }, undefined);
  const begun = await archive.runs.begin({ channel, holder: "test" });
  if (!("lease" in begun)) throw new Error("It is being read already.");
  const error = { class: "PageChanged", message: "The page looks otherwise." };
  await archive.runs.finish(begun.lease, { state: "failed", counts: noCounts, error });
  await watchOnce({ ...served, now: () => new Date(Date.UTC(2026, 1, 1, 0, alerts)) });
}

/** How high and how far down something is, in pixels; 0 high where it is not seen. */
const boxOf = (selector: string): string =>
  `(({ top, bottom, height }) => ({ top, height: top < innerHeight && bottom > 0 ? height : 0 }))(document.querySelector(${JSON.stringify(selector)})?.getBoundingClientRect() ?? { top: 0, bottom: 0, height: 0 })`;
const textOf = (selector: string): string =>
  `document.querySelector(${JSON.stringify(selector)})?.textContent.trim()`;
const focused = (selector: string): string =>
  `document.activeElement?.matches(${JSON.stringify(selector)}) ?? false`;
/** A click leads elsewhere: the page that is there then. */
const at = (part: string): string =>
  `location.href.includes(${JSON.stringify(part)}) && document.readyState !== "loading"`;

/** By Tab alone to the first such element after what is focused. */
async function tabTo(visitor: Visitor, selector: string): Promise<void> {
  for (let tries = 0; tries < 120; tries += 1) {
    await visitor.press("Tab");
    if (await visitor.see(focused(selector))) return;
  }
  throw new Error(`Tab never comes to ${selector}.`);
}

describe.each(there)("in $name", ({ name, open }) => {
  let browser: OpenBrowser;
  beforeAll(async () => {
    browser = await open();
  });
  afterAll(async () => browser?.[Symbol.asyncDispose]());

  const visit = async (size: Size, path: string): Promise<Visitor> => {
    const visitor = await browser.visit(size);
    onTestFinished(async () => visitor[Symbol.asyncDispose]());
    await visitor.goto(server.url + path);
    return visitor;
  };

  test("on a phone one goes from a search to the third photo of an album, and back", async () => {
    const visitor = await visit("phone", "/?q=ferry");
    const first = await visitor.see<{ top: number; height: number }>(boxOf(".entry .text"));
    expect(first.top).toBeLessThan(540);
    expect(first.height).toBeGreaterThan(20);
    await visitor.click(".entry .shot ~ * .shot, .mosaic-row:nth-child(2) .shot");
    await visitor.click("dialog [data-step='1']");
    expect(await visitor.see(textOf("dialog [data-count]"))).toBe("3 of 3");
    await until(visitor, "document.querySelector('dialog .stage img')?.naturalWidth === 800");
    const picture = await visitor.see<{ height: number }>(boxOf("dialog .stage img"));
    expect(picture.height).toBeGreaterThan(150);
    await visitor.click("dialog [data-post]");
    await until(visitor, at("/c/garden/100"));
    await visitor.back();
    await until(visitor, at("/?q=ferry"));
    expect((await visitor.see<{ height: number }>(boxOf(".entry .text"))).height).toBeGreaterThan(
      20,
    );
  });

  test("by keys one goes from a search to the third photo of an album, and back", async () => {
    const visitor = await visit("desk", "/?q=ferry");
    await visitor.press("j");
    await tabTo(visitor, ".shot");
    await visitor.press("Enter");
    await until(visitor, "document.querySelector('dialog').open");
    await visitor.press("ArrowRight", "ArrowRight");
    expect(await visitor.see(textOf("dialog [data-count]"))).toBe("3 of 3");
    await visitor.press("Escape");
    await until(visitor, "!document.querySelector('dialog').open");
    expect(await visitor.see(focused(".shot"))).toBe(true);
  });

  test("one jumps to a day of a channel", async () => {
    const visitor = await visit("desk", "/c/garden");
    await visitor.click(".mini a[href*='on=2025-02-10']");
    await until(visitor, at("on=2025-02-10"));
    expect(await visitor.see(textOf(".entry .when b"))).toBe("2025-02-10");
    await visitor.goto(`${server.url}/c/garden`);
    const stop = ".mini td a[tabindex='0']";
    await until(visitor, `document.querySelector("${stop}")`);
    await visitor.see(`document.querySelector("${stop}").focus()`);
    await visitor.press("PageDown", "ArrowLeft", "ArrowUp", "Enter");
    await until(visitor, at("on=2025-02-10"));
  });

  test("one reads what changed on a day, by pointer and by keys", async () => {
    const visitor = await visit("desk", "/");
    await visitor.click(".nav a[href='/changes']");
    await until(visitor, at("/changes"));
    await visitor.click(".kinds a[href*='kind=edited']");
    await until(visitor, at("kind=edited"));
    expect(await visitor.see(textOf(".entry ins"))).toBe("sixty");
    expect((await visitor.see<{ height: number }>(boxOf(".entry ins"))).height).toBeGreaterThan(10);
    expect(await visitor.see("document.body.innerText")).toContain("2025-04-02");
    await visitor.goto(`${server.url}/`);
    await tabTo(visitor, ".nav a[href='/changes']");
    await visitor.press("Enter");
    await until(visitor, at("/changes"));
    await tabTo(visitor, ".kinds a[href*='kind=edited']");
    await visitor.press("Enter");
    await until(visitor, at("kind=edited"));
  });

  const adding = [
    ["by pointer", async (visitor: Visitor) => visitor.click("form[action='/channels'] button")],
    ["by keys", async (visitor: Visitor) => visitor.press("Enter")],
  ] as const;
  test.each(adding)("one adds a channel and sees its first posts come, %s", async (how, ask) => {
    const { archive, engine } = served;
    const pier = `pier_${name.toLowerCase()}_${how.replaceAll(" ", "_")}`;
    const visitor = await visit("desk", "/channels");
    await visitor.click("#c");
    await visitor.type(pier);
    await ask(visitor);
    await until(visitor, at("/channels/add?channel="));
    await visitor.see("globalThis.sameVisit = true");
    const [run] = await archive.runs.claim({ holder: "test", limit: 1 });
    if (!run) throw new Error("The ledger gave no run.");
    await until(visitor, `${textOf("[role=status] strong")} === "reading"`);
    await archive.savePage({
      channel: { name: pier, title: "Pier", verified: false, counters: {} },
      posts: [
        post(7, { channel: pier, text: "First light" }),
        post(8, { channel: pier, text: "The lamp" }),
      ],
      span: { from: 1, to: 8 },
      url: `https://t.me/s/${pier}`,
      body: new TextEncoder().encode("page"),
      readAt: "2026-02-01T00:00:00Z",
      warnings: [],
    });
    await catchUp({ archive, engine });
    const counts = { ...noCounts, pages: 1, new: 2 };
    await archive.runs.renew(run.lease, counts);
    await until(visitor, "document.querySelectorAll('.entry').length === 2");
    expect(await visitor.see(textOf(".entry .text"))).toBe("The lamp");
    await archive.runs.finish(run.lease, { state: "done", counts });
    await until(visitor, `${textOf("[role=status] strong")} === "done"`);
    expect(await visitor.see("globalThis.sameVisit")).toBe(true);
    expect((await visitor.see<{ height: number }>(boxOf(".entry .text"))).height).toBeGreaterThan(
      15,
    );
  });

  const dismissing = [
    [
      "by pointer",
      async (visitor: Visitor) => {
        await visitor.click(".alert summary");
        await visitor.click(".alert input[name=reason]");
        await visitor.type("known");
        await visitor.click(".alert form button");
      },
    ],
    [
      "by keys",
      async (visitor: Visitor) => {
        await tabTo(visitor, ".alert summary");
        await visitor.press("Enter");
        await tabTo(visitor, ".alert input[name=reason]");
        await visitor.type("known");
        await visitor.press("Enter");
      },
    ],
  ] as const;
  test.each(dismissing)("one dismisses an alert with a reason, %s", async (_how, dismiss) => {
    await raiseAlert();
    const visitor = await visit("desk", "/status");
    const before = await visitor.see<number>(
      "document.querySelectorAll('.alerts .alert:not(.seen)').length",
    );
    await dismiss(visitor);
    expect(
      await until(
        visitor,
        `document.querySelectorAll('.alerts .alert:not(.seen)').length === ${before - 1}`,
      ),
    ).toBe(true);
  });

  test.each(Object.keys(sites))(
    "on the %s site the widget shows its hits, each as high as a line, opens one, and has box and hits again after Back",
    async (site) => {
      const visitor = await visit("desk", `/widget/gallery/${site}`);
      const inside = "document.querySelector('backscroll-search').shadowRoot";
      await until(visitor, `${inside}.querySelector('button')`);
      await visitor.see(`${inside}.querySelector('button').click()`);
      await until(visitor, `${inside}.activeElement?.matches('input')`);
      await visitor.type("harbour");
      await until(visitor, `${inside}.querySelectorAll('[role=option]').length === 10`);
      const seen = await visitor.see<{ list: number; lines: number[] }>(`({
        list: ${inside}.querySelector('[role=listbox]').getBoundingClientRect().height,
        lines: [...${inside}.querySelectorAll('[role=option]')].map((one) => one.getBoundingClientRect().height),
      })`);
      expect(seen.list).toBeGreaterThan(200);
      expect(Math.min(...seen.lines)).toBeGreaterThan(20);
      await visitor.press("ArrowDown", "Enter");
      await until(visitor, at("/c/garden/"));
      await visitor.back();
      await until(visitor, at(`/widget/gallery/${site}`));
      await until(visitor, `${inside}?.querySelector('button')`);
      // Where the page comes from the browser's memory, WebKit empties the box after all has been shown again.
      await setTimeout(1_000);
      const box = `${inside}.querySelector('input')`;
      const again = await visitor.see(
        `[${box}?.value ?? "", ${inside}.querySelectorAll('[role=option]').length]`,
      );
      expect([
        ["harbour", 10],
        ["", 0],
      ]).toContainEqual(again);
    },
  );
});
