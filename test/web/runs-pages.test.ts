import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { launchBrowser } from "./launch-browser.ts";
import { noCounts } from "../../server/archive/runs/run.ts";
import { startServer, type RunningServer } from "../../server/http/server.ts";
import { post, serveArchive } from "../server/http/small-archive.ts";
import { series } from "../whole.ts";

const hostile = `"><img src=x onerror=alert(1)><script>alert(2)</script>\u202E</p>`;
const line = (text: string) => ({ at: "2026-01-31T00:00:00Z", text });
const counts = { ...noCounts, pages: 3, requests: 5, bytes: 61_234, failed: 2, new: 1_040 };
const timing = { jitterSeconds: 0, misfire: "once" } as const;
const cron = { kind: "cron", expression: "0 */2 * * *", timezone: "Europe/Berlin" } as const;
const slowMachineMs = 120_000;

let browser: Browser;
let served: Awaited<ReturnType<typeof serveArchive>>;
let server: RunningServer;
let ids: {
  readonly running: string;
  readonly failed: string;
  readonly lease: { runId: string; fence: number };
};

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => browser?.close());

beforeEach(async () => {
  served = await serveArchive([
    {
      channel: { name: "garden", title: hostile },
      posts: [1, 2, 3].map((id) => post(id)),
      span: { from: 1, to: 3 },
      at: "2026-01-31T00:00:00Z",
    },
  ]);
  const { runs, schedules } = served.archive;
  await served.hasRun("pond_life", {
    state: "failed",
    counts,
    error: { class: "Throttled", message: `The source asks for a pause ${hostile}` },
  });
  await served.hasRun("meadow", { state: "done", counts });
  const [failed] = await runs.list({ limit: 1, state: "failed" });
  await runs.say(
    failed?.id ?? "",
    line(`Post 7 shows parts this version does not know ${hostile}`),
  );
  const started = await runs.start({ channel: "garden", cause: "asked" });
  const [claimed] = await runs.claim({ holder: "elsewhere", limit: 1 });
  if (!claimed || !failed) throw new Error("The ledger gave no run.");
  await runs.renew(claimed.lease, counts);
  await runs.say(started.id, line("First line."));
  ids = { running: started.id, failed: failed.id, lease: claimed.lease };
  await schedules.set({ channel: "garden", cadence: cron, ...timing }, "2026-02-01T01:00:00Z");
  await schedules.set(
    { channel: "pond_life", cadence: { kind: "adaptive" }, ...timing },
    "2026-02-01T00:30:00Z",
  );
  const paused = await schedules.set({ channel: "meadow", cadence: cron, ...timing }, undefined);
  await schedules.pause(paused.id);
  server = await startServer({ app: served.app, host: "127.0.0.1", port: 0 });
});
afterEach(async () => {
  await server.close();
  await served[Symbol.asyncDispose]();
});

/** Opens a page and hands it over; answers what went wrong on it. */
async function looking(
  path: string,
  look: (page: Page) => Promise<void>,
  { javaScriptEnabled = true } = {},
): Promise<readonly string[]> {
  const context = await browser.newContext({ javaScriptEnabled, reducedMotion: "reduce" });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
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
  await page.goto(server.url + path);
  await look(page);
  await context.close();
  return trouble;
}

describe("a person with a browser and no script", () => {
  const plain = { javaScriptEnabled: false };

  test("sees what goes on, what is due, and what went wrong in plain words", async () => {
    const trouble = await looking(
      "/runs",
      async (page) => {
        const text = (await page.locator("main").innerText()).replaceAll(/\s+/g, " ");
        expect(text).toContain("1 under way.");
        expect(text).toContain("3 pages read 1,040 new 5 requests 62 kB 2 without a page");
        expect(text).toContain("Rate limited. The source asks for a pause");
        expect(text).toContain("Throttled");
        expect(await page.locator(".due li").first().innerText()).toContain(
          "2026-02-01 00:30:00 UTC",
        );
        expect(await page.locator(".due li").count()).toBe(5);
        expect(text).toMatch(/Next 24 hours: \d+ requests in \d+ runs, channels: 2\./);
        expect(await page.locator("main img, main script, main [onerror]").count()).toBe(0);
        await page.getByRole("link", { name: "Failed" }).click();
        expect(await page.locator(".run-fail").count()).toBe(1);
      },
      plain,
    );
    expect(trouble).toEqual([]);
  });

  test("stops a run, and has one that failed tried again", async () => {
    await looking(
      `/runs/${ids.running}`,
      async (page) => {
        await page.getByRole("button", { name: "Stop after this page" }).click();
        expect(await page.locator("main").innerText()).toContain("Stops after the page in hand.");
        expect(await served.archive.runs.get(ids.running)).toMatchObject({ stopRequested: true });
        await page.goto(`${server.url}/runs/${ids.failed}`);
        expect(await page.locator(".tries").innerText()).toContain("<img src=x onerror=alert(1)>");
        await page.getByRole("button", { name: "Try again" }).click();
        expect(await page.locator("main").innerText()).toContain("an earlier run");
      },
      plain,
    );
    const [retry] = await served.archive.runs.list({ limit: 1 });
    expect(retry).toMatchObject({ channel: "pond_life", cause: "retry", retryOf: ids.failed });
  });

  test("brings all channels up to date by one button", async () => {
    await served.archive.runs.finish(ids.lease, { state: "done", counts });
    await looking(
      "/runs",
      async (page) => page.getByRole("button", { name: "Bring all up to date" }).click(),
      plain,
    );
    expect(await served.archive.runs.list({ limit: 1 })).toMatchObject([
      { channel: "garden", state: "waiting", cause: "asked" },
    ]);
  });

  test("is shown what a schedule will ask for before it is saved, and what is wrong with it", async () => {
    await looking(
      "/schedules",
      async (page) => {
        await page.getByLabel("Channels").fill("@reeds, https://t.me/s/willow");
        await page.getByLabel("At set times").check();
        await page.getByLabel("Cron expression").fill("0 */6 * *");
        await page.getByRole("button", { name: "Show what it will ask for" }).click();
        expect(await page.getByRole("alert").innerText()).toContain("five parts");
        expect(await page.getByLabel("Channels").inputValue()).toContain("willow");
        expect(await page.getByRole("button", { name: "Save" }).count()).toBe(0);
        await page.getByLabel("Cron expression").fill("0 */6 * * *");
        await page.getByRole("button", { name: "Show what it will ask for" }).click();
        expect(await page.locator("#preview + dl").innerText()).toMatch(
          /8 requests in 8 runs, channels: 2\.[\s\S]*channels: 4\.[\s\S]*2026-02-01 06:00, 12:00/,
        );
        expect((await served.archive.schedules.list()).length).toBe(3);
        await page.getByRole("button", { name: "Save" }).click();
        expect(new URL(page.url()).pathname).toBe("/schedules");
        await page.getByRole("button", { name: "Remove: reeds" }).click();
        await page.getByRole("button", { name: "Pause: willow" }).click();
        await page.getByRole("button", { name: "Resume: meadow" }).click();
      },
      { javaScriptEnabled: false },
    );
    const kept = await served.archive.schedules.list();
    expect(kept.map(({ channel, paused }) => [channel, paused])).toEqual([
      ["garden", false],
      ["meadow", false],
      ["pond_life", false],
      ["willow", true],
    ]);
  });

  test("sees on a channel's page its runs and its last failure", async () => {
    await served.archive.runs.finish(ids.lease, {
      state: "failed",
      counts,
      error: {
        class: "ChannelUnavailable",
        message: "@garden: its owner switched the public preview off.",
      },
    });
    await looking(
      "/c/garden?tab=runs",
      async (page) => {
        const said = await page.locator("#runs").innerText();
        expect(said).toContain("Refused. @garden: its owner switched the public preview off.");
      },
      plain,
    );
  });
});

describe("a person with scripts", () => {
  test.each(["/runs", "/runs/RUNNING"])(
    "sees on %s how a run goes on, and that it has ended",
    async (path) => {
      const trouble = await looking(path.replace("RUNNING", ids.running), async (page) => {
        expect(await page.locator("[data-live] .run-counts").first().innerText()).toContain(
          "1,040 new",
        );
        await page.evaluate("globalThis.sameVisit = true");
        await served.archive.runs.renew(ids.lease, { ...counts, new: 1_060, edited: 1 });
        await page.getByText("1,060 new").waitFor();
        expect(await page.getByText("1 edited").isVisible()).toBe(true);
        await served.archive.runs.say(ids.running, line(`Odd: ${hostile}`));
        if (path !== "/runs") await page.locator(".tries li").nth(1).waitFor();
        const asked = { url: "https://t.me/s/garden", tries: 2, mostTries: 8 };
        await served.archive.runs.renew(ids.lease, counts, {
          kind: "in-vain",
          ...asked,
          why: hostile,
          nextTryAt: "2026-02-01T00:00:08Z",
        });
        await page
          .getByText("Try 2 of 8 brought no page; the next is at 2026-02-01 00:00:08 UTC.")
          .waitFor();
        await served.archive.runs.renew(ids.lease, counts, {
          kind: "silent",
          ...asked,
          seconds: 5,
        });
        await page.getByText("has not answered for 5 s (try 2 of 8).").waitFor();
        await served.archive.runs.renew(ids.lease, counts, {
          kind: "file",
          url: "https://t.me/garden/7",
          bytes: 12,
          seconds: 10,
          mostSeconds: 240,
        });
        const slow =
          "A file of https://t.me/garden/7: 12 bytes came in 10 s; this try ends after 240 s.";
        await page.getByText(slow).waitFor();
        await served.archive.runs.finish(ids.lease, { state: "done", counts });
        if (path === "/runs")
          await page.locator("[data-live=open] li").waitFor({ state: "detached" });
        else await page.getByRole("link", { name: "Open the channel" }).waitFor();
        expect(await page.evaluate("globalThis.sameVisit")).toBe(true);
        expect(await page.getByText("has not answered").isVisible()).toBe(false);
        expect(await page.locator("main img, main script").count()).toBe(0);
        expect(await page.getByRole("button", { name: "Stop" }).count()).toBe(0);
      });
      expect(trouble).toEqual([]);
    },
    slowMachineMs,
  );
});

describe("a person with two windows on one run", () => {
  test("follows it by one stream, which the second takes over when the first goes", async () => {
    const context = await browser.newContext();
    let streams = 0;
    context.on("request", (request) => {
      if (request.url().endsWith("/events")) streams += 1;
    });
    const first = await context.newPage();
    await first.goto(`${server.url}/runs/${ids.running}`);
    await expect.poll(() => streams).toBe(1);
    const second = await context.newPage();
    await second.goto(`${server.url}/runs/${ids.running}`);
    await served.archive.runs.renew(ids.lease, { ...counts, new: 1_060 });
    for (const page of [first, second]) await page.getByText("1,060 new").waitFor();
    expect(streams).toBe(1);
    await first.close();
    await expect.poll(() => streams).toBe(2);
    await served.archive.runs.renew(ids.lease, { ...counts, new: 1_061 });
    await second.getByText("1,061 new").waitFor();
    await context.close();
  });
});

describe("a person who reads Russian", () => {
  const came = { code: "status", facts: { status: 503 } } as const;
  const gaveUp = {
    class: "Unreachable",
    message: "Gave up.",
    reasons: [{ code: "gave-up", facts: { path: "/s/garden", tries: 8 } }, came],
  } as const;
  const inRussian =
    "После 8 попыток чтение /s/garden прекращено: ответ 503. Прочитанное сохранено, следующий запуск продолжит оттуда.";

  test("reads why a run failed, what one waits for, and what old ones said as it was said", async () => {
    await served.archive.runs.renew(ids.lease, counts, {
      kind: "in-vain",
      url: "https://t.me/s/garden",
      tries: 2,
      mostTries: 8,
      why: "it answers 503",
      reasons: [came],
    });
    const running = await served.page(`/runs/${ids.running}?ui=ru`);
    expect(running).toContain('<span dir="auto">ответ 503</span>');
    expect(running).not.toContain("it answers");
    await served.archive.runs.finish(ids.lease, { state: "failed", counts, error: gaveUp });
    for (const path of ["/runs", `/runs/${ids.running}`, "/c/garden?tab=runs", "/status"]) {
      const page = await served.page(`${path}${path.includes("?") ? "&" : "?"}ui=ru`);
      expect([path, page.includes(inRussian)]).toEqual([path, true]);
      expect([path, page.includes("Gave up.")]).toEqual([path, false]);
    }
    expect(await served.page("/runs?ui=ru")).toContain('<span lang="en" dir="auto">The source');
    expect(await served.page("/runs?ui=en")).toContain(
      '<span lang="en" dir="auto">Gave up.</span>',
    );
  });
});

describe("no fault for axe in both themes, directions and widths, and no scrolling aside at 320 px", () => {
  const all = [
    "/runs",
    "/runs/RUNNING",
    "/runs/FAILED",
    "/schedules",
    "/schedules?ui=ru",
    "/runs?ui=ru",
  ];
  test.each(series(all, (path) => ["/runs/FAILED", "/schedules?ui=ru"].includes(path)))(
    "%s",
    async (path) => {
      const address = path.replace("RUNNING", ids.running).replace("FAILED", ids.failed);
      const trouble = await looking(address, async (page) => {
        for (const [theme, width, direction] of [
          ["light", 1280, "ltr"],
          ["dark", 360, "ltr"],
          ["dark", 1280, "rtl"],
        ] as const) {
          await page.setViewportSize({ width, height: 900 });
          await page.emulateMedia({ colorScheme: theme });
          await page.evaluate(`document.documentElement.dir = "${direction}"`);
          const { violations } = await new AxeBuilder({ page })
            .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
            .analyze();
          const faults = violations.map(
            ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`,
          );
          expect({ theme, width, direction, faults }).toMatchObject({ faults: [] });
        }
        await page.setViewportSize({ width: 320, height: 900 });
        for (const direction of ["ltr", "rtl"]) {
          await page.evaluate(`document.documentElement.dir = "${direction}"`);
          const beyond = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
          expect({ direction, beyond }).toEqual({ direction, beyond: 0 });
        }
      });
      expect(trouble).toEqual([]);
    },
    slowMachineMs,
  );
});

test("where changes are closed the pages have no controls, and say where there are some", async () => {
  await using closed = await serveArchive([], { settings: { host: "0.0.0.0" } });
  await closed.hasRun("garden", { state: "failed", counts });
  for (const path of ["/runs", "/schedules"]) {
    const page = await closed.page(path);
    expect(page).not.toContain("<form");
    expect(page).toContain("npx backscroll");
  }
  expect((await closed.app.request("/runs", { method: "POST" })).status).toBe(401);
});

test("a run's page tells beside the files it fetched what became of the others", async () => {
  await using served = await serveArchive([]);
  const files = { media: 3, mediaBytes: 9_000, mediaWaiting: 4, mediaRefused: 6, mediaTooLarge: 2 };
  await served.hasRun("garden", { state: "done", counts: { ...counts, ...files } });
  const text = (await served.page("/runs")).replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
  expect(text).toContain(
    "2 without a page 3 files 2 files too large 6 files refused 4 files waiting",
  );
  expect(await served.json("/api/v1/runs")).toMatchObject({ runs: [{ counts: files }] });
});
