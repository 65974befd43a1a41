import { z } from "@hono/zod-openapi";
import { count, instant } from "./values.ts";

/** An entry of the archive's journal, by which everything up to it can be proven unchanged. */
export const journalEntry = z
  .object({
    entry: count.openapi({ description: "Its number, from 1." }),
    at: instant,
    hash: z.string().openapi({
      description:
        "SHA-256, hex: it covers this entry and, through the hash before, all earlier ones.",
    }),
  })
  .openapi("JournalEntry");
