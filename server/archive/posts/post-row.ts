import type { Media, Post } from "../../../scraper/post.ts";
import type { ArchivedPost, CounterSample } from "./archived-post.ts";
import type { PostTable } from "../schema/schema.ts";

/** A post cut by how its parts change: words rarely, counters daily, addresses at each read. All JSON. */
export interface PostParts {
  readonly content: string;
  readonly counters: string;
  readonly addresses: string;
}

type Content = Partial<Omit<Post, "channel" | "id" | "publishedAt" | "views" | "reactions">>;
interface Counters extends Partial<Pick<Post, "views" | "reactions">> {
  /** `null` where the page showed none. */
  readonly percents?: readonly (number | null)[];
  readonly voters?: number;
}
interface Addresses {
  readonly media?: readonly Pick<Media, "url" | "thumbnailUrl">[];
  readonly image?: string;
}

/** Cuts a post into what is stored; what its key tells and what is empty is left out. */
export function partsOf(post: Post): PostParts {
  const {
    channel: _,
    id: __,
    publishedAt: ___,
    views,
    reactions,
    media,
    preview,
    poll,
    ...rest
  } = post;
  const { imageUrl: image, ...words } = preview ?? {};
  const addresses: Addresses = {
    ...(media.some((item) => item.url ?? item.thumbnailUrl) && { media: media.map(addressesOf) }),
    ...(image !== undefined && { image }),
  };
  const counters: Counters = {
    ...(views !== undefined && { views }),
    ...(reactions.length > 0 && { reactions }),
    ...(poll && { percents: poll.options.map(({ percent }) => percent ?? null) }),
    ...(poll?.voters !== undefined && { voters: poll.voters }),
  };
  const content = {
    ...rest,
    ids: post.ids.length === 1 ? undefined : post.ids,
    edited: post.edited || undefined,
    textState: post.textState === "present" ? undefined : post.textState,
    entities: filled(post.entities),
    buttons: filled(post.buttons),
    media: filled(media.map(({ url: _url, thumbnailUrl: _thumbnailUrl, ...item }) => item)),
    preview: preview && words,
    poll: poll && {
      question: poll.question,
      type: poll.type,
      options: poll.options.map((o) => o.text),
    },
  };
  return {
    content: JSON.stringify(content),
    counters: JSON.stringify(counters),
    addresses: JSON.stringify(addresses),
  };
}

function filled<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length > 0 ? list : undefined;
}

function addressesOf({ url, thumbnailUrl }: Media): Pick<Media, "url" | "thumbnailUrl"> {
  return { ...(url !== undefined && { url }), ...(thumbnailUrl !== undefined && { thumbnailUrl }) };
}

interface StoredContent extends Omit<Content, "poll"> {
  readonly url: string;
  readonly text: string;
  readonly poll?: {
    readonly question: string;
    readonly type: string;
    readonly options: readonly string[];
  };
}

/** The post that was cut into these parts. */
export function postOf(
  key: { readonly channel: string; readonly id: number; readonly publishedAt: string },
  parts: PostParts,
): Post {
  const { poll, preview, ...content } = JSON.parse(parts.content) as StoredContent;
  const { percents, voters, ...shown } = JSON.parse(parts.counters) as Counters;
  const { media: addresses, image } = JSON.parse(parts.addresses) as Addresses;
  return {
    ...key,
    ids: [key.id],
    edited: false,
    textState: "present",
    entities: [],
    buttons: [],
    reactions: [],
    ...content,
    media: (content.media ?? []).map((item, index) => Object.assign(item, addresses?.[index])),
    ...(preview && { preview: { ...preview, ...(image !== undefined && { imageUrl: image }) } }),
    ...(poll && {
      poll: {
        question: poll.question,
        type: poll.type,
        options: poll.options.map((text, index) => {
          const percent = percents?.[index];
          return typeof percent === "number" ? { text, percent } : { text };
        }),
        ...(voters !== undefined && { voters }),
      },
    }),
    ...shown,
  };
}

/** The kept post, newest version, with what is known of its history. */
export function archivedPostOf(row: PostTable & { readonly channel: string }): ArchivedPost {
  const key = { channel: row.channel, id: row.id, publishedAt: row.published_at };
  return {
    ...postOf(key, row),
    no: row.no,
    hash: row.hash,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
    versions: row.versions,
    ...(row.deleted_at !== null && {
      deleted: {
        firstAbsentAt: row.first_absent_at ?? row.deleted_at,
        confirmedAt: row.deleted_at,
        checks: row.absent_checks,
      },
    }),
  };
}

/** Counters as stored, at a moment. */
export function sampleOf(at: string, counters: string): CounterSample {
  const { views, reactions, voters } = JSON.parse(counters) as Counters;
  return {
    at,
    ...(views !== undefined && { views }),
    reactions: reactions ?? [],
    ...(voters !== undefined && { voters }),
  };
}

/** The text alone of a stored post, white space made one: tells a real edit from another way of writing it down. */
export function wordsOf(parts: Pick<PostParts, "content">): string {
  const { text } = JSON.parse(parts.content) as StoredContent;
  return text.replace(/\s+/g, " ").trim();
}
