import { z } from "@hono/zod-openapi";
import { type AccessKey, scopes } from "../archive/access/keys.ts";
import type { Stating } from "./stating.ts";
import { instant, list } from "./values.ts";

/** What a key is good for. */
export const keyAnswer = z
  .object({
    id: z.string(),
    scopes: list(z.enum(scopes)),
    channels: list(z.string()).openapi({ description: "Empty: every channel." }),
    origins: list(z.string()).openapi({ description: "Sites whose pages may use it." }),
    createdAt: instant,
    expiresAt: instant.optional(),
    revokedAt: instant.optional(),
    previousUntil: instant.optional().openapi({
      description: "Until when the secret before the last rotation is good too.",
    }),
  })
  .openapi("Key", { description: "A key without itself: only its hash is kept." });

/** Every key ever made. */
export const keysAnswer = z.object({ keys: list(keyAnswer) }).openapi("Keys");

/** A key that was made or rotated just now, with its secret. */
export const newKeyAnswer = keyAnswer
  .extend({ key: z.string().openapi({ example: "bs_…", description: "Shown this once." }) })
  .openapi("NewKey");

export type KeyAnswer = Stating<AccessKey, z.infer<typeof keyAnswer>>;
