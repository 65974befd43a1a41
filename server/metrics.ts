import prometheus, { type Counter, type Gauge, type Histogram } from "prom-client";
import type { Alert } from "./archive/outgoing/alerts.ts";
import type { RunCounts } from "./archive/runs/run.ts";
import type { OnDisk, Snapshot } from "./jobs/snapshot.ts";
import type { SearchEngine } from "./search/port.ts";

const httpSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const searchSeconds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const sourceSeconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const methods: ReadonlySet<string> = new Set([
  "GET",
  "HEAD",
  "POST",
  "PATCH",
  "PUT",
  "DELETE",
  "OPTIONS",
]);
const sourceOutcomes: ReadonlySet<string> = new Set([
  "posts",
  "empty",
  "throttled",
  "failed",
  "refused",
  "changed",
  "stopped",
]);
const other = "other";

/** What is asked of the archive's tables when somebody wants the figures. */
export interface Waiting {
  readonly runs: { readonly waiting: number; readonly running: number };
  readonly deliveries: Readonly<Record<string, number>>;
  readonly alerts: readonly Alert[];
}

/** The figures of one process, for Prometheus. Every label has few values, whatever is asked from outside. */
export class Metrics {
  readonly #registry = new prometheus.Registry();
  readonly contentType = this.#registry.contentType;
  readonly #http = this.#histogram(
    "http_request_duration_seconds",
    "Answers, until their headers.",
    {
      labels: ["route", "method", "outcome"],
      buckets: httpSeconds,
    },
  );
  readonly #search = this.#histogram(
    "search_duration_seconds",
    "Searches, by the engine that answered.",
    {
      labels: ["engine"],
      buckets: searchSeconds,
    },
  );
  readonly #source = this.#histogram("source_request_duration_seconds", "Visits to the source.", {
    labels: ["outcome"],
    buckets: sourceSeconds,
  });
  readonly #sourceBytes = this.#counter("source_received_bytes_total", "Bytes of pages read.");
  readonly #runs = this.#counter("runs_total", "Runs that ended in this process.", [
    "result",
    "reason",
  ]);
  readonly #runPosts = this.#counter("run_posts_total", "Posts by what a run found of them.", [
    "kind",
  ]);
  readonly #behind = this.#gauge("index_behind_changes", "Changes the index lacks.", ["engine"]);
  readonly #lag = this.#gauge("index_lag_seconds", "How long the oldest of them has waited.", [
    "engine",
  ]);
  readonly #ready = this.#gauge("index_ready", "1 when the index answers.", ["engine"]);
  readonly #waiting = this.#gauge(
    "runs_open",
    "Runs that wait or are under way, whoever has them.",
    ["state"],
  );
  readonly #deliveries = this.#gauge("deliveries", "Messages to webhooks that are kept.", [
    "state",
  ]);
  readonly #alerts = this.#gauge("alerts_open", "Alerts that are raised.", ["kind"]);
  readonly #posts = this.#gauge("archive_posts", "Posts kept.");
  readonly #channels = this.#gauge("archive_channels", "Channels kept.");
  readonly #lastRead = this.#gauge(
    "archive_last_read_timestamp_seconds",
    "When a page of any channel was last read, whoever read it; absent before the first.",
  );
  readonly #bytes = this.#gauge("archive_bytes", "Size of the archive's file and its log.");
  readonly #free = this.#gauge("disk_free_bytes", "Room left on the archive's disk.");
  readonly #size = this.#gauge("disk_size_bytes", "Size of the archive's disk.");
  readonly #damaged = this.#gauge(
    "archive_damaged",
    "1 while the archive is known as damaged: no figure is read from it then.",
  );

  constructor() {
    prometheus.collectDefaultMetrics({ register: this.#registry });
  }

  answered(one: { route: string; method: string; status: number; ms: number }): void {
    const method = methods.has(one.method) ? one.method : other;
    const outcome = `${Math.floor(one.status / 100)}xx`;
    this.#http.observe({ route: one.route, method, outcome }, one.ms / 1000);
  }

  searched({ engine, ms }: { readonly engine: string; readonly ms: number }): void {
    this.#search.observe({ engine }, ms / 1000);
  }

  /** One visit to the source, as the page reader tells of it. */
  visited(one: { readonly outcome: string; readonly bytes: number; readonly ms: number }): void {
    const outcome = sourceOutcomes.has(one.outcome) ? one.outcome : other;
    this.#source.observe({ outcome }, one.ms / 1000);
    this.#sourceBytes.inc(one.bytes);
  }

  /** `reason` is the class of the error; `before`, what the run had done when it came to this process. */
  runEnded(one: {
    readonly result: "done" | "failed" | "stopped" | "released" | "lost";
    readonly reason?: string | undefined;
    readonly counts: RunCounts;
    readonly before: RunCounts;
  }): void {
    const reason = /^[A-Z]\w{1,40}$/.test(one.reason ?? "") ? (one.reason ?? "") : "";
    this.#runs.inc({ result: one.result, reason });
    for (const kind of ["new", "edited", "unchanged", "missed", "deleted"] as const)
      this.#runPosts.inc({ kind }, Math.max(0, one.counts[kind] - one.before[kind]));
  }

  /** Everything in Prometheus' text form. */
  async text(snapshot: Snapshot, waiting: Waiting): Promise<string> {
    const { archive, disk, indexes, paces } = snapshot;
    this.#damaged.set(0);
    this.#posts.set(archive.posts);
    this.#channels.set(archive.channels);
    const reads = paces.flatMap(({ lastReadAt = [] }) => lastReadAt);
    if (reads.length === 0) this.#lastRead.remove();
    else this.#lastRead.set(Math.max(...reads.map((at) => Date.parse(at) / 1000)));
    this.#onDisk({ bytes: archive.bytes, disk });
    for (const { engine, state, behind, lagSeconds } of indexes) {
      this.#behind.set({ engine }, behind);
      this.#lag.set({ engine }, lagSeconds);
      this.#ready.set({ engine }, state === "ready" ? 1 : 0);
    }
    for (const [state, count] of Object.entries(waiting.runs)) this.#waiting.set({ state }, count);
    for (const [state, count] of Object.entries(waiting.deliveries))
      this.#deliveries.set({ state }, count);
    this.#alerts.reset();
    for (const { kind } of waiting.alerts) this.#alerts.inc({ kind });
    return this.#registry.metrics();
  }

  /** What is still so while the archive is known as damaged: what this process did, the file and its disk. No index answers. */
  async textWhileDamaged(
    onDisk: OnDisk,
    engines: readonly SearchEngine["name"][],
  ): Promise<string> {
    this.#damaged.set(1);
    for (const gauge of [this.#posts, this.#channels, this.#lastRead]) gauge.remove();
    for (const gauge of [this.#behind, this.#lag, this.#waiting, this.#deliveries, this.#alerts])
      gauge.reset();
    this.#onDisk(onDisk);
    this.#ready.reset();
    for (const engine of engines) this.#ready.set({ engine }, 0);
    return this.#registry.metrics();
  }

  #onDisk({ bytes, disk }: OnDisk): void {
    this.#bytes.set(bytes);
    if (disk) this.#free.set(disk.freeBytes);
    if (disk) this.#size.set(disk.totalBytes);
  }

  #counter<T extends string>(
    name: string,
    help: string,
    labelNames: readonly T[] = [],
  ): Counter<T> {
    return new prometheus.Counter({
      name: named(name),
      help,
      labelNames,
      registers: [this.#registry],
    });
  }

  #gauge<T extends string>(name: string, help: string, labelNames: readonly T[] = []): Gauge<T> {
    return new prometheus.Gauge({
      name: named(name),
      help,
      labelNames,
      registers: [this.#registry],
    });
  }

  #histogram<T extends string>(
    name: string,
    help: string,
    { labels, buckets }: { readonly labels: readonly T[]; readonly buckets: readonly number[] },
  ): Histogram<T> {
    return new prometheus.Histogram({
      name: named(name),
      help,
      labelNames: labels,
      buckets: [...buckets],
      registers: [this.#registry],
    });
  }
}

const named = (name: string): string => `backscroll_${name}`;
