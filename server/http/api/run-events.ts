import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Archive } from "../../archive/archive.ts";
import type { Run, RunLine } from "../../archive/runs/run.ts";
import type { RunAnswer } from "../../contract/run.ts";
import { needs } from "../access/access.ts";
import { refusals } from "../describe.ts";
import type { Parts } from "../parts.ts";
import { Refusal } from "../problems.ts";
import { keptRun, runInPath, shownRun } from "./runs.ts";

/** Runs that are followed at once; each asks the archive two small questions a second. */
const mostFollowed = 64;
const lookEveryMs = 1_000;
const beatEveryLooks = 15;
const reconnectMs = 2_000;

const route = createRoute({
  method: "get",
  path: "/api/v1/runs/{id}/events",
  middleware: needs("read", { channels: "own" }),
  summary: "Follows a run as server-sent events, whichever process does it",
  description:
    "`run` is the run as it is now, sent when it changes; `line` a line of its log, whose number is the event's id; `end` comes last. With `Last-Event-ID` it goes on after that line, and answers 204 when nothing is to come.",
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
  let followed = 0;
  app.openapi(route, async (c) => {
    const run = await keptRun(c, parts);
    const seen = c.req.header("last-event-id");
    const after = lineNumber(seen);
    if (seen !== undefined && hasEnded(run)) {
      const [more] = await parts.archive.runs.lines(run.id, after);
      if (!more) return c.body(null, 204);
    }
    if (followed >= mostFollowed)
      throw new Refusal(
        {
          kind: "too-many-streams",
          status: 503,
          detail: `${mostFollowed} runs are being followed here already. Ask for the run itself, or again later.`,
        },
        { "Retry-After": "5" },
      );
    followed += 1;
    const gone = new AbortController();
    const signal = AbortSignal.any([c.req.raw.signal, parts.stopping, gone.signal]);
    const events = follow(parts, { id: run.id, after, signal });
    const body = streamOf(events, {
      onCancel: () => gone.abort(),
      onEnd: () => {
        followed -= 1;
      },
    });
    return c.body(body, 200, {
      "Content-Type": "text/event-stream; charset=utf-8",
      "Cache-Control": "no-store",
      // Nothing is to wait in a proxy, and nobody to read it to its end for a tag.
      "X-Accel-Buffering": "no",
      ETag: `W/"${crypto.randomUUID()}"`,
    });
  });
}

/** What happens to a run from now on, as events ready to be sent. Ends with the run, or quietly with the signal. */
async function* follow(
  { archive, sleep }: Pick<Parts, "archive" | "sleep">,
  {
    id,
    after,
    signal,
  }: { readonly id: string; readonly after: number; readonly signal: AbortSignal },
): AsyncGenerator<string> {
  yield `retry: ${reconnectMs}\n\n`;
  let told = after;
  let shown = "";
  for (let looks = 0; !signal.aborted; looks += 1) {
    const { run, lines } = await look(archive, id, told);
    for (const line of lines) {
      told = line.no;
      yield eventOf("line", line, line.no);
    }
    const now = JSON.stringify(run);
    if (now !== shown) yield eventOf("run", run);
    else if (looks % beatEveryLooks === 0) yield ": still here\n\n";
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
const eventOf = (name: string, data: unknown, id?: number): string =>
  `event: ${name}\n${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify(data ?? {})}\n\n`;

const lineNumber = (typed: string | undefined): number =>
  typed !== undefined && /^\d{1,9}$/.test(typed) ? Number(typed) : 0;

/** Pulled as fast as it is read, no faster; whatever ends it, `onEnd` is told once. */
function streamOf(
  events: AsyncGenerator<string>,
  { onCancel, onEnd }: { readonly onCancel: () => void; readonly onEnd: () => void },
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let isOver = false;
  const end = (): void => {
    if (!isOver) onEnd();
    isOver = true;
  };
  return new ReadableStream({
    async pull(out) {
      try {
        const { value, done } = await events.next();
        if (!done) return out.enqueue(encoder.encode(value));
        end();
        out.close();
      } catch (error) {
        end();
        out.error(error);
      }
      return undefined;
    },
    async cancel() {
      onCancel();
      end();
      await events.return(undefined);
    },
  });
}
