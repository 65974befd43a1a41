/** `npm run pictures`: the pictures in README, from the demo; `-- --all FOLDER` every page in both themes and three widths. */
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium, type Browser } from "playwright-core";
import { findChromium } from "../scraper/reading/chromium.ts";

const root = join(import.meta.dirname, "..");
const pages = {
  search: "/?q=модель",
  context: "/?q=модель&view=context",
  table: "/?q=модель&view=table",
  nothing: "/?q=симетрия+has:poll",
  compare: "/compare?q=симметрия&q=градиент&q=модель",
  channel: "/c/ml_zametki",
  channels: "/channels",
  runs: "/runs",
  schedules: "/schedules",
  post: "/c/ml_zametki/12",
} as const;
type Page = keyof typeof pages;

interface Picture {
  readonly page: Page;
  readonly theme: "light" | "dark";
  readonly width: number;
}
const inReadme: readonly Picture[] = [
  { page: "search", theme: "light", width: 1280 },
  { page: "channel", theme: "light", width: 1280 },
  { page: "compare", theme: "dark", width: 1280 },
  { page: "post", theme: "light", width: 1280 },
];
const every = (Object.keys(pages) as Page[]).flatMap((page) =>
  (["light", "dark"] as const).flatMap((theme) =>
    [1280, 768, 360].map((width): Picture => ({ page, theme, width })),
  ),
);

const data = await mkdtemp(join(tmpdir(), "backscroll-pictures-"));
const demo = spawn(process.execPath, [join(root, "server/main.ts"), "demo"], {
  cwd: data,
  env: { ...process.env, BACKSCROLL_PORT: "0" },
  stdio: ["ignore", "ignore", "pipe"],
});
const ended = new Promise((resolve) => demo.once("exit", resolve));
try {
  const site = await siteOf();
  const browser = await chromium.launch({
    executablePath: findChromium(process.env["BACKSCROLL_CHROMIUM"]),
    args: ["--no-sandbox"],
  });
  const [flag, folder] = process.argv.slice(2);
  if (flag === "--all" && folder !== undefined)
    await take(browser, { site, folder, pictures: every });
  else await take(browser, { site, folder: join(root, "docs/pictures"), pictures: inReadme });
  await browser.close();
} finally {
  demo.kill("SIGINT");
  await ended;
  await rm(data, { recursive: true, force: true });
}

async function siteOf(): Promise<string> {
  for await (const line of createInterface({ input: demo.stderr })) {
    const [, site] = /^Serving (\S+)/.exec(line) ?? [];
    if (site !== undefined) return site;
  }
  throw new Error("The demo ended before it served anything.");
}

async function take(
  browser: Browser,
  {
    site,
    folder,
    pictures,
  }: { readonly site: string; readonly folder: string; readonly pictures: readonly Picture[] },
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { page: name, theme, width } of pictures) {
    const page = await browser.newPage({
      viewport: { width, height: 900 },
      colorScheme: theme,
      locale: "en",
    });
    await page.goto(site + pages[name]);
    await page.screenshot({ path: join(folder, `${name}-${theme}-${width}.png`) });
    await page.close();
  }
}
