import type { Insertable } from "kysely";
import type { Instant, Post } from "../../../scraper/post.ts";
import type { PostChangeTable, VersionTable } from "../schema/schema.ts";

/** What another archive kept of a post, as it tells it. */
export interface ToldPost {
  /** Every version that is told, oldest first; the last is the newest. At least one. */
  readonly versions: readonly ToldVersion[];
  readonly firstSeenAt: Instant;
  readonly lastSeenAt: Instant;
  readonly deleted?: ToldDeletion;
}

interface ToldVersion {
  readonly post: Post;
  readonly seenAt: Instant;
  readonly lastSeenAt: Instant;
  /** The number of the kept page on which it was first seen. */
  readonly page?: number;
}

interface ToldDeletion {
  readonly firstAbsentAt: Instant;
  readonly confirmedAt: Instant;
  readonly checks: number;
}

/** The newest version. */
export function newestOf({ versions }: ToldPost): Post {
  const newest = versions.at(-1);
  if (!newest) throw new RangeError("A told post has at least one version.");
  return newest.post;
}

/** The told posts with their versions as what was purged lets them be kept; of one that it left out, nothing. */
export function toldAsAdmitted(
  told: readonly ToldPost[],
  admitted: readonly Post[],
): readonly ToldPost[] {
  const byId = Map.groupBy(admitted, ({ id }) => id);
  return told.flatMap((one) => {
    const posts = byId.get(newestOf(one).id) ?? [];
    if (posts.length < one.versions.length) return [];
    return [
      {
        ...one,
        versions: one.versions.map((version, at) => ({
          ...version,
          post: posts[at] ?? version.post,
        })),
      },
    ];
  });
}

/** All earlier versions of a post, and those changes that are new or say something else than before. */
export interface History {
  readonly past: readonly VersionTable[];
  readonly changes: readonly Insertable<PostChangeTable>[];
}
