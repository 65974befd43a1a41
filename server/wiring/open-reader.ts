import { join } from "node:path";
import { browserSource } from "../../scraper/reading/browser-source.ts";
import { findChromium } from "../../scraper/reading/chromium.ts";
import { UsageError } from "../../scraper/errors.ts";
import { Gates } from "../../scraper/reading/gates.ts";
import { httpSource } from "../../scraper/reading/http-source.ts";
import { isTelegramFile } from "../../scraper/reading/telegram-files.ts";
import { openRoutes, type RelayFor } from "../../scraper/reading/proxy-relay.ts";
import type { OnAnswer, PageReader } from "../../scraper/reading/page-reader.ts";
import { pageReader } from "../../scraper/reading/page-reader.ts";
import { defaultUserAgent } from "../../scraper/user-agent.ts";
import type { Config } from "../config.ts";
import type { RobotsReport } from "../jobs/robots-report.ts";
import { isRobotsNews, robotsReport, sayRobots } from "../jobs/robots-report.ts";

/** The reader of the source, with what its robots.txt says of reading it. */
export interface OpenReader extends PageReader, AsyncDisposable {
  /** Asked for once a day at most. */
  robots(signal?: AbortSignal): Promise<RobotsReport>;
  /** One a host, for whatever else is asked of the network. */
  readonly gates: Gates;
  /** What addresses are asked through. */
  readonly relayFor: RelayFor;
}

/** One host's reader: a browser for pages that are none, or for all of them; and the gates of all hosts, for whatever else is asked. */
export async function openReader(
  config: Config,
  { browser = false, onAnswer }: { readonly browser?: boolean; readonly onAnswer?: OnAnswer } = {},
): Promise<OpenReader> {
  const { source: origin, rate, concurrency, userAgent } = config;
  const gates = new Gates({ rate, concurrency });
  const gate = gates.of(new URL(origin).host);
  const named = userAgent === undefined ? {} : { userAgent };
  const routes = openRoutes(config, {
    leadsTo: (url) => isTelegramFile(url.href, origin),
  });
  // The source's own hosts, to which it may redirect, are reached as it is.
  const relay = await routes.relayFor(new URL(origin));
  const http = await httpSource({ origin, relay, ...named });
  const chromiumPath = browserPath(config, browser);
  const chromium =
    chromiumPath === undefined
      ? undefined
      : browserSource({
          origin,
          chromiumPath,
          relay,
          ...named,
          onCookies: async (cookies) => http.addCookies(cookies),
        });
  const reader = pageReader({
    source: browser && chromium ? chromium : http,
    ...(chromium && !browser && { secondTry: chromium }),
    gate,
    ...(onAnswer && { onAnswer }),
  });
  return {
    ...reader,
    gates,
    relayFor: routes.relayFor,
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
      await routes[Symbol.asyncDispose]();
    },
  };
}

/** What the source asks of programs and is not done, in a sentence; reading goes on whatever it says. */
export async function robotsNews(
  reader: OpenReader,
  config: Pick<Config, "rate">,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const report = await reader.robots(signal);
    return isRobotsNews(report, config) ? sayRobots(report, config) : undefined;
  } catch {
    signal.throwIfAborted();
    // Where it cannot be kept, the run has more to say about that.
    return undefined;
  }
}

/** Where the last report on robots.txt is kept. */
const robotsFile = ({ data }: Pick<Config, "data">): string => join(data, "robots.json");

/** @throws UsageError when a browser was asked for, by flag or setting, and there is none. */
function browserPath({ chromium }: Config, needed: boolean): string | undefined {
  try {
    return findChromium(chromium);
  } catch (error) {
    if (needed || chromium !== undefined || !(error instanceof UsageError)) throw error;
    return undefined;
  }
}
