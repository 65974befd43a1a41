import { hash } from "node:crypto";
import canonicalize from "canonicalize";
import type { Post } from "./post.ts";

/** SHA-256, hex, of the canonical JSON (RFC 8785) of exactly the parts whose change makes a version. */
export function postHash(post: Post): string {
  const { text, entities, media, preview, forward, reply, poll, buttons, author, edited } = post;
  const parts = {
    text,
    entities,
    // Addresses carry tokens that differ from one reading to the next.
    media: media.map(({ url: _url, thumbnailUrl: _thumbnail, ...rest }) => rest),
    preview: preview && { ...preview, imageUrl: undefined },
    forward,
    reply,
    poll: poll && { question: poll.question, options: poll.options.map((option) => option.text) },
    buttons,
    author,
    edited,
  };
  return hash("sha256", canonicalize(parts) ?? "");
}
