import type { PostAnswer } from "../../server/contract/kept-post.ts";
import { day } from "./format.ts";

/** How a post is cited, ready to be pasted. */
export interface Citation {
  readonly apa: string;
  /** GOST R 7.0.108-2022 */
  readonly gost: string;
  readonly bibtex: string;
  /** One CSL-JSON item. */
  readonly csl: Readonly<Record<string, unknown>>;
}

const longestTitle = 90;

/** A post by its channel's title; it counts as accessed when it was last seen. */
export function citationOf(post: PostAnswer, channelTitle: string): Citation {
  const author = plainLine(channelTitle);
  const title = titleOf(post);
  const { url, hash } = post;
  const published = new Date(post.publishedAt);
  const accessed = new Date(post.lastSeenAt);
  const [year, month, date] = partsOf(published);
  const seen = day(post.lastSeenAt);
  const evidence = `SHA-256 ${hash}`;
  return {
    apa: `${author} [@${post.channel}]. (${year}, ${monthIn("en-US", published)} ${date}). ${title} [Post]. Telegram. Retrieved ${monthIn("en-US", accessed)} ${accessed.getUTCDate()}, ${accessed.getUTCFullYear()}, from ${url}`,
    gost: `${author}. ${title} // Telegram : [сайт]. – ${year}. – ${date} ${monthIn("ru", published)}. – URL: ${url} (дата обращения: ${russianDate(accessed)}). – Текст : электронный.`,
    bibtex: [
      `@misc{${post.channel}_${post.id},`,
      `  author       = {{${latex(author)}}},`,
      `  title        = {{${latex(title)}}},`,
      `  year         = {${year}},`,
      `  month        = {${month}},`,
      `  day          = {${date}},`,
      `  howpublished = {Telegram, @${latex(post.channel)}},`,
      `  url          = {${url}},`,
      `  urldate      = {${seen}},`,
      `  note         = {${evidence}}`,
      "}",
    ].join("\n"),
    csl: {
      id: `${post.channel}/${post.id}`,
      type: "post",
      author: [{ literal: author }],
      title,
      "container-title": `@${post.channel}`,
      publisher: "Telegram",
      issued: { "date-parts": [[year, month, date]] },
      accessed: { "date-parts": [partsOf(accessed)] },
      URL: url,
      ...(post.language !== undefined && { language: post.language }),
      note: evidence,
    },
  };
}

/** The first line of the text, else what kind of post it is. */
export function titleOf({ text, media, id }: Pick<PostAnswer, "text" | "media" | "id">): string {
  const line = plainLine(text.trim().split("\n", 1)[0] ?? "");
  if (line === "") return `[${media[0]?.kind ?? "post"} ${id}]`;
  if (line.length <= longestTitle) return line;
  return `${line
    .slice(0, longestTitle)
    .replace(/[\uD800-\uDBFF]$/, "")
    .replace(/\s\S*$/, "")}…`;
}

/** On one line, without signs that are not seen; the joiners stay, which Persian words and some emoji are written with. */
export const plainLine = (text: string): string =>
  text.replaceAll(/(?:(?![\u200C\u200D])[\s\p{C}])+/gu, " ").trim();

/** What LaTeX would take for a command becomes its letter; signs that it would draw together (`--`, `''`) are kept apart. */
const latex = (text: string): string =>
  text
    .replaceAll(/[\\{}#$%&_^~<>|]/g, (sign) => latexSigns.get(sign) ?? `\\${sign}`)
    .replaceAll(/([-',!?`])(?=[-',!?`])/g, "$1{}");
const latexSigns = new Map<string, string>(
  Object.entries({
    "\\": String.raw`\textbackslash{}`,
    "^": String.raw`\textasciicircum{}`,
    "~": String.raw`\textasciitilde{}`,
    "<": String.raw`\textless{}`,
    ">": String.raw`\textgreater{}`,
    "|": String.raw`\textbar{}`,
  }),
);

const partsOf = (date: Date): [number, number, number] => [
  date.getUTCFullYear(),
  date.getUTCMonth() + 1,
  date.getUTCDate(),
];

/** The month's name, in Russian as it stands after a day. */
const monthIn = (locale: string, date: Date): string =>
  locale === "ru"
    ? new Intl.DateTimeFormat("ru", { day: "numeric", month: "long", timeZone: "UTC" })
        .format(date)
        .replace(/^\d+\s*/, "")
    : new Intl.DateTimeFormat(locale, { month: "long", timeZone: "UTC" }).format(date);

const russianDate = (date: Date): string =>
  new Intl.DateTimeFormat("ru", {
    day: "2-digit",
    month: "2-digit",
    year: "numeric",
    timeZone: "UTC",
  }).format(date);
