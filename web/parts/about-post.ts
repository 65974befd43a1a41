import type { PostAnswer } from "../../server/contract/kept-post.ts";
import { plainLine, titleOf } from "./citation.ts";
import { day, moment, name, postAddress } from "./format.ts";
import type { About } from "./head.ts";
import type { Media } from "./media-kinds.ts";
import type { Words } from "../words/words.ts";

const longestDescription = 300;
const longestBody = 5_000;

/** A post as a link to it is shown elsewhere: who said it and when, its first words, its first picture that is kept, and its marks. */
export function aboutPost(
  post: PostAnswer,
  {
    title,
    origin,
    words,
  }: { readonly title: string; readonly origin: string; readonly words: Words },
): About {
  const author = name(title);
  const marks = marksOf(post, words);
  const says = saidBy(post, words);
  const image = pictureOf(post, words);
  const cited = {
    kind: "forumPost",
    title: titleOf(post),
    author,
    publishedAt: post.publishedAt,
    publisher: "Telegram",
    language: post.language,
    url: post.url,
  } as const;
  return {
    address: postAddress(post),
    title: `${author}, ${day(post.publishedAt)}`,
    description: [...marks.map((mark) => `[${mark}]`), says].join(" "),
    image,
    cited,
    data: {
      "@type": "SocialMediaPosting",
      "@id": origin + postAddress(post),
      url: origin + postAddress(post),
      sameAs: post.url,
      headline: cited.title,
      articleBody: cut(post.text, longestBody),
      datePublished: post.publishedAt,
      author: { "@type": "Organization", name: author, url: post.url.replace(/\/\d+$/, "") },
      publisher: { "@type": "Organization", name: "Telegram", url: "https://telegram.org" },
      identifier: { "@type": "PropertyValue", propertyID: "SHA-256", value: post.hash },
      ...(post.language !== undefined && { inLanguage: post.language }),
      ...(image && { image: origin + image.address }),
      ...(post.deleted && { creativeWorkStatus: "Deleted" }),
    },
  };
}

/** What must be said of a post wherever it is shown: that it was edited, that it is gone. */
export function marksOf(
  post: Pick<PostAnswer, "deleted" | "edited" | "versions" | "lastSeenAt">,
  { text: { entry: text } }: Words,
): readonly string[] {
  return [
    ...(post.deleted ? [text.deletedSince({ time: moment(post.lastSeenAt) })] : []),
    ...(post.versions > 1
      ? [text.editedTimes({ versions: post.versions })]
      : post.edited
        ? [text.edited]
        : []),
  ];
}

/** Its text on one line, or what it is instead. */
function saidBy(post: PostAnswer, { text: { common, entry } }: Words): string {
  if (post.textState === "withheld") return entry.withheld;
  const text = cut(plainLine(post.text), longestDescription);
  if (text !== "") return text;
  if (post.poll) return cut(plainLine(post.poll.question), longestDescription);
  const kinds = [...new Set(post.media.map(({ kind }) => common.media[kind]))];
  return kinds.join(", ");
}

function pictureOf(post: PostAnswer, { text: { common, preview } }: Words): About["image"] {
  for (const media of post.media) {
    const file = [media.kept, media.keptThumbnail].find((one) => one?.type.startsWith("image/"));
    if (!file) continue;
    const { url: address, type } = file;
    return {
      address,
      type,
      alt: common.media[media.kind],
      size: sizeOf(media, file === media.kept),
    };
  }
  const linked = post.preview?.kept;
  return linked?.type.startsWith("image/")
    ? { address: linked.url, type: linked.type, alt: post.preview?.title ?? preview.label }
    : undefined;
}

/** Of the picture itself; how large its small one is, the page did not say. */
function sizeOf({ width, height }: Media, isWhole: boolean) {
  return isWhole && width !== undefined && height !== undefined ? { width, height } : undefined;
}

/** The beginning, to the end of a whole sign. */
function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  let end = 0;
  for (const { index, segment } of graphemes.segment(text.slice(0, longest + 64)))
    if (index + segment.length <= longest - 1) end = index + segment.length;
  return `${text.slice(0, end)}…`;
}
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
