import { randomUUID } from "node:crypto";
import {
  Meilisearch,
  MeilisearchApiError,
  MeilisearchRequestError,
  MeilisearchRequestTimeOutError,
  MeilisearchTaskTimeOutError,
  type Index,
} from "meilisearch";
import type { Analyzer } from "../../analysis/analyzer.ts";
import { EngineAway } from "../../port.ts";
import type {
  EngineAnswer,
  IndexRebuild,
  IndexStatus,
  SearchEngine,
  SearchRequest,
} from "../../port.ts";
import { hasCode, readMeta, type IndexMeta } from "./meta.ts";
import { Searcher } from "./searcher.ts";
import { hasOurSettings, settingsVersion } from "./settings.ts";
import { Vocabulary } from "./vocabulary.ts";
import { IndexTaskFailed, IndexWriter } from "./writer.ts";

/** For how long settings once seen right are taken to be so. */
const settingsLastMs = 60_000;
/** Meilisearch takes many posts in hardly more time than few. */
const batch = { posts: 20_000, characters: 20_000_000 };
const defaultDeadlineMs = 10_000;

export interface MeilisearchOptions {
  readonly url: string;
  /** With the rights of `serverKey`. */
  readonly apiKey?: string | undefined;
  /** Makes the key known to the server: called when it is not. */
  readonly grantKey?: (() => Promise<void>) | undefined;
  readonly archiveId: string;
  readonly analyzer: Analyzer;
  /** The index's name. */
  readonly index?: string;
  /** How long a request may take. */
  readonly deadlineMs?: number;
}

/** The search engine for size and for many people: an index in a Meilisearch server. */
export function openMeilisearchEngine(options: MeilisearchOptions): SearchEngine {
  return new MeilisearchEngine(options);
}

class MeilisearchEngine implements SearchEngine {
  readonly name = "meilisearch";
  readonly batch = batch;
  readonly #client: Meilisearch;
  readonly #index: Index;
  readonly #grantKey: (() => Promise<void>) | undefined;
  readonly #archiveId: string;
  readonly #analyzer: Analyzer;
  readonly #searcher: Searcher;
  readonly #writer: IndexWriter;
  #settingsSeenAt = Number.NEGATIVE_INFINITY;

  constructor({
    url,
    apiKey,
    grantKey,
    archiveId,
    analyzer,
    index = "backscroll",
    deadlineMs = defaultDeadlineMs,
  }: MeilisearchOptions) {
    this.#client = new Meilisearch({
      host: url,
      timeout: deadlineMs,
      // A compressed answer comes in several packets, of which the last waits 40 ms for the first to be acknowledged.
      requestInit: { headers: { "Accept-Encoding": "identity" } },
      ...(apiKey === undefined ? {} : { apiKey }),
    });
    this.#index = this.#client.index(index);
    this.#grantKey = grantKey;
    this.#archiveId = archiveId;
    this.#analyzer = analyzer;
    const vocabulary = new Vocabulary();
    this.#searcher = new Searcher({
      client: this.#client,
      index: this.#index,
      archiveId,
      analyzer,
      vocabulary,
    });
    this.#writer = this.#writerOf(this.#index, vocabulary);
  }

  search = async (
    request: SearchRequest,
    { signal }: { readonly signal?: AbortSignal },
  ): Promise<EngineAnswer> => this.#searcher.search(request, signal);

  async status(): Promise<IndexStatus> {
    return this.#there(async () => this.#status());
  }

  async #status(): Promise<IndexStatus> {
    const meta = await readMeta(this.#index);
    if (meta === undefined) {
      const state = (await this.#isEmpty()) ? "missing" : "foreign";
      return { state, position: 0, posts: 0 };
    }
    const { archiveId, analyzerVersion, position } = meta;
    const state = await this.#stateOf(meta);
    const posts = state === "foreign" || state === "outdated" ? 0 : await this.#searcher.posts();
    const setAside = state === "ready" ? meta.setAside : [];
    return {
      state,
      position,
      posts,
      archiveId,
      analyzerVersion,
      ...(setAside.length > 0 && { setAside }),
    };
  }

  prepare: NonNullable<SearchEngine["prepare"]> = (changes) => {
    this.#writer.prepare(changes);
  };

  async apply(...[changes, to]: Parameters<SearchEngine["apply"]>): Promise<void> {
    await this.#there(async () => {
      await this.#writer.configure();
      await this.#writer.apply(changes, this.#metaAt(to));
    });
  }

  async rebuild(): Promise<IndexRebuild> {
    return this.#there(async () => this.#rebuild());
  }

  async #rebuild(): Promise<IndexRebuild> {
    const shadow = this.#client.index(`${this.#index.uid}_next`);
    const writer = this.#writerOf(shadow, new Vocabulary());
    await this.#drop(shadow.uid);
    await writer.configure();
    await writer.apply([], this.#metaAt(0));
    return {
      apply: async (changes, to) =>
        this.#there(async () => writer.apply(changes, this.#metaAt(to))),
      prepare: (changes) => {
        writer.prepare(changes);
      },
      commit: async () => this.#there(async () => this.#swapWith(shadow)),
      [Symbol.asyncDispose]: async () => this.#dropIfThere(shadow.uid),
    };
  }

  /**
   * A key for some indexes may swap them, but not see the task of it (Meilisearch 1.50 shows such a key tasks of one index
   * only). Tasks are done in turn, so after the next one the swap is over, and the birth tells which index is ours now.
   */
  async #swapWith(shadow: Index): Promise<void> {
    await this.#writer.configure();
    const built = await readMeta(shadow);
    const indexes: [string, string] = [this.#index.uid, shadow.uid];
    await this.#client.swapIndexes([{ indexes, rename: false }]);
    await this.#drop(shadow.uid);
    const now = await readMeta(this.#index);
    if (now?.birth !== built?.birth)
      throw new IndexTaskFailed("Meilisearch did not put the index that was built in place.");
  }

  /** Where the server is away the next rebuild drops it, and what it was away from is what must be told. */
  async #dropIfThere(uid: string): Promise<void> {
    try {
      await this.#drop(uid);
    } catch (error) {
      if (!isAway(error)) throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  /** @throws EngineAway for what is not about the work itself; a key the server does not know is made known to it. */
  async #there<T>(work: () => Promise<T>): Promise<T> {
    try {
      try {
        return await work();
      } catch (error) {
        if (this.#grantKey === undefined || !hasCode(error, "invalid_api_key")) throw error;
        await this.#grantKey();
        return await work();
      }
    } catch (error) {
      throw isAway(error)
        ? new EngineAway(`Meilisearch does not answer: ${told(error)}`, { cause: error })
        : error;
    }
  }

  #writerOf(index: Index, vocabulary: Vocabulary): IndexWriter {
    return new IndexWriter(index, vocabulary, {
      client: this.#client,
      analyzer: this.#analyzer,
      archiveId: this.#archiveId,
    });
  }

  #metaAt(position: number): IndexMeta {
    return {
      archiveId: this.#archiveId,
      analyzerVersion: this.#analyzer.version,
      settingsVersion,
      birth: randomUUID(),
      position,
      setAside: [],
    };
  }

  async #stateOf(meta: IndexMeta): Promise<IndexStatus["state"]> {
    if (meta.archiveId !== this.#archiveId) return "foreign";
    const isCurrent =
      meta.analyzerVersion === this.#analyzer.version && meta.settingsVersion === settingsVersion;
    return isCurrent && (await this.#isConfigured()) ? "ready" : "outdated";
  }

  async #isConfigured(): Promise<boolean> {
    if (performance.now() - this.#settingsSeenAt < settingsLastMs) return true;
    const isRight = hasOurSettings(await this.#index.getSettings());
    if (isRight) this.#settingsSeenAt = performance.now();
    return isRight;
  }

  async #isEmpty(): Promise<boolean> {
    try {
      const { numberOfDocuments } = await this.#index.getStats();
      return numberOfDocuments === 0;
    } catch (error) {
      if (hasCode(error, "index_not_found")) return true;
      throw error;
    }
  }

  async #drop(uid: string): Promise<void> {
    const task = await this.#client.deleteIndex(uid).waitTask({ timeout: 0 });
    if (task.status === "failed" && task.error?.code !== "index_not_found")
      throw new Error(task.error?.message);
  }
}

function isAway(error: unknown): boolean {
  if (error instanceof MeilisearchApiError) {
    const { status } = error.response;
    return status === 429 || status >= 500;
  }
  return [
    MeilisearchRequestError,
    MeilisearchRequestTimeOutError,
    MeilisearchTaskTimeOutError,
  ].some((kind) => error instanceof kind);
}

function told(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message} (${cause.message})` : message;
}
