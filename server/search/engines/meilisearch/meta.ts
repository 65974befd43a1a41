import { MeilisearchApiError, type Index } from "meilisearch";
import type { SetAside } from "../../document.ts";

export const metaKey = "meta";

/** What an index says of itself, in a document of its own: it comes and goes with the posts. */
export interface IndexMeta {
  readonly archiveId: string;
  readonly analyzerVersion: string;
  readonly settingsVersion: string;
  /** A name of this very index: a rebuilt one has another. */
  readonly birth: string;
  readonly position: number;
  /** Posts that Meilisearch would not take. */
  readonly setAside: readonly SetAside[];
}

/** Undefined when there is no index, or one that is not ours. */
export async function readMeta(index: Index): Promise<IndexMeta | undefined> {
  try {
    const { meta } = await index.getDocument(metaKey);
    return meta as IndexMeta;
  } catch (error) {
    if (hasCode(error, "index_not_found", "document_not_found")) return undefined;
    throw error;
  }
}

export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof MeilisearchApiError && codes.includes(error.cause?.code ?? "");
}
