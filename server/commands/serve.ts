import { join } from "node:path";
import { channelName } from "../../scraper/channel-name.ts";
import type { Archive } from "../archive/archive.ts";
import { openRoutes } from "../../scraper/reading/proxy-relay.ts";
import { systemClock } from "../../scraper/clock.ts";
import { exitCodes } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { createApp } from "../http/app.ts";
import { opensToThisMachine } from "../http/access/guard.ts";
import { refuseTaken, startServer } from "../http/server.ts";
import { sentenceOf } from "../jobs/alerts.ts";
import { keepBackedUp } from "../jobs/backups.ts";
import { keepMatching } from "../jobs/match-saved.ts";
import { Scheduler } from "../jobs/scheduler.ts";
import { keepStamped } from "../jobs/stamp-head.ts";
import { keepWatching } from "../jobs/watch.ts";
import { keepSending } from "../jobs/send-messages.ts";
import { keepTellingChanges } from "../jobs/targets/tell-changes.ts";
import type { Log } from "../log.ts";
import { keepCaughtUp } from "../search/catch-up.ts";
import { openDesk } from "../wiring/open-desk.ts";
import { mediaPolicy } from "../wiring/open-media.ts";
import { hindrances } from "../wiring/hindrances.ts";
import { openRunner, scheduledMediaMs } from "../wiring/open-runner.ts";
import { alertTarget, openWatch, serverLog } from "../wiring/open-watch.ts";
import { archive } from "./archive.ts";
import { holderName, sayWhereKept } from "./session.ts";
import type { Session } from "./session.ts";

/** Page and API until told to stop; what other commands archive meanwhile shows within two seconds. */
export async function serve(session: Session): Promise<ExitCode> {
  sayWhereKept(session);
  return serveOn(session);
}

async function serveOn(session: Session): Promise<ExitCode> {
  const { config, print, progress, signal } = session;
  const log = serverLog(config);
  const target = alertTarget(config);
  await using desk = await openDesk(config, {
    inProcess: false,
    mayMake: true,
    onPassedOver: hindrances({ log })("A search was answered by the embedded index instead."),
  });
  const watch = openWatch(desk, log);
  const hindered = hindrances({ log, health: desk.archive.health });
  await using runner = await openRunner(config, desk.archive, {
    onAnswer: watch.onAnswer,
    mediaBudgetMs: scheduledMediaMs,
  });
  await using webhookRoutes = openRoutes({ proxy: config.proxy });
  await using scheduler = new Scheduler({
    archive: desk.archive,
    runChannel: watch.logged(runner.runChannel),
    clock: systemClock,
    holder: holderName(),
    onEnd: (ended) => {
      desk.archive.health.condemn(ended.error);
      watch.onRunEnd(ended);
    },
    onHindered: hindered("Runs are hindered."),
  });
  const app = createApp({
    ...desk,
    webhookInside: config.webhookInside,
    publicUrl: config.url,
    embeddedBy: config.embed,
    addChannel: async (typed) => ({ runId: (await scheduler.ask(channelName(typed))).id }),
    mediaPolicy: mediaPolicy(config),
    stopping: signal,
    settings: config,
    ...watch.http,
    robots: latest(async () => runner.reader.robots(signal)),
    alertsSentTo: target && new URL(target.url).host,
  });
  const { url, close } = await startServer({ app, host: config.host, port: config.port });
  if (!opensToThisMachine(config)) {
    const secret = await desk.archive.keys.createFirstAdmin();
    if (secret !== undefined)
      print(`The admin key, shown this once and kept only as a hash: ${secret}`);
  }
  progress.say(`Serving ${url}`);
  desk.analyzer.tokens("слово, слово 'word'"); // loads the dictionaries before the first search needs them
  const following = keepCaughtUp({
    ...desk,
    signal,
    onError: hindered("The index is behind."),
  });
  const keeping = keep(session, desk.archive, { log, hindered });
  const sending = keepSending({
    deliveries: desk.archive.deliveries,
    targets: desk.archive.targets,
    site: config.url,
    insideHosts: config.webhookInside,
    // Not by HTTPS_PROXY and its like: whoever set those for this machine did not speak of receivers.
    ...(config.proxy !== undefined && { relayFor: webhookRoutes.relayFor }),
    signal,
    onError: hindered("Webhooks wait."),
  });
  const stamping =
    config.tsa === undefined
      ? undefined
      : keepStamped({
          archive: desk.archive,
          authority: config.tsa,
          ...(config.proxy !== undefined && { relayFor: webhookRoutes.relayFor }),
          signal,
          onStamp: ({ entry, stampedAt }) =>
            log.info("The journal was stamped.", { entry, stampedAt }),
          onError: hindered("The journal is not stamped."),
        });
  const telling = keepTellingChanges(desk.archive, {
    signal,
    onError: hindered("Changes are not told."),
  });
  const matching = keepMatching({
    ...desk,
    signal,
    onError: hindered("Saved searches wait."),
  });
  const watching = keepWatching({
    ...desk,
    now: () => new Date(),
    target,
    signal,
    onAlert: (alert) =>
      log.warn(`alert ${alert.clearedAt === undefined ? "raised" : "cleared"}`, {
        ...alert,
        sentence: sentenceOf(alert),
      }),
    onError: hindered("Alerts are not watched for."),
  });
  const looking = desk.archive.health.keepLooking({
    signal,
    onDamage: (error) => log.error("The archive is damaged.", { error }),
    onMended: () => log.info("The archive is sound again."),
  });
  const scheduling = scheduler.keep(signal);
  await stopped(signal);
  await close();
  await Promise.all([
    scheduling,
    looking,
    watching,
    following,
    sending,
    telling,
    matching,
    keeping,
    stamping,
  ]);
  return exitCodes.done;
}

/** What is done by the clock beside all else: purges that were broken off, and backups. */
async function keep(
  { config, signal }: Session,
  kept: Archive,
  { log, hindered }: { readonly log: Log; readonly hindered: ReturnType<typeof hindrances> },
): Promise<void> {
  try {
    for (const no of await kept.purges.open()) await kept.purges.carryOut(no, { signal });
  } catch (error) {
    if (!signal.aborted) hindered("A purge is not done yet.")(error);
  }
  if (config.backup === undefined) return;
  await keepBackedUp({
    archive: kept,
    folder: config.backup,
    everyMs: config.backupEvery,
    keep: config.backupKeep,
    leave: config.diskFree,
    files: join(config.data, "media"),
    holder: crypto.randomUUID(),
    now: () => new Date(),
    signal,
    onDone: ({ file }) => log.info("Backed up.", { file }),
    onError: hindered("The backup failed."),
  });
}

/** `archive` for the channels named, then `serve`: a refused channel is said, and what is archived is served all the same. */
export async function start(session: Session, channels: readonly string[]): Promise<ExitCode> {
  if (channels.length === 0) return serve(session);
  await refuseTaken(session.config);
  const code = await archive(session, channels, {});
  if (code === exitCodes.badUsage || session.signal.aborted) return code;
  return serveOn(session);
}

/** What was told last; asks anew each time, and does not wait for it. */
function latest<T>(ask: () => Promise<T>): () => T | undefined {
  let known: T | undefined;
  let asking = false;
  return () => {
    if (!asking) {
      asking = true;
      void ask()
        .then((told) => (known = told))
        .catch(() => {})
        .finally(() => (asking = false));
    }
    return known;
  };
}

async function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => resolve(), { once: true });
  await promise;
}
