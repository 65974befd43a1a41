import { browserSource } from "../scraper/browser-source.ts";
import { findChromium } from "../scraper/chromium.ts";
import { UsageError } from "../scraper/errors.ts";
import { Gate } from "../scraper/gate.ts";
import { httpSource } from "../scraper/http-source.ts";
import type { PageReader } from "../scraper/page-reader.ts";
import { pageReader } from "../scraper/page-reader.ts";
import type { Config } from "./config.ts";

/** One host's reader: its gate, and a browser for pages that are none, or for all of them. */
export async function openReader(
  config: Config,
  { browser = false }: { readonly browser?: boolean } = {},
): Promise<PageReader & AsyncDisposable> {
  const { source: origin, rate, concurrency } = config;
  const http = await httpSource({ origin });
  const chromiumPath = browserPath(config, browser);
  const chromium =
    chromiumPath === undefined
      ? undefined
      : browserSource({
          origin,
          chromiumPath,
          onCookies: async (cookies) => http.addCookies(cookies),
        });
  const gate = new Gate({ rate, concurrency });
  const reader = pageReader({
    source: browser && chromium ? chromium : http,
    ...(chromium && !browser && { secondTry: chromium }),
    gate,
  });
  return {
    ...reader,
    async [Symbol.asyncDispose]() {
      await chromium?.[Symbol.asyncDispose]();
      await http[Symbol.asyncDispose]();
    },
  };
}

/** @throws UsageError when a browser was asked for, by flag or setting, and there is none. */
function browserPath({ chromium }: Config, needed: boolean): string | undefined {
  try {
    return findChromium(chromium);
  } catch (error) {
    if (needed || chromium !== undefined || !(error instanceof UsageError)) throw error;
    return undefined;
  }
}
