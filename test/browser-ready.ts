/** Runs before the tests: makes sure there is a Chromium for the browser tests, installing one when there is none. */
import { installChromium } from "../scraper/reading/install-chromium.ts";

const { path, installed } = await installChromium(process.env["BACKSCROLL_CHROMIUM"], {
  environment: process.env,
});
console.error(`${installed ? "Installed" : "Browser tests run in"} ${path}`);
