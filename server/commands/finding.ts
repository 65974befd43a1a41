import type { Session } from "./session.ts";

/** What a check found: all is well, something worth knowing, or something wrong. */
export type Finding =
  | { readonly state: "ok"; readonly what: string }
  | {
      readonly state: "note" | "problem";
      readonly what: string;
      /** Why it matters. */
      readonly why: string;
      readonly todo: string;
    };

export interface Check {
  readonly name: string;
  readonly look: (
    session: Session,
    flags: { readonly online?: boolean },
  ) => Promise<readonly Finding[]> | readonly Finding[];
}

export const ok = (what: string): Finding => ({ state: "ok", what });
export const note = (what: string, why: string, todo: string): Finding => ({
  state: "note",
  what,
  why,
  todo,
});
export const problem = (what: string, why: string, todo: string): Finding => ({
  state: "problem",
  what,
  why,
  todo,
});
