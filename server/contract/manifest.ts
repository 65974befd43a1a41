import { z } from "@hono/zod-openapi";
import { exportFormats } from "../export/formats.ts";
import type { ExportManifest } from "../export/export-posts.ts";
import { folds } from "../search/query/fields.ts";
import { engineName } from "./engine.ts";
import { journalEntry } from "./journal.ts";
import { queryWarning } from "./query-fault.ts";
import { sha256 } from "./set.ts";
import type { Stating } from "./stating.ts";
import { count, instant, list } from "./values.ts";

/** What stands beside an exported file: what is in it, and from which state of the archive. */
export const manifestAnswer = z
  .object({
    query: z.string().openapi({ description: "Canonical form." }),
    asked: z
      .object({ typed: z.string(), warnings: list(queryWarning) })
      .optional()
      .openapi({
        description:
          "The query as typed and what of it did not count so; absent when all of it did.",
      }),
    format: z.enum(exportFormats).optional().openapi({
      description: "Of the file it stands beside; a set asked for by itself has none.",
    }),
    fold: z.enum(folds).optional().openapi({
      description: "Of posts with one text only the earliest is in it.",
    }),
    posts: count,
    sha256,
    archive: z.object({
      id: z.string(),
      position: count,
      posts: count,
      journal: journalEntry.optional().openapi({
        description: "Its newest entry; told to whoever may read all channels.",
      }),
    }),
    index: z.object({ engine: engineName, position: count }),
    analyzer: z.string(),
    tool: z.string(),
    exportedAt: instant,
  })
  .openapi("Manifest");

/** @public The compiler holds the schema to what is written. */
export type ManifestAnswer = Stating<ExportManifest, z.infer<typeof manifestAnswer>>;
