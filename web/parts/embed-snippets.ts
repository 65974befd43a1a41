import type { PostAnswer } from "../../server/contract/kept-post.ts";
import { frameHeight, tallestPx, widestPx } from "./frame-height.ts";
import { name, postAddress } from "./format.ts";
import { escaped } from "./quote-snippet.ts";
import type { Words } from "../words/words.ts";

/** How a frame looks: as the reader's system, or always so. */
export const themes = ["auto", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

/** Where a post stands to be framed. */
export function embedAddress(
  post: Pick<PostAnswer, "channel" | "id">,
  { theme = "auto", words }: { readonly theme?: Theme; readonly words: Words },
): string {
  const look = theme === "auto" ? {} : { theme };
  const query = new URLSearchParams({ ...look, lang: words.lang }).toString();
  return `${postAddress(post).replace(/^\/c\//, "/embed/")}?${query}`;
}

/**
 * The HTML that frames a post. Its height is what the post needs at the width it gets: the style itself measures the wrapper,
 * and takes the height from a line above those at 320 to 640 px. A site that strips styles is left with the greatest.
 */
export function frameSnippet(
  post: PostAnswer,
  {
    title,
    origin,
    words,
    theme,
    mostWidthPx = widestPx,
    mostHeightPx = tallestPx,
  }: {
    readonly title: string;
    readonly origin: string;
    readonly words: Words;
    readonly theme: Theme;
    readonly mostWidthPx?: number;
    readonly mostHeightPx?: number | undefined;
  },
): string {
  const src = escaped(origin + embedAddress(post, { theme, words }));
  const { high, low, base, slope } = heightLine(post, words);
  const height = `clamp(${low}px, ${base}px + ${slope}cqw, ${high}px)`;
  const label = escaped(`${name(title)}, ${post.channel}/${post.id}`);
  return `<div style="container-type: inline-size; max-width: ${mostWidthPx}px"><iframe src="${src}" title="${label}" loading="lazy" width="100%" height="${Math.min(high, mostHeightPx)}" style="box-sizing: border-box; width: 100%; border: 1px solid #8888; border-radius: 2px; height: ${height}; max-height: ${mostHeightPx}px"></iframe></div>`;
}

/** `base` px and `slope` hundredths of the width: at no width in `widthsPx` less than what the post needs. */
function heightLine(post: PostAnswer, words: Words) {
  const heights = widthsPx.map((width) => ({ width, height: frameHeight(post, width, words) }));
  const all = heights.map(({ height }) => height);
  const [first, last] = [heights[0], heights.at(-1)];
  const each = first && last ? (last.height - first.height) / (last.width - first.width) : 0;
  const base = Math.max(...heights.map(({ width, height }) => height - each * width));
  const slope = Number((each * 100).toFixed(1));
  return { high: Math.max(...all), low: Math.min(...all), base: Math.ceil(base) + 1, slope };
}
const widthsPx = [320, 400, 480, 560, 640];
