import { browserSource } from "../scraper/browser-source.ts";
import { findChromium } from "../scraper/chromium.ts";
import { UsageError } from "../scraper/errors.ts";
import { Gates } from "../scraper/gates.ts";
import { httpSource } from "../scraper/http-source.ts";
import type { PageReader } from "../scraper/page-reader.ts";
import { pageReader } from "../scraper/page-reader.ts";
import type { Config } from "./config.ts";

/** One host's reader: a browser for pages that are none, or for all of them; and the gates of all hosts, for whatever else is asked. */
export async function openReader(
  config: Config,
  { browser = false }: { readonly browser?: boolean } = {},
): Promise<PageReader & AsyncDisposable & { readonly gates: Gates }> {
  const { source: origin, rate, concurrency } = config;
  const gates = new Gates({ rate, concurrency });
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
  const reader = pageReader({
    source: browser && chromium ? chromium : http,
    ...(chromium && !browser && { secondTry: chromium }),
    gate: gates.of(new URL(origin).host),
  });
  return {
    ...reader,
    gates,
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
