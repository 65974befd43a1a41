import { z } from "@hono/zod-openapi";

/** A list that is not written to. */
export const list = <T extends z.ZodType>(item: T) => z.array(item).readonly();

/** A moment in UTC as ISO 8601, always with `Z`. */
export const instant = z.string().openapi({ format: "date-time", example: "2026-06-15T18:58:13Z" });

/** A whole number from 0. */
export const count = z.number().int().nonnegative();
