import { resolve } from "node:path";
import type { Config } from "../config.ts";
import type { Analyzer } from "../search/analysis/analyzer.ts";
import type { AnyEngine, SearchEngine } from "../search/port.ts";
import { openMeilisearchEngine } from "../search/engines/meilisearch/meilisearch-engine.ts";
import { runningServer, startOwnServer } from "../search/engines/meilisearch/own-server.ts";
import { serverKey } from "../search/engines/meilisearch/server-key.ts";
import { withFallback } from "../search/engines/with-fallback.ts";

interface Parts {
  readonly embedded: SearchEngine;
  readonly archiveId: string;
  readonly analyzer: Analyzer;
  /** Whether a `meilisearch` of the PATH may be started. */
  readonly mayStart: boolean;
  readonly onPassedOver?: ((error: unknown) => void) | undefined;
}

/** Meilisearch with the embedded engine behind it; the embedded one alone where none runs and none may be started. */
export async function openWithMeilisearch(
  config: Config,
  { embedded, archiveId, analyzer, mayStart, onPassedOver }: Parts,
): Promise<AnyEngine> {
  const server = await serverOf(config, mayStart);
  if (server === undefined) return embedded;
  const { url, masterKey, stop } = server;
  const key = masterKey === undefined ? {} : serverKey(url, masterKey);
  const meilisearch = openMeilisearchEngine({ url, ...key, archiveId, analyzer });
  return withFallback(meilisearch, embedded, { onPassedOver, onClose: stop });
}

interface Server {
  readonly url: string;
  readonly masterKey?: string | undefined;
  readonly stop?: () => Promise<void>;
}

async function serverOf(
  { data, meiliUrl, meiliMasterKey: masterKey }: Config,
  mayStart: boolean,
): Promise<Server | undefined> {
  if (meiliUrl !== undefined) return { url: meiliUrl, masterKey };
  const folder = resolve(data, "meilisearch");
  const running = await runningServer(folder, { masterKey });
  if (running !== undefined || !mayStart) return running;
  const own = await startOwnServer(folder, { masterKey });
  return { url: own.url, masterKey: own.masterKey, stop: async () => own[Symbol.asyncDispose]() };
}
