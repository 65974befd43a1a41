import { QuerySyntaxError } from "../query/query-errors.ts";
import type { EngineGroup, EngineStanding, IndexStatus, SearchEngine } from "../port.ts";

/** For how long an engine's standing once asked is taken to hold. */
const standingLastsMs = 500;

interface FallbackOptions {
  readonly now?: () => number;
  /** Told why the first engine did not answer a query that the second was asked then. */
  readonly onPassedOver?: ((error: unknown) => void) | undefined;
  /** What was opened for the engines and ends with them. */
  readonly onClose?: (() => Promise<void>) | undefined;
}

/**
 * Two engines as one: `first` answers while it is there and as far as `second`, else `second` does, and the answer says
 * which. Each follows the archive by itself.
 */
export function withFallback(
  first: SearchEngine,
  second: SearchEngine,
  { now = () => performance.now(), onPassedOver, onClose }: FallbackOptions = {},
): EngineGroup {
  return new EngineWithFallback([first, second], { now, onPassedOver, onClose });
}

class EngineWithFallback implements EngineGroup {
  readonly name: SearchEngine["name"];
  readonly parts: readonly [SearchEngine, SearchEngine];
  readonly #now: () => number;
  readonly #onPassedOver: FallbackOptions["onPassedOver"];
  readonly #onClose: FallbackOptions["onClose"];
  #standing: { readonly at: number; readonly of: Promise<Standing> } | undefined;

  constructor(
    parts: readonly [SearchEngine, SearchEngine],
    { now, onPassedOver, onClose }: FallbackOptions & { readonly now: () => number },
  ) {
    this.parts = parts;
    this.name = parts[0].name;
    this.#now = now;
    this.#onPassedOver = onPassedOver;
    this.#onClose = onClose;
  }

  search: EngineGroup["search"] = async (request, options) => {
    const [first, second] = this.parts;
    if ((await this.#look()).answers === first) {
      try {
        return { ...(await first.search(request, options)), engine: first.name };
      } catch (error) {
        if (error instanceof QuerySyntaxError) throw error;
        options.signal?.throwIfAborted();
        this.#onPassedOver?.(error);
      }
    }
    return { ...(await second.search(request, options)), engine: second.name };
  };

  /** Of the engine that answers now, with how each of them stands. */
  status: EngineGroup["status"] = async () => {
    const { status, engines } = await this.#look();
    return { ...status, engines };
  };

  assure: NonNullable<EngineGroup["assure"]> = async () => {
    await (await this.#look()).answers.assure?.();
  };

  async [Symbol.asyncDispose](): Promise<void> {
    for (const part of this.parts) await part[Symbol.asyncDispose]();
    await this.#onClose?.();
  }

  async #look(): Promise<Standing> {
    const now = this.#now();
    if (this.#standing === undefined || now - this.#standing.at >= standingLastsMs)
      this.#standing = { at: now, of: this.#standingNow() };
    return this.#standing.of;
  }

  async #standingNow(): Promise<Standing> {
    const [first, second] = this.parts;
    const [one, other] = await Promise.allSettled([first.status(), second.status()]);
    const engines = [standingOf(first, one), standingOf(second, other)];
    const isThere = one.status === "fulfilled" && one.value.state === "ready";
    const isAhead =
      isThere &&
      (other.status === "rejected" ||
        other.value.state !== "ready" ||
        one.value.position >= other.value.position);
    if (isAhead) return { answers: first, status: one.value, engines };
    if (other.status === "rejected") throw other.reason;
    return { answers: second, status: other.value, engines };
  }
}

interface Standing {
  readonly answers: SearchEngine;
  readonly status: IndexStatus;
  readonly engines: readonly EngineStanding[];
}

function standingOf(
  { name }: SearchEngine,
  asked: PromiseSettledResult<IndexStatus>,
): EngineStanding {
  return asked.status === "fulfilled"
    ? {
        engine: name,
        state: asked.value.state,
        position: asked.value.position,
        ...(asked.value.setAside !== undefined && { setAside: asked.value.setAside }),
      }
    : { engine: name, state: "away", position: 0 };
}
