/** A moment in UTC as ISO 8601 to the second, always with `Z`: `2026-06-15T18:58:13Z`. */
export type Instant = string;

/** Which post: the channel's name as Telegram spells it, and the post's number in it (1, 2, …). */
export interface PostKey {
  readonly channel: string;
  readonly id: number;
}

export const entityTypes = [
  "bold",
  "italic",
  "underline",
  "strikethrough",
  "code",
  "pre",
  "spoiler",
  "blockquote",
  "link",
  "mention",
  "hashtag",
  "cashtag",
  "custom_emoji",
] as const;
export type EntityType = (typeof entityTypes)[number];

/** A stretch of `text` with a meaning; offset and length in UTF-16 units, as Telegram counts. */
export interface Entity {
  readonly type: EntityType;
  readonly offset: number;
  readonly length: number;
  readonly url?: string;
  readonly language?: string;
  readonly emojiId?: string;
}

export const mediaKinds = [
  "photo",
  "video",
  "gif",
  "round",
  "voice",
  "audio",
  "file",
  "sticker",
  "location",
  "contact",
] as const;
export type MediaKind = (typeof mediaKinds)[number];

/** One photo, video, file …; addresses are Telegram's and lapse within days. Sizes in pixels. */
export interface Media {
  readonly kind: MediaKind;
  readonly url?: string;
  readonly thumbnailUrl?: string;
  readonly width?: number;
  readonly height?: number;
  readonly durationSeconds?: number;
  readonly fileName?: string;
  /** As the page shows it: `1.2 MB`. */
  readonly size?: string;
  readonly performer?: string;
  readonly title?: string;
  readonly emoji?: string;
  readonly latitude?: number;
  readonly longitude?: number;
  /** Of a place on the map, beside its `title`. */
  readonly address?: string;
  /** Of a contact, whose name is `title`. */
  readonly phone?: string;
  /** As the page shows it, of what is for sale: `$10.00`. */
  readonly price?: string;
}

export interface LinkPreview {
  readonly url: string;
  readonly site?: string;
  readonly title?: string;
  readonly description?: string;
  readonly imageUrl?: string;
}

/** Where a forwarded post came from; `channel` and `id` when it was a public channel's post. */
export interface Forward {
  readonly name: string;
  readonly url?: string;
  readonly channel?: string;
  readonly id?: number;
  readonly author?: string;
}

/** What a post answers; `channel` and `id` when it is a post that can be seen: else its `url`, where it has one. */
export interface Reply {
  readonly url?: string;
  readonly channel?: string;
  readonly id?: number;
  readonly author?: string;
  readonly text?: string;
}

export interface Poll {
  readonly question: string;
  /** As shown: `Anonymous Poll`, `Anonymous Quiz` … */
  readonly type: string;
  /** Without a `percent` while the page shows none. */
  readonly options: readonly { readonly text: string; readonly percent?: number }[];
  readonly voters?: number;
}

export interface Reaction {
  readonly kind: "emoji" | "custom" | "paid";
  readonly emoji?: string;
  readonly emojiId?: string;
  readonly count: number;
}

export interface Button {
  readonly text: string;
  readonly url?: string;
}

/** One post as the public preview shows it; the shape of the JSON everywhere. */
export interface Post {
  readonly channel: string;
  /** An album has one post: its lowest id; `ids` are all of them, ascending. */
  readonly id: number;
  readonly ids: readonly number[];
  readonly url: string;
  readonly publishedAt: Instant;
  readonly edited: boolean;
  readonly author?: string;
  readonly text: string;
  /** `withheld`: Telegram shows this post only in its own application. */
  readonly textState: "present" | "empty" | "withheld";
  readonly entities: readonly Entity[];
  readonly media: readonly Media[];
  /** The page says that there is media, and does not show it, or not all of it. */
  readonly mediaWithheld?: boolean;
  readonly preview?: LinkPreview;
  /** The bot it was written with: `@gif`. */
  readonly viaBot?: string;
  readonly forward?: Forward;
  readonly reply?: Reply;
  readonly poll?: Poll;
  readonly reactions: readonly Reaction[];
  readonly buttons: readonly Button[];
  /** Rounded as the page shows it: 18.9M is 18,900,000. */
  readonly views?: number;
  /** The kind of a service post (`created`, `renamed`, `photo`, `pinned`, `other`); its sentence is in `text`. */
  readonly service?: string;
  /** ISO 639-1, only where the text is long enough to tell. */
  readonly language?: string;
  /** Names of parts the page held and the parser does not know; the archive then keeps `rawHtml`. */
  readonly notUnderstood?: readonly string[];
  /** The post's own markup but for inline drawings, only beside `notUnderstood`. */
  readonly rawHtml?: string;
}

/** What a channel's page says about the channel itself. */
export interface Channel {
  readonly name: string;
  readonly title: string;
  readonly description?: string;
  readonly avatarUrl?: string;
  readonly verified: boolean;
  /** Telegram's other marks of a channel, in its order: `scam`, `fake`. */
  readonly labels?: readonly string[];
  /** Telegram's number of the chat (negative), when the page gives it. */
  readonly chatId?: number;
  /** Rounded as shown; a kind that is not shown is absent, not 0. */
  readonly counters: Readonly<Partial<Record<ChannelCounter, number>>>;
}
export type ChannelCounter = "subscribers" | "photos" | "videos" | "files" | "links";
