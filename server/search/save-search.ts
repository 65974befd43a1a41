import type { SavedSearch } from "../archive/outgoing/saved-searches.ts";
import type { Analyzer } from "./analysis/analyzer.ts";
import { EngineAway } from "./port.ts";
import { printQuery } from "./query/print.ts";
import { BadParameter } from "./query/query-errors.ts";
import { findSet, type SetParts } from "./result-set.ts";
import { askedResult } from "./search-posts.ts";
import { webhookAddress } from "./webhook-address.ts";

export interface SaveParts extends SetParts {
  readonly analyzer: Analyzer;
  /** Hosts within the network that webhooks may be sent to. */
  readonly webhookInside?: readonly string[] | undefined;
}

const longestName = 100;
const longestAddress = 1_000;

/**
 * Saves a search: what it finds from now on is told, what it finds now is not. `secret` is there when it has an address,
 * and is never shown again. @throws QuerySyntaxError, BadParameter, TooManySearches, EngineAway while there is no index
 */
export async function saveSearch(
  parts: SaveParts,
  typed: {
    readonly name: string;
    readonly query: string;
    readonly url?: string | undefined;
  },
  { now, signal }: { readonly now: Date; readonly signal?: AbortSignal },
): Promise<{ readonly search: SavedSearch; readonly secret: string | undefined }> {
  const name = typed.name.trim();
  if (name === "" || name.length > longestName)
    throw new BadParameter("name", `name: takes 1 to ${longestName} characters.`);
  const url = addressOf(typed.url, parts.webhookInside);
  const { root, fold } = askedResult({ q: typed.query }, { analyzer: parts.analyzer, now });
  if ((await parts.engine.status()).state !== "ready")
    throw new EngineAway("The index is being built. Save the search when it is there.");
  const found = await findSet(parts, { root, warnings: [] }, signal ? { signal } : {});
  return parts.archive.saved.add({
    name,
    query: printQuery({ root, ...(fold && { fold }) }),
    url,
    found: found.marks.inOrder(),
    position: found.index.position,
  });
}

function addressOf(typed: string | undefined, insideHosts: readonly string[] = []) {
  const address = typed?.trim() ?? "";
  if (address === "") return undefined;
  if (address.length > longestAddress)
    throw new BadParameter("url", `url: takes ${longestAddress} characters at most.`);
  return webhookAddress(address, insideHosts);
}
