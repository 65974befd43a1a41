import { withRemedy } from "../search/webhook-address.ts";
import { UsageError } from "../../scraper/errors.ts";
import type { OnAnswer } from "../../scraper/reading/page-reader.ts";
import { checkedAddress } from "../../scraper/reading/public-fetch.ts";
import type { Archive } from "../archive/archive.ts";
import type { Config } from "../config.ts";
import { secretsIn } from "../config.ts";
import type { AppOptions } from "../http/api-app.ts";
import type { SchedulerOptions } from "../jobs/scheduler.ts";
import type { RunChannel } from "../jobs/work-on-run.ts";
import { lookAtDisk, takeSnapshot } from "../jobs/snapshot.ts";
import type { AlertTarget } from "../jobs/watch.ts";
import { type Log, openLog } from "../log.ts";
import { Metrics } from "../metrics.ts";
import type { EngineName, Searcher } from "../search/port.ts";

/** The log of a server, on stderr. */
export const serverLog = (config: Config): Log =>
  openLog(config.log, {
    write: (line) => process.stderr.write(`${line}\n`),
    isTerminal: process.stderr.isTTY,
    secrets: secretsIn(config),
  });

/** Where alerts go. @throws UsageError when the address may not be sent to, or nothing is there to sign with. */
export function alertTarget(config: Config): AlertTarget | undefined {
  const { alertWebhook: url, alertSecret: secret, webhookInside: insideHosts } = config;
  if (url === undefined) return undefined;
  if (secret === undefined)
    throw new UsageError(
      "BACKSCROLL_ALERT_WEBHOOK needs BACKSCROLL_ALERT_WEBHOOK_SECRET to sign with.",
    );
  try {
    return { url: checkedAddress(url, { insideHosts }).href, secret };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`BACKSCROLL_ALERT_WEBHOOK cannot be used. ${withRemedy(error)}`, {
      cause: error,
    });
  }
}

/** What HTTP and runs tell of themselves, into the log and the figures. */
export function openWatch(
  { archive, engine }: { readonly archive: Archive; readonly engine: Searcher },
  log: Log,
): {
  readonly http: Pick<AppOptions, "onAnswered" | "onUnexpected" | "onSearched" | "metrics">;
  /** For the page reader. */
  readonly onAnswer: OnAnswer;
  /** The same runs, with what the source does instead of answering in the log. */
  readonly logged: (runChannel: RunChannel) => RunChannel;
  readonly onRunEnd: NonNullable<SchedulerOptions["onEnd"]>;
} {
  const metrics = new Metrics();
  /** What `/metrics` asks of the archive; `undefined` when it is known as damaged. */
  const figures = async () => {
    if (archive.health.damage) return undefined;
    const [snapshot, deliveries, alerts, waiting, running] = await Promise.all([
      takeSnapshot({ archive, engine, now: () => new Date() }),
      archive.deliveries.counts(),
      archive.alerts.open(),
      archive.runs.list({ limit: mostCounted, state: "waiting" }),
      archive.runs.list({ limit: mostCounted, state: "running" }),
    ]);
    const runs = { waiting: waiting.length, running: running.length };
    return [snapshot, { runs, deliveries, alerts }] as const;
  };
  return {
    http: {
      onAnswered: ({ from, ...answered }) => {
        metrics.answered(answered);
        const { status, route } = answered;
        if (status >= 500) log.warn("answered", answered);
        else if (isRoutine(route)) log.debug("answered", { ...answered, from });
        else log.info("answered", answered);
      },
      onUnexpected: (error, errorId, requestId) =>
        log.error("unexpected", { errorId, requestId, error }),
      onSearched: (search) => metrics.searched(search),
      metrics: {
        contentType: metrics.contentType,
        text: async () => {
          const told = await figures().catch((error: unknown) => {
            archive.health.condemn(error);
            if (!archive.health.damage) throw error;
            return undefined;
          });
          // Also where it was found damaged meanwhile.
          if (told && !archive.health.damage) return metrics.text(...told);
          return metrics.textWhileDamaged(await lookAtDisk(archive.file), await enginesOf(engine));
        },
      },
    },
    onAnswer: (answer) => {
      metrics.visited(answer);
      log.debug("visited the source", { ...answer });
    },
    logged: (runChannel) => async (channel, options) =>
      runChannel(channel, {
        ...options,
        onTrouble: (trouble) => {
          options.onTrouble(trouble);
          const said =
            trouble?.kind === "file" ? "A file comes slowly." : "The source does not answer.";
          if (trouble) log.warn(said, { channel, ...trouble });
        },
      }),
    onRunEnd: ({ run, state, counts, error }) => {
      const reason = error instanceof Error ? error.name : undefined;
      metrics.runEnded({ result: state, reason, counts, before: run.counts });
      const facts = { runId: run.id, channel: run.channel, cause: run.cause, state, ...counts };
      if (state === "failed") log.warn("run ended", { ...facts, reason, why: sentence(error) });
      else log.info("run ended", facts);
    },
  };
}

const mostCounted = 1_000;

const enginesOf = async (engine: Searcher): Promise<readonly EngineName[]> => {
  const status = await engine.status().catch(() => undefined);
  return status?.engines?.map((one) => one.engine) ?? [engine.name];
};

/** Asked every few seconds by machines. */
const isRoutine = (route: string): boolean =>
  ["/health", "/ready", "/metrics", "/assets/*"].includes(route);

const sentence = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
