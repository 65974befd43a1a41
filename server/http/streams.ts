import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { Parts } from "./parts.ts";

/** For how long a reader may take nothing of what is ready for it. */
const stalledMs = 30_000;

/**
 * An answer that is made while it is read, as fast as it is read and no faster: the one way of every route to such an
 * answer. HEAD gets the headers, and `chunks` is not called. Whatever ends it (the reader leaves, stops reading, or the
 * server stops), the signal of `chunks` is aborted, and `onEnd` is told once. What cannot be finished breaks the connection:
 * a part must not pass for all of it.
 */
export function streamed(
  c: Context,
  { sleep, stopping, onBroken }: Pick<Parts, "sleep" | "stopping" | "onBroken">,
  answer: {
    readonly status?: 200 | 206;
    readonly headers: Readonly<Record<string, string>>;
    readonly chunks: (signal: AbortSignal) => AsyncIterable<Uint8Array>;
    readonly onEnd?: () => void;
  },
): Response {
  const { status = 200, headers, chunks, onEnd = () => {} } = answer;
  if (c.req.method === "HEAD") {
    onEnd();
    return c.body(null, status, headers);
  }
  const gone = new AbortController();
  const signal = AbortSignal.any([c.req.raw.signal, stopping, gone.signal]);
  const body = pulled({
    chunks: () => chunks(signal),
    stop: () => gone.abort(),
    hangUp: connectionOf(c),
    hasLeft: () => c.req.raw.signal.aborted,
    onBroken: (error) => void (stopping.aborted || onBroken(error, c.get("requestId"))),
    onEnd,
    sleep,
  });
  return c.body(body, status, headers);
}

interface Pulled {
  readonly chunks: () => AsyncIterable<Uint8Array>;
  readonly stop: () => void;
  /** Ends the connection, where there is one. */
  readonly hangUp: (() => void) | undefined;
  readonly hasLeft: () => boolean;
  readonly onBroken: (error: unknown) => void;
  readonly onEnd: () => void;
  readonly sleep: Parts["sleep"];
}

/** Nothing begins before the first pull, and each chunk begins a new time for the next. */
function pulled({
  chunks,
  stop,
  hangUp,
  hasLeft,
  onBroken,
  onEnd,
  sleep,
}: Pulled): ReadableStream<Uint8Array> {
  let reading: AsyncIterator<Uint8Array> | undefined;
  let patience = new AbortController();
  let isOver = false;
  const end = (): void => {
    patience.abort();
    if (!isOver) onEnd();
    isOver = true;
  };
  const letGo = async (): Promise<void> => {
    stop();
    end();
    await reading?.return?.().catch(() => {});
  };
  const waitForReader = (out: ReadableStreamDefaultController<Uint8Array>): void => {
    const { signal } = (patience = new AbortController());
    const over = async (): Promise<void> => {
      await sleep(stalledMs, signal).catch(() => {});
      if (signal.aborted) return;
      await letGo();
      // What is cut off is not to look whole.
      if (hangUp) hangUp();
      else out.error(new Error("The reader stopped reading."));
    };
    void over();
  };
  return new ReadableStream(
    {
      start: waitForReader,
      async pull(out) {
        patience.abort();
        try {
          reading ??= chunks()[Symbol.asyncIterator]();
          const { value, done } = await reading.next();
          if (isOver) return;
          if (done !== true) {
            out.enqueue(value);
            waitForReader(out);
            return;
          }
          end();
          out.close();
        } catch (error) {
          if (isOver) return;
          end();
          // Nobody is told that nobody is there.
          if (hasLeft()) {
            out.close();
            return;
          }
          onBroken(error);
          // The server would write an error into the answer and end it like one that is whole.
          hangUp?.();
          if (hangUp) out.close();
          else out.error(error);
        }
      },
      cancel: letGo,
    },
    { highWaterMark: 0 },
  );
}

function connectionOf(c: Context): (() => void) | undefined {
  const env = c.env as { outgoing?: { destroy(): void } } | undefined;
  const outgoing = env?.outgoing;
  return outgoing && (() => outgoing.destroy());
}

/** HEAD leaves nothing behind: a body that was made all the same is let go of, not left for somebody to read. */
export const noBodyForHead = createMiddleware(async (c, next) => {
  await next();
  if (c.req.method === "HEAD") await c.res.body?.cancel();
});
