import { createAnalyzer, type Analyzer } from "../../analysis/analyzer.ts";
import type { EngineAnswer, IndexRebuild, SearchEngine } from "../../port.ts";
import { IndexDesk } from "./index-desk.ts";
import { ProcessPool } from "./process-pool.ts";

const program = new URL("./index-process.ts", import.meta.url);
const defaultDeadlineMs = 10_000;

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
}: EmbeddedOptions): Promise<SearchEngine> {
  const here = new IndexDesk({ file, archiveId, analyzer, readOnly });
  if (inProcess) return new EmbeddedEngine(here, { read: here, write: here });
  const read = new ProcessPool(program, {
    argument: { file, archiveId, warm: true },
    size: readers,
    deadlineMs,
  });
  read.startAhead();
  const write = new ProcessPool(program, { argument: { file, archiveId, warm: false }, size: 1 });
  return new EmbeddedEngine(here, { read, write });
}

interface Callee {
  call(
    verb: string,
    args: readonly unknown[],
    options?: { signal?: AbortSignal },
  ): Promise<unknown>;
}

class EmbeddedEngine implements SearchEngine {
  readonly name = "embedded";
  readonly #here: IndexDesk;
  readonly #read: Callee;
  readonly #write: Callee;

  constructor(here: IndexDesk, { read, write }: { read: Callee; write: Callee }) {
    this.#here = here;
    this.#read = read;
    this.#write = write;
  }

  search: SearchEngine["search"] = async (request, options) =>
    (await this.#read.call("search", [request], options)) as EngineAnswer;

  status: SearchEngine["status"] = async () => this.#here.status();

  apply: SearchEngine["apply"] = async (changes, to) => {
    await this.#write.call("apply", [changes, to]);
  };

  async rebuild(): Promise<IndexRebuild> {
    await this.#write.call("rebuild", []);
    return {
      apply: async (changes, to) => {
        await this.#write.call("applyToRebuild", [changes, to]);
      },
      commit: async () => {
        await this.#write.call("commitRebuild", []);
      },
      [Symbol.asyncDispose]: async () => {
        await this.#write.call("dropRebuild", []);
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const callee of [this.#read, this.#write]) {
      if (callee instanceof ProcessPool) await callee[Symbol.asyncDispose]();
    }
    this.#here[Symbol.dispose]();
  }
}
