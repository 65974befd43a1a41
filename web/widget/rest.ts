import type { Base } from "./base.ts";
import { define } from "./define.ts";
import { lend } from "./lent.ts";

/** Brings all that the loader does not have itself. */
export function start(home: string, base: Base): true {
  lend(base);
  define(home);
  return true;
}
