import type { Context } from "hono";
import { ownAddress } from "./own-address.ts";
import type { Parts } from "./parts.ts";

/** The address that was asked for as the world knows it: under the name this server was given, else the one it was asked by. */
export function worldAddress(c: Context, { publicUrl }: Pick<Parts, "publicUrl">): URL {
  const asked = new URL(c.req.url);
  if (c.get("overTls") === true) asked.protocol = "https:";
  return publicUrl === undefined ? asked : new URL(ownAddress(asked), publicUrl);
}
