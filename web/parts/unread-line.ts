import { html } from "hono/html";
import type { UnreadPeriod } from "../../server/contract/coverage.ts";
import type { SearchAnswer } from "../../server/contract/search.ts";
import { type Faces, titleIn } from "./faces.ts";
import { day, idRange } from "./format.ts";
import type { Html } from "./html.ts";
import type { Words } from "../words/words.ts";

const mostNamed = 20;

/** One line a page: what was not read in the time that its hits cover, so that nobody takes it for silence. */
export function unreadLine(
  answer: SearchAnswer,
  unread: readonly UnreadPeriod[],
  { words, faces }: { readonly words: Words; readonly faces: Faces },
): Html | undefined {
  if (!isByTime(answer)) return undefined;
  const { unreadLine: text } = words.text;
  const times = answer.hits.map(({ publishedAt }) => publishedAt).toSorted();
  const gaps = unread.filter((gap) => mayHold(gap, times[0] ?? "", times.at(-1) ?? ""));
  if (gaps.length === 0) return undefined;
  const ids = gaps.reduce((sum, { firstId, lastId }) => sum + lastId - firstId + 1, 0);
  const channels = new Set(gaps.map(({ channel }) => channel)).size;
  return html`<details class="unread">
    <summary>
      <svg aria-hidden="true"><rect width="24" height="12" fill="url(#hatch)" /></svg
      >${text.notRead({ ids: text.ids({ n: ids }), channels: words.text.common.channels({ n: channels }) })}
      <u>${text.show}</u>
    </summary>
    <ul>
      ${gaps.slice(0, mostNamed).map(
        (gap) =>
          html`<li>
            <a href="/c/${gap.channel}?tab=about#gaps"><bdi>${titleIn(faces, gap.channel)}</bdi></a
            >: ${idRange(gap.firstId, gap.lastId, words)}, ${period(gap, words)}
          </li>`,
      )}${
        gaps.length > mostNamed &&
        html`<li><a href="/channels">${text.more({ count: gaps.length - mostNamed })}</a></li>`
      }
    </ul>
  </details>`;
}

/** Whether posts of a gap may have been published between these moments. */
export function mayHold(gap: UnreadPeriod, early: string, late: string): boolean {
  if (gap.from === undefined && gap.to === undefined) return false;
  return (gap.from ?? "") < late && (gap.to === undefined || gap.to > early);
}

export const isByTime = ({ sort }: SearchAnswer): boolean => sort === "new" || sort === "old";

/** The stretch of time of a gap, open at an end that is not known. */
export function period(gap: UnreadPeriod, { text: { common } }: Words): string {
  if (gap.from === undefined)
    return gap.to === undefined ? "" : common.gapOpenStart({ to: day(gap.to) });
  return gap.to === undefined
    ? common.gapOpenEnd({ from: day(gap.from) })
    : common.gapBetween({ from: day(gap.from), to: day(gap.to) });
}
