import { channelName } from "../../scraper/channel-name.ts";
import { systemClock } from "../../scraper/clock.ts";
import { exitCodes } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { createApp } from "../http/app.ts";
import { opensToThisMachine } from "../http/guard.ts";
import { startServer } from "../http/server.ts";
import { archiveChannel } from "../jobs/archive-channel.ts";
import { keepMatching } from "../jobs/match-saved.ts";
import { keepSending } from "../jobs/webhooks.ts";
import { Scheduler } from "../jobs/scheduler.ts";
import { keepCaughtUp } from "../search/catch-up.ts";
import { plain } from "../terminal.ts";
import { openDesk } from "../open-desk.ts";
import { openReader } from "../open-reader.ts";
import { archive } from "./archive.ts";
import { errorJson, holderName } from "./session.ts";
import type { Session } from "./session.ts";

/** Page and API until told to stop; what other commands archive meanwhile shows within two seconds. */
export async function serve(session: Session): Promise<ExitCode> {
  const { config, progress, signal } = session;
  await using desk = await openDesk(config, { inProcess: false });
  await using reader = await openReader(config);
  await using scheduler = new Scheduler({
    archive: desk.archive,
    runChannel: async (name, options) => archiveChannel({ ...desk, reader }, name, options),
    clock: systemClock,
    holder: holderName(),
    onHindered: (error) => progress.say(`Runs are hindered: ${plain(errorJson(error).message)}`),
  });
  const app = createApp({
    ...desk,
    webhookInside: config.webhookInside,
    addChannel: async (typed) => ({ runId: (await scheduler.ask(channelName(typed))).id }),
    settings: config,
    onUnexpected: (error, id) =>
      progress.say(
        `${id}: ${plain(error instanceof Error ? (error.stack ?? error.message) : String(error))}`,
      ),
  });
  if (!opensToThisMachine(config)) {
    const secret = await desk.archive.keys.createFirstAdmin();
    if (secret !== undefined)
      progress.say(`The admin key, shown this once and kept only as a hash: ${secret}`);
  }
  const { url, close } = await startServer({ app, host: config.host, port: config.port });
  progress.say(`Serving ${url}`);
  desk.analyzer.tokens("слово, слово 'word'"); // loads the dictionaries before the first search needs them
  const following = keepCaughtUp({
    ...desk,
    signal,
    onError: (error) => progress.say(`The index is behind: ${plain(errorJson(error).message)}`),
  });
  const sending = keepSending({
    deliveries: desk.archive.deliveries,
    insideHosts: config.webhookInside,
    signal,
    onError: (error) => progress.say(`Webhooks wait: ${plain(errorJson(error).message)}`),
  });
  const matching = keepMatching({
    ...desk,
    signal,
    onError: (error) => progress.say(`Saved searches wait: ${plain(errorJson(error).message)}`),
  });
  const scheduling = scheduler.keep(signal);
  await stopped(signal);
  await close();
  await Promise.all([scheduling, following, sending, matching]);
  return exitCodes.done;
}

/** `archive` for the channels named, then `serve`: a refused channel is said, and what is archived is served all the same. */
export async function start(session: Session, channels: readonly string[]): Promise<ExitCode> {
  if (channels.length > 0) {
    const code = await archive(session, channels, {});
    if (code === exitCodes.badUsage || session.signal.aborted) return code;
  }
  return serve(session);
}

async function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => resolve(), { once: true });
  await promise;
}
