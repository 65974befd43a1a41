/** Runs before the tests: makes sure there is a Chromium for the browser tests, installing one when there is none. */
import { installChromium } from "../scraper/chromium.ts";

const { path, installed } = await installChromium({ configured: process.env["BACKSCROLL_CHROMIUM"] });
console.error(installed ? `Installed ${path} for the browser tests.` : `Browser tests run in ${path}.`);
