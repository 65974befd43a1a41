import type { Base } from "./base.ts";

/** Stands in for `base.ts` in the part that the loader brings, which is lent what the loader has already. @public */
export let base: Base;

export function lend(given: Base): void {
  base = given;
}
