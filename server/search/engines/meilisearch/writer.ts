import { setImmediate } from "node:timers/promises";
import { MeilisearchApiError } from "meilisearch";
import type { EnqueuedTask, Index, Meilisearch } from "meilisearch";
import type { Analyzer } from "../../analysis/analyzer.ts";
import { mostSetAside, type IndexChange, type SetAside } from "../../document.ts";
import { hasCode, metaKey, readMeta, type IndexMeta } from "./meta.ts";
import { postDocument, postKey } from "./post-document.ts";
import { hasOurSettings, indexSettings } from "./settings.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** One payload holds about so much: Meilisearch takes 100 MB, and few large ones cost it a quarter less than many. */
const payloadBytes = 80_000_000;
/** A write that takes longer is given up, and tried again by whoever catches up. */
const longestTaskMs = 1_800_000;
const lookEveryMs = 20;
/** For how long posts are analysed before others of this process get their turn. */
const turnMs = 10;

/** Meilisearch took a task and could not do it. */
export class IndexTaskFailed extends Error {
  override name = "IndexTaskFailed";
}

/** The server is of a version that cannot answer as `indexSettings` say. */
class MeilisearchUnsupported extends Error {
  override name = "MeilisearchUnsupported";
  constructor(cause?: unknown) {
    super(
      `This Meilisearch does not take our settings, which are made for version ${madeFor}. Run that version or a later 1.x; the embedded engine answers meanwhile.`,
      { cause },
    );
  }
}
const madeFor = "1.50";

/** What changes are to Meilisearch: documents as lines, and keys of such as go. */
interface Documents {
  readonly payloads: readonly (readonly string[])[];
  readonly forms: ReadonlySet<string>;
  readonly removed: readonly string[];
}

interface WriterParts {
  readonly client: Meilisearch;
  readonly analyzer: Analyzer;
  readonly archiveId: string;
}

/** Writes one index, by tasks that are waited for; every step can be done again. */
export class IndexWriter {
  readonly #client: Meilisearch;
  readonly #analyzer: Analyzer;
  readonly #archiveId: string;
  readonly #index: Index;
  readonly #vocabulary: Vocabulary;
  readonly #made = new WeakMap<readonly IndexChange[], Promise<Documents>>();

  constructor(index: Index, vocabulary: Vocabulary, { client, analyzer, archiveId }: WriterParts) {
    this.#index = index;
    this.#vocabulary = vocabulary;
    this.#client = client;
    this.#analyzer = analyzer;
    this.#archiveId = archiveId;
  }

  /** The index with our settings, made where there is none. Settings come before any document. */
  async configure(): Promise<void> {
    try {
      if (hasOurSettings(await this.#index.getSettings())) return;
    } catch (error) {
      if (!hasCode(error, "index_not_found")) throw error;
      await this.done(this.#client.createIndex(this.#index.uid, { primaryKey: "pk" }));
    }
    try {
      await this.done(this.#index.updateSettings(indexSettings));
    } catch (error) {
      if (isRefusal(error)) throw new MeilisearchUnsupported(error);
      throw error;
    }
    if (!hasOurSettings(await this.#index.getSettings())) throw new MeilisearchUnsupported();
  }

  /** Makes the documents of `changes` while Meilisearch is at work on others. */
  prepare(changes: readonly IndexChange[]): void {
    this.#documentsOf(changes).catch(() => undefined);
  }

  /** Makes the index equal to `changes`, and at last its position `to`. */
  async apply(changes: readonly IndexChange[], meta: IndexMeta): Promise<void> {
    const before = await readMeta(this.#index);
    if (before !== undefined && before.position >= meta.position && meta.position > 0) return;
    if (before !== undefined) await this.#vocabulary.follow(this.#index, before);
    const { payloads, forms, removed } = await this.#documentsOf(changes);
    const now = {
      ...meta,
      birth: before?.birth ?? meta.birth,
      setAside: leftOut(before?.setAside ?? [], changes),
    };
    const sent = new Tasks(this.done.bind(this));
    if (removed.length > 0) sent.add(this.#index.deleteDocuments([...removed]));
    for (const payload of payloads.slice(0, -1)) sent.add(this.#addLines(payload));
    await sent.all();
    await this.done(
      this.#addLines([
        ...(payloads.at(-1) ?? []),
        ...this.#learnt(forms, meta.position),
        JSON.stringify({ pk: metaKey, kind: "meta", meta: now }),
      ]),
    );
    // What is deleted stays in the file until its pages are used again; compacting writes the file anew.
    if (changes.some(({ kind }) => kind === "purge")) await this.done(this.#index.compact());
  }

  async #documentsOf(changes: readonly IndexChange[]): Promise<Documents> {
    const made = this.#made.get(changes) ?? this.#make(changes);
    this.#made.set(changes, made);
    return made;
  }

  async #make(changes: readonly IndexChange[]): Promise<Documents> {
    const last = new Map(changes.map((change) => [keyOf(change), change]));
    const payloads: string[][] = [[]];
    const forms = new Set<string>();
    const removed: string[] = [];
    let bytes = 0;
    let turn = performance.now();
    for (const [key, change] of last) {
      if (change.kind !== "put") {
        removed.push(key);
        continue;
      }
      const made = postDocument(change, {
        analyzer: this.#analyzer,
        archiveId: this.#archiveId,
      });
      for (const form of made.forms) forms.add(form);
      const line = JSON.stringify(made.document);
      const lineBytes = Buffer.byteLength(line) + 1;
      if (bytes + lineBytes > payloadBytes) {
        payloads.push([]);
        bytes = 0;
      }
      bytes += lineBytes;
      payloads.at(-1)!.push(line);
      if (performance.now() - turn < turnMs) continue;
      await setImmediate();
      turn = performance.now();
    }
    return { payloads, forms, removed };
  }

  #learnt(forms: Iterable<string>, seq: number): readonly string[] {
    const words = this.#vocabulary.unknown(forms);
    if (words.length === 0) return [];
    return [JSON.stringify({ pk: `words_${seq}`, kind: "words", seq, words: words.join(" ") })];
  }

  #addLines(documents: readonly string[]): Promise<EnqueuedTask> {
    return this.#index.addDocumentsFromString(documents.join("\n"), "application/x-ndjson");
  }

  /** @throws IndexTaskFailed with what Meilisearch says. */
  async done(enqueued: PromiseLike<EnqueuedTask>): Promise<void> {
    const { taskUid } = await enqueued;
    const { status, error } = await this.#client.tasks.waitForTask(taskUid, {
      timeout: longestTaskMs,
      interval: lookEveryMs,
    });
    if (status === "succeeded") return;
    if (error?.code === "index_already_exists") return;
    throw new IndexTaskFailed(error?.message ?? `The search engine ended a task as ${status}.`);
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof MeilisearchApiError && error.response.status === 400;
}

function keyOf(change: IndexChange): string {
  return change.kind === "put"
    ? postKey(change.post.channel, change.post.id)
    : postKey(change.channel, change.id);
}

/** The list after `changes`: a post that changed is no longer on it, unless it is left out again. */
function leftOut(
  before: readonly SetAside[],
  changes: readonly IndexChange[],
): readonly SetAside[] {
  const left = new Map(before.map((post) => [postKey(post.channel, post.id), post]));
  for (const change of changes) {
    const key = keyOf(change);
    left.delete(key);
    if (change.kind === "setAside")
      left.set(key, { channel: change.channel, id: change.id, why: change.why });
  }
  return [...left.values()].slice(-mostSetAside);
}

/** Tasks under way; one that fails is heard of when all are waited for. */
class Tasks {
  readonly #done: (task: PromiseLike<EnqueuedTask>) => Promise<void>;
  readonly #under: Promise<void>[] = [];

  constructor(done: (task: PromiseLike<EnqueuedTask>) => Promise<void>) {
    this.#done = done;
  }

  add(task: PromiseLike<EnqueuedTask>): void {
    const done = this.#done(task);
    done.catch(() => undefined);
    this.#under.push(done);
  }

  async all(): Promise<void> {
    await Promise.all(this.#under);
  }
}
