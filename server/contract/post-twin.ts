import { z } from "@hono/zod-openapi";
import { postAnswer } from "./kept-post.ts";
import { sampleAnswer } from "./sample.ts";
import { list } from "./values.ts";
import { versionsAnswer } from "./versions.ts";

/** A post's page for programs, at its own address: all that the page is drawn from. */
export const postTwin = z
  .object({
    post: postAnswer,
    versions: versionsAnswer.shape.versions,
    samples: list(sampleAnswer),
    citation: z.object({
      apa: z.string(),
      gost: z.string(),
      bibtex: z.string(),
      csl: z.record(z.string(), z.unknown()),
    }),
  })
  .openapi("PostTwin");

export type PostTwin = z.infer<typeof postTwin>;
