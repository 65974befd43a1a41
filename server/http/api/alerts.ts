import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Archive } from "../../archive/archive.ts";
import { alertAnswer, alertsAnswer } from "../../contract/alert.ts";
import { told } from "../../jobs/alerts.ts";
import { needs } from "../access/access.ts";
import { answers, json, refusals } from "../describe.ts";
import type { Parts } from "../parts.ts";
import { Refusal } from "../problems.ts";

const mostCleared = 10;
const longestReason = 500;

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
    params: z.object({ id: z.string().openapi({ param: { name: "id", in: "path" } }) }),
    body: {
      required: true,
      content: json(
        z.object(
          {
            reason: z
              .string("takes a reason in words")
              .trim()
              .min(1, "takes a reason in words")
              .max(longestReason, `takes at most ${longestReason} characters`),
          },
          'is an object like {"reason": "They know."}',
        ),
      ),
    },
  },
  responses: {
    ...refusals(400, 403, 404, 409, 413, 415),
    200: { description: "The alert", content: json(alertAnswer) },
  },
});

/** `/alerts`: what is wrong, and saying that it is known. */
export function addAlerts(app: OpenAPIHono, { archive, clock }: Parts): void {
  app.openapi(listed, async (c) =>
    c.json(await alertsOf(archive), 200, { "Cache-Control": "no-store" }),
  );
  app.openapi(dismissed, async (c) => {
    const { reason } = c.req.valid("json");
    const alert = await archive.alerts.dismiss(c.req.valid("param").id, { at: clock(), reason });
    const [answer] = told(alert ? [alert] : []);
    if (!answer)
      throw new Refusal({ kind: "alert-not-kept", status: 404, detail: "No alert has this id." });
    if (answer.clearedAt !== undefined)
      throw new Refusal({
        kind: "alert-cleared",
        status: 409,
        detail: `This alert is over since ${answer.clearedAt}. Only one that lasts can be dismissed.`,
      });
    return c.json(answer, 200);
  });
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
