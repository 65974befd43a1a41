import { cutPosts } from "../../../scraper/markup/cut-posts.ts";
import type { Instant, Post } from "../../../scraper/post.ts";
import type { Database } from "../database.ts";
import { nameKey } from "../name-key.ts";
import type { PurgeTable } from "../schema/schema.ts";
import {
  addPurged,
  authorMark,
  authorsOf,
  refusePurged,
  RemovedPosts,
  targetOf,
  withoutReplysWords,
} from "./purged.ts";

/** What of a page may be kept. */
export interface Admitted {
  readonly posts: readonly Post[];
  /** Absent when nobody can say that nothing purged stands on it. */
  readonly body?: Uint8Array;
  /** The ids that were left out. */
  readonly leftOut: readonly number[];
}

/** Takes what was purged, and quotes of it, out of a page before it is saved. @throws ChannelPurged */
export async function admitted(
  tx: Database,
  page: {
    readonly channel: string;
    readonly posts: readonly Post[];
    readonly body?: Uint8Array;
    readonly at: Instant;
  },
): Promise<Admitted> {
  const { channel, posts, body } = page;
  await refusePurged(tx, channel);
  const orders = await authorOrders(tx, channel);
  const { archive_id: archiveId } = await tx
    .selectFrom("archive")
    .select("archive_id")
    .executeTakeFirstOrThrow();
  const gone = new RemovedPosts(tx);
  const leftOut = new Set<number>();
  const kept: Post[] = [];
  let strips = 0;
  for (const post of posts) {
    const order = orderOf(post, orders, archiveId);
    if (order !== undefined) {
      await addPurged(tx, post.ids, { channel, at: page.at, purgeNo: order.no });
      for (const id of post.ids) gone.add(channel, id);
    }
    if (order !== undefined || (await gone.any(channel, post.ids))) {
      for (const id of post.ids) leftOut.add(id);
      continue;
    }
    const bare = await withoutQuote(post, { gone, orders, archiveId });
    if (bare !== post) strips += 1;
    kept.push(bare);
  }
  const clean = { posts: kept, leftOut: [...leftOut] };
  if (!body) return clean;
  if (leftOut.size === 0 && strips === 0) return { ...clean, body };
  const cut = cutPosts(body, gone.isKnown);
  return { ...clean, ...(cut && { body: cut.body }) };
}

type AuthorOrder = Pick<PurgeTable, "no" | "author">;

async function authorOrders(tx: Database, channel: string): Promise<readonly AuthorOrder[]> {
  return tx
    .selectFrom("purge")
    .where("kind", "=", "author")
    .where((eb) => eb.or([eb("channel", "is", null), eb("channel", "=", nameKey(channel))]))
    .select(["no", "author"])
    .execute();
}

function orderOf(
  post: Post,
  orders: readonly AuthorOrder[],
  archiveId: string,
): AuthorOrder | undefined {
  if (orders.length === 0) return undefined;
  const marks = authorsOf(post).map((name) => authorMark(archiveId, name));
  return orders.find(({ author }) => author !== null && marks.includes(author));
}

/** A reply without the words of a purged post. */
async function withoutQuote(
  post: Post,
  by: {
    readonly gone: RemovedPosts;
    readonly orders: readonly AuthorOrder[];
    readonly archiveId: string;
  },
): Promise<Post> {
  const { reply } = post;
  if (reply?.text === undefined && reply?.author === undefined) return post;
  const mark = reply.author === undefined ? undefined : authorMark(by.archiveId, reply.author);
  const byAuthor = by.orders.some(({ author }) => author === mark);
  const target = targetOf(reply);
  if (byAuthor && target) by.gone.add(target.channel, target.id);
  if (!byAuthor && !(target && (await by.gone.any(target.channel, [target.id])))) return post;
  return withoutReplysWords(post);
}
