import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { needs } from "../access/access.ts";
import type { Parts } from "../parts.ts";
import { Refusal } from "../problems.ts";
import { worldAddress } from "../world-address.ts";
import { type Route, routesOf } from "./ask-api.ts";
import type { Agent } from "./agent-server.ts";

/** What an agent's request hands on when the API is asked for it. */
const handedOn = ["host", "authorization", "x-forwarded-for", "x-forwarded-proto", "x-request-id"];

/** `POST /mcp`: one message of the Model Context Protocol and its answer, without sessions. */
export function addAgents(app: OpenAPIHono, parts: Parts): void {
  let routes: ReadonlyMap<string, Route> | undefined;
  app.post("/mcp", needs("search", { channels: "own" }), async (c) => {
    const message = await messageOf(c);
    // Who is never asked by an agent does not load what speaks with one.
    const { answerMessage } = await import("./answer-message.ts");
    routes ??= routesOf(app);
    const agent: Agent = {
      app,
      routes,
      asker: (signal) => ({
        url: c.req.url,
        headers: Object.fromEntries(
          handedOn.flatMap((name) => {
            const value = c.req.header(name);
            return value === undefined ? [] : [[name, value]];
          }),
        ),
        connection: c.env,
        signal: AbortSignal.any([signal, c.req.raw.signal, parts.stopping]),
      }),
      address: (path) => new URL(path, worldAddress(c, parts)).href,
      onUnexpected: (error) => parts.onBroken(error, c.get("requestId")),
    };
    return answerMessage(c.req.raw, message, agent);
  });
}

/** @throws Refusal for what is no message */
async function messageOf(c: Context): Promise<unknown> {
  const [type = ""] = (c.req.header("content-type") ?? "").split(";");
  if (type.trim().toLowerCase() !== "application/json")
    throw new Refusal({
      kind: "unsupported-media-type",
      status: 415,
      detail: "Send one message of the Model Context Protocol as JSON, with its content type.",
    });
  const message = await c.req.json<unknown>().catch((error: unknown) => {
    if (!(error instanceof SyntaxError)) throw error;
    throw notOneMessage("The body is no JSON.");
  });
  if (typeof message !== "object" || message === null || Array.isArray(message))
    throw notOneMessage(
      "The body is one message of the Model Context Protocol: an object, no list.",
    );
  return message;
}

const notOneMessage = (detail: string): Refusal =>
  new Refusal({ kind: "bad-request", status: 400, detail });
