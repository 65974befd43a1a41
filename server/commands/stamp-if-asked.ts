import { stampHead } from "../jobs/stamp-head.ts";
import type { Desk } from "../wiring/open-desk.ts";
import type { Session } from "./session.ts";

/** Has the journal stamped where the settings name an authority. One that does not answer is said, and stops nothing. */
export async function stampIfAsked(
  { config, progress, signal }: Session,
  { archive, readOnly }: Pick<Desk, "archive" | "readOnly">,
): Promise<void> {
  if (config.tsa === undefined || readOnly) return;
  const { openRoutes } = await import("../../scraper/reading/proxy-relay.ts");
  await using routes = openRoutes({ proxy: config.proxy });
  try {
    const { entry, stampedAt } = await stampHead({
      archive,
      authority: config.tsa,
      ...(config.proxy !== undefined && { relayFor: routes.relayFor }),
      signal,
    });
    progress.say(`Entry ${entry} of the journal was stamped at ${stampedAt}.`);
  } catch (error) {
    signal.throwIfAborted();
    progress.say(
      `There is no time stamp: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
