import type { Element } from "./dom.ts";
import { faultIn, isInstant } from "../limits.ts";
import { type Message, readMessage } from "./message.ts";
import { outlineOf } from "./outline.ts";
import type { Instant, Post, PostKey } from "../post.ts";
import { type ReadingCode, type Reason, reason } from "../reasons.ts";
import { unknownParts } from "./unknown-parts.ts";

/** The posts of one page, or how the page is no longer as we know it. */
export type PostsRead =
  | { readonly changed: Reason<ReadingCode> }
  | {
      /** Ascending by id. */
      readonly posts: readonly Post[];
      readonly owner?: string;
      readonly chatId?: number;
      readonly warnings: readonly string[];
    };

/**
 * Reads a page's messages and judges them together: one odd post is kept, many mean a new layout, unless a person looked and
 * said that they are to be taken. `names` are what the page and whoever asked for it call the channel.
 */
export function readPosts(
  elements: readonly Element[],
  page: {
    readonly html: string;
    readonly channel: string;
    readonly now: Date;
    readonly names?: readonly string[];
    readonly acceptChange?: boolean;
  },
): PostsRead {
  const { own: messages, foreign } = ofOneChannel(
    elements.map((element) => withoutFuture(readMessage(element, page), page.now)),
    page.names ?? [],
  );
  const what = changeIn(messages);
  if (what !== undefined && !page.acceptChange) return { changed: what };

  const posts = new Map<number, Post>();
  const warnings: string[] = foreign.map(
    (key) => `Posts of @${key.channel} stand on a page of another channel; they were left out.`,
  );
  messages.forEach((message, index) => {
    const key = message.key ?? message.linkedKey;
    const publishedAt = message.publishedAt ?? nearestDate(messages, index);
    if (!key || publishedAt === undefined) {
      warnings.push(`A message without ${key ? "a date" : "an id"} was left out.`);
      return;
    }
    const missing = [...(message.key ? [] : ["id"]), ...(message.publishedAt ? [] : ["date"])];
    const post = bounded(message, { key, publishedAt, missing, now: page.now });
    if (!posts.has(post.id)) posts.set(post.id, post);
    if (post.notUnderstood)
      warnings.push(`A post shows ${unknownParts(post.notUnderstood)}. Its markup is kept.`);
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

/** One post again from its own markup, as `rawHtml` keeps it, by this version of the parser. */
export function readPostAgain({ channel, id, publishedAt, rawHtml = "" }: Post): Post | undefined {
  const [element] = outlineOf(rawHtml).messages;
  return (
    element && readMessage(element, { html: rawHtml, channel }).post({ channel, id }, publishedAt)
  );
}

/**
 * The messages of the channel whose page this is, and the keys of those that are others'. That one is the channel which is
 * named, if any of its posts are here; a renamed one has its new name on most.
 */
function ofOneChannel(
  messages: readonly Message[],
  names: readonly string[],
): { readonly own: readonly Message[]; readonly foreign: readonly PostKey[] } {
  const counts = new Map<string, number>();
  for (const message of messages) {
    const name = keyOf(message)?.channel.toLowerCase();
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const most = [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0];
  const named = names.map((name) => name.toLowerCase()).find((name) => counts.has(name)) ?? most;
  const isOwn = (key: PostKey | undefined): boolean =>
    key === undefined || key.channel.toLowerCase() === named;
  return {
    own: messages.filter((message) => isOwn(keyOf(message))),
    foreign: messages.map(keyOf).filter((key): key is PostKey => !isOwn(key)),
  };
}

const keyOf = ({ key, linkedKey }: Message): PostKey | undefined => key ?? linkedKey;

/** How these messages together show that the layout changed; `undefined` when they do not. */
function changeIn(messages: readonly Message[]): Reason<ReadingCode> | undefined {
  const count = (test: (message: Message) => boolean): number => messages.filter(test).length;
  const all = messages.length;
  const tooMany = (some: number): boolean =>
    some === all || (some >= fewestForAChange && some >= all * shareForAChange);

  const idless = count((message) => message.key === undefined);
  if (tooMany(idless)) return reason("posts-without-id", { some: idless, all });
  const dateless = count((message) => message.publishedAt === undefined);
  if (tooMany(dateless)) return reason("posts-without-date", { some: dateless, all });
  if (all < fewestForAChange) return undefined;

  const holders = new Map<string, number>();
  for (const message of messages)
    for (const name of message.unknownHolders) holders.set(name, (holders.get(name) ?? 0) + 1);
  for (const [name, some] of holders)
    if (tooMany(some)) return reason("words-in-unknown", { some, all, name });
  if (holders.size > 0 && !messages.some((message) => message.hasTextHolder))
    return reason("words-elsewhere");
  if (!messages.some((message) => message.saysSomething)) return reason("nothing-said", { all });
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
