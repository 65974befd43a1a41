import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { needs } from "./access/access.ts";
import { maySeeAll } from "./access/may-see-all.ts";
import type { Parts } from "./parts.ts";
import { healthAnswer, readyAnswer, type ReadyAnswer } from "../contract/health.ts";
import { answers, json } from "./describe.ts";

const health = createRoute({
  method: "get",
  path: "/health",
  operationId: "getHealth",
  middleware: needs("open"),
  summary: "The server is alive",
  responses: answers(healthAnswer, "Alive"),
});

const ready = createRoute({
  method: "get",
  path: "/ready",
  operationId: "getReadiness",
  middleware: needs("open"),
  summary: "The archive is open and the index answers",
  responses: {
    ...answers(readyAnswer, "Searches are answered"),
    503: { description: "Not ready", content: json(readyAnswer) },
  },
});

/** `/health` and `/ready`, for whoever watches over the server. */
export function addHealthRoutes(app: OpenAPIHono, parts: Parts): void {
  app.openapi(health, (c) => c.json({ status: "ok" as const }, 200));
  app.openapi(ready, async (c) => {
    const state = await readiness(parts);
    return c.json(maySeeAll(c) ? state : withoutNumbers(state), state.ready ? 200 : 503);
  });
}

/** All that whoever may not read what is kept is told: whether it works, and no file's name. */
const withoutNumbers = ({ ready: isReady, archive, index }: ReadyAnswer): ReadyAnswer => ({
  ready: isReady,
  archive: {
    open: archive.open,
    ...(archive.why !== undefined && { why: "The archive is damaged." }),
  },
  index: { state: index.state },
});

type IndexState = ReadyAnswer["index"]["state"];

/** How archive and index stand; an engine that does not answer is `away`. Of an archive that cannot be read no figure is told. */
export async function readiness({ archive, engine }: Parts) {
  const [kept, index] = await Promise.allSettled([archive.state(), engine.status()]);
  if (kept.status === "rejected") archive.health.condemn(kept.reason);
  const { damage } = archive.health;
  const found: IndexState = index.status === "fulfilled" ? index.value.state : "away";
  if (damage || kept.status === "rejected")
    return {
      ready: false,
      archive: { open: false as const, ...(damage && { why: damage.message }) },
      index: { state: damage ? ("damaged" as const) : found },
    };
  const { posts, channels, newest, position } = kept.value;
  return {
    ready: found === "ready",
    archive: {
      open: true as const,
      posts,
      channels,
      ...(newest !== undefined && { newest }),
      position,
    },
    index:
      index.status === "fulfilled"
        ? {
            state: index.value.state,
            position: index.value.position,
            behind: Math.max(0, position - index.value.position),
            posts: index.value.posts,
            setAside: [...(index.value.setAside ?? [])],
            ...(index.value.engines !== undefined && {
              engines: index.value.engines.map((standing) => ({
                engine: standing.engine,
                state: standing.state,
                position: standing.position,
                behind: Math.max(0, position - standing.position),
                setAside: [...(standing.setAside ?? [])],
              })),
            }),
          }
        : { state: "away" as const, position: 0, behind: position, posts: 0, setAside: [] },
  };
}
