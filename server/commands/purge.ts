import { channelName } from "../../scraper/channel-name.ts";
import { UsageError } from "../../scraper/errors.ts";
import { jsonLine } from "../export/json-line.ts";
import type { Purged } from "../archive/purge/purge-steps.ts";
import type { PurgeTarget } from "../archive/purge/purges.ts";
import { exitCodes } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { openDesk } from "../wiring/open-desk.ts";
import { catchUp } from "../search/catch-up.ts";
import { number } from "../terminal.ts";
import type { Session } from "./session.ts";

export interface PurgeFlags {
  readonly author?: string;
  readonly channel?: string;
  readonly yes?: boolean;
  readonly lift?: boolean;
  readonly json?: boolean;
}

/** Removes a post, a channel or an author for good, from the archive and the index; without a target, what was broken off. */
export async function purge(
  session: Session,
  typed: string | undefined,
  flags: PurgeFlags,
): Promise<ExitCode> {
  const { config, progress, signal, print } = session;
  const target = targetOf(typed, flags);
  await using desk = await openDesk(config, { inProcess: true });
  const { purges } = desk.archive;
  if (target && flags.lift) {
    await purges.lift(target);
    progress.say(`${nameOf(target)} may be kept again. What was purged stays gone.`);
    return exitCodes.done;
  }
  if (target) {
    if (!flags.yes) await agreed(session, target);
    await purges.order(target);
  }
  const open = await purges.open();
  if (open.length === 0) progress.say("Nothing is left to purge.");
  for (const no of open) {
    const done = await purges.carryOut(no, { signal });
    if (flags.json) print(jsonLine(done));
    else progress.say(describe(done));
  }
  await catchUp({ ...desk, signal });
  progress.say("Backups are not touched: those made before still hold what was purged.");
  return exitCodes.done;
}

function describe({ posts, pagesCut, pagesDropped }: Purged): string {
  return `Purged: ${number(posts)} posts; ${number(pagesCut)} kept pages were cut, ${number(pagesDropped)} dropped.`;
}

/** @throws UsageError */
function targetOf(typed: string | undefined, flags: PurgeFlags): PurgeTarget | undefined {
  const { author } = flags;
  if (author !== undefined) {
    if (typed !== undefined || author.trim() === "")
      throw new UsageError('--author takes a name and goes alone: purge --author "Name".');
    return {
      kind: "author",
      author,
      ...(flags.channel !== undefined && { channel: channelName(flags.channel) }),
    };
  }
  if (flags.channel !== undefined) throw new UsageError("--channel goes with --author.");
  if (typed === undefined) return undefined;
  const channel = channelName(typed);
  const id = /\/(\d{1,15})\/?(?:\?.*)?$/.exec(typed.trim())?.[1];
  return id === undefined
    ? { kind: "channel", channel }
    : { kind: "post", channel, id: Number(id) };
}

function nameOf(target: PurgeTarget): string {
  if (target.kind === "post") return `The post ${target.channel}/${target.id}`;
  if (target.kind === "channel") return `The channel @${target.channel}, all of it,`;
  return `What "${target.author}" signed${target.channel === undefined ? "" : ` in @${target.channel}`}`;
}

/** @throws UsageError when nobody says yes */
async function agreed({ ask }: Session, target: PurgeTarget): Promise<void> {
  const answer = await ask(
    `${nameOf(target)} is removed for good and not kept again; nothing brings it back but an older backup. Type yes: `,
  );
  if (answer === undefined)
    throw new UsageError("Nobody can be asked here. To purge without being asked, add --yes.");
  if (!/^(yes|y|да)$/i.test(answer.trim())) throw new UsageError("Nothing was purged.");
}
