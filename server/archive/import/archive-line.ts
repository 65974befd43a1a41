import { z } from "zod";
import { channelName } from "../../../scraper/channel-name.ts";
import { defined } from "../../../scraper/defined.ts";
import { faultIn, isId, isInstant, limits } from "../../../scraper/limits.ts";
import { postHash } from "../../../scraper/post-hash.ts";
import { entityTypes, type Instant, mediaKinds, type Post } from "../../../scraper/post.ts";
import type { ToldPost } from "../posts/told-post.ts";
import { nameKey } from "../name-key.ts";
import { told } from "./told.ts";

const id = z.number().refine(isId, `a whole number from 1 to ${limits.id}`);
const count = z.number("a number");
const words = told.optional();
const list = <T extends z.ZodType>(item: T) => z.array(item, "a list");

const postShape = {
  id,
  ids: list(id).min(1, "at least one id"),
  url: told,
  publishedAt: told,
  edited: z.boolean("true or false"),
  author: words,
  text: told,
  textState: z.enum(["present", "empty", "withheld"]),
  entities: list(
    z.object({
      type: z.enum(entityTypes),
      offset: count,
      length: count,
      url: words,
      language: words,
      emojiId: words,
    }),
  ),
  media: list(
    z.object({
      kind: z.enum(mediaKinds),
      url: words,
      thumbnailUrl: words,
      width: count.optional(),
      height: count.optional(),
      durationSeconds: count.optional(),
      fileName: words,
      size: words,
      performer: words,
      title: words,
      emoji: words,
      latitude: count.optional(),
      longitude: count.optional(),
      address: words,
      phone: words,
      price: words,
    }),
  ),
  mediaWithheld: z.boolean("true or false").optional(),
  preview: z
    .object({ url: told, site: words, title: words, description: words, imageUrl: words })
    .optional(),
  viaBot: words,
  forward: z
    .object({ name: told, url: words, channel: words, id: id.optional(), author: words })
    .optional(),
  reply: z
    .object({ url: words, channel: words, id: id.optional(), author: words, text: words })
    .optional(),
  poll: z
    .object({
      question: told,
      type: told,
      options: list(z.object({ text: told, percent: count.optional() })),
      voters: count.optional(),
    })
    .optional(),
  reactions: list(
    z.object({
      kind: z.enum(["emoji", "custom", "paid"]),
      emoji: words,
      emojiId: words,
      count,
    }),
  ),
  buttons: list(z.object({ text: told, url: words })),
  views: count.optional(),
  service: words,
  language: z
    .string()
    .regex(/^[a-z]{2,3}$/u, "a code of a language")
    .optional(),
  notUnderstood: list(told).max(limits.parts, `at most ${limits.parts} names`).optional(),
};
const channel = z.string().max(limits.words);
const version = z.object({
  hash: z.string(),
  seenAt: z.string(),
  lastSeenAt: z.string(),
  post: z.object({ ...postShape, channel }),
});

const lineSchema = z.object({
  ...postShape,
  channel,
  hash: z.string().optional(),
  firstSeenAt: z.string().optional(),
  lastSeenAt: z.string().optional(),
  versions: z.number().optional(),
  versionSeenAt: z.string().optional(),
  earlier: list(version).max(limits.parts, `at most ${limits.parts} versions`).optional(),
  deleted: z
    .object({ firstAbsentAt: z.string(), confirmedAt: z.string(), checks: z.int().min(1) })
    .optional(),
});
type ArchiveLine = z.infer<typeof lineSchema>;

const knownFields: ReadonlySet<string> = new Set(Object.keys(lineSchema.shape));

/** A line of an export of ours, checked. */
export interface ToldLine {
  readonly channel: string;
  readonly told: ToldPost;
  /** Names of fields that this program does not know. */
  readonly unknown: readonly string[];
  /** How many earlier versions were counted and are not in the line. */
  readonly untoldVersions: number;
}

/**
 * Checks one line of an export; why it cannot be taken when it cannot, as a sentence's end. `readAt`: when the posts of a line
 * that does not tell were seen.
 */
export function readArchiveLine(
  value: unknown,
  by: { readonly now: Date; readonly readAt: Instant },
): ToldLine | string {
  const parsed = lineSchema.safeParse(value);
  if (!parsed.success) return whyNot(parsed.error, value);
  const line = parsed.data;
  let name: string;
  try {
    name = channelName(line.channel);
  } catch (error) {
    return `its channel is none: ${(error as Error).message}`.replace(/\.$/u, "");
  }
  const toldPost = toldOf(line, { channel: name, readAt: by.readAt });
  const fault = faultOf(toldPost, line, by);
  if (fault !== undefined) return fault;
  const unknown = Object.keys(value as object).filter((key) => !knownFields.has(key));
  const counted = line.versions ?? 1;
  const untoldVersions = Math.max(0, Math.min(counted, limits.parts) - toldPost.versions.length);
  return { channel: name, told: toldPost, unknown, untoldVersions };
}

function toldOf(
  line: ArchiveLine,
  { channel: name, readAt }: { readonly channel: string; readonly readAt: Instant },
): ToldPost {
  const { firstSeenAt = readAt, lastSeenAt = firstSeenAt, earlier = [], deleted } = line;
  const hasOthers = earlier.length > 0 || (line.versions ?? 1) > 1;
  // Of a version whose first sight is not told only the last is known.
  const seenAt = line.versionSeenAt ?? (hasOthers ? lastSeenAt : firstSeenAt);
  return {
    versions: [
      ...earlier.map(({ post, ...seen }) => ({
        post: postOf(post, line, name),
        seenAt: seen.seenAt,
        lastSeenAt: seen.lastSeenAt,
      })),
      { post: postOf(line, line, name), seenAt, lastSeenAt },
    ],
    firstSeenAt,
    lastSeenAt,
    ...(deleted && { deleted }),
  };
}

/** The post alone; id and date of an earlier version are those of the newest. */
function postOf(
  said: z.infer<typeof version>["post"],
  { id: ownId, publishedAt }: ArchiveLine,
  name: string,
): Post {
  const { preview, forward, reply, poll, ...post } = said;
  return defined({
    channel: name,
    id: ownId,
    ids: post.ids,
    url: post.url,
    publishedAt,
    edited: post.edited,
    author: post.author,
    text: post.text,
    textState: post.textState,
    entities: post.entities.map((one) => defined(one)),
    media: post.media.map((one) => defined(one)),
    mediaWithheld: post.mediaWithheld,
    preview: preview && defined(preview),
    viaBot: post.viaBot,
    forward: forward && defined(forward),
    reply: reply && defined(reply),
    poll: poll && defined({ ...poll, options: poll.options.map((option) => defined(option)) }),
    reactions: post.reactions.map((one) => defined(one)),
    buttons: post.buttons.map((one) => defined(one)),
    views: post.views,
    service: post.service,
    language: post.language,
    notUnderstood: post.notUnderstood,
  });
}

function faultOf(
  { versions, firstSeenAt, lastSeenAt, deleted }: ToldPost,
  line: ArchiveLine,
  { now }: { readonly now: Date },
): string | undefined {
  for (const { post, ...seen } of versions) {
    const fault = faultIn(post, now);
    if (fault !== undefined) return `it ${fault}`;
    if (
      post.ids[0] !== post.id ||
      post.ids.some((one, at) => at > 0 && one <= (post.ids[at - 1] ?? 0))
    )
      return "its ids are not its own and those after it, ascending";
    const stray = strayAddress(post) ?? contradictionOf(post);
    if (stray !== undefined) return stray;
    if (
      !isInstant(seen.seenAt, now) ||
      !isInstant(seen.lastSeenAt, now) ||
      seen.seenAt > seen.lastSeenAt
    )
      return "the times at which a version was seen cannot be";
  }
  for (const at of [firstSeenAt, lastSeenAt, deleted?.firstAbsentAt, deleted?.confirmedAt])
    if (at !== undefined && !isInstant(at, now))
      return `${JSON.stringify(at.slice(0, 40))} is no date at which a post can have been looked at`;
  if (firstSeenAt > lastSeenAt) return "it was seen last before it was seen first";
  const times = versions.flatMap((one) => [one.seenAt, one.lastSeenAt]);
  if (times.some((at, place) => place > 0 && at < (times[place - 1] ?? "")))
    return "its versions do not stand in the order in which they were seen";
  if (deleted && (deleted.firstAbsentAt > deleted.confirmedAt || deleted.confirmedAt < lastSeenAt))
    return "it was seen after it was found deleted";
  const hashes = [...(line.earlier ?? []).map(({ hash }) => hash), line.hash];
  const isAltered = versions.some(
    ({ post }, at) => hashes[at] !== undefined && hashes[at] !== postHash(post),
  );
  return isAltered
    ? "its hash is not that of its content: it was changed after it was exported"
    : undefined;
}

/** A post's address is Telegram's, of its channel, with an id of its own. */
function strayAddress({ url, channel: name, id: own, ids }: Post): string | undefined {
  const [, named = "", id] = /^https:\/\/t\.me\/(\w{1,64})\/(\d{1,10})$/u.exec(url) ?? [];
  if (nameKey(named) === nameKey(name) && ids.includes(Number(id))) return undefined;
  return `its url (${url.slice(0, 100)}) is not the address of the post, https://t.me/${name}/${own}`;
}

/** A text is there exactly when it is said to be. */
function contradictionOf({ text, textState }: Post): string | undefined {
  if ((textState === "present") === (text !== "")) return undefined;
  return text === "" ? "it has no text that is present" : `its text is ${textState} and has words`;
}

function whyNot({ issues }: z.ZodError, value: unknown): string {
  const [issue] = issues;
  if (!issue || issue.path.length === 0) return "it is no post";
  let given: unknown = value;
  for (const step of issue.path) given = new Map(Object.entries(given ?? {})).get(String(step));
  const shown = JSON.stringify(given)?.slice(0, longestShown) ?? "missing";
  return `${issue.path.join(".")} is ${shown}, not ${plainly(issue.message)}`;
}
const longestShown = 60;

/** What zod says of itself, as the end of a sentence. */
const plainly = (message: string): string =>
  message.replace(/^Invalid (?:input|option): expected /u, "").replace(/, received .*$/u, "");
