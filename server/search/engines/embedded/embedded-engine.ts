import { codeEnding } from "../../../../scraper/code-ending.ts";
import { createAnalyzer, type Analyzer } from "../../analysis/analyzer.ts";
import {
  EngineAway,
  type EngineAnswer,
  type IndexRebuild,
  type IndexStatus,
  type SearchEngine,
  whyAway,
} from "../../port.ts";
import { IndexDamaged } from "./index-damaged.ts";
import { type Ask, IndexDesk } from "./index-desk.ts";
import { IndexHealth } from "./index-health.ts";
import { ProcessPool } from "./process-pool.ts";
import { setTimeout as sleep } from "node:timers/promises";

const program = new URL(`./index-process${codeEnding}`, import.meta.url);
const defaultDeadlineMs = 10_000;
/** How often all of an index is looked at while it is served: damage is to be noticed within a minute. */
const usualLookMs = 40_000;
/** How long who asks waits for the first look at a whole index: a gigabyte takes 0.6 s of processor time. */
const usualPatienceMs = 1_500;

export interface EmbeddedOptions {
  /** The index's file; it need not exist yet. */
  readonly file: string;
  /** The archive whose posts these are: the index of another is foreign. */
  readonly archiveId: string;
  /** This process's own. */
  readonly analyzer?: Analyzer;
  /** No processes besides this one, for a command that asks once and ends: a search then knows no deadline. */
  readonly inProcess?: boolean;
  /** The folder cannot be written; only for `inProcess`. */
  readonly readOnly?: boolean;
  /** How many searches run at a time. */
  readonly readers?: number;
  /** How long a search may wait, and then work. */
  readonly deadlineMs?: number;
  /** How often all of it is looked at while it is served. */
  readonly lookEveryMs?: number;
  /** How long who asks waits for the first look while it is served; then the index is being checked, which is no answer. */
  readonly patienceMs?: number;
}

/** The search engine that needs no service: SQLite FTS5 in one file, searched and written beside the main thread. */
export async function openEmbeddedEngine({
  file,
  archiveId,
  analyzer = createAnalyzer(),
  inProcess = false,
  readOnly = false,
  readers = 2,
  deadlineMs = defaultDeadlineMs,
  lookEveryMs = usualLookMs,
  patienceMs = usualPatienceMs,
}: EmbeddedOptions): Promise<SearchEngine> {
  const here = new IndexDesk({ file, archiveId, analyzer, readOnly });
  if (inProcess) return new EmbeddedEngine(here, { read: here, write: here });
  const read = new ProcessPool<Ask>(program, {
    argument: { file, archiveId, warm: true },
    size: readers,
    deadlineMs,
  });
  read.startAhead();
  const write = new ProcessPool<Ask>(program, {
    argument: { file, archiveId, warm: false },
    size: 1,
  });
  return new EmbeddedEngine(here, { read, write, served: { lookEveryMs, patienceMs } });
}

interface Callee {
  call(ask: Ask, options?: { signal?: AbortSignal }): Promise<unknown>;
}

/** Absent for who asks once: the index is looked at once, and waited for. */
type Served = Required<Pick<EmbeddedOptions, "lookEveryMs" | "patienceMs">>;

class EmbeddedEngine implements SearchEngine {
  readonly name = "embedded";
  readonly #here: IndexDesk;
  readonly #read: Callee;
  readonly #write: Callee;
  readonly #health: IndexHealth;
  readonly #served: Served | undefined;

  constructor(
    here: IndexDesk,
    {
      read,
      write,
      served,
    }: { readonly read: Callee; readonly write: Callee; readonly served?: Served },
  ) {
    this.#here = here;
    this.#read = read;
    this.#write = write;
    this.#served = served;
    this.#health = new IndexHealth({ check: here.check });
    if (served) void this.#health.keepLooking(served.lookEveryMs);
  }

  search: SearchEngine["search"] = async (request, options) => {
    await this.#ready();
    return (await this.#noticing(
      this.#read.call({ verb: "search", request }, options),
    )) as EngineAnswer;
  };

  status: SearchEngine["status"] = async () => {
    const status = this.#here.status();
    if (status.state !== "ready") return status;
    if (this.#health.of(status) === undefined) await this.#firstLook();
    const health = this.#health.of(status);
    if (health === "sound") return status;
    if (health === undefined) return { ...status, state: "checking" };
    return { state: "damaged", position: 0, posts: 0, why: health.why };
  };

  assure: NonNullable<SearchEngine["assure"]> = async () => {
    await this.#health.look();
    await this.#ready();
  };

  apply: SearchEngine["apply"] = async (changes, to) => {
    await this.#noticing(this.#write.call({ verb: "apply", changes, to }));
  };

  async rebuild(): Promise<IndexRebuild> {
    await this.#write.call({ verb: "rebuild" });
    return {
      apply: async (changes, to) => {
        await this.#write.call({ verb: "applyToRebuild", changes, to });
      },
      commit: async () => {
        await this.#write.call({ verb: "commitRebuild" });
      },
      [Symbol.asyncDispose]: async () => {
        await this.#write.call({ verb: "dropRebuild" });
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#health[Symbol.dispose]();
    for (const callee of [this.#read, this.#write]) {
      if (callee instanceof ProcessPool) await callee[Symbol.asyncDispose]();
    }
    this.#here[Symbol.dispose]();
  }

  /** @throws EngineAway unless the index is an answer */
  async #ready(): Promise<void> {
    const status: IndexStatus = await this.status();
    if (status.state !== "ready") throw new EngineAway(whyAway(status));
  }

  async #firstLook(): Promise<void> {
    const look = this.#health.underWay();
    if (!this.#served) return look;
    const waited = new AbortController();
    const patience = sleep(this.#served.patienceMs, undefined, {
      signal: waited.signal,
      ref: false,
    });
    try {
      await Promise.race([look, patience]);
    } finally {
      waited.abort();
      await patience.catch(() => {});
      void look.catch(() => {});
    }
  }

  /** What a process met in the index, by the name it has there. */
  async #noticing<Result>(called: Promise<Result>): Promise<Result> {
    try {
      return await called;
    } catch (error) {
      const { name, message } = error as Error;
      if (name === EngineAway.name && !(error instanceof EngineAway))
        throw new EngineAway(message, { cause: error });
      if (name !== IndexDamaged.name) throw error;
      this.#health.condemn(this.#here.status(), message);
      throw new EngineAway(whyAway({ state: "damaged", why: message }), { cause: error });
    }
  }
}
