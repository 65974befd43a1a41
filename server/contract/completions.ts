import { z } from "@hono/zod-openapi";
import { count, list } from "./values.ts";

/** How the word that is being typed may go on. */
export const completionsAnswer = z
  .object({
    completions: list(
      z.object({
        word: z.string(),
        total: count.openapi({ description: "Posts that the query finds with this word in it." }),
      }),
    ),
  })
  .openapi("Completions", { description: "Those that find the most first." });
