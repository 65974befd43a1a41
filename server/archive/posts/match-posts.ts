import type { IdRange } from "../../../scraper/reading/history-page.ts";
import type { Post } from "../../../scraper/post.ts";
import type { MemberTable, PostTable } from "../schema/schema.ts";

/** A kept post with the other ids of its album, those that left it included. */
export interface Known {
  readonly row: PostTable;
  readonly members: readonly MemberTable[];
}

/** What a shown post is to the archive. */
export interface Match {
  readonly post: Post;
  /** The kept post that this is; absent when it is new. */
  readonly known?: Known;
  /** Kept posts that turned out to be parts of this album. */
  readonly absorbed: readonly Known[];
  /** The page shows only a part of the kept album and tells nothing of the rest (cut at the page's end). */
  readonly partial: boolean;
}

/** Finds which kept post each shown post is: the same id first, then the album that holds its ids; each only once. */
export function matchPosts(
  posts: readonly Post[],
  known: readonly Known[],
  span: IdRange | undefined,
): readonly Match[] {
  const byId = new Map(known.flatMap((one) => liveIds(one).map((id) => [id, one] as const)));
  for (const one of known) byId.set(one.row.id, one);
  const claimed = new Map<Known, Post>();
  for (const post of posts) {
    const same = byId.get(post.id);
    if (same?.row.id === post.id) claimed.set(same, post);
  }
  const ownersOf = (post: Post): readonly Known[] =>
    [...new Set(post.ids.flatMap((id) => byId.get(id) ?? []))].toSorted(
      (a, b) => a.row.id - b.row.id,
    );
  const isFreeFor = (post: Post, one: Known): boolean => (claimed.get(one) ?? post) === post;
  return posts.map((post) => {
    const free = ownersOf(post).filter((one) => isFreeFor(post, one));
    const target = free.find((one) => claimed.get(one) === post) ?? free[0];
    if (!target) return { post, absorbed: [], partial: false };
    const absorbed = free.filter((one) => one !== target && isInside(one, post));
    for (const one of [target, ...absorbed]) claimed.set(one, post);
    const partial = liveIds(target).some((id) => !post.ids.includes(id) && !covers(span, id));
    return { post, known: target, absorbed: partial ? [] : absorbed, partial };
  });
}

/** The ids that the post has now, its own included. */
export function liveIds({ row, members }: Known): readonly number[] {
  return [row.id, ...members.filter(({ gone_at }) => gone_at === null).map(({ id }) => id)];
}

/** Does the range, if there is one, hold this id? */
export function covers(range: IdRange | undefined, id: number): boolean {
  return range !== undefined && range.from <= id && id <= range.to;
}

function isInside(one: Known, post: Post): boolean {
  return liveIds(one).every((id) => post.ids.includes(id));
}
