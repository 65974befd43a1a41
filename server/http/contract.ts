import { z } from "@hono/zod-openapi";
import { mediaKinds } from "../../scraper/post.ts";
import { scopes } from "../archive/keys.ts";
import { facetNames } from "../search/engine.ts";

// The answers of the API, word for word as programs outside see them. Pages are drawn from the same answers.

const list = <T extends z.ZodType>(item: T) => z.array(item).readonly();
const instant = z.string().openapi({ format: "date-time", example: "2026-06-15T18:58:13Z" });
const count = z.number().int().nonnegative();

const entity = z
  .object({
    type: z.enum([
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
    ]),
    offset: count,
    length: count,
    url: z.string().optional(),
    language: z.string().optional(),
    emojiId: z.string().optional(),
  })
  .openapi("Entity", { description: "Offset and length in UTF-16 units of `text`." });

const media = z
  .object({
    kind: z.enum(mediaKinds),
    url: z.string().optional(),
    thumbnailUrl: z.string().optional(),
    width: z.number().optional(),
    height: z.number().optional(),
    durationSeconds: z.number().optional(),
    fileName: z.string().optional(),
    size: z.string().optional(),
    performer: z.string().optional(),
    title: z.string().optional(),
    emoji: z.string().optional(),
    latitude: z.number().optional(),
    longitude: z.number().optional(),
  })
  .openapi("Media");

const reaction = z
  .object({
    kind: z.enum(["emoji", "custom", "paid"]),
    emoji: z.string().optional(),
    emojiId: z.string().optional(),
    count,
  })
  .openapi("Reaction");

const postShape = {
  channel: z.string(),
  id: z.number().int().positive(),
  ids: list(z.number().int().positive()),
  url: z.string(),
  publishedAt: instant,
  edited: z.boolean(),
  author: z.string().optional(),
  text: z.string(),
  textState: z.enum(["present", "empty", "withheld"]),
  entities: list(entity),
  media: list(media),
  preview: z
    .object({
      url: z.string(),
      site: z.string().optional(),
      title: z.string().optional(),
      description: z.string().optional(),
      imageUrl: z.string().optional(),
    })
    .optional(),
  forward: z
    .object({
      name: z.string(),
      url: z.string().optional(),
      channel: z.string().optional(),
      id: z.number().optional(),
      author: z.string().optional(),
    })
    .optional(),
  reply: z
    .object({
      channel: z.string(),
      id: z.number(),
      author: z.string().optional(),
      text: z.string().optional(),
    })
    .optional(),
  poll: z
    .object({
      question: z.string(),
      type: z.string(),
      options: list(z.object({ text: z.string(), percent: z.number() })),
      voters: z.number().optional(),
    })
    .optional(),
  reactions: list(reaction),
  buttons: list(z.object({ text: z.string(), url: z.string().optional() })),
  views: z.number().optional().openapi({ description: "Rounded as the source shows it." }),
  service: z.string().optional(),
  language: z.string().optional(),
  notUnderstood: list(z.string()).optional(),
};

const keptShape = {
  ...postShape,
  hash: z.string().openapi({ description: "SHA-256 of what makes a version (RFC 8785)." }),
  firstSeenAt: instant,
  lastSeenAt: instant,
  versions: z.number().int().positive(),
  deleted: z
    .object({ firstAbsentAt: instant, confirmedAt: instant, checks: z.number() })
    .optional(),
};

const rawHtml = z.string().optional().openapi({
  description: "The post's own markup, only where a part of it was not understood.",
});

export const postAnswer = z.object({ ...keptShape, rawHtml }).openapi("Post");

const textParts = list(z.object({ text: z.string(), hit: z.boolean() }));
const hit = z
  .object({
    ...keptShape,
    parts: textParts.openapi({
      description: "The text, cut at what was searched for; joined, it is `text`.",
    }),
    elsewhere: list(textParts).openapi({
      description: "Other texts of the post that hold it: poll, file names, preview, buttons.",
    }),
  })
  .openapi("Hit");

const span = z.object({ start: count, end: count }).openapi("Span", {
  description: "Where in `q`, in UTF-16 units; the end is exclusive.",
});
const counted = list(z.object({ value: z.string(), count }));

export const searchAnswer = z
  .object({
    query: z.string(),
    parsed: z.string().openapi({ description: "Canonical form; parses to the same query." }),
    warnings: list(z.object({ message: z.string(), at: span })),
    readings: list(
      z.object({
        word: z.string(),
        taken: list(z.object({ lemma: z.string(), query: z.string() })),
      }),
    ),
    pieces: list(z.object({ text: z.string(), negative: z.boolean(), without: z.string() })),
    total: count,
    totalIsExact: z.boolean(),
    rankedWithin: count.optional(),
    hits: list(hit),
    facets: z.partialRecord(z.enum(facetNames), counted).readonly(),
    histogram: list(z.object({ start: instant, count })).optional(),
    histogramStep: z.enum(["day", "week", "month", "year"]).optional(),
    suggestion: z.object({ query: z.string(), total: count }).optional(),
    page: z.number().int().positive(),
    limit: z.number().int().positive(),
    sort: z.enum(["relevance", "new", "old", "views", "reactions"]),
    tookMs: z.number(),
    engine: z.enum(["embedded", "meilisearch"]),
    analyzer: z.string(),
    archive: z.object({ posts: count, newest: instant.optional(), indexLagSeconds: z.number() }),
  })
  .openapi("SearchAnswer");

export const briefAnswer = searchAnswer
  .pick({
    query: true,
    parsed: true,
    total: true,
    totalIsExact: true,
    facets: true,
    suggestion: true,
    page: true,
    limit: true,
  })
  .extend({
    hits: list(
      z.object({
        channel: z.string(),
        title: z.string().optional().openapi({ description: "The channel's." }),
        id: z.number().int().positive(),
        url: z.string(),
        publishedAt: instant,
        language: z.string().optional(),
        parts: textParts.openapi({ description: "What surrounds the first hit." }),
        media: list(z.enum(mediaKinds)).optional(),
        deleted: z.literal(true).optional(),
      }),
    ),
  })
  .openapi("BriefAnswer", { description: "The answer to `fields=brief`: small, and cacheable." });

export const versionsAnswer = z
  .object({
    versions: list(
      z.object({
        version: z.number().int().positive(),
        hash: z.string(),
        seenAt: instant,
        lastSeenAt: instant,
        post: z.object({ ...postShape, rawHtml }),
        current: z.boolean(),
      }),
    ),
  })
  .openapi("Versions", { description: "Oldest first; the first and the current are among them." });

export const contextAnswer = z
  .object({ before: list(postAnswer), post: postAnswer, after: list(postAnswer) })
  .openapi("Context");

const runAnswer = z
  .object({
    id: z.string(),
    channel: z.string(),
    state: z.enum(["running", "done", "failed", "stopped"]),
    startedAt: instant,
    finishedAt: instant.optional(),
    counts: z.object({
      pages: count,
      new: count,
      edited: count,
      unchanged: count,
      missed: count,
      deleted: count,
    }),
    error: z.object({ class: z.string(), message: z.string() }).optional(),
  })
  .openapi("Run");

export const channelAnswer = z
  .object({
    name: z.string(),
    title: z.string(),
    description: z.string().optional(),
    avatarUrl: z.string().optional(),
    verified: z.boolean(),
    chatId: z.number().optional(),
    counters: z
      .partialRecord(z.enum(["subscribers", "photos", "videos", "files", "links"]), z.number())
      .readonly(),
    posts: count,
    deleted: count,
    firstId: z.number().optional(),
    newestId: z.number().optional(),
    oldest: instant.optional(),
    newest: instant.optional(),
    addedAt: instant,
    lastReadAt: instant.optional(),
    complete: z.number().openapi({ description: "Share of ids whose fate is known, 0 to 1." }),
  })
  .openapi("Channel");

export const channelsAnswer = z
  .object({
    channels: list(channelAnswer),
    runs: list(runAnswer).openapi({
      description: "The newest run of each channel since the server started, newest first.",
    }),
  })
  .openapi("Channels");

const idClass = z.enum(["kept", "part", "service", "deleted", "absent", "unread"]);
export const coverageAnswer = z
  .object({
    channel: z.string(),
    newestId: count,
    counts: z.record(idClass, count).readonly(),
    ranges: list(
      z.object({
        from: z.number(),
        to: z.number(),
        class: idClass,
        asOf: instant.optional(),
      }),
    ),
  })
  .openapi("Coverage", { description: "Every id from 1 to the newest, ranges ascending." });

export const addedAnswer = z
  .object({ channel: z.string(), runId: z.string(), url: z.string() })
  .openapi("Added");

export const keyAnswer = z
  .object({
    id: z.string(),
    scopes: list(z.enum(scopes)),
    channels: list(z.string()).openapi({ description: "Empty: every channel." }),
    origins: list(z.string()).openapi({ description: "Sites whose pages may use it." }),
    createdAt: instant,
    expiresAt: instant.optional(),
    revokedAt: instant.optional(),
  })
  .openapi("Key", { description: "A key without itself: only its hash is kept." });
export const keysAnswer = z.object({ keys: list(keyAnswer) }).openapi("Keys");
export const newKeyAnswer = keyAnswer
  .extend({ key: z.string().openapi({ example: "bs_…", description: "Shown this once." }) })
  .openapi("NewKey");

const sha256 = z.string().openapi({
  description:
    "SHA-256, hex, over a line `channel/id hash` for each post, by channel, then id: names the result set.",
});

export const manifestAnswer = z
  .object({
    query: z.string().openapi({ description: "Canonical form." }),
    posts: count,
    sha256,
    archive: z.object({ id: z.string(), position: count, posts: count }),
    index: z.object({ engine: z.enum(["embedded", "meilisearch"]), position: count }),
    analyzer: z.string(),
    tool: z.string(),
    exportedAt: instant,
  })
  .openapi("Manifest");

const keys = z.object({
  total: count,
  posts: list(z.object({ channel: z.string(), id: count })).openapi({
    description: "The first 10,000.",
  }),
});
const setShape = {
  id: z.string().openapi({ description: "The first 16 digits of `sha256`: its address." }),
  sha256,
  query: z.string(),
  posts: count,
};
export const addedSetAnswer = z.object({ ...setShape, url: z.string() }).openapi("AddedSet");
export const setAnswer = z
  .object({
    ...setShape,
    citedAt: instant,
    position: count.openapi({ description: "Of the archive that was asked." }),
    analyzer: z.string(),
    queries: list(z.string()).openapi({ description: "Every query cited with this very result." }),
    unchanged: z.boolean(),
    now: z.object({ sha256: z.string(), posts: count, analyzer: z.string() }),
    changes: z
      .object({ added: keys, edited: keys, deleted: keys, left: keys, gone: keys })
      .openapi({
        description:
          "Since it was cited. Each post stands in one list: found now only; found with other content; marked deleted; kept but no longer found; no longer kept.",
      }),
  })
  .openapi("ResultSet");

export const jsonFeedAnswer = z
  .object({
    version: z.literal("https://jsonfeed.org/version/1.1"),
    title: z.string(),
    home_page_url: z.string(),
    feed_url: z.string(),
    next_url: z.string().optional(),
    items: list(
      z.object({
        id: z.string(),
        url: z.string(),
        external_url: z.string(),
        title: z.string(),
        content_html: z.string(),
        content_text: z.string(),
        date_published: instant,
        date_modified: instant,
        authors: list(z.object({ name: z.string() })),
        tags: list(z.string()),
      }),
    ),
  })
  .openapi("JsonFeed");

export const healthAnswer = z.object({ status: z.literal("ok") }).openapi("Health");

const setAside = list(
  z.object({ channel: z.string(), id: z.number().int(), why: z.string() }),
).openapi({
  description: "Posts the engine would not take; building the index anew tries them again.",
});

export const readyAnswer = z
  .object({
    ready: z.boolean(),
    archive: z.object({
      open: z.boolean(),
      posts: count,
      channels: count,
      newest: instant.optional(),
      position: count,
    }),
    index: z.object({
      state: z.enum(["ready", "missing", "foreign", "outdated", "away"]),
      position: count,
      behind: count.openapi({ description: "Changes of the archive not yet in the index." }),
      posts: count,
      setAside,
      engines: z
        .array(
          z.object({
            engine: z.enum(["embedded", "meilisearch"]),
            state: z.enum(["ready", "missing", "foreign", "outdated", "away"]),
            position: count,
            behind: count,
            setAside,
          }),
        )
        .optional()
        .openapi({ description: "Where several engines keep an index, how each stands." }),
    }),
  })
  .openapi("Ready");

export const problemAnswer = z
  .object({
    type: z.string().openapi({ example: "urn:backscroll:problem:query-syntax" }),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    at: span.optional(),
    parameter: z.string().optional(),
    reason: z.string().optional(),
    id: z.string().optional().openapi({ description: "Names an unexpected error in the log." }),
  })
  .openapi("Problem", { description: "RFC 9457." });

export type SearchAnswer = z.infer<typeof searchAnswer>;
export type BriefAnswer = z.infer<typeof briefAnswer>;
export type Hit = z.infer<typeof hit>;
export type PostAnswer = z.infer<typeof postAnswer>;
export type VersionsAnswer = z.infer<typeof versionsAnswer>;
export type ContextAnswer = z.infer<typeof contextAnswer>;
export type ChannelAnswer = z.infer<typeof channelAnswer>;
export type CoverageAnswer = z.infer<typeof coverageAnswer>;
export type RunAnswer = z.infer<typeof runAnswer>;
export type ReadyAnswer = z.infer<typeof readyAnswer>;
export type SetAnswer = z.infer<typeof setAnswer>;
export type Problem = z.infer<typeof problemAnswer>;
/** Counters of a post as they stood when looked at; drawn on its page. */
export interface SampleAnswer {
  readonly at: string;
  readonly views?: number | undefined;
  readonly reactions: PostAnswer["reactions"];
  readonly voters?: number | undefined;
}
/** A stretch of time in which a channel may hold posts that were never read; open at an end that is not known. */
export interface UnreadPeriod {
  readonly channel: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly firstId: number;
  readonly lastId: number;
}
