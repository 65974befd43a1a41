import type { Channel, Entity, Media, Post } from "../scraper/post.ts";
import { roundedCount } from "./numbers.ts";

/** What a stand-in says of its channel beside the posts; its counters of media follow from them. */
export interface Profile extends Omit<Channel, "counters"> {
  readonly subscribers: number;
}

/** A channel as it truly is: posts that are added, edited and removed. Ids only grow; gaps are ordinary. */
export class Truth {
  readonly profile: Profile;
  #posts: Post[] = [];
  #counters: MediaCounters | undefined;

  constructor(profile: Profile, posts: readonly Post[] = []) {
    this.profile = profile;
    this.add(posts);
  }

  /** Every post there is now, ascending by id. */
  get posts(): readonly Post[] {
    return this.#posts;
  }

  /** Every post as a reader of the pages can know it, ascending by id. */
  get shown(): readonly Post[] {
    return this.#posts.map((post) => asShown(post));
  }

  /** The highest id in use, 0 in an empty channel. */
  get newestId(): number {
    return this.#posts.at(-1)?.ids.at(-1) ?? 0;
  }

  /** How many photos, videos, files and posts with links there are now. */
  get counters(): MediaCounters {
    this.#counters ??= countedMedia(this.#posts);
    return this.#counters;
  }

  /** The post with this id; an id inside an album finds the album. */
  post(id: number): Post | undefined {
    const post = this.#posts[this.below(id + 1) - 1];
    return post?.ids.includes(id) ? post : undefined;
  }

  /** How many posts begin below this id: the place in `posts` where reading before it ends. */
  below(id: number): number {
    let low = 0;
    let high = this.#posts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#posts[middle]?.id ?? id) < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** @throws when an id is in use already. */
  add(posts: readonly Post[]): void {
    const ordered = [...this.#posts, ...posts].toSorted((a, b) => a.id - b.id);
    for (const [index, post] of ordered.entries()) {
      const before = ordered[index - 1]?.ids.at(-1) ?? 0;
      if (post.id <= before) throw new Error(`Post ${post.id} is in use in this channel.`);
    }
    this.#posts = ordered;
    this.#counters = undefined;
  }

  /** Changes a post and marks it edited, as Telegram does. @throws when there is no such post. */
  edit(id: number, change: Partial<Post>): void {
    this.#change(id, (post) => ({ ...post, edited: true, ...change }));
  }

  /** @throws when there is no such post. */
  remove(id: number): void {
    this.#posts.splice(this.#place(id), 1);
    this.#counters = undefined;
  }

  /** Readers come: views, reactions and voters grow to `factor` times what they were. */
  grow(factor: number): void {
    const grown = (count: number) => Math.ceil(count * factor);
    this.#posts = this.#posts.map((post) => ({
      ...post,
      ...(post.views !== undefined && { views: grown(post.views) }),
      reactions: post.reactions.map((reaction) => ({ ...reaction, count: grown(reaction.count) })),
      ...(post.poll && {
        poll: {
          ...post.poll,
          ...(post.poll.voters !== undefined && { voters: grown(post.poll.voters) }),
        },
      }),
    }));
  }

  #change(id: number, change: (post: Post) => Post): void {
    const place = this.#place(id);
    const post = this.#posts[place];
    if (post) this.#posts[place] = change(post);
    this.#counters = undefined;
  }

  #place(id: number): number {
    const place = this.below(id);
    if (this.#posts[place]?.id !== id) throw new Error(`There is no post ${id} in this channel.`);
    return place;
  }
}

/** The years whose markup differs. */
export type Year = 2020 | 2022 | 2026;

type MediaCounters = Readonly<Record<"photos" | "videos" | "files" | "links", number>>;

function countedMedia(posts: readonly Post[]): MediaCounters {
  const counts = { photos: 0, videos: 0, files: 0, links: 0 };
  for (const { media, entities } of posts) {
    for (const { kind } of media) {
      if (kind === "photo") counts.photos += 1;
      if (kind === "video") counts.videos += 1;
      if (kind === "file") counts.files += 1;
    }
    if (entities.some(({ type }) => type === "link")) counts.links += 1;
  }
  return counts;
}

/**
 * A post as its page can show it: counters rounded, boxes of pictures as they are laid out,
 * addresses of tags and mentions filled in, and nothing that the page leaves out. Reactions and
 * custom emoji came after 2022.
 */
export function asShown(post: Post, year: Year = 2026): Post {
  const { views, poll, language: _told, ...rest } = post;
  const modern = year === 2026;
  return {
    ...rest,
    entities: post.entities
      .filter(({ type }) => modern || type !== "custom_emoji")
      .map((entity) => shownEntity(entity, post)),
    media: post.media.map((media) => shownMedia(media, post)),
    ...(views !== undefined && { views: roundedCount(views) }),
    ...(poll && {
      poll: {
        ...poll,
        ...(poll.voters !== undefined && { voters: roundedCount(poll.voters) }),
      },
    }),
    reactions: modern
      ? post.reactions.map((reaction) => ({ ...reaction, count: roundedCount(reaction.count) }))
      : [],
  };
}

function shownEntity({ language: _told, ...entity }: Entity, { channel, text }: Post): Entity {
  const covered = text.slice(entity.offset, entity.offset + entity.length);
  switch (entity.type) {
    case "hashtag":
    case "cashtag":
      return { ...entity, url: `https://t.me/s/${channel}?q=${encodeURIComponent(covered)}` };
    case "mention":
      return { ...entity, url: `https://t.me/${covered.slice(1)}` };
    case "link":
      return { url: covered, ...entity };
    default:
      return entity;
  }
}

/** A new photo of the channel has no size; parts of an album are shown in boxes of its layout; a narrow picture in a frame of three to four. */
function shownMedia(media: Media, post: Post): Media {
  const { width, height, ...rest } = media;
  if (width === undefined || height === undefined) return media;
  if (post.service !== undefined) return rest;
  if (post.media.length > 1 && (media.kind === "photo" || media.kind === "video")) return rest;
  if (width / height >= narrowest) return media;
  if (media.kind === "photo") return { ...media, width: Math.round(height * narrowest) };
  return { ...media, height: Math.round(width / narrowest) };
}

/** Pictures narrower than this, width to height, are shown in a frame of this shape. */
export const narrowest = 0.75;
