import type { Archive } from "../archive/archive.ts";
import type { PostVersion } from "../archive/posts/archived-post.ts";
import type { PostKey } from "../../scraper/post.ts";
import type { Analyzer } from "./analysis/analyzer.ts";
import { highlighter, type TextPart } from "./highlight.ts";
import { markedTexts } from "./marked-texts.ts";
import { anyOf } from "./query/build.ts";
import { conditionsOf } from "./query/terms.ts";
import type { Query } from "./query/tree.ts";

/** A version of a hit that was followed by another, in which `was:` found something. */
export interface EarlierVersion {
  readonly version: number;
  readonly seenAt: string;
  readonly lastSeenAt: string;
  readonly parts: readonly TextPart[];
  readonly elsewhere: readonly (readonly TextPart[])[];
}

/** For each `was:` that a hit owes its place to the newest version that had it, each version once, the newest first. */
export function earlierVersionsOf(
  query: Pick<Query, "root">,
  {
    archive,
    analyzer,
    reached,
  }: {
    readonly archive: Pick<Archive, "versions">;
    readonly analyzer: Analyzer;
    readonly reached: ReadonlyMap<string, readonly string[]> | undefined;
  },
):
  | ((hit: PostKey & { readonly versions: number }) => Promise<readonly EarlierVersion[]>)
  | undefined {
  const wanted = [...conditionsOf(query.root)].flatMap(({ condition, negative }) =>
    condition.kind === "was" && !negative ? [condition.node] : [],
  );
  if (wanted.length === 0) return undefined;
  const mark = highlighter({ root: anyOf(wanted) }, analyzer, { reached });
  const each = wanted.map((root) => highlighter({ root }, analyzer, { reached }));
  const has = (version: PostVersion, one: typeof mark): boolean => {
    const { parts, elsewhere } = markedTexts(version.post, one);
    return elsewhere.length > 0 || parts.some(({ hit }) => hit);
  };
  return async (hit) => {
    if (hit.versions < 2) return [];
    const earlier = (await archive.versions(hit)).filter(({ current }) => !current).toReversed();
    const found = new Set(
      each.flatMap((one) => earlier.find((version) => has(version, one)) ?? []),
    );
    return earlier
      .filter((version) => found.has(version))
      .map(({ version, seenAt, lastSeenAt, post }) => {
        const { parts, elsewhere } = markedTexts(post, mark);
        return { version, seenAt, lastSeenAt, parts, elsewhere };
      });
  };
}
