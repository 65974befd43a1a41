import type { PostAnswer } from "../../server/contract/kept-post.ts";
import { marksOf } from "./about-post.ts";
import { name, postAddress } from "./format.ts";
import type { Words } from "../words/words.ts";

const longestQuoted = 5_000;

/**
 * A post as plain HTML for any page: what it says, who said it and when, both its addresses, and its marks. It takes no
 * style and no script, and is readable where this server is not.
 */
export function quoteSnippet(
  post: PostAnswer,
  {
    title,
    origin,
    words,
  }: { readonly title: string; readonly origin: string; readonly words: Words },
): string {
  const text = said(post, words);
  const author = `${name(title)} (@${post.channel})`;
  const at = `${post.publishedAt.slice(0, 16).replace("T", " ")} UTC`;
  const ours = escaped(origin + postAddress(post));
  const theirs = escaped(post.url);
  const marks = marksOf(post, words).map((mark) => `, ${escaped(mark)}`);
  const lang = /^[a-z]{2,3}$/.test(post.language ?? "") ? ` lang="${post.language}"` : "";
  return `<blockquote cite="${theirs}">
<p dir="auto"${lang}>${escaped(text).replaceAll("\n", "<br>\n")}</p>
<footer>— <cite dir="auto">${escaped(author)}</cite>, <a href="${ours}"><time datetime="${post.publishedAt}">${at}</time></a>, <a href="${theirs}">Telegram</a>${marks.join("")}</footer>
</blockquote>`;
}

/** The text to its end, or what the post is instead of one. */
function said(post: PostAnswer, { text: { common, entry } }: Words): string {
  if (post.textState === "withheld") return entry.withheld;
  const kinds = post.media.map(({ kind }) => common.media[kind]);
  const text = post.text.trim() || post.poll?.question || `[${kinds.join(", ")}]`;
  return text.length <= longestQuoted
    ? text
    : `${text.slice(0, longestQuoted).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/** As text of HTML or XML, also within quotes. */
export const escaped = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
