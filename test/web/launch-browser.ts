import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type LaunchOptions } from "playwright";
import { findChromium } from "../../scraper/reading/chromium.ts";

const folderOf = (packageFile: string): string => dirname(fileURLToPath(packageFile));

/** Letters of other widths and heights: what holds in both holds on most machines. */
const fontSets = {
  DejaVu: {
    folders: [folderOf(import.meta.resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf"))],
    families: {
      "sans-serif": "DejaVu Sans",
      "system-ui": "DejaVu Sans",
      serif: "DejaVu Serif",
      monospace: "DejaVu Sans Mono",
    },
  },
  Noto: {
    folders: [
      import.meta.resolve("@expo-google-fonts/noto-sans/package.json"),
      import.meta.resolve("@expo-google-fonts/noto-sans-mono/package.json"),
    ].map(folderOf),
    families: {
      "sans-serif": "Noto Sans",
      "system-ui": "Noto Sans",
      serif: "Noto Sans",
      monospace: "Noto Sans Mono",
    },
  },
} as const;
export type FontSet = keyof typeof fontSets;

/** The browser of the tests. */
export const chromiumPath = (): string => findChromium(process.env["BACKSCROLL_CHROMIUM"]);

/** A browser that has the fonts of this set alone, whatever the machine has. */
export async function launchBrowser({
  fonts = "DejaVu",
  ...options
}: LaunchOptions & { readonly fonts?: FontSet } = {}): Promise<Browser> {
  const settings = mkdtempSync(join(tmpdir(), "backscroll-fonts-"));
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    args: ["--no-sandbox"],
    env: { ...process.env, FONTCONFIG_FILE: fontSettings(fonts, settings) },
    ...options,
  });
  browser.on("disconnected", () => rmSync(settings, { recursive: true, force: true }));
  return browser;
}

function fontSettings(name: FontSet, own: string): string {
  const { folders, families } = fontSets[name];
  mkdirSync(join(own, "cache"));
  const file = join(own, "fonts.conf");
  const aliases = Object.entries(families).map(
    ([generic, family]) =>
      `<alias binding="same"><family>${generic}</family><prefer><family>${family}</family></prefer></alias>`,
  );
  writeFileSync(
    file,
    [
      '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>',
      ...folders.map((folder) => `<dir>${folder}</dir>`),
      "<selectfont><rejectfont><glob>*Math*</glob></rejectfont></selectfont>",
      `<cachedir>${join(own, "cache")}</cachedir>`,
      ...aliases,
      "</fontconfig>",
    ].join("\n"),
  );
  return file;
}
