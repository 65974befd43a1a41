import type { Context } from "hono";
import { isOneOf } from "./access.ts";

/** Whether whoever asks may see this channel: their key is for it, or not limited to channels. */
export const maySee = (c: Context, channel: string): boolean => {
  const only = c.get("onlyChannels");
  return only === undefined || isOneOf(only, channel);
};
