import type { ArchivedPost } from "../../archive/posts/archived-post.ts";

type Counted = Pick<ArchivedPost, "views" | "reactions">;

/**
 * The counters of a post that a query can ask for: the name of the field, and what it is of a post; absent where the post shows
 * none. The grammar, what is printed, and every engine read them here.
 */
const counts = {
  views: ({ views }: Counted) => views,
  /** The sum of them, as shown. */
  reactions: ({ reactions }: Counted) =>
    reactions.length === 0 ? undefined : reactions.reduce((sum, { count }) => sum + count, 0),
} as const satisfies Readonly<Record<string, (post: Counted) => number | undefined>>;

export type CountName = keyof typeof counts;
export const countNames = Object.keys(counts) as readonly CountName[];

/** Every counter of a post; `otherwise` where it shows none. */
export function countsOf<Otherwise>(
  post: Counted,
  otherwise: Otherwise,
): Readonly<Record<CountName, number | Otherwise>> {
  const all = countNames.map((name) => [name, counts[name](post) ?? otherwise] as const);
  return Object.fromEntries(all) as Record<CountName, number | Otherwise>;
}
