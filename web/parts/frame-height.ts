import type { PostAnswer } from "../../server/contract/kept-post.ts";
import { marksOf } from "./about-post.ts";
import type { Media } from "./media-kinds.ts";
import { isSeen, ratioOf, rowsOf, tallestAlonePx } from "./pictures.ts";
import type { Words } from "../words/words.ts";

/** A frame is made for 320 px to this. */
export const widestPx = 640;
/** Longer posts are scrolled in their frame. */
export const tallestPx = 1_600;

/**
 * How high a framed post is at this width, in px, without drawing it: lines are broken as a browser would, with letters of
 * a broad face, as nobody knows which one the reader has. What it cannot know is taken for the larger.
 */
export function frameHeight(post: PostAnswer, widthPx: number, words: Words): number {
  const column = Math.min(widthPx, widestPx) - besideText;
  const parts = [
    aroundAll,
    headHeight(post, column, words),
    post.deleted
      ? small(
          words.text.entry.deletedSince({ time: "2026-01-01 00:00:00 UTC" }) +
            words.text.entry.absentIn({ checks: 2 }),
          column - 16,
        ) + 16
      : 0,
    post.forward
      ? small(
          `${words.text.entry.forwardedFrom} ${post.forward.name} ${post.forward.author ?? ""} ${post.forward.channel ?? ""} ${post.forward.id ?? ""}`,
          column - 28,
        ) + 14
      : 0,
    post.reply ? 2 * smallLine + 34 : 0,
    textHeight(post, column, words),
    mediaHeight(post.media, column),
    post.mediaWithheld ? small(words.text.entry.mediaWithheld, column) : 0,
    post.preview ? previewHeight(post.preview, column) : 0,
    post.poll ? pollHeight(post.poll, column) : 0,
    post.buttons.length * chip + (post.buttons.length > 0 ? gap : 0),
    post.notUnderstood
      ? small(
          words.text.entry.notUnderstood({ parts: post.notUnderstood.join(", ") }),
          column - 48,
        ) + 40
      : 0,
    chipsHeight(post, column),
    footHeight,
  ];
  return Math.min(tallestPx, Math.ceil(parts.reduce((sum, one) => sum + one, 0)));
}

const besideText = 16 + 1 + 24 + 16;
const aroundAll = 36;
const footHeight = 8 + 28;
const gap = 12;
const chip = 34;
const readLine = 27;
const smallLine = 19;
const headLine = 28;

/** The channel on a line of its own, then when, where, who and the marks, as many as go on a line. */
function headHeight(post: PostAnswer, column: number, words: Words): number {
  const said = [
    "2026-01-01 00:00:00 UTC",
    `${post.channel}/${post.id}`,
    ...[post.author, post.viaBot].filter((one) => one !== undefined),
    ...marksOf({ ...post, deleted: undefined }, words).map((mark) => `+ ${mark}`),
    ...(post.ids.length > 1 ? [`+ ${words.text.entry.albumOf({ count: post.ids.length })}`] : []),
    ...(post.service === undefined ? [] : [words.text.entry.service]),
  ];
  let rows = 1;
  let at = 0;
  for (const one of said) {
    const wide = widthOf(one, 13) + 8;
    if (at > 0 && at + wide > column) {
      rows += 1;
      at = 0;
    }
    at += wide;
    rows += Math.floor(Math.max(0, at - 1) / column);
    at %= Math.max(column, 1);
  }
  return 22 + rows * headLine + 8;
}

function textHeight(post: PostAnswer, column: number, words: Words): number {
  if (post.textState === "withheld")
    return linesOf(words.text.entry.withheld, { sizePx: 14, columnPx: column }) * 22;
  if (post.text === "") return 0;
  const apart = post.entities.filter(({ type }) => type === "pre" || type === "blockquote").length;
  return linesOf(post.text, { sizePx: 17, columnPx: column }) * readLine + apart * 24;
}

function mediaHeight(media: readonly Media[], column: number): number {
  const seen = media.filter(isSeen).map((one) => ({ media: one }));
  const rest = media.length - seen.length;
  return (seen.length > 0 ? gap + picturesHeight(seen, column) : 0) + rest * (chip + 24);
}

function picturesHeight(seen: readonly { readonly media: Media }[], column: number): number {
  const [only] = seen;
  if (only && seen.length === 1) {
    const { kind, width, height } = only.media;
    if (kind === "round") return roundPicture;
    if (width === undefined || height === undefined) return tallestAlonePx;
    const scale = Math.min(1, column / width, tallestAlonePx / height);
    return Math.max(leastFrame, height * scale);
  }
  return rowsOf(seen).reduce((sum, row) => {
    const shares = row.reduce((all, { media }) => all + shareRatio(media), 0);
    return sum + (column - 3 * (row.length - 1)) / shares + 3;
  }, 0);
}
const roundPicture = 240;
const leastFrame = 74;
const shareRatio = (media: Media): number => Math.min(2, Math.max(0.6, ratioOf(media)));

function previewHeight(preview: NonNullable<PostAnswer["preview"]>, column: number): number {
  const beside = column - 15 - 84;
  const picture = preview.kept ? picturePx : 0;
  const said =
    (preview.site === undefined ? 0 : smallLine) +
    linesOf(preview.title ?? preview.url, { sizePx: 14, columnPx: beside }) * 21 +
    (preview.description === undefined ? 0 : 2 * smallLine);
  return gap + Math.max(said, picture);
}
/** Four to three of 4.5rem. */
const picturePx = 54;

function pollHeight(
  { question, options }: NonNullable<PostAnswer["poll"]>,
  column: number,
): number {
  const asked = linesOf(question, { sizePx: 17, columnPx: column - 24 }) * 24 + smallLine + 8;
  return options.reduce(
    (sum, { text }) => sum + linesOf(text, { sizePx: 14, columnPx: column - 60 }) * 21 + 16,
    asked + 8,
  );
}

function chipsHeight({ reactions }: PostAnswer, column: number): number {
  if (reactions.length === 0) return 0;
  const aRow = Math.max(1, Math.floor(column / 72));
  return gap + Math.ceil(reactions.length / aRow) * 30;
}

const small = (text: string, column: number): number =>
  linesOf(text, { sizePx: 13, columnPx: column }) * 21;

/** How many lines a text takes: broken at spaces, and within a word that is longer than a line. */
function linesOf(
  text: string,
  { sizePx, columnPx }: { readonly sizePx: number; readonly columnPx: number },
): number {
  const column = Math.max(columnPx, 1);
  return text.split("\n").reduce((lines, paragraph) => {
    let at = 0;
    let more = 1;
    for (const word of paragraph.split(/(?<=[\s-])/)) {
      const wide = widthOf(word, sizePx);
      if (at > 0 && at + widthOf(word.trimEnd(), sizePx) > column) {
        more += 1;
        at = 0;
      }
      at += wide;
      while (at > column + spacePx) {
        more += 1;
        at -= column;
      }
    }
    return lines + more;
  }, 0);
}
const spacePx = 6;

/** In px, with letters as broad as in the broader of the usual faces. */
function widthOf(text: string, sizePx: number): number {
  let em = 0;
  for (const sign of text) em += emOf(sign);
  return em * sizePx;
}

function emOf(sign: string): number {
  if (/[\s.,:;!'’|ijlftrI()[\]]/.test(sign)) return 0.38;
  if (/[\p{Emoji_Presentation}]/u.test(sign)) return 1.35;
  if (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(sign))
    return 1;
  if (/\p{M}|\u200D/u.test(sign)) return 0;
  if (
    /[mwMW\u0436\u0444\u0448\u0449\u044B\u044E\u0416\u0424\u0428\u0429\u042B\u042E\u2014@%]/.test(
      sign,
    )
  )
    return 0.95;
  if (/\p{Lu}/u.test(sign)) return 0.77;
  return 0.62;
}
