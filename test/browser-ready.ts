/** Runs before the tests: makes sure there is a Chromium for the browser tests, installing one when there is none. */
import { installChromium } from "../scraper/reading/install-chromium.ts";

const { path, installed } = installChromium(process.env["BACKSCROLL_CHROMIUM"]);
console.error(`${installed ? "Installed" : "Browser tests run in"} ${path}`);
