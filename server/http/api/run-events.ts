import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Archive } from "../../archive/archive.ts";
import type { Run, RunLine } from "../../archive/runs/run.ts";
import type { RunAnswer } from "../../contract/run.ts";
import { needs } from "../access/access.ts";
import { refusals } from "../describe.ts";
import type { Parts } from "../parts.ts";
import { NoPlace, Places } from "../places.ts";
import { Refusal } from "../problems.ts";
import { streamed } from "../streams.ts";
import { keptRun, runInPath, shownRun } from "./runs.ts";

/** Runs that are followed at once; each asks the archive two small questions a second. */
const mostFollowed = 64;
/** Whoever comes when all places are taken waits a little: readers come and go. */
const mostWaiting = 16;
const waitMs = 5_000;
const lookEveryMs = 1_000;
const beatEveryLooks = 15;
/** A quarter of an hour: who reads on comes again, and who has gone without a word lets go of the place. */
const mostLooks = 900;
const reconnectMs = 2_000;

const route = createRoute({
  method: "get",
  path: "/api/v1/runs/{id}/events",
  operationId: "followRun",
  middleware: needs("read", { channels: "own" }),
  summary: "Follows a run as server-sent events, whichever process does it",
  description:
    "`run` is the run as it is now, sent when it changes; `line` a line of its log, whose number is the event's id; `end` comes last. With `Last-Event-ID` it goes on after that line, and answers 204 when nothing is to come. After a quarter of an hour it closes, and is to be asked for again so.",
  request: {
    params: runInPath,
    headers: z.object({ "last-event-id": z.string().optional() }),
  },
  responses: {
    ...refusals(404, 503),
    200: {
      description: "Events until the run ends",
      content: { "text/event-stream": { schema: z.string() } },
    },
    204: { description: "The run has ended, and all was told" },
  },
});

/** `/runs/{id}/events`: a run as it goes. */
export function addRunEvents(app: OpenAPIHono, parts: Parts): void {
  const places = new Places({ most: mostFollowed, mostWaiting, waitMs, sleep: parts.sleep });
  app.openapi(route, async (c) => {
    const run = await keptRun(c, parts);
    const seen = c.req.header("last-event-id");
    const after = lineNumber(seen);
    if (seen !== undefined && hasEnded(run)) {
      const [more] = await parts.archive.runs.lines(run.id, after);
      if (!more) return c.body(null, 204);
    }
    // Nothing is to wait in a proxy, and nobody to read it to its end for a tag.
    const headers = {
      "Content-Type": "text/event-stream; charset=utf-8",
      "Cache-Control": "no-store",
      "X-Accel-Buffering": "no",
      ETag: `W/"${crypto.randomUUID()}"`,
    };
    const chunks = (signal: AbortSignal): AsyncIterable<Uint8Array> =>
      follow(parts, { id: run.id, after, signal });
    if (c.req.method === "HEAD") return streamed(c, parts, { headers, chunks });
    const onEnd = await placeIn(places, c.req.raw.signal);
    return streamed(c, parts, { headers, chunks, onEnd });
  });
}

/** A place among those who follow. @throws Refusal when none is free in time */
async function placeIn(places: Places, signal: AbortSignal): Promise<() => void> {
  try {
    return await places.take(signal);
  } catch (error) {
    if (!(error instanceof NoPlace)) throw error;
    throw new Refusal(
      {
        kind: "too-many-streams",
        status: 503,
        detail: `${mostFollowed} runs are being followed here already. Ask for the run itself, or again later.`,
      },
      { "Retry-After": "5" },
    );
  }
}

/**
 * What happens to a run from now on, as events ready to be sent. Ends with the run, or quietly with the signal or after
 * `mostLooks`: whoever reads on asks again, from the last line it got.
 */
async function* follow(
  { archive, sleep }: Pick<Parts, "archive" | "sleep">,
  {
    id,
    after,
    signal,
  }: { readonly id: string; readonly after: number; readonly signal: AbortSignal },
): AsyncGenerator<Uint8Array> {
  yield encoder.encode(`retry: ${reconnectMs}\n\n`);
  let told = after;
  let shown = "";
  for (let looks = 0; looks < mostLooks && !signal.aborted; looks += 1) {
    const { run, lines } = await look(archive, id, told);
    for (const line of lines) {
      told = line.no;
      yield eventOf("line", line, line.no);
    }
    const now = JSON.stringify(run);
    if (now !== shown) yield eventOf("run", run);
    else if (looks % beatEveryLooks === 0) yield encoder.encode(": still here\n\n");
    shown = now;
    if (!run || hasEnded(run)) {
      yield eventOf("end", {});
      return;
    }
    await sleep(lookEveryMs, signal).catch(() => {});
  }
}

/** The run first: a line that is written after it has ended is not to be missed. */
async function look(
  archive: Archive,
  id: string,
  after: number,
): Promise<{ readonly run: RunAnswer | undefined; readonly lines: readonly RunLine[] }> {
  const run = await archive.runs.get(id);
  return { run: run && shownRun(run), lines: await archive.runs.lines(id, after) };
}

const hasEnded = ({ state }: Pick<Run, "state">): boolean =>
  state !== "waiting" && state !== "running";

/** JSON has no bare line breaks, so one line of data is enough. */
const eventOf = (name: string, data: unknown, id?: number): Uint8Array =>
  encoder.encode(
    `event: ${name}\n${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify(data ?? {})}\n\n`,
  );
const encoder = new TextEncoder();

const lineNumber = (typed: string | undefined): number =>
  typed !== undefined && /^\d{1,9}$/.test(typed) ? Number(typed) : 0;
