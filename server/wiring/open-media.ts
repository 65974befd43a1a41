import { mediaSource } from "../../scraper/reading/media-source.ts";
import type { PageReader } from "../../scraper/reading/page-reader.ts";
import type { RelayFor } from "../../scraper/reading/proxy-relay.ts";
import type { Gates } from "../../scraper/reading/gates.ts";
import type { Archive } from "../archive/archive.ts";
import { bytesInMegabyte, type MediaPolicy } from "../archive/media/media-policy.ts";
import type { Config } from "../config.ts";
import { type FetchMedia, mediaFetcher } from "../jobs/media.ts";

/** What the settings say of files of posts, where a channel has nothing of its own. */
export const mediaPolicy = ({ media: kinds, mediaMaxMb }: Config): MediaPolicy => ({
  kinds,
  maxBytes: mediaMaxMb * bytesInMegabyte,
});

/** Fetches files of posts as the settings say, through the gates that pages are read through. */
export function openMedia(
  config: Config,
  parts: {
    readonly archive: Archive;
    readonly reader: PageReader;
    readonly gates: Gates;
    readonly relayFor: RelayFor;
    /** Of one channel's run. */
    readonly budgetMs?: number;
  },
): FetchMedia {
  const { source: origin, concurrency } = config;
  const { gates, relayFor, ...rest } = parts;
  return mediaFetcher({
    ...rest,
    source: mediaSource({ origin, gates, concurrency, relayFor }),
    policy: mediaPolicy(config),
    totalBytes: config.mediaTotalGb * 1000 * bytesInMegabyte,
  });
}
