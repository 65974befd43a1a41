import { Refusal } from "../problems.ts";

/** None is dropped in silence. */
export const tooManyCompared = (most: number): Refusal =>
  new Refusal({
    kind: "bad-parameter",
    status: 400,
    detail: `At most ${most} queries are compared at once. Remove one to add another.`,
  });
