import type { Instant } from "../../../scraper/post.ts";
import type { Coverage } from "../posts/archived-post.ts";
import type { ChannelTable } from "../schema/schema.ts";

interface Known {
  readonly row: string;
  /** Grows with every commit to the file, by any process. */
  readonly commit: number;
  readonly at: Instant;
  readonly coverage: Promise<Coverage>;
}

const mostChannels = 500;
/** From a page's reading to its being saved, waits included. */
const saveMs = 300_000;

/** Coverage is counted over every id of a channel: done once for each state of the channel, and for all who ask meanwhile. */
export class CoverageCache {
  readonly #known = new Map<number, Known>();

  async of(
    state: { readonly channel: ChannelTable; readonly purged: number },
    now: { readonly commit: number; readonly at: Instant },
    count: () => Promise<Coverage>,
  ): Promise<Coverage> {
    const { channel } = state;
    const row = JSON.stringify(state);
    const known = this.#known.get(channel.no);
    if (known && known.row === row && (known.commit === now.commit || isSettled(channel, known)))
      return known.coverage;
    const counting = count();
    this.#known.delete(channel.no);
    this.#known.set(channel.no, { row, ...now, coverage: counting });
    counting.catch(() => this.#known.delete(channel.no));
    const [oldest] = this.#known.keys();
    if (this.#known.size > mostChannels && oldest !== undefined) this.#known.delete(oldest);
    return counting;
  }
}

/** Counted long enough after the last page was read: whatever was committed since was of other channels. */
function isSettled({ last_read_at: readAt }: ChannelTable, { at }: Known): boolean {
  return readAt !== null && Date.parse(at) - Date.parse(readAt) > saveMs;
}
