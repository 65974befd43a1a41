import type { Post } from "../post.ts";
import { type ReadingCode, type Reason, reason } from "../reasons.ts";

/**
 * Whether a page's posts lack what this channel's last posts (200 are enough) had: what fell, or
 * `undefined`. It tells a layout that lost a part from a channel in a new mood:
 * the page must be out of all proportion, not merely unusual.
 */
export function fillRateFell(
  posts: readonly Post[],
  lastPosts: readonly Post[],
): Reason<ReadingCode> | undefined {
  const now = posts.filter(isOrdinary);
  const before = lastPosts.filter(isOrdinary);
  if (before.length < fewestBefore) return undefined;
  for (const [code, isFilled] of fields) {
    const filled = now.filter(isFilled).length;
    const filledBefore = before.filter(isFilled).length;
    // Laplace's rule: never quite certain, however uniform the past.
    const rate = (filledBefore + 1) / (before.length + 2);
    if (filled / now.length > rate / 2) continue;
    if (chanceOfAtMost(filled, now.length, rate) < unbelievable)
      return reason(code, {
        some: filled,
        all: now.length,
        someBefore: filledBefore,
        allBefore: before.length,
      });
  }
  return undefined;
}

/** Parts whose presence is not one setting of the channel's owner, as reactions and signatures are. */
const fields: readonly (readonly [ReadingCode, (post: Post) => boolean])[] = [
  ["text-lost", (post) => post.text !== ""],
  ["views-lost", (post) => post.views !== undefined],
  ["media-lost", (post) => post.media.length > 0],
];

const isOrdinary = (post: Post): boolean => post.service === undefined;

/** Binomial: at most `some` of `all` when each has the chance `rate`. */
function chanceOfAtMost(some: number, all: number, rate: number): number {
  let term = (1 - rate) ** all;
  let sum = term;
  for (let k = 1; k <= some; k += 1) {
    term *= ((all - k + 1) / k) * (rate / (1 - rate));
    sum += term;
  }
  return sum;
}

const fewestBefore = 20;
/** One page in a billion: posts come in runs of a kind, so a mere thousandth happens every day. */
const unbelievable = 1e-9;
