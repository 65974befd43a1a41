import type { ArchiveHealth } from "../archive/archive-health.ts";
import type { Log } from "../log.ts";
import { EngineAway } from "../search/port.ts";

/** What is tried again every second or two is told again after so long. */
const quietMs = 10 * 60_000;

/**
 * What is told of work that goes on beside requests when it could not: one line where it fails, and none for each try after
 * it that fails the same. Damage that it met holds for requests as well.
 */
export function hindrances({
  log,
  health,
  now = () => performance.now(),
}: {
  readonly log: Log;
  /** Of the archive, where the work reads it. */
  readonly health?: Pick<ArchiveHealth, "condemn">;
  readonly now?: () => number;
}): (message: string) => (error: unknown) => void {
  return (message) => {
    let last = { why: "", at: 0 };
    return (error) => {
      health?.condemn(error);
      const why = String(error);
      if (why === last.why && now() - last.at < quietMs) return;
      last = { why, at: now() };
      // Where it goes wrong in our code says nothing about an engine that is away.
      log.warn(message, error instanceof EngineAway ? { why: error.message } : { error });
    };
  };
}
