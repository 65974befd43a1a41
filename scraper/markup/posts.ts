import type { Element } from "./dom.ts";
import { faultIn, isInstant } from "../limits.ts";
import { type Message, readMessage } from "./message.ts";
import type { Instant, Post, PostKey } from "../post.ts";

/** The posts of one page, or the sentence that says how the page is no longer as we know it. */
export type PostsRead =
  | { readonly changed: string }
  | {
      /** Ascending by id. */
      readonly posts: readonly Post[];
      readonly owner?: string;
      readonly chatId?: number;
      readonly warnings: readonly string[];
    };

/** Reads a page's messages and judges them together: one odd post is kept, many mean a new layout. */
export function readPosts(
  elements: readonly Element[],
  page: { readonly html: string; readonly channel: string; readonly now: Date },
): PostsRead {
  const messages = elements.map((element) => withoutFuture(readMessage(element, page), page.now));
  const what = changeIn(messages);
  if (what !== undefined) return { changed: what };

  const posts = new Map<number, Post>();
  const warnings: string[] = [];
  messages.forEach((message, index) => {
    const key = message.key ?? message.linkedKey;
    const publishedAt = message.publishedAt ?? nearestDate(messages, index);
    if (!key || publishedAt === undefined) {
      warnings.push("A message without an id was left out.");
      return;
    }
    const missing = [...(message.key ? [] : ["id"]), ...(message.publishedAt ? [] : ["date"])];
    const post = bounded(message, { key, publishedAt, missing, now: page.now });
    if (!posts.has(post.id)) posts.set(post.id, post);
    if (post.notUnderstood)
      warnings.push(
        `Post ${post.id} shows parts this version does not know (${post.notUnderstood.join(", ")}); its markup is kept.`,
      );
  });
  const owner = messages
    .values()
    .map((message) => message.owner())
    .find((name) => name !== undefined);
  const chatId = elements
    .values()
    .map(chatIdOf)
    .find((id) => id !== undefined);
  return {
    posts: [...posts.values()].toSorted((a, b) => a.id - b.id),
    ...(owner !== undefined && { owner }),
    ...(chatId !== undefined && { chatId }),
    warnings,
  };
}

/** A date that cannot be true yet is no date. */
function withoutFuture(message: Message, now: Date): Message {
  const { publishedAt, ...rest } = message;
  return publishedAt === undefined || isInstant(publishedAt, now) ? message : rest;
}

/** The post; of one beyond the limits only its number, its date and its markup. */
function bounded(
  message: Message,
  known: {
    readonly key: PostKey;
    readonly publishedAt: Instant;
    readonly missing: readonly string[];
    readonly now: Date;
  },
): Post {
  const { key, publishedAt, missing, now } = known;
  const post = message.post(key, publishedAt, missing);
  const fault = faultIn(post, now);
  if (fault === undefined) return post;
  const { rawHtml } = message.post(key, publishedAt, ["beyond the limits"]);
  return {
    ...key,
    ids: [key.id],
    url: `https://t.me/${key.channel}/${key.id}`,
    publishedAt,
    edited: false,
    text: "",
    textState: "empty",
    entities: [],
    media: [],
    reactions: [],
    buttons: [],
    notUnderstood: [...missing, `it ${fault}`],
    ...(rawHtml !== undefined && { rawHtml }),
  };
}

/** How these messages together show that the layout changed; `undefined` when they do not. */
function changeIn(messages: readonly Message[]): string | undefined {
  const count = (test: (message: Message) => boolean): number => messages.filter(test).length;
  const all = messages.length;
  const tooMany = (some: number): boolean =>
    some === all || (some >= fewestForAChange && some >= all * shareForAChange);

  const idless = count((message) => message.key === undefined);
  if (tooMany(idless)) return `${idless} of ${all} posts do not show their id`;
  const dateless = count((message) => message.publishedAt === undefined);
  if (tooMany(dateless)) return `${dateless} of ${all} posts do not show their date`;
  if (all < fewestForAChange) return undefined;

  const holders = new Map<string, number>();
  for (const message of messages)
    for (const name of message.unknownHolders) holders.set(name, (holders.get(name) ?? 0) + 1);
  for (const [name, some] of holders)
    if (tooMany(some)) return `${some} of ${all} posts hold words in "${name}", which is not known`;
  if (holders.size > 0 && !messages.some((message) => message.hasTextHolder))
    return "no post has a text holder, and words stand elsewhere";
  if (!messages.some((message) => message.saysSomething))
    return `none of ${all} posts says anything`;
  return undefined;
}

/** Posts stand in the order of their dates: a post that lost its own lies between its neighbours'. */
function nearestDate(messages: readonly Message[], index: number): string | undefined {
  const before = messages.slice(0, index).findLast((message) => message.publishedAt !== undefined);
  const after = messages.slice(index + 1).find((message) => message.publishedAt !== undefined);
  return (before ?? after)?.publishedAt;
}

/** Telegram's number of the chat: in `data-view` (base64url JSON), on embeds in `data-peer`. */
function chatIdOf(element: Element): number | undefined {
  const peer = /^c(\d+)_/u.exec(element.attribs["data-peer"] ?? "");
  if (peer) return -Number(peer[1]);
  const view = Buffer.from(element.attribs["data-view"] ?? "", "base64url").toString();
  const id = /"c":(-\d{1,16})\b/u.exec(view);
  return id ? Number(id[1]) : undefined;
}

/** A fifth of a page's posts, and never a single one. */
const shareForAChange = 1 / 5;
const fewestForAChange = 2;
