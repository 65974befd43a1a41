import type { Media, Poll, Post } from "../scraper/post.ts";
import { Random } from "./random.ts";
import { sampleText } from "./sample-text.ts";

/** One entry of a file of sample posts: a post, or a change to one that has a name. */
export type SampleEntry =
  | { readonly does: "post"; readonly name?: string; readonly post: Post }
  | { readonly does: "edit"; readonly name: string; readonly change: Partial<Post> }
  | { readonly does: "remove"; readonly name: string };

/** What a file of sample posts is read against: the channel, and the ids and names in use already. */
export interface SampleStart {
  readonly channel: string;
  readonly title: string;
  readonly firstId?: number;
  readonly named?: ReadonlyMap<string, number>;
}

/**
 * Reads a file of sample posts: each begins with `=== 2024-05-06 09:30`, then `key: value` lines, then its text.
 * @throws when an entry cannot be understood.
 */
export function readSamplePosts(source: string, start: SampleStart): readonly SampleEntry[] {
  const named = new Map(start.named);
  const random = new Random(start.channel.length * 7_919 + (start.firstId ?? 1));
  let next = start.firstId ?? 1;
  return source
    .split(/^=== /mu)
    .slice(1)
    .map((block): SampleEntry => {
      const [date = "", ...lines] = block.split("\n");
      const keys = new Map<string, string[]>();
      while (lines[0] !== undefined && keyLine.test(lines[0])) {
        const [, key = "", value = ""] = keyLine.exec(lines.shift() ?? "") ?? [];
        keys.set(key, [...(keys.get(key) ?? []), value]);
      }
      const written = sampleText(lines.join("\n"));
      const text = {
        ...written,
        textState: written.text === "" ? ("empty" as const) : ("present" as const),
      };
      const one = (key: string): string | undefined => keys.get(key)?.[0];
      const edits = one("edit");
      if (edits !== undefined) return { does: "edit", name: edits, change: text };
      const removes = one("remove");
      if (removes !== undefined) return { does: "remove", name: removes };

      const id = next + Number(one("gap") ?? 0);
      const media = mediaOf(keys, `${start.channel}-${id}`);
      const parts = media.length > 1 ? media.length : 1;
      next = id + parts;
      const name = one("name");
      if (name !== undefined) named.set(name, id);
      const age = (Date.parse("2026-11-01") - Date.parse(date)) / 86_400_000;
      const views = Math.round((1_500 + age * 3) * (0.6 + random.next()));
      const post: Post = {
        channel: start.channel,
        id,
        ids: Array.from({ length: parts }, (_, part) => id + part),
        url: `https://t.me/${start.channel}/${id}`,
        publishedAt: instant(date),
        edited: keys.has("edited"),
        media,
        buttons: (keys.get("button") ?? []).map((line) => pair(line, ["text", "url"])),
        reactions: reactionsOf(random, views),
        views,
        ...text,
        ...partsOf(keys, { ...start, named }),
      };
      const service = one("service");
      const whole = service === undefined ? post : asService(post, service, start);
      return name === undefined
        ? { does: "post", post: whole }
        : { does: "post", name, post: whole };
    });
}

const keyLine =
  /^(name|gap|edit|remove|edited|author|forward|reply|photo|video|gif|voice|round|sticker|file|music|place|poll|quiz|option|voters|preview|button|service|withheld): ?(.*)$/u;

function instant(date: string): string {
  const found = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d)$/u.exec(date.trim());
  if (!found) throw new Error(`A sample post has no date like "2024-05-06 09:30": ${date}`);
  return `${found[1]}T${found[2]}:${String(date.charCodeAt(9) % 60).padStart(2, "0")}Z`;
}

/** Values set apart by ` | `, by their names; those that are not there stay away. */
function pair<Name extends string>(
  line: string,
  names: readonly [Name, ...string[]],
): { readonly [key in Name]: string } & Record<string, string> {
  const values = line.split(" | ");
  const given = names.flatMap((name, index) => {
    const value = values[index]?.trim();
    return value ? [[name, value] as const] : [];
  });
  return Object.fromEntries(given) as { readonly [key in Name]: string } & Record<string, string>;
}

function partsOf(keys: ReadonlyMap<string, readonly string[]>, start: SampleStart): Partial<Post> {
  const one = (key: string): string | undefined => keys.get(key)?.[0];
  const author = one("author");
  const forward = one("forward");
  const reply = one("reply");
  const preview = one("preview");
  const poll = pollOf(keys);
  const answered = reply === undefined ? undefined : start.named?.get(pair(reply, ["to"]).to);
  if (reply !== undefined && answered === undefined)
    throw new Error(`A sample post answers ${reply}, and no post before it has that name.`);
  return {
    ...(keys.has("withheld") && { text: "", textState: "withheld" as const, entities: [] }),
    ...(author !== undefined && { author }),
    ...(forward !== undefined && { forward: forwardOf(forward) }),
    ...(reply !== undefined &&
      answered !== undefined && {
        reply: {
          channel: start.channel,
          id: answered,
          author: start.title,
          text: reply.split(" | ")[1] ?? "Photo",
        },
      }),
    ...(preview !== undefined && {
      preview: pair(preview, ["url", "site", "title", "description", "imageUrl"]),
    }),
    ...(poll && { poll }),
  };
}

function forwardOf(line: string): Post["forward"] & object {
  const { name, ...rest } = pair(line, ["name", "url", "author"]);
  const target = /^https:\/\/t\.me\/(\w+)\/(\d+)$/u.exec(rest["url"] ?? "");
  return {
    name,
    ...rest,
    ...(target?.[1] && { channel: target[1], id: Number(target[2]) }),
  };
}

function pollOf(keys: ReadonlyMap<string, readonly string[]>): Poll | undefined {
  const quiz = keys.get("quiz")?.[0];
  const question = keys.get("poll")?.[0] ?? quiz;
  if (question === undefined) return undefined;
  return {
    question,
    type: quiz === undefined ? "Anonymous Poll" : "Anonymous Quiz",
    options: (keys.get("option") ?? []).map((line) => {
      const { text, percent } = pair(line, ["text", "percent"]);
      return { text, percent: Number(percent ?? 0) };
    }),
    voters: Number(keys.get("voters")?.[0] ?? 0),
  };
}

/** Pictures and films have addresses at which the stand-in serves small drawings. */
function mediaOf(keys: ReadonlyMap<string, readonly string[]>, name: string): readonly Media[] {
  const media: Media[] = [];
  const address = (ending: string): string =>
    `https://cdn4.telesco.pe/file/${name}-${media.length + 1}${ending}`;
  for (const [key, values] of keys) {
    for (const value of values) {
      const [first = "", second = ""] = value.split(" | ");
      const [width = 800, height = 450] = first.split("x").map(Number);
      const duration = { durationSeconds: secondsOf(second || first) };
      const film = { url: address(".mp4"), thumbnailUrl: address(".png") };
      if (key === "photo") media.push({ kind: "photo", url: address(".png"), width, height });
      if (key === "video") media.push({ kind: "video", ...film, width, height, ...duration });
      if (key === "gif") media.push({ kind: "gif", ...film, width, height });
      if (key === "round") media.push({ kind: "round", ...film, ...duration });
      if (key === "voice") media.push({ kind: "voice", url: address(".ogg"), ...duration });
      if (key === "sticker")
        media.push({ kind: "sticker", url: address(".webp"), width: 256, height: 256 });
      if (key === "file") media.push({ kind: "file", fileName: first, size: second });
      if (key === "music") media.push({ kind: "audio", title: first, performer: second });
      if (key === "place") media.push(placeOf(value));
    }
  }
  return media;
}

function placeOf(value: string): Media {
  const [where = "", title = "", address = ""] = value.split(" | ");
  const [latitude = 0, longitude = 0] = where.split(",").map(Number);
  return { kind: "location", latitude, longitude, title, address };
}

function secondsOf(duration: string): number {
  return duration.split(":").reduce((seconds, part) => seconds * 60 + Number(part), 0);
}

function reactionsOf(random: Random, views: number): Post["reactions"] {
  const stars = { kind: "paid", count: random.whole(1, 40) } as const;
  const owl = {
    kind: "custom",
    emojiId: "5265077361648368841",
    count: random.whole(1, 90),
  } as const;
  const emoji = ["👍", "❤", "🔥", "🤔", "😁", "👏"].filter(() => random.chance(0.45));
  const plain = emoji.map((emoji, index) => {
    const count = Math.max(1, Math.round((views * random.next()) / (25 * (index + 1))));
    return { kind: "emoji", emoji, count } as const;
  });
  return [...(random.chance(0.08) ? [stars] : []), ...(random.chance(0.1) ? [owl] : []), ...plain];
}

/** A service post counts no looks and has no reactions; the name of who pinned is a link. */
function asService(post: Post, service: string, { channel, title }: SampleStart): Post {
  const { views: _none, ...rest } = post;
  const pinned = service === "pinned";
  return {
    ...rest,
    service,
    reactions: [],
    text: pinned ? `${title} pinned «${post.text}»` : post.text,
    entities: pinned
      ? [{ type: "link", offset: 0, length: title.length, url: `https://t.me/${channel}` }]
      : [],
  };
}
