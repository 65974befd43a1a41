import { instant } from "./instant.ts";
import type { Entity, Instant, Media, Post } from "./post.ts";

/**
 * What no post can exceed. Files, pages and parameters are written by strangers: whatever goes beyond is refused with the
 * reason and never believed. Well above what Telegram allows, and low enough that sums stay exact and answers small.
 */
export const limits = {
  /** Telegram numbers posts in 32 bits. */
  id: 2_147_483_647,
  /** Views, votes, reactions; bytes, pixels, seconds. */
  count: 1_000_000_000_000,
  /** UTF-16 units of a post's text; Telegram allows some thousands. */
  text: 100_000,
  /** UTF-16 units of a name, a title, a description, an address. */
  words: 16_384,
  /** Formatted stretches of one text. */
  entities: 10_000,
  /** Media, parts of an album, options of a poll, reactions, buttons: each of them. */
  parts: 1_000,
  /** Lists and objects inside one another. */
  depth: 64,
  /** How far a date may lie ahead of the archive's clock: clocks differ, and so do zones. */
  aheadMs: 86_400_000,
} as const;

/** The latest date that can be true at `now`. */
export function latestInstant(now: Date): Instant {
  return instant(Math.min(now.getTime() + limits.aheadMs, lastMs));
}

/** Whether a date can be true at `now`: from 1970 to a day ahead, in the one form the archive compares as text. */
export function isInstant(text: string, now: Date): boolean {
  return text.length === 20 && parseInstant(text) === text && text <= latestInstant(now);
}

/** `2026-06-15T18:58:13+03:00` (without a zone: UTC) as an instant; undefined when no calendar or clock shows it, or before 1970. */
export function parseInstant(text: string): Instant | undefined {
  const [, local = "", sign, hours, minutes] = isoDate.exec(text) ?? [];
  const ms = Date.parse(`${local}Z`);
  // 30 February is taken for 1 March: what comes out is not what went in.
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(local)) return undefined;
  const shift = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
  return instantOfSeconds((ms - (sign === "-" ? -shift : shift)) / 1000);
}

/** Seconds since 1970 as an instant; undefined for what is no whole number, before 1970 or after the year 9999. */
export function instantOfSeconds(seconds: number): Instant | undefined {
  const ms = seconds * 1000;
  return Number.isSafeInteger(seconds) && ms >= 0 && ms <= lastMs ? instant(ms) : undefined;
}

const isoDate = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?(?:Z|([+-])([01]\d):?([0-5]\d))?$/;
/** The last second of four-digit years; dates are compared as text. */
const lastMs = Date.UTC(9999, 11, 31, 23, 59, 59);

/** Whether a number is an id of a post. */
export function isId(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1 && value <= limits.id;
}

/** Whether a number is a count of anything: whole, not negative, not beyond all sense. */
export function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value <= limits.count;
}

/** How a post goes beyond the limits, to follow "it": `has the date …`; undefined when it does not. */
export function faultIn(post: Post, now: Date): string | undefined {
  const { publishedAt, ids, text, entities, media, poll, reactions, buttons } = post;
  if (!isInstant(publishedAt, now))
    return `has the date ${shown(publishedAt)}, which lies outside 1970-01-01 to ${latestInstant(now)}`;
  if (![post.id, ...ids].every(isId)) return "has an id that no post has";
  if (text.length > limits.text)
    return `has a text of ${text.length} UTF-16 units; the most is ${limits.text}`;
  if (entities.length > limits.entities)
    return `has ${entities.length} formatted stretches; the most is ${limits.entities}`;
  const options = poll?.options ?? [];
  for (const [what, list] of Object.entries({ ids, media, options, reactions, buttons }))
    if (list.length > limits.parts)
      return `has ${list.length} ${what}; the most is ${limits.parts}`;
  return strangeNumber(post) ?? longWords(post) ?? strayEntity(entities, text);
}

function strangeNumber({
  media,
  poll,
  reactions,
  views,
  forward,
  reply,
}: Post): string | undefined {
  const counts = {
    "a number of views": views,
    "a number of votes": poll?.voters,
    "the width of a picture": worst(media, "width"),
    "the height of a picture": worst(media, "height"),
    "a duration": worst(media, "durationSeconds"),
    "a number of reactions": reactions.map(({ count }) => count).find((count) => !isCount(count)),
  };
  for (const [what, count] of Object.entries(counts))
    if (count !== undefined && !isCount(Math.round(count))) return `has ${what} of ${count}`;
  for (const id of [forward?.id, reply?.id])
    if (id !== undefined && !isId(id)) return "names a post by an id that no post has";
  if (poll?.options.some(({ percent = 0 }) => !(percent >= 0 && percent <= 100)))
    return "has a share of votes that is no percentage";
  return media.some(isOffEarth) ? "has a place that is not on Earth" : undefined;
}

function isOffEarth({ latitude = 0, longitude = 0 }: Media): boolean {
  return !(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180);
}

function worst(
  media: readonly Media[],
  name: "width" | "height" | "durationSeconds",
): number | undefined {
  return media.flatMap((one) => one[name] ?? []).find((value) => !isCount(Math.round(value)));
}

function longWords(post: Post): string | undefined {
  const { author, viaBot, service, forward, reply, preview, poll, media, buttons, reactions } =
    post;
  const all = [
    { author, viaBot, service },
    { ...forward, id: undefined },
    { ...reply, id: undefined },
    { ...preview },
    { question: poll?.question, type: poll?.type },
    ...(poll?.options ?? []).map(({ text }) => ({ text })),
    ...media,
    ...buttons,
    ...reactions,
    ...post.entities.map(({ url, language, emojiId }) => ({ url, language, emojiId })),
  ];
  for (const part of all)
    for (const [what, words] of Object.entries(part))
      if (typeof words === "string" && words.length > limits.words)
        return `has words of ${words.length} UTF-16 units (${what}); the most is ${limits.words}`;
  return undefined;
}

function strayEntity(entities: readonly Entity[], text: string): string | undefined {
  const isOutside = ({ offset, length }: Entity): boolean =>
    !(isCount(offset) && isCount(length) && offset + length <= text.length);
  return entities.some(isOutside) ? "has formatting outside its text" : undefined;
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}
