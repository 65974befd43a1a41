import type { OnAnswer } from "../../scraper/reading/page-reader.ts";
import type { Archive } from "../archive/archive.ts";
import type { Config } from "../config.ts";
import { type ArchiveOptions, archiveChannel } from "../jobs/archive-channel.ts";
import type { RunChannel } from "../jobs/work-on-run.ts";
import { openMedia } from "./open-media.ts";
import { type OpenReader, openReader, robotsNews } from "./open-reader.ts";

/** What a command asks of its runs beyond what every run does. */
export type RunnerOptions = Pick<
  ArchiveOptions,
  "since" | "until" | "limit" | "full" | "acceptChange"
> & {
  readonly browser?: boolean;
  /** Told of every answer of the source to anybody in this process. */
  readonly onAnswer?: OnAnswer;
  /** How long one run fetches files, so that the next run's text does not wait for them; without it as long as it takes. */
  readonly mediaBudgetMs?: number;
};

/** What reads channels in this process, and the reader behind it. */
export interface Runner extends AsyncDisposable {
  readonly reader: OpenReader;
  readonly runChannel: RunChannel;
}

/** How long a run of a scheduler fetches files. */
export const scheduledMediaMs = 10 * 60_000;

/** The one way to run: whichever command asks, a run reads robots.txt, then posts, then the files that are wanted. */
export async function openRunner(
  config: Config,
  archive: Archive,
  { browser = false, onAnswer, mediaBudgetMs, ...asked }: RunnerOptions = {},
): Promise<Runner> {
  const reader = await openReader(config, { browser, ...(onAnswer && { onAnswer }) });
  const fetchMedia = openMedia(config, {
    archive,
    reader,
    gates: reader.gates,
    relayFor: reader.relayFor,
    ...(mediaBudgetMs !== undefined && { budgetMs: mediaBudgetMs }),
  });
  return {
    reader,
    runChannel: async (name, options) => {
      const over = new AbortController();
      const signal = AbortSignal.any([options.signal, over.signal]);
      // Beside the reading: a source that does not answer is not waited for twice.
      const news = robotsNews(reader, config, signal).then(
        (sentence) => sentence !== undefined && options.onWarning(sentence),
        () => undefined,
      );
      try {
        const counts = await archiveChannel({ archive, reader, fetchMedia }, name, {
          ...asked,
          ...options,
        });
        await news;
        return counts;
      } finally {
        over.abort();
      }
    },
    [Symbol.asyncDispose]: async () => reader[Symbol.asyncDispose](),
  };
}
