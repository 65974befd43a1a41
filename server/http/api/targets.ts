import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { addressOf, type Target } from "../../archive/outgoing/targets.ts";
import { deliveryAnswer } from "../../contract/delivery.ts";
import {
  newTargetAnswer,
  type TargetAnswer,
  targetAnswer,
  targetChoice,
  targetKindName,
  targetListAnswer,
} from "../../contract/target.ts";
import { kindNames } from "../../jobs/targets/kind-names.ts";
import { kindOf } from "../../jobs/targets/kinds.ts";
import { changedTarget, newTarget, type TypedTarget } from "../../jobs/targets/target-choice.ts";
import { needs } from "../access/access.ts";
import { body } from "../body.ts";
import { answers, json, refusals } from "../describe.ts";
import type { Parts } from "../parts.ts";
import { Refusal } from "../problems.ts";

const lastDeliveries = 10;
const path = "/api/v1/targets";
const one = `${path}/{id}`;
const request = {
  params: z.object({
    id: z.string().openapi({ param: { name: "id", in: "path" }, example: "5f1c0a9b72de" }),
  }),
};

const listed = createRoute({
  method: "get",
  path,
  operationId: "listTargets",
  middleware: needs("admin"),
  summary: "Every target, oldest first, with what was sent last",
  responses: answers(targetListAnswer, "Without their secrets"),
});

const added = createRoute({
  method: "post",
  path,
  operationId: "addTarget",
  middleware: needs("admin"),
  summary: "Adds a target: where people are told of alerts, saved searches and changes",
  request: {
    body: { required: true, content: json(body({ kind: targetKindName, ...targetChoice })) },
  },
  responses: {
    ...refusals(400, 409, 413, 415),
    201: {
      description: "The target; of a webhook with its secret, which this answer alone shows",
      content: json(newTargetAnswer),
    },
  },
});

const shown = createRoute({
  method: "get",
  path: one,
  operationId: "getTarget",
  middleware: needs("admin"),
  summary: "One target, with what was sent last",
  request,
  responses: answers(targetAnswer, "The target", 404),
});

const changed = createRoute({
  method: "patch",
  path: one,
  operationId: "changeTarget",
  middleware: needs("admin"),
  summary: "Changes a target, pauses or resumes it",
  description:
    "What is absent stays as it is. Pausing drops what waits; resuming also takes up one that answered 410.",
  request: {
    ...request,
    body: {
      required: true,
      content: json(
        body({
          ...targetChoice,
          name: targetChoice.name.optional(),
          fields: targetChoice.fields.optional(),
          hears: targetChoice.hears.optional(),
          paused: z.boolean().optional(),
        }),
      ),
    },
  },
  responses: answers(targetAnswer, "The target", 400, 404, 413, 415),
});

const removed = createRoute({
  method: "delete",
  path: one,
  operationId: "removeTarget",
  middleware: needs("admin"),
  summary: "Removes a target, and what still waits to be sent to it",
  request,
  responses: { ...refusals(404), 204: { description: "It is gone" } },
});

const tested = createRoute({
  method: "post",
  path: `${one}/test`,
  operationId: "testTarget",
  middleware: needs("admin"),
  summary: "Sends a target a message that tells nothing, at once",
  request,
  responses: {
    ...refusals(404, 503),
    202: { description: "It is queued", content: json(deliveryAnswer) },
  },
});

/** `/targets`: chats, rooms and mailboxes that are told what happens. */
export function addTargetRoutes(app: OpenAPIHono, parts: Parts): void {
  const { targets } = parts.archive;
  app.openapi(listed, async (c) => c.json({ targets: await allTargets(parts) }, 200));
  app.openapi(added, async (c) => {
    const target = await addTarget(parts, c.req.valid("json"));
    const { secret } = target.fields;
    const answer = {
      ...(await answerOf(parts, target)),
      ...(target.kind === "webhook" && secret !== undefined && { secret }),
    };
    const headers = { "Cache-Control": "no-store", Location: `${path}/${target.id}` };
    return c.json(answer, 201, headers);
  });
  app.openapi(shown, async (c) =>
    c.json(await answerOf(parts, kept(await targets.get(c.req.valid("param").id))), 200),
  );
  app.openapi(changed, async (c) => {
    const { id } = c.req.valid("param");
    const { paused, ...typed } = c.req.valid("json");
    return c.json(await answerOf(parts, await changeTarget(parts, id, { typed, paused })), 200);
  });
  app.openapi(removed, async (c) => {
    if (!(await targets.remove(c.req.valid("param").id))) throw noTarget();
    return c.body(null, 204);
  });
  app.openapi(tested, async (c) => {
    const {
      source: _source,
      url: _url,
      ...queued
    } = await testTarget(parts, c.req.valid("param").id);
    return c.json(queued, 202);
  });
}

/** All of them, as API and page show them. */
async function allTargets(parts: Parts): Promise<readonly TargetAnswer[]> {
  const targets = await parts.archive.targets.list();
  return Promise.all(targets.map(async (target) => answerOf(parts, target)));
}

/** Adds a target as it was typed. @throws BadParameter, TooManyTargets */
async function addTarget(
  { archive, webhookInside }: Parts,
  { kind, ...typed }: TypedTarget & { readonly kind: string },
): Promise<Target> {
  const changesNo = await archive.lastChange({});
  return archive.targets.add({ ...newTarget(kind, typed, webhookInside), changesNo });
}

/** Changes, pauses or resumes one. @throws BadParameter, Refusal when there is none */
async function changeTarget(
  { archive, webhookInside }: Parts,
  id: string,
  { typed, paused }: { readonly typed: TypedTarget; readonly paused?: boolean | undefined },
): Promise<Target> {
  const target = kept(await archive.targets.get(id));
  const chosen = changedTarget(target, typed, webhookInside);
  const changed = kept(await archive.targets.change(id, chosen));
  return paused === undefined ? changed : kept(await archive.targets.pause(id, paused));
}

/** Queues a message that tells nothing. @throws Refusal when there is no such target */
async function testTarget({ archive }: Parts, id: string) {
  const { name } = kept(await archive.targets.get(id));
  return kept(await archive.targets.addMessage(id, { event: "target.test", body: { name } }));
}

function kept<T>(target: T | undefined): T {
  if (target === undefined) throw noTarget();
  return target;
}

const noTarget = (): Refusal =>
  new Refusal({
    kind: "target-not-kept",
    status: 404,
    detail: "No target has this id. The list of targets names them all.",
  });

async function answerOf({ archive }: Parts, target: Target): Promise<TargetAnswer> {
  const { id, name, hears, digest, quiet, zone, createdAt, pausedAt, missed } = target;
  const kind = kindNames.find((one) => one === target.kind) ?? "unknown";
  const address = addressOf(id);
  const deliveries = await archive.deliveries.list({ source: address, limit: lastDeliveries });
  const gone = (await archive.deliveries.goneAt(address)) !== undefined;
  return {
    id,
    kind,
    name,
    ...shownFields(kind, target.fields),
    hears,
    digest,
    quiet,
    zone,
    state: pausedAt !== undefined ? "paused" : gone ? "gone" : "following",
    createdAt,
    missed,
    deliveries: deliveries.map(({ source: _source, url: _url, ...delivery }) => delivery),
  };
}

/** What may be shown, and the names of what may not: whatever its kind does not call plain is a secret. */
export function shownFields(
  kind: string,
  fields: Target["fields"],
): Pick<TargetAnswer, "fields" | "secrets"> {
  const known = kindOf(kind)?.fields ?? {};
  const isPlain = (name: string): boolean => Object.hasOwn(known, name) && !known[name]?.secret;
  return {
    fields: Object.fromEntries(Object.entries(fields).filter(([name]) => isPlain(name))),
    secrets: Object.keys(fields).filter((name) => !isPlain(name)),
  };
}
