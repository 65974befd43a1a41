import { createHash } from "node:crypto";
import type { Settings } from "meilisearch";
import { documentVersion } from "../../document.ts";
import { countNames } from "../../query/counts.ts";

/** Into so many steps the relevance of a word to a post is cut; one searchable attribute holds the words of each. */
export const relevanceSteps = 16;
/** The attribute of a step, 0 the most relevant; after the last step one that every post has. */
export const stepAttribute = (step: number): string => `r${step}`;

const numbers = ["no", "at", "id", ...countNames];
const names =
  "kind archive keys forms named wasKeys wasForms channel lang has is tag link author day".split(
    " ",
  );

/**
 * How an index of ours answers, as data. Words are found by filters over arrays of whole terms, which are exact; full
 * text search only ranks, over codes that hold one word's relevance by the attribute they stand in.
 */
export const indexSettings = {
  searchableAttributes: Array.from({ length: relevanceSteps + 1 }, (_, step) =>
    stepAttribute(step),
  ),
  // A hit is read with all of these, whatever is asked for of it; documents fetched by filter show the rest too.
  displayedAttributes: ["inChannel", "id"],
  filterableAttributes: [
    {
      attributePatterns: names,
      features: { facetSearch: false, filter: { equality: true, comparison: false } },
    },
    {
      attributePatterns: [...numbers, "seq"],
      features: { facetSearch: false, filter: { equality: true, comparison: true } },
    },
  ],
  sortableAttributes: ["at", "no", "seq", "reactions", "views", "changed"],
  // Hits of equal relevance: by day, since each value of a rule costs as much as a hit would.
  rankingRules: ["sort", "attributeRank", "day:desc"],
  typoTolerance: { enabled: false },
  proximityPrecision: "byAttribute",
  prefixSearch: "disabled",
  facetSearch: false,
  // Every hit is reached by paging, and a facet is counted over all of its values.
  pagination: { maxTotalHits: 1_000_000_000 },
  faceting: { maxValuesPerFacet: 10_000, sortFacetValuesBy: { "*": "count" } },
  // A search cut off in the middle would be an answer with hits left out: ours is given up before.
  searchCutoffMs: 15_000,
} satisfies Settings;

/** Names the settings and the shape of documents: an index made under another must be built anew. */
export const settingsVersion = createHash("sha256")
  .update(JSON.stringify([5, documentVersion, indexSettings]))
  .digest("hex")
  .slice(0, 16);

/** Whether an index answers as `indexSettings` say; what they do not speak of does not count. */
export function hasOurSettings(found: Settings): boolean {
  const ranked = [found.searchableAttributes, found.rankingRules];
  const wanted = [indexSettings.searchableAttributes, indexSettings.rankingRules];
  return holds(found, indexSettings) && JSON.stringify(ranked) === JSON.stringify(wanted);
}

function holds(found: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(found) &&
      found.length === wanted.length &&
      inOneOrder(found) === inOneOrder(wanted)
    );
  }
  if (typeof wanted !== "object" || wanted === null) return found === wanted;
  return (
    typeof found === "object" &&
    found !== null &&
    Object.entries(wanted).every(([name, part]) => holds(found[name as never], part))
  );
}

function inOneOrder(list: readonly unknown[]): string {
  const written = list.map((part) => JSON.stringify(part));
  return written.toSorted((a, b) => (a < b ? -1 : 1)).join();
}
