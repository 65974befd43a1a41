import { fork, type ChildProcess } from "node:child_process";
import { QueryTooSlow } from "../../port.ts";
import type { Fault } from "../../query/faults.ts";
import { QuerySyntaxError } from "../../query/query-errors.ts";
import type { Span } from "../../query/span.ts";

/** What a process is asked, and what it says; `undefined` for `id` means that it is ready. */
export interface Call<Ask> {
  readonly id: number;
  readonly ask: Ask;
}
export type Answer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: Told }
  | { readonly ready: true };

/** An error as it is told across processes; a query that is refused keeps its place. */
export interface Told {
  readonly name: string;
  readonly message: string;
  readonly fault?: Fault;
  readonly at?: Span;
}

export function toldOf(error: Error): Told {
  const { name, message } = error;
  return error instanceof QuerySyntaxError
    ? { name, message, fault: error.fault, at: error.at }
    : { name, message };
}

function errorOf({ name, message, fault, at }: Told): Error {
  if (fault !== undefined && at !== undefined)
    return new QuerySyntaxError(fault.code, at, fault.data);
  return Object.assign(new Error(message), { name });
}

interface Job<Ask> {
  readonly ask: Ask;
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
  timer: NodeJS.Timeout | undefined;
}

interface Worker<Ask> {
  readonly child: ChildProcess;
  ready: boolean;
  job: Job<Ask> | undefined;
}

/**
 * A few processes that work off calls, one at a time each, started when first needed or before. A call that takes longer
 * than the deadline is ended with its process, which is the only way to stop SQLite; another takes its place.
 */
export class ProcessPool<Ask> implements AsyncDisposable {
  readonly #program: URL;
  readonly #argument: string;
  readonly #size: number;
  readonly #deadlineMs: number | undefined;
  readonly #workers = new Set<Worker<Ask>>();
  readonly #queue: Job<Ask>[] = [];
  #isAhead = false;
  #calls = 0;
  #closed = false;

  constructor(
    program: URL,
    { argument, size, deadlineMs }: { argument: unknown; size: number; deadlineMs?: number },
  ) {
    this.#program = program;
    this.#argument = JSON.stringify(argument);
    this.#size = size;
    this.#deadlineMs = deadlineMs;
  }

  /** @throws QueryTooSlow, both for waiting and for working longer than the deadline. */
  async call<Result>(ask: Ask, { signal }: { signal?: AbortSignal } = {}): Promise<Result> {
    signal?.throwIfAborted();
    if (this.#closed) throw new Error("The index is closed.");
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const job: Job<Ask> = { ask, resolve, reject, timer: undefined };
    const abandon = (): void => {
      this.#leaveQueue(job);
      reject(signal?.reason);
    };
    signal?.addEventListener("abort", abandon, { once: true });
    this.#limit(job, () => this.#leaveQueue(job));
    this.#queue.push(job);
    this.#next();
    // A signal may outlive many calls: what still listens to it keeps every answer in memory.
    return promise.finally(() => signal?.removeEventListener("abort", abandon));
  }

  /** Starts all processes ahead of any call, one after the other, and again when one has ended. */
  startAhead(): void {
    this.#isAhead = true;
    this.#next();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    const workers = [...this.#workers];
    for (const job of this.#queue.splice(0))
      this.#end(job, () => job.reject(new Error("The index was closed.")));
    await Promise.all(
      workers.map(
        ({ child }) =>
          new Promise((resolve) => {
            child.once("exit", resolve);
            child.kill("SIGKILL");
          }),
      ),
    );
  }

  #next(): void {
    while (this.#queue.length > 0) {
      const idle = [...this.#workers].find((worker) => worker.ready && worker.job === undefined);
      if (idle === undefined) break;
      this.#give(idle, this.#queue.shift()!);
    }
    const starting = [...this.#workers].filter((worker) => !worker.ready).length;
    const isWanted = this.#queue.length > starting || (this.#isAhead && starting === 0);
    if (isWanted && this.#workers.size < this.#size) this.#start();
  }

  #give(worker: Worker<Ask>, job: Job<Ask>): void {
    worker.job = job;
    this.#limit(job, () => worker.child.kill("SIGKILL"));
    const call: Call<Ask> = { id: ++this.#calls, ask: job.ask };
    worker.child.send(call);
  }

  #start(): void {
    const child = fork(this.#program, [this.#argument], {
      serialization: "advanced",
      execArgv: [],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const worker: Worker<Ask> = { child, ready: false, job: undefined };
    this.#workers.add(worker);
    child.on("message", (answer: Answer) => {
      if ("ready" in answer) worker.ready = true;
      else this.#settle(worker, answer);
      this.#next();
    });
    child.once("exit", (code, signal) => {
      this.#workers.delete(worker);
      if (!worker.ready) this.#isAhead = false;
      const why = `The index process ended unexpectedly (${signal ?? `code ${code}`}).`;
      const failed = worker.ready ? worker.job : this.#queue.shift();
      if (failed !== undefined) this.#end(failed, () => failed.reject(new Error(why)));
      if (!this.#closed) this.#next();
    });
  }

  #settle(worker: Worker<Ask>, answer: Exclude<Answer, { ready: true }>): void {
    const { job } = worker;
    worker.job = undefined;
    if (job === undefined) return;
    this.#end(job, () => {
      if ("result" in answer) job.resolve(answer.result as never);
      else job.reject(errorOf(answer.error));
    });
  }

  /** Gives the job so long from now. */
  #limit(job: Job<Ask>, stop: () => void): void {
    clearTimeout(job.timer);
    const deadlineMs = this.#deadlineMs;
    if (deadlineMs === undefined) return;
    job.timer = setTimeout(() => {
      job.reject(
        new QueryTooSlow(`This query took longer than ${deadlineMs / 1000} s and was stopped.`),
      );
      stop();
    }, deadlineMs);
  }

  #leaveQueue(job: Job<Ask>): void {
    const at = this.#queue.indexOf(job);
    if (at === -1) return;
    this.#queue.splice(at, 1);
    clearTimeout(job.timer);
  }

  #end(job: Job<Ask>, settle: () => void): void {
    clearTimeout(job.timer);
    settle();
  }
}
