import type { Context } from "hono";

/** Whether whoever asks may read all that is kept: reading is free to them, or their key is not limited to channels. */
export const maySeeAll = (c: Context): boolean =>
  (c.get("may")?.("read") ?? false) && c.get("onlyChannels") === undefined;
