import type { Instant } from "./post.ts";

/** A moment as it is written everywhere here: to the second, in UTC. */
export const instant = (at: Date | number): Instant =>
  `${new Date(at).toISOString().slice(0, 19)}Z`;
