import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Archive } from "../../archive/archive.ts";
import type { Alert } from "../../archive/outgoing/alerts.ts";
import {
  type AlertAnswer,
  alertAnswer,
  alertsAnswer,
  longestDismissalReason,
} from "../../contract/alert.ts";
import { told } from "../../jobs/alerts.ts";
import { needs } from "../access/access.ts";
import { body } from "../body.ts";
import { answers, json, refusals } from "../describe.ts";
import type { Parts } from "../parts.ts";
import { Refusal } from "../problems.ts";

const mostCleared = 10;
const params = z.object({ id: z.string().openapi({ param: { name: "id", in: "path" } }) });

/** Why an alert need not be told of, in at most 500 characters. */
export const dismissalReason = z
  .string("takes a reason in words")
  .trim()
  .min(1, "takes a reason in words")
  .max(longestDismissalReason, `takes at most ${longestDismissalReason} characters`);

const listed = createRoute({
  method: "get",
  path: "/api/v1/alerts",
  operationId: "listAlerts",
  middleware: needs("watch"),
  summary: "What is wrong, what need not be told of, and what was wrong lately",
  responses: answers(alertsAnswer, "Newest first"),
});

const dismissed = createRoute({
  method: "post",
  path: "/api/v1/alerts/{id}/dismiss",
  operationId: "dismissAlert",
  middleware: needs("admin"),
  summary: "Says that an alert need not be told of while it lasts, and why",
  request: {
    params,
    body: {
      required: true,
      content: json(
        body({ reason: dismissalReason }, 'is an object like {"reason": "They know."}'),
      ),
    },
  },
  responses: {
    ...refusals(400, 403, 404, 409, 413, 415),
    200: { description: "The alert", content: json(alertAnswer) },
  },
});

const reopened = createRoute({
  method: "post",
  path: "/api/v1/alerts/{id}/reopen",
  operationId: "reopenAlert",
  middleware: needs("admin"),
  summary: "Says that a dismissed alert is to be told of again",
  request: { params },
  responses: {
    ...refusals(403, 404, 409),
    200: { description: "The alert", content: json(alertAnswer) },
  },
});

/** `/alerts`: what is wrong, and saying that it is known. */
export function addAlerts(app: OpenAPIHono, parts: Parts): void {
  const { archive } = parts;
  app.openapi(listed, async (c) =>
    c.json(await alertsOf(archive), 200, { "Cache-Control": "no-store" }),
  );
  app.openapi(dismissed, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(await dismissAlert(parts, id, c.req.valid("json").reason), 200);
  });
  app.openapi(reopened, async (c) =>
    c.json(await reopenAlert(parts, c.req.valid("param").id), 200),
  );
}

/** @throws Refusal when there is no such alert, or it is over */
export async function dismissAlert({ archive, clock }: Parts, id: string, reason: string) {
  return lasting(await archive.alerts.dismiss(id, { at: clock(), reason }));
}

/** @throws Refusal when there is no such alert, or it is over */
export async function reopenAlert({ archive }: Parts, id: string) {
  return lasting(await archive.alerts.reopen(id));
}

function lasting(alert: Alert | undefined): AlertAnswer {
  const [answer] = told(alert ? [alert] : []);
  if (!answer)
    throw new Refusal({ kind: "alert-not-kept", status: 404, detail: "No alert has this id." });
  if (answer.clearedAt !== undefined)
    throw new Refusal({
      kind: "alert-cleared",
      status: 409,
      detail: `This alert is over since ${answer.clearedAt}. Only one that lasts can be dismissed or shown again.`,
    });
  return answer;
}

/** All alerts that are told of. */
export async function alertsOf({ alerts }: Pick<Archive, "alerts">) {
  const [open, dismissed_, cleared] = await Promise.all([
    alerts.open(),
    alerts.dismissed(),
    alerts.cleared(mostCleared),
  ]);
  return { open: told(open), dismissed: told(dismissed_), cleared: told(cleared) };
}
