import type { Entity } from "../../../../../scraper/post.ts";
import type { ArchivedPost } from "../../../../../server/archive/posts/archived-post.ts";

/** A kept post with the parts a test speaks of; links, tags and mentions in its text are marked as Telegram would. */
export function makePost(no: number, parts: Partial<ArchivedPost> = {}): ArchivedPost {
  const { channel = "lab", id = no, text = "" } = parts;
  return {
    no,
    channel,
    id,
    ids: [id],
    url: `https://t.me/${channel}/${id}`,
    publishedAt: new Date(Date.UTC(2024, 0, 1, 12) + no * 3_600_000)
      .toISOString()
      .replace(".000Z", "Z"),
    edited: false,
    text,
    textState: text === "" ? "empty" : "present",
    entities: entitiesOf(text),
    media: [],
    reactions: [],
    buttons: [],
    hash: `${channel}/${id}: ${text}`,
    firstSeenAt: "2024-06-01T00:00:00Z",
    lastSeenAt: "2024-06-01T00:00:00Z",
    versions: 1,
    ...parts,
  };
}

function entitiesOf(text: string): readonly Entity[] {
  const kinds = { "#": "hashtag", $: "cashtag", "@": "mention" } as const;
  const signs = [...text.matchAll(/(?<!\S)([#$@])[\p{L}\p{N}_]+/gu)].map(
    ({ 0: written, 1: sign, index }) => ({
      type: kinds[sign as "#" | "$" | "@"],
      offset: index,
      length: written.length,
    }),
  );
  const links = [...text.matchAll(/https?:\/\/\S+/g)].map(({ 0: url, index }) => ({
    type: "link" as const,
    offset: index,
    length: url.length,
    url,
  }));
  return [...signs, ...links];
}
