import { existsSync, readdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { IndexChange } from "../../document.ts";
import type { SearchRequest } from "../../port.ts";
import { parseQuery } from "../../query/parse.ts";
import { EngineAway } from "../../port.ts";
import { IndexDamaged } from "./index-damaged.ts";
import { draftMark, EmbeddedIndex, type IndexOptions } from "./embedded-index.ts";

export type DeskOptions = IndexOptions;

/** What an index is asked, from this process or another. */
export type Ask =
  | { readonly verb: "search"; readonly request: SearchRequest }
  | {
      readonly verb: "apply" | "applyToRebuild";
      readonly changes: readonly IndexChange[];
      readonly to: number;
    }
  | { readonly verb: "rebuild" | "commitRebuild" | "dropRebuild" };

/** An index and the one being built beside it, with verbs that can be called from another process. */
export class IndexDesk implements Disposable {
  readonly #options: DeskOptions;
  readonly #index: EmbeddedIndex;
  #rebuild: EmbeddedIndex | undefined;

  constructor(options: DeskOptions) {
    this.#options = options;
    this.#index = new EmbeddedIndex(options);
  }

  /** Loads what the first searches would have to wait for: columns, dictionaries, forms for words typed wrong. */
  warm(): void {
    try {
      for (const typed of ["", "слово word", "слово~"]) {
        this.#index.search({
          query: parseQuery(typed),
          sort: "relevance",
          rankAll: false,
          offset: 0,
          limit: 1,
          prefixLast: false,
          facets: [],
        });
      }
    } catch (error) {
      // The first search says it to whoever asked.
      if (!(error instanceof EngineAway || error instanceof IndexDamaged)) throw error;
    }
  }

  /** Some of what the first to fold copies would have to wait for; false when there is no more of it. */
  prepareCopies(): boolean {
    try {
      return this.#index.prepareCopies();
    } catch (error) {
      // The next search says it to whoever asked.
      if (!(error instanceof EngineAway || error instanceof IndexDamaged)) throw error;
      return false;
    }
  }

  async call(ask: Ask): Promise<unknown> {
    switch (ask.verb) {
      case "search":
        return this.#index.search(ask.request);
      case "apply":
        return this.#index.apply(ask.changes, ask.to);
      case "rebuild":
        return this.#begin();
      case "applyToRebuild":
        return this.#building().apply(ask.changes, ask.to);
      case "commitRebuild":
        await this.#index.takeOver(this.#building());
        return this.#drop();
      case "dropRebuild":
        return this.#drop();
      default:
        return ask satisfies never;
    }
  }

  status(): ReturnType<EmbeddedIndex["status"]> {
    return this.#index.status();
  }

  check: EmbeddedIndex["check"] = async (options) => this.#index.check(options);

  [Symbol.dispose](): void {
    this.#drop();
    this.#index.close();
  }

  #begin(): void {
    this.#drop();
    removeLeftovers(this.#options.file);
    const file = `${this.#options.file}${rebuildMark}${process.pid}`;
    this.#rebuild = new EmbeddedIndex({ ...this.#options, file, disposable: true });
    this.#rebuild.apply([], 0);
  }

  #building(): EmbeddedIndex {
    if (this.#rebuild === undefined) throw new Error("The rebuild has been given up.");
    return this.#rebuild;
  }

  #drop(): void {
    this.#rebuild?.remove();
    this.#rebuild = undefined;
  }
}

const rebuildMark = ".rebuild-";

/** What processes that are no more have left of an index they were making. */
function removeLeftovers(file: string): void {
  const folder = dirname(file);
  for (const begin of [rebuildMark, draftMark].map((mark) => basename(file) + mark))
    for (const name of existsSync(folder) ? readdirSync(folder) : []) {
      const pid = Number.parseInt(name.slice(begin.length), 10);
      if (name.startsWith(begin) && !isAlive(pid)) rmSync(join(folder, name), { force: true });
    }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
