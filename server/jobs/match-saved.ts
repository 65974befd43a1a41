import { wholeSigns } from "../../scraper/whole-signs.ts";
import { setTimeout as sleep } from "node:timers/promises";
import type { PostKey } from "../../scraper/post.ts";
import type { ArchivedPost } from "../archive/posts/archived-post.ts";
import type { NewDelivery } from "../archive/outgoing/deliveries.ts";
import { type SavedSearch, sourceOf, type Step } from "../archive/outgoing/saved-searches.ts";
import type { Analyzer } from "../search/analysis/analyzer.ts";
import type { IndexStatus, Searcher } from "../search/port.ts";
import { allOf, anyOf } from "../search/query/build.ts";
import { QuerySyntaxError } from "../search/query/query-errors.ts";
import type { NumberRange, QueryNode } from "../search/query/tree.ts";
import type { SetParts } from "../search/result-set.ts";
import { askedQuery } from "../search/search-posts.ts";
import { whoHears } from "./targets/target-choice.ts";

export interface MatchParts extends SetParts {
  readonly analyzer: Analyzer;
  readonly now?: () => Date;
  readonly signal?: AbortSignal;
}

const changesAtOnce = 200;
const postsInMessage = 20;
const charactersOfPost = 2_000;
/** A search whose messages do not arrive waits here, and nothing is lost. */
const mostWaitingMessages = 100;
const lookEveryMs = 1_000;

/**
 * Asks every saved search about the posts that changed since it was last asked, as far as the index has them; new
 * matches are queued to be sent. Each post is told once a search, whatever happens to it or to this program.
 * @throws what the last search that failed met, after all had their turn.
 */
export async function matchSaved(parts: MatchParts): Promise<void> {
  const { archive, engine, signal } = parts;
  const to = reliableUpTo(await engine.status());
  const idle: Step[] = [];
  let failure: { readonly error: unknown } | undefined;
  for (const search of await archive.saved.list()) {
    signal?.throwIfAborted();
    if (search.position >= to) continue;
    try {
      const stopped = await follow(parts, search, to);
      if (stopped !== undefined) idle.push(stopped);
    } catch (error) {
      // It waits where it stands until it is mended; an alert says so.
      if (!(error instanceof QuerySyntaxError)) failure = { error };
    }
  }
  await archive.saved.moveOn(idle);
  if (failure) throw failure.error;
}

/** Matches until the signal, looking once a second; never rejects. */
export async function keepMatching({
  signal,
  onError,
  wait = async (ms) => sleep(ms, undefined, { signal }),
  ...parts
}: MatchParts & {
  readonly signal: AbortSignal;
  readonly onError: (error: unknown) => void;
  readonly wait?: (ms: number) => Promise<unknown>;
}): Promise<void> {
  while (!signal.aborted) {
    try {
      await matchSaved({ ...parts, signal });
    } catch (error) {
      if (!signal.aborted) onError(error);
    }
    try {
      await wait(lookEveryMs);
    } catch {
      return;
    }
  }
}

/** Of several engines any may answer, so only what all that are there have is sure to be found. */
function reliableUpTo({ state, position, engines = [] }: IndexStatus): number {
  if (state !== "ready") return 0;
  return Math.min(
    position,
    ...engines.filter((one) => one.state === "ready").map((one) => one.position),
  );
}

/** Brings one search to `to`. Where nothing matched it is left to the caller to note how far it came. */
async function follow(
  parts: MatchParts,
  search: SavedSearch,
  to: number,
): Promise<Step | undefined> {
  const { archive, signal } = parts;
  const { id } = search;
  let kept = search.position;
  let from = search.position;
  while (from < to) {
    signal?.throwIfAborted();
    const { waiting } = await archive.deliveries.counts(sourceOf(id));
    if (waiting >= mostWaitingMessages) break;
    const range = { from, to, limit: changesAtOnce };
    const { posts: changed, through } = await archive.saved.unmatchedChanges(id, range);
    const found = changed.length === 0 ? [] : await matching(parts, search, changed);
    if (found.length > 0) {
      const told = new Set(found.map(({ no }) => no));
      const done = await archive.saved.keepMatches({
        id,
        from: kept,
        through,
        posts: changed.filter(({ no }) => told.has(no)),
        messages: messagesOf(search, found),
        targets: whoHears(await archive.targets.list(), "searches", `search:${id}`),
      });
      if (!done) return undefined;
      kept = through;
    }
    from = through;
  }
  return from > kept ? { id, from: kept, through: from } : undefined;
}

async function matching(
  { archive, engine, analyzer, signal, now = () => new Date() }: MatchParts,
  { query }: SavedSearch,
  changed: readonly PostKey[],
): Promise<readonly ArchivedPost[]> {
  const { root } = askedQuery({ q: query }, { analyzer, now: now() });
  const request: Parameters<Searcher["search"]>[0] = {
    query: { root: allOf([root, oneOf(changed)]), warnings: [] },
    sort: "old",
    rankAll: true,
    offset: 0,
    limit: changed.length,
    prefixLast: false,
    facets: [],
  };
  const { hits } = await engine.search(request, signal ? { signal } : {});
  return archive.posts(hits);
}

/** Exactly these posts, as a condition. */
function oneOf(keys: readonly PostKey[]): QueryNode {
  const at = { start: 0, end: 0 };
  return anyOf(
    [...Map.groupBy(keys, ({ channel }) => channel.toLowerCase())].map(([channel, posts]) =>
      allOf([
        { kind: "field", field: "channel", values: [channel], at },
        { kind: "field", field: "id", ranges: rangesOf(posts.map(({ id }) => id)), at },
      ]),
    ),
  );
}

function rangesOf(ids: readonly number[]): readonly NumberRange[] {
  const ranges: { min: number; max: number }[] = [];
  for (const id of ids.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && id <= last.max + 1) last.max = id;
    else ranges.push({ min: id, max: id });
  }
  return ranges;
}

function messagesOf(
  { id, name, query }: SavedSearch,
  posts: readonly ArchivedPost[],
): readonly Pick<NewDelivery, "event" | "body">[] {
  const messages = [];
  for (let from = 0; from < posts.length; from += postsInMessage) {
    const matches = posts.slice(from, from + postsInMessage).map(toldOf);
    messages.push({ event: "search.matched", body: { search: { id, name, query }, matches } });
  }
  return messages;
}

/** What a message says of a post: enough to show it, with where to find the rest. */
function toldOf({ channel, id, url, publishedAt, text, edited, deleted, hash }: ArchivedPost) {
  return {
    channel,
    id,
    url,
    publishedAt,
    ...toldText(text),
    edited,
    ...(deleted && { deletedAt: deleted.confirmedAt }),
    hash,
  };
}

/** As much of a post's text as a message has room for. */
export function toldText(text: string): { readonly text: string; readonly textIsCut?: true } {
  const whole = text.length <= charactersOfPost;
  return whole ? { text } : { text: wholeSigns(text, charactersOfPost), textIsCut: true };
}
