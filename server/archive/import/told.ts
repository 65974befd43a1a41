import { z } from "zod";

/** Words of an export, without halves of characters. */
export const told = z.string().transform((text) => text.toWellFormed());

/** Words beside the text: of another kind than known, they are not there. */
export const maybe = <T extends z.ZodType>(schema: T) => schema.nullish().catch(undefined);
