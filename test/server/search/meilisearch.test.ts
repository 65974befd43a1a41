import { afterAll, beforeAll, beforeEach, describe } from "vitest";
import { createAnalyzer } from "../../../server/search/analysis/analyzer.ts";
import type { SearchEngine } from "../../../server/search/engine.ts";
import { openMeilisearchEngine } from "../../../server/search/meilisearch/meilisearch-engine.ts";
import { describeEngine } from "./contract/describe-engine.ts";
import { realMeilisearch, startMeilisearch, type RealServer } from "./meilisearch-server.ts";

const analyzer = createAnalyzer();

describe.skipIf(realMeilisearch() === undefined)(
  "a real Meilisearch (not run without MEILI_URL or a meilisearch on the PATH)",
  () => {
    let server: RealServer;
    let number = 0;
    beforeAll(async () => {
      server = await startMeilisearch();
    });
    afterAll(async () => server[Symbol.asyncDispose]());
    beforeEach(() => {
      number += 1;
    });

    const open = async ({ archiveId }: { readonly archiveId: string }): Promise<SearchEngine> =>
      openMeilisearchEngine({
        url: server.url,
        apiKey: server.masterKey,
        archiveId,
        analyzer,
        index: `test_${process.pid}_${number}`,
      });

    describeEngine("the Meilisearch engine", open);
  },
);
