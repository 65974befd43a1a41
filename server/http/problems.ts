import { HTTPException } from "hono/http-exception";
import type { z } from "@hono/zod-openapi";
import { ChannelUnavailable, UsageError } from "../../scraper/errors.ts";
import { ArchiveBusy, ArchiveDamaged, DiskFull, isNoRoom } from "../archive/errors.ts";
import { DeliveriesFull } from "../archive/outgoing/deliveries.ts";
import { TooManySearches } from "../archive/outgoing/saved-searches.ts";
import { TooManyTargets } from "../archive/outgoing/targets.ts";
import { EngineAway, QueryTooSlow } from "../search/port.ts";
import { BadParameter, QuerySyntaxError } from "../search/query/query-errors.ts";
import { WebhookInside } from "../search/webhook-address.ts";
import type { Problem } from "../contract/problem.ts";

/** An answer that is a refusal: its sentence goes to whoever asked. */
export class Refusal extends Error {
  override name = "Refusal";
  readonly problem: Problem;
  /** What the answer says besides, in its headers. */
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    problem: Omit<Problem, "type" | "title"> & { readonly kind: ProblemKind },
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(problem.detail);
    const { kind, ...rest } = problem;
    this.problem = { ...named(kind), ...rest };
    this.headers = headers;
  }
}

/** Every kind of problem there is; the `type` of each never changes. */
export const problemTitles = {
  "query-syntax": "The query does not parse",
  "bad-parameter": "A parameter has a value it cannot have",
  "webhook-inside": "The webhook leads inside the network",
  "unknown-parameter": "There is no such parameter",
  "bad-request": "The request cannot be used",
  "bad-channel-name": "This is no name of a channel",
  "channel-unavailable": "The channel cannot be read",
  "not-found": "There is nothing here",
  "channel-not-kept": "This channel is not kept here",
  "post-not-kept": "This post is not kept here",
  purged: "This was removed here for good",
  "set-not-kept": "This result set was not cited here",
  "not-offered": "This is not offered here",
  "method-not-allowed": "This cannot be done here",
  "wrong-host": "This server does not answer to that name",
  "foreign-origin": "Another site may not ask this",
  "key-needed": "This takes a key",
  "unknown-key": "This key is not known here",
  "wrong-scope": "This key is for something else",
  "wrong-channel": "This key is for other channels",
  "key-not-kept": "There is no such key",
  "search-not-saved": "There is no such saved search",
  "no-webhook": "This saved search has no webhook",
  "too-many-searches": "Too many searches are saved",
  "target-not-kept": "There is no such target",
  "too-many-targets": "There are too many targets",
  "deliveries-full": "Too many messages wait to be sent",
  "index-away": "The index does not answer yet",
  "run-not-kept": "There is no such run",
  "run-not-stopped": "This run was not stopped",
  "alert-not-kept": "There is no such alert",
  "alert-cleared": "This alert is over",
  "schedule-not-kept": "There is no such schedule",
  "too-many-runs": "Too many runs wait",
  "too-many-exports": "Too many exports are being made",
  "too-many-streams": "Too many runs are being followed",
  "too-many-requests": "Too many requests",
  "widget-not-built": "The widget is not built",
  "body-too-large": "The request is too large",
  "unsupported-media-type": "The body is of a kind that is not read here",
  "query-too-slow": "The query took too long",
  "archive-damaged": "The archive is damaged",
  "media-damaged": "The file is damaged",
  "archive-busy": "The archive is being written by another",
  "disk-full": "The disk is full",
  unexpected: "Something unexpected happened",
} as const;
export type ProblemKind = keyof typeof problemTitles;

/** What went wrong, as a problem; anything not foreseen says nothing of the inside but carries an `id`. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Refusal) return error.problem;
  if (error instanceof QuerySyntaxError)
    return {
      ...named("query-syntax"),
      status: 400,
      detail: error.message,
      at: error.at,
      parameter: "q",
      fault: error.fault,
    };
  if (error instanceof BadParameter)
    return {
      ...named(error instanceof WebhookInside ? "webhook-inside" : "bad-parameter"),
      status: 400,
      detail: error.message,
      parameter: error.parameter,
      ...(error.fault && { fault: error.fault }),
    };
  if (error instanceof UsageError)
    return {
      ...named("bad-channel-name"),
      status: 400,
      detail: error.message,
      parameter: "channel",
    };
  if (error instanceof ChannelUnavailable)
    return {
      ...named("channel-unavailable"),
      status: 422,
      detail: error.message,
      reason: error.reason,
    };
  if (error instanceof QueryTooSlow)
    return { ...named("query-too-slow"), status: 503, detail: error.message };
  if (error instanceof ArchiveDamaged)
    return { ...named("archive-damaged"), status: 503, detail: error.message };
  if (error instanceof ArchiveBusy)
    return { ...named("archive-busy"), status: 503, detail: error.message };
  if (error instanceof DiskFull || isNoRoom(error))
    return {
      ...named("disk-full"),
      status: 507,
      detail: "The disk is full. Nothing was half-written: make room, and ask again.",
    };
  if (error instanceof EngineAway)
    return { ...named("index-away"), status: 503, detail: error.message };
  if (error instanceof DeliveriesFull)
    return { ...named("deliveries-full"), status: 503, detail: error.message };
  if (error instanceof TooManyTargets)
    return { ...named("too-many-targets"), status: 409, detail: error.message };
  if (error instanceof TooManySearches)
    return { ...named("too-many-searches"), status: 409, detail: error.message };
  if (error instanceof HTTPException) return ofStatus(error.status, error.message);
  if (isBrokenOff(error))
    return { ...named("bad-request"), status: 400, detail: "The request broke off." };
  const id = crypto.randomUUID();
  const detail = `It is not your request. The log names the cause under ${id}.`;
  return { ...named("unexpected"), status: 500, detail, id };
}

/** Whoever sent the request left before it was whole. */
const isBrokenOff = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ECONNRESET";

/** A problem as an answer for programs (RFC 9457). */
export function asJson(problem: Problem): Response {
  return Response.json(problem, {
    status: problem.status,
    headers: { "Content-Type": "application/problem+json", "Cache-Control": "no-store" },
  });
}

/** The first thing wrong with parameters or body, in a sentence. */
export function refusalOfInput(target: string, error: z.core.$ZodError): Refusal {
  const { issues } = error;
  // What is misspelt explains what is missing.
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0];
  const parameter = String(issue?.path[0] ?? "");
  const what = issue?.message ?? "it cannot be read";
  const where = parameter === "" ? `The ${target === "json" ? "body" : target}` : parameter;
  return new Refusal({
    kind: "bad-parameter",
    status: 400,
    detail: `${where} ${what}.`,
    ...(parameter !== "" && { parameter }),
  });
}

function ofStatus(status: number, message: string): Problem {
  const detail = message || "The request cannot be used as it is.";
  if (status === 413) return { ...named("body-too-large"), status, detail };
  if (status === 415)
    return {
      ...named("unsupported-media-type"),
      status,
      detail: "Send JSON, with its content type.",
    };
  return { ...named("bad-request"), status, detail };
}

const named = (kind: ProblemKind): Pick<Problem, "type" | "title"> => ({
  type: `urn:backscroll:problem:${kind}`,
  title: problemTitles[kind],
});
