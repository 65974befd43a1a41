import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "../../scraper/clock.ts";

/** A clock on which nobody waits: it jumps to the next sleeper's moment as soon as everything else is done. */
export class JumpingClock implements Clock {
  #now: number;
  readonly #sleepers: { readonly at: number; readonly wake: () => void }[] = [];

  constructor(start = Date.parse("2026-01-01T00:00:00Z")) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  /** Moves the hands without waking anybody, as an operator or a time server does. */
  set(now: number): void {
    this.#now = now;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const abort = (): void => reject(signal?.reason as Error);
    signal?.addEventListener("abort", abort, { once: true });
    this.#sleepers.push({ at: this.#now + ms, wake: resolve });
    setImmediate(() => this.#jump());
    await promise.finally(() => signal?.removeEventListener("abort", abort));
  }

  #jump(): void {
    const next = this.#sleepers.toSorted((a, b) => a.at - b.at)[0];
    if (!next) return;
    this.#sleepers.splice(this.#sleepers.indexOf(next), 1);
    this.#now = Math.max(this.#now, next.at);
    next.wake();
  }
}

/** A server on this machine for one test. */
export async function serve(
  listener: RequestListener,
): Promise<AsyncDisposable & { readonly origin: string }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
