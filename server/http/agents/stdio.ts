import { setTimeout as sleep } from "node:timers/promises";
import { PassThrough, type Readable, type Writable } from "node:stream";
import type { JSONRPCMessage } from "@modelcontextprotocol/server";
import { serveStdio, StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import { type Agent, agentServer } from "./agent-server.ts";

/** A message of a client is a query at most. */
const longestMessageBytes = 64 * 1024;
/** Longer than any answer takes. */
const answeredWithinMs = 60_000;

/** Talks with one client until it hangs up and what it asked is answered, or until the signal. */
export async function talk(
  agent: Agent,
  {
    input,
    output,
    signal,
  }: { readonly input: Readable; readonly output: Writable; readonly signal: AbortSignal },
): Promise<void> {
  // The protocol answers nothing after the end: it is handed on when all is answered.
  const handedOn = new PassThrough();
  const wire = new Wire(handedOn, output, { maxBufferSize: longestMessageBytes });
  const serving = serveStdio(() => agentServer(agent), { transport: wire, maxSubscriptions: 0 });
  const closed = wire.watch();
  input.pipe(handedOn, { end: false });
  const left = new Promise<void>((resolve) => {
    input
      .once("end", resolve)
      .once("close", resolve)
      .once("error", () => resolve());
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  await Promise.race([left, closed]);
  const told = new AbortController();
  const patience = sleep(answeredWithinMs, undefined, {
    signal: AbortSignal.any([signal, told.signal]),
  });
  await Promise.race([wire.answered(), patience.catch(() => {})]);
  told.abort();
  await serving.close();
  input.destroy();
}

/** Standard input and output, and what was asked there and is not answered yet. */
class Wire extends StdioServerTransport {
  readonly #open = new Set<string | number>();
  #answered = (): void => {};

  /** Resolves when the connection has ended. Call it once whoever serves has taken the wire. */
  watch(): Promise<void> {
    const { onmessage, onclose } = this;
    // oxlint-disable-next-line prefer-add-event-listener -- a transport has one listener
    this.onmessage = (message) => {
      if ("method" in message && "id" in message) this.#open.add(message.id);
      onmessage?.(message);
    };
    return new Promise((resolve) => {
      // oxlint-disable-next-line prefer-add-event-listener -- as above
      this.onclose = () => {
        onclose?.();
        resolve();
      };
    });
  }

  override async send(message: JSONRPCMessage): Promise<void> {
    await super.send(message);
    if ("method" in message || message.id === undefined) return;
    this.#open.delete(message.id);
    if (this.#open.size === 0) this.#answered();
  }

  async answered(): Promise<void> {
    if (this.#open.size === 0) return;
    await new Promise<void>((resolve) => (this.#answered = resolve));
  }
}
