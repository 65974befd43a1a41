import { join } from "node:path";
import { browserSource } from "../scraper/browser-source.ts";
import { findChromium } from "../scraper/chromium.ts";
import { UsageError } from "../scraper/errors.ts";
import { Gate } from "../scraper/gate.ts";
import { defaultUserAgent, httpSource } from "../scraper/http-source.ts";
import type { OnAnswer, PageReader } from "../scraper/page-reader.ts";
import { pageReader } from "../scraper/page-reader.ts";
import type { Config } from "./config.ts";
import type { RobotsReport } from "./jobs/robots-report.ts";
import { robotsReport } from "./jobs/robots-report.ts";

/** The reader of the source, with what its robots.txt says of reading it. */
export interface OpenReader extends PageReader, AsyncDisposable {
  /** Asked for once a day at most. */
  robots(signal?: AbortSignal): Promise<RobotsReport>;
}

/** One host's reader: its gate, and a browser for pages that are none, or for all of them. */
export async function openReader(
  config: Config,
  { browser = false, onAnswer }: { readonly browser?: boolean; readonly onAnswer?: OnAnswer } = {},
): Promise<OpenReader> {
  const { source: origin, rate, concurrency, userAgent } = config;
  const named = userAgent === undefined ? {} : { userAgent };
  const http = await httpSource({ origin, ...named });
  const chromiumPath = browserPath(config, browser);
  const chromium =
    chromiumPath === undefined
      ? undefined
      : browserSource({
          origin,
          chromiumPath,
          ...named,
          onCookies: async (cookies) => http.addCookies(cookies),
        });
  const gate = new Gate({ rate, concurrency });
  const reader = pageReader({
    source: browser && chromium ? chromium : http,
    ...(chromium && !browser && { secondTry: chromium }),
    gate,
    ...(onAnswer && { onAnswer }),
  });
  return {
    ...reader,
    robots: async (signal) =>
      robotsReport({
        source: http,
        gate,
        userAgent: userAgent ?? defaultUserAgent,
        file: robotsFile(config),
        now: () => new Date(),
        ...(signal && { signal }),
      }),
    async [Symbol.asyncDispose]() {
      await chromium?.[Symbol.asyncDispose]();
      await http[Symbol.asyncDispose]();
    },
  };
}

/** Where the last report on robots.txt is kept. */
export const robotsFile = ({ data }: Pick<Config, "data">): string => join(data, "robots.json");

/** @throws UsageError when a browser was asked for, by flag or setting, and there is none. */
function browserPath({ chromium }: Config, needed: boolean): string | undefined {
  try {
    return findChromium(chromium);
  } catch (error) {
    if (needed || chromium !== undefined || !(error instanceof UsageError)) throw error;
    return undefined;
  }
}
