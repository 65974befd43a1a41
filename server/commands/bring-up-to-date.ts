import { catchUpWhoAnswers } from "../search/catch-up.ts";
import { number } from "../terminal.ts";
import type { Desk } from "../wiring/open-desk.ts";
import type { Session } from "./session.ts";

/** An index that cannot be written is searched as it is, and what it lacks is said; so is an engine that is away. */
export async function bringUpToDate({ progress, signal }: Session, desk: Desk): Promise<void> {
  if (!desk.readOnly) {
    const onProgress = (posts: number): void => progress.update(`${number(posts)} posts indexed`);
    const away = await catchUpWhoAnswers({ ...desk, signal, onProgress });
    if (away !== undefined) progress.say(away);
    return;
  }
  const [state, status] = await Promise.all([desk.archive.state(), desk.engine.status()]);
  const behind = state.position - status.position;
  if (behind > 0)
    progress.say(`The index is ${number(behind)} changes behind, and cannot be written here.`);
}
