import type { Clock } from "../../scraper/clock.ts";
import type { Archive } from "../archive/archive.ts";
import type { MediaPolicy } from "../archive/media/media-policy.ts";
import type { Analyzer } from "../search/analysis/analyzer.ts";
import type { Searcher } from "../search/port.ts";
import type { StatusAnswer } from "../contract/status.ts";

/** What the HTTP side is given: where the posts are, who finds them, and who reads a channel. */
export interface Parts {
  readonly archive: Archive;
  readonly engine: Searcher;
  readonly analyzer: Analyzer;
  /** Starts to archive a channel and returns at once. @throws UsageError, ChannelUnavailable */
  readonly addChannel: (name: string) => Promise<{ readonly runId: string }>;
  /** Which files of posts are fetched, where a channel has nothing of its own. */
  readonly mediaPolicy: MediaPolicy;
  /** Whether who asks may change anything: only on a loopback address. */
  readonly changesOpen: boolean;
  readonly clock: () => Date;
  /** The origin the world knows this server by, where that is not the one it is asked by. */
  readonly publicUrl?: string | undefined;
  /** Origins that may frame a post without a key; `*` is any. */
  readonly embeddedBy?: readonly string[];
  /** Hosts within the network that webhooks may be sent to. */
  readonly webhookInside?: readonly string[];
  /** Waits between two looks at a run that is followed. */
  readonly sleep: Clock["sleep"];
  /** Aborted when the server stops: what is still being answered ends. */
  readonly stopping: AbortSignal;
  /** The figures of this process, in Prometheus' text form. */
  readonly metrics?: { readonly contentType: string; readonly text: () => Promise<string> };
  /** The host that alerts are sent to, if any. */
  readonly alertsSentTo?: string | undefined;
  /** Who asks the source, and what its robots.txt said last; asking for it goes on meanwhile. */
  readonly robots?: () => StatusAnswer["source"];
  /** Told of an answer that broke off while it was sent, with the id of the request. */
  readonly onBroken: (error: unknown, requestId: string) => void;
  /** Told of every search that was answered. */
  readonly onSearched?: (search: { readonly engine: string; readonly ms: number }) => void;
}
