import { UsageError } from "../../scraper/errors.ts";
import type { ExitCode } from "../exit-codes.ts";
import { exitCodes } from "../exit-codes.ts";
import { routesOf } from "../http/agents/ask-api.ts";
import { talk } from "../http/agents/stdio.ts";
import { createApi } from "../http/api-app.ts";
import { openDesk } from "../wiring/open-desk.ts";
import { bringUpToDate } from "./bring-up-to-date.ts";
import type { Session } from "./session.ts";

/** Where the API is asked within this process: nobody listens there. */
const within = "http://127.0.0.1";

/** Answers an agent on standard input and output until it hangs up; nothing else is written there. */
export async function mcp(session: Session): Promise<ExitCode> {
  const { config, progress, signal } = session;
  await using desk = await openDesk(config, { inProcess: true, onlyReads: true });
  await bringUpToDate(session, desk);
  const onUnexpected = (error: unknown): void =>
    progress.say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const { app } = createApi({
    ...desk,
    settings: { host: "127.0.0.1" },
    addChannel: async () => Promise.reject(new UsageError("No tool reads a channel.")),
    publicUrl: config.url,
    stopping: signal,
    onUnexpected,
  });
  const key = config.mcpKey;
  await talk(
    {
      app,
      routes: routesOf(app),
      asker: (stop) => ({
        url: within,
        headers: {
          host: "127.0.0.1",
          ...(key !== undefined && { authorization: `Bearer ${key}` }),
        },
        signal: AbortSignal.any([stop, signal]),
      }),
      address: (path) => (config.url === undefined ? undefined : new URL(path, config.url).href),
      onUnexpected,
    },
    { input: process.stdin, output: process.stdout, signal },
  );
  return exitCodes.done;
}
