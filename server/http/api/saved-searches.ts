import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type SavedSearch, sourceOf } from "../../archive/outgoing/saved-searches.ts";
import { saveSearch } from "../../search/save-search.ts";
import { deliveryAnswer } from "../../contract/delivery.ts";
import {
  newSavedAnswer,
  savedAnswer,
  savedListAnswer,
  type SavedAnswer,
} from "../../contract/saved-search.ts";
import { needs } from "../access/access.ts";
import { body } from "../body.ts";
import { answers, json, refusals } from "../describe.ts";
import type { Parts } from "../parts.ts";
import { Refusal } from "../problems.ts";

const lastDeliveries = 10;

const request = {
  params: z.object({
    id: z.string().openapi({ param: { name: "id", in: "path" }, example: "5f1c0a9b72de" }),
  }),
};
const path = "/api/v1/saved-searches";
const one = `${path}/{id}`;

const listed = createRoute({
  method: "get",
  path,
  operationId: "listSavedSearches",
  middleware: needs("admin"),
  summary: "Every saved search, oldest first, with what was sent last",
  responses: answers(savedListAnswer, "Without their secrets"),
});

const added = createRoute({
  method: "post",
  path,
  operationId: "saveSearch",
  middleware: needs("admin"),
  summary: "Saves a search: what it finds from now on is sent to its webhook, if it has one",
  request: {
    body: {
      required: true,
      content: json(
        body({
          name: z.string().openapi({ example: "Grants" }),
          query: z.string().openapi({ example: "грант after:2026" }),
          url: z.string().optional().openapi({ example: "https://example.org/hook" }),
        }),
      ),
    },
  },
  responses: {
    ...refusals(400, 409, 413, 415, 503),
    201: {
      description: "The search, and its secret, which this answer alone shows",
      content: json(newSavedAnswer),
    },
  },
});

const shown = createRoute({
  method: "get",
  path: one,
  operationId: "getSavedSearch",
  middleware: needs("admin"),
  summary: "One saved search, with what was sent last",
  request,
  responses: answers(savedAnswer, "The search", 404),
});

const changed = createRoute({
  method: "patch",
  path: one,
  operationId: "pauseSavedSearch",
  middleware: needs("admin"),
  summary: "Pauses a saved search, or resumes it",
  description:
    "While paused, matches are counted and not sent, then or later. Resuming also takes up an address that answered 410.",
  request: {
    ...request,
    body: { required: true, content: json(body({ paused: z.boolean() })) },
  },
  responses: answers(savedAnswer, "The search", 400, 404, 413, 415),
});

const removed = createRoute({
  method: "delete",
  path: one,
  operationId: "removeSavedSearch",
  middleware: needs("admin"),
  summary: "Removes a saved search, and what still waits to be sent for it",
  request,
  responses: { ...refusals(404), 204: { description: "It is gone" } },
});

const tested = createRoute({
  method: "post",
  path: `${one}/test`,
  operationId: "testSavedSearch",
  middleware: needs("admin"),
  summary: "Sends `search.test`, a message without posts, to the webhook of a saved search",
  request,
  responses: {
    ...refusals(404, 409, 503),
    202: { description: "It is queued", content: json(deliveryAnswer) },
  },
});

/** `/saved-searches`: queries that are asked again as the archive grows, and the webhooks that hear of it. */
export function addSavedRoutes(app: OpenAPIHono, parts: Parts): void {
  const { saved } = parts.archive;
  app.openapi(listed, async (c) => c.json({ searches: await savedSearches(parts) }, 200));
  app.openapi(added, async (c) => {
    const { search, secret } = await saveSearch(parts, c.req.valid("json"), {
      now: parts.clock(),
      signal: c.req.raw.signal,
    });
    const answer = { ...(await answerOf(parts, search)), ...(secret !== undefined && { secret }) };
    const headers = { "Cache-Control": "no-store", Location: `${path}/${search.id}` };
    return c.json(answer, 201, headers);
  });
  app.openapi(shown, async (c) =>
    c.json(await answerOf(parts, found(await saved.get(c.req.valid("param").id))), 200),
  );
  app.openapi(changed, async (c) => {
    const { id } = c.req.valid("param");
    const search = found(await saved.pause(id, c.req.valid("json").paused));
    return c.json(await answerOf(parts, search), 200);
  });
  app.openapi(removed, async (c) => {
    if (!(await saved.remove(c.req.valid("param").id))) throw notSaved();
    return c.body(null, 204);
  });
  app.openapi(tested, async (c) => {
    const {
      source: _source,
      url: _url,
      ...queued
    } = await sendTest(parts, c.req.valid("param").id);
    return c.json(queued, 202);
  });
}

/** All of them, as API and page show them. */
export async function savedSearches(parts: Parts): Promise<readonly SavedAnswer[]> {
  const searches = await parts.archive.saved.list();
  return Promise.all(searches.map(async (search) => answerOf(parts, search)));
}

/** Queues a message that tells nothing. @throws Refusal when there is no such search, or nowhere to send it. */
export async function sendTest({ archive }: Parts, id: string) {
  const { name, query } = found(await archive.saved.get(id));
  const body = { search: { id, name, query }, matches: [] };
  const queued = await archive.saved.test(id, { event: "search.test", body });
  if (queued) return queued;
  throw new Refusal({
    kind: "no-webhook",
    status: 409,
    detail: "This search is only followed as a feed: it has no address to send to.",
  });
}

export function found<T>(search: T | undefined): T {
  if (search === undefined) throw notSaved();
  return search;
}

export const notSaved = (): Refusal =>
  new Refusal({
    kind: "search-not-saved",
    status: 404,
    detail: "No saved search has this id. The list of saved searches names them all.",
  });

async function answerOf({ archive }: Parts, search: SavedSearch): Promise<SavedAnswer> {
  const { id, name, query, url, createdAt, pausedAt, matches, matchedAt } = search;
  const deliveries = await archive.deliveries.list({
    source: sourceOf(id),
    limit: lastDeliveries,
  });
  const gone = url !== undefined && (await archive.deliveries.goneAt(url)) !== undefined;
  const asked = new URLSearchParams({ q: query }).toString();
  return {
    id,
    name,
    query,
    ...(url !== undefined && { url }),
    state: pausedAt !== undefined ? "paused" : gone ? "gone" : "following",
    createdAt,
    matches,
    ...(matchedAt !== undefined && { matchedAt }),
    feeds: { atom: `/api/v1/feed.atom?${asked}`, json: `/api/v1/feed.json?${asked}` },
    deliveries: deliveries.map(({ source: _source, url: _url, ...delivery }) => delivery),
  };
}
