import { describe } from "vitest";
import type { OpenEngine } from "./corpus.ts";
import { describeCounts } from "./counts.ts";
import { describeEarlier } from "./earlier.ts";
import { describeFields } from "./fields.ts";
import { describeNearness } from "./nearness.ts";
import { describePatterns } from "./patterns.ts";
import { describePositions } from "./positions.ts";
import { describeSigns } from "./signs.ts";
import { describeRelevance } from "./relevance.ts";
import { describeWords } from "./words.ts";

/** What every search engine of ours must do, whatever it is made of. */
export function describeEngine(name: string, open: OpenEngine): void {
  // oxlint-disable-next-line vitest/valid-title -- the suite is the same for every engine
  describe(name, () => {
    describeWords(open);
    describeNearness(open);
    describePatterns(open);
    describeEarlier(open);
    describeSigns(open);
    describeRelevance(open);
    describeFields(open);
    describeCounts(open);
    describePositions(open);
  });
}
