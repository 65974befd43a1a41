import type { Instant } from "../../../scraper/post.ts";

/** Some content, and the first and last moment at which it was seen without another in between. */
export interface Sighted<T> {
  readonly hash: string;
  readonly seenAt: Instant;
  readonly lastSeenAt: Instant;
  readonly content: T;
}

/** A version of both sides. `own`: the places of our versions that begin in it, ascending. */
export interface Merged<T> extends Sighted<T> {
  /** Where the content was seen last: counters of that side are the newer ones. */
  readonly last: T;
  readonly own: readonly number[];
}

interface Sight<T> {
  readonly at: Instant;
  readonly hash: string;
  readonly content: T;
  /** The place of our version that begins here. */
  readonly begins?: number;
}

/**
 * The versions of one post as two archives saw them, in the order of what was seen when; what both saw without a break is one
 * version. Told again, what was merged before changes nothing.
 */
export function mergeVersions<T>(
  own: readonly Sighted<T>[],
  told: readonly Sighted<T>[],
): readonly Merged<T>[] {
  const seenHere = (hash: string, at: Instant): boolean =>
    own.some((one) => one.hash === hash && one.seenAt <= at && at <= one.lastSeenAt);
  const sights: readonly Sight<T>[] = [
    ...own.flatMap((one, begins) => [
      { ...sightOf(one, one.seenAt), begins },
      sightOf(one, one.lastSeenAt),
    ]),
    ...told
      .flatMap((one) => [sightOf(one, one.seenAt), sightOf(one, one.lastSeenAt)])
      .filter(({ hash, at }) => !seenHere(hash, at)),
  ];
  const merged: Merged<T>[] = [];
  for (const sight of sights.toSorted((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)))) {
    const before = merged.at(-1);
    const begins = sight.begins === undefined ? [] : [sight.begins];
    if (before?.hash !== sight.hash) {
      const { at, hash, content } = sight;
      merged.push({ hash, seenAt: at, lastSeenAt: at, content, last: content, own: begins });
      continue;
    }
    merged[merged.length - 1] = {
      ...before,
      lastSeenAt: sight.at,
      last: sight.content,
      // Our own evidence stays where both have some.
      content: before.own.length === 0 && begins.length > 0 ? sight.content : before.content,
      own: [...before.own, ...begins],
    };
  }
  return merged;
}

function sightOf<T>({ hash, content }: Sighted<T>, at: Instant): Sight<T> {
  return { at, hash, content };
}
