import { z } from "@hono/zod-openapi";
import { mediaKinds } from "../../scraper/post.ts";
import { scopes } from "../archive/access/keys.ts";
import { faultCodes } from "../search/query/faults.ts";
import { runStates } from "../archive/runs/run.ts";
import { facetNames } from "../search/port.ts";

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

const keptFile = z
  .object({
    url: z.string().openapi({ example: "/media/9f86d081…" }),
    sha256: z.string(),
    type: z.string().openapi({ description: "Told by the file's own bytes." }),
    bytes: count,
  })
  .openapi("KeptFile", { description: "A file of ours: `url` is a path of this server." });

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
    kept: keptFile.optional(),
    keptThumbnail: keptFile.optional(),
    notKept: z.enum(["waiting", "failed", "too-large", "refused"]).optional().openapi({
      description:
        "Why the file is not here, though it is wanted. Media without a `url` cannot be had: the public preview has no address for them.",
    }),
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
const faultCode = z.enum(faultCodes).openapi({
  description: "Which sentence it is; never changes.",
  example: "no-such-field",
});
const faultData = z
  .record(z.string(), z.string())
  .readonly()
  .openapi({ description: "What the sentence speaks of.", example: { name: "foo" } });
const counted = list(z.object({ value: z.string(), count }));

export const searchAnswer = z
  .object({
    query: z.string(),
    parsed: z.string().openapi({ description: "Canonical form; parses to the same query." }),
    warnings: list(z.object({ message: z.string(), at: span, code: faultCode, data: faultData })),
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
    suggestion: true,
    page: true,
    limit: true,
  })
  .extend({
    facets: z
      .partialRecord(
        z.enum(facetNames),
        list(z.object({ value: z.string(), title: z.string().optional(), count })),
      )
      .readonly()
      .openapi({ description: "With the titles of channels." }),
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

export const runAnswer = z
  .object({
    id: z.string(),
    channel: z.string(),
    scheduleId: z.string().optional(),
    cause: z.enum(["schedule", "asked", "command", "retry"]),
    state: z.enum(runStates).openapi({
      description: "`skipped` was never begun, and `error` says why; `stopped` on request.",
    }),
    dueAt: instant,
    startedAt: instant.optional(),
    finishedAt: instant.optional(),
    counts: z.object({
      media: count.optional().openapi({ description: "Files of posts that were fetched." }),
      mediaBytes: count.optional(),
      pages: count,
      new: count,
      edited: count,
      unchanged: count,
      missed: count,
      deleted: count,
      requests: count.openapi({ description: "Retries and redirects included." }),
      bytes: count.openapi({ description: "Of pages, as they came over the network." }),
      failed: count.openapi({ description: "Tries that brought no page." }),
    }),
    retryOf: z.string().optional(),
    stopRequested: z.literal(true).optional(),
    error: z.object({ class: z.string(), message: z.string() }).optional(),
  })
  .openapi("Run");

export const runsAnswer = z
  .object({
    runs: list(runAnswer),
    next: z.string().optional().openapi({ description: "The `before` of the next page." }),
  })
  .openapi("Runs", { description: "Newest first." });

export const startedAnswer = z.object({ runs: list(runAnswer) }).openapi("RunsStarted");

const runLine = z.object({ no: count, at: instant, text: z.string() }).openapi("RunLine");
export const runLinesAnswer = z
  .object({ lines: list(runLine) })
  .openapi("RunLines", { description: "What the run said, oldest first; `no` rises from 1." });

export const cadence = z
  .discriminatedUnion(
    "kind",
    [
      z.object({
        kind: z.literal("cron"),
        expression: z.string().openapi({ example: "0 */2 * * *" }),
        timezone: z.string().default("UTC").openapi({ example: "Europe/Berlin" }),
      }),
      z.object({ kind: z.literal("adaptive") }),
    ],
    'takes {"kind": "cron", "expression": "0 */2 * * *"} or {"kind": "adaptive"}',
  )
  .openapi("Cadence");

export const scheduleAnswer = z
  .object({
    id: z.string(),
    channel: z.string(),
    cadence,
    jitterSeconds: count,
    misfire: z.enum(["skip", "once"]),
    paused: z.boolean(),
    createdAt: instant,
    nextDueAt: instant.optional(),
    next: list(instant).openapi({ description: "The next five due times." }),
  })
  .openapi("Schedule");

const plan = z
  .object({
    from: instant,
    hours: count,
    requests: count,
    runs: count,
    channels: count,
    each: list(
      z.object({
        channel: z.string(),
        runs: count,
        requests: z.number().nonnegative(),
        from: z.enum(["past runs", "what is kept", "nothing"]),
      }),
    ),
  })
  .openapi("Plan", {
    description: "What schedules will ask of the source, as far as can be told.",
  });

export const schedulesAnswer = z
  .object({ schedules: list(scheduleAnswer), plan })
  .openapi("Schedules");
export const madeSchedulesAnswer = z
  .object({ schedules: list(scheduleAnswer) })
  .openapi("SchedulesMade");
export const planAnswer = z
  .object({
    plan: plan.openapi({ description: "Of what was sent alone." }),
    all: plan.openapi({ description: "Of all schedules, once it is saved." }),
    next: list(instant).openapi({ description: "The next five due times." }),
  })
  .openapi("PlanPreview");

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
      description: "The newest run of each channel, newest first.",
    }),
  })
  .openapi("Channels");

const idClass = z.enum(["kept", "part", "service", "deleted", "absent", "unread", "purged"]);
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
    previousUntil: instant.optional().openapi({
      description: "Until when the secret before the last rotation is good too.",
    }),
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

export const purgedAnswer = z
  .object({
    kind: z.enum(["post", "channel", "author"]),
    channel: z.string().optional(),
    posts: count,
    pagesCut: count.openapi({ description: "Kept pages that something was cut out of." }),
    pagesDropped: count.openapi({ description: "Kept pages that had to go as a whole." }),
    askedAt: instant,
    doneAt: instant.optional(),
  })
  .openapi("Purged");

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

const deliveryAnswer = z
  .object({
    id: z.string().openapi({ description: "The message's `webhook-id`." }),
    event: z.string(),
    state: z.enum(["waiting", "sent", "given-up"]),
    tries: count,
    addedAt: instant,
    nextTryAt: instant.optional(),
    triedAt: instant.optional(),
    answer: z.string().optional().openapi({ description: "What the last try came to." }),
  })
  .openapi("Delivery");
export const queuedAnswer = deliveryAnswer;

const savedShape = {
  id: z.string(),
  name: z.string(),
  query: z.string().openapi({ description: "Canonical." }),
  url: z.string().optional().openapi({ description: "Where new matches are sent." }),
  state: z.enum(["following", "paused", "gone"]).openapi({
    description: "`gone`: its address answered 410, and nothing is sent until it is resumed.",
  }),
  createdAt: instant,
  matches: count.openapi({ description: "Posts that matched since it was saved." }),
  matchedAt: instant.optional(),
  feeds: z.object({ atom: z.string(), json: z.string() }),
  deliveries: list(deliveryAnswer).openapi({
    description: "What is or was sent, newest first, the last 10.",
  }),
};
export const savedAnswer = z.object(savedShape).openapi("SavedSearch");
export const savedListAnswer = z.object({ searches: list(savedAnswer) }).openapi("SavedSearches");
export const newSavedAnswer = savedAnswer
  .extend({
    secret: z.string().optional().openapi({
      example: "whsec_…",
      description: "Signs what is sent to `url`. Shown this once.",
    }),
  })
  .openapi("NewSavedSearch");

const alertAnswer = z
  .object({
    id: z.string(),
    kind: z.string().openapi({ example: "run-failed" }),
    subject: z.string().openapi({ description: "A channel or an engine; may be empty." }),
    facts: z.record(z.string(), z.union([z.string(), z.number()])).readonly(),
    sentence: z.string(),
    raisedAt: instant,
    clearedAt: instant.optional(),
  })
  .openapi("Alert");

export const statusAnswer = z
  .object({
    at: instant,
    version: z.string(),
    archive: z.object({ posts: count, channels: count, bytes: count }),
    disk: z.object({ freeBytes: count, totalBytes: count }).optional(),
    source: z
      .object({
        origin: z.string(),
        userAgent: z.string(),
        readAt: instant,
        state: z.enum(["allowed", "disallowed", "none", "unreachable"]),
        line: z.string().optional(),
        crawlDelaySeconds: z.number().optional(),
      })
      .optional()
      .openapi({ description: "Who asks the source, and what its robots.txt says to that." }),
    indexes: list(
      z.object({
        engine: z.enum(["embedded", "meilisearch"]),
        state: z.enum(["ready", "missing", "foreign", "outdated", "away"]),
        behind: count,
        lagSeconds: count.openapi({
          description: "How long the oldest change it lacks has waited.",
        }),
      }),
    ),
    alerts: z.object({
      open: list(alertAnswer),
      cleared: list(alertAnswer).openapi({ description: "The ten cleared last." }),
      sentTo: z.string().optional().openapi({ description: "The host of the webhook." }),
      deliveries: z.record(z.enum(["waiting", "sent", "given-up"]), count).readonly(),
    }),
    runs: list(
      z.object({
        id: z.string(),
        channel: z.string(),
        state: z.enum(["waiting", "running", "done", "failed", "stopped", "skipped"]),
        dueAt: instant,
        startedAt: instant.optional(),
        finishedAt: instant.optional(),
        holder: z.string().optional(),
        error: z.object({ class: z.string(), message: z.string() }).optional(),
      }),
    ).openapi({ description: "The ten newest." }),
    failing: list(z.string()).openapi({ description: "Channels whose newest run failed." }),
    silent: list(z.string()).openapi({ description: "Channels silent beyond their own pace." }),
    schedules: z.object({
      active: count,
      paused: count,
      nextDueAt: instant.optional(),
      holders: list(z.string()).openapi({ description: "Processes that work on runs just now." }),
    }),
  })
  .openapi("Status");

export const problemAnswer = z
  .object({
    type: z.string().openapi({ example: "urn:backscroll:problem:query-syntax" }),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    at: span.optional(),
    parameter: z.string().optional(),
    reason: z.string().optional(),
    fault: z
      .object({ code: faultCode, data: faultData })
      .optional()
      .openapi({ description: "What is wrong with a query, for programs to say it their way." }),
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
export type RunLineAnswer = z.infer<typeof runLine>;
export type ScheduleAnswer = z.infer<typeof scheduleAnswer>;
export type PlanAnswer = z.infer<typeof plan>;
export type PlanPreviewAnswer = z.infer<typeof planAnswer>;
export type ReadyAnswer = z.infer<typeof readyAnswer>;
export type StatusAnswer = z.infer<typeof statusAnswer>;
export type KeyAnswer = z.infer<typeof keyAnswer>;
export type SetAnswer = z.infer<typeof setAnswer>;
export type SavedAnswer = z.infer<typeof savedAnswer>;
export type Problem = z.infer<typeof problemAnswer>;
/** Counters of a post as they stood when looked at; drawn on its page. */
export interface SampleAnswer {
  readonly at: string;
  readonly views?: number | undefined;
  readonly reactions: PostAnswer["reactions"];
  readonly voters?: number | undefined;
}
/** What a channel's page said of the channel, last on a UTC day; drawn on its page. */
export interface ChannelSampleAnswer {
  readonly day: string;
  readonly counters: { readonly subscribers?: number | undefined };
}
/** A stretch of time in which a channel may hold posts that were never read; open at an end that is not known. */
export interface UnreadPeriod {
  readonly channel: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly firstId: number;
  readonly lastId: number;
}

export const channelMediaAnswer = z
  .object({
    channel: z.string(),
    kinds: z.string().openapi({ description: "`off`, `all`, or kinds with commas." }),
    maxMegabytes: z.number(),
    own: z.object({ kinds: z.string().optional(), maxMegabytes: z.number().optional() }).openapi({
      description: "What the channel has of its own; the rest is as the settings say.",
    }),
    files: z.object({
      kept: count,
      waiting: count,
      failed: count,
      tooLarge: count,
      refused: count,
      bytes: count,
    }),
  })
  .openapi("ChannelMedia");
