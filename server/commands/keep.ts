import { percent } from "../../web/words/percent.ts";
import { dirname, join } from "node:path";
import { channelName } from "../../scraper/channel-name.ts";
import { UsageError } from "../../scraper/errors.ts";
import { jsonLine } from "../export/json-line.ts";
import { mirrorFiles } from "../archive/media/mirror-files.ts";
import { backUpChecked } from "../jobs/backups.ts";
import type { CarriedKeys } from "../archive/copies/carry-keys.ts";
import { restoreArchive } from "../archive/copies/restore.ts";
import { exitCodes } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import {
  catchUpWhoAnswers,
  compareIndex,
  setAsideFindings,
  rebuildIndex,
} from "../search/catch-up.ts";
import { removeIndex } from "../search/engines/embedded/embedded-index.ts";
import { number, plain, table } from "../terminal.ts";
import { archiveFile, indexFile, openArchive, openDesk, openToRead } from "../wiring/open-desk.ts";
import { narrowToOwner } from "../wiring/owner-only.ts";
import { notKept } from "./session.ts";
import type { Session } from "./session.ts";
import { ownCommand } from "../../scraper/own-command.ts";

export interface JsonFlag {
  readonly json?: boolean;
}

/** What is kept, a channel a line. */
export async function channels(
  { config, print, progress }: Session,
  { json }: JsonFlag,
): Promise<ExitCode> {
  await using archive = await openToRead(config);
  const kept = await archive.channels();
  if (json) for (const channel of kept) print(jsonLine(channel));
  else if (kept.length === 0)
    progress.say(`Nothing is kept here yet. Archive a channel: ${ownCommand} archive durov`);
  else
    print(
      table([
        ["channel", "posts", "deleted", "newest", "ids classed", "imported", "last read", "title"],
        ...kept.map(
          ({
            name,
            posts,
            deleted,
            newest = "",
            complete,
            imported,
            lastReadAt = "never",
            title,
          }) => [
            `@${name}`,
            number(posts),
            number(deleted),
            newest,
            percent(complete),
            number(imported),
            lastReadAt,
            plain(title),
          ],
        ),
      ]),
    );
  return exitCodes.done;
}

/** Every id of a channel, classed. */
export async function coverage(
  { config, print }: Session,
  typed: string,
  { json }: JsonFlag,
): Promise<ExitCode> {
  const name = channelName(typed);
  await using archive = await openToRead(config);
  const found = await archive.kept(name).coverage();
  if (!found) await archive.refusePurged(name);
  if (!found) throw notKept(name);
  if (json) print(jsonLine(found));
  else
    print(
      table([
        ["ids", "class", "as of"],
        ...found.ranges.map(({ from, to, class: kind, imported, asOf = "" }) => [
          from === to ? `${from}` : `${from}–${to}`,
          imported ? `${kind}, imported` : kind,
          asOf,
        ]),
      ]),
    );
  return exitCodes.done;
}

export async function reindex({ config, progress, signal }: Session): Promise<ExitCode> {
  await using desk = await openDesk(config, { inProcess: true });
  const onProgress = (posts: number): void => progress.update(`${number(posts)} posts indexed`);
  await rebuildIndex({ ...desk, signal, onProgress });
  const { posts } = await desk.engine.status();
  progress.say(`The index is built anew: ${number(posts)} posts`);
  return exitCodes.done;
}

/** Checks the archive against itself, then the index against the archive; 1 when anything was found. */
export async function verify(
  { config, print, progress, signal }: Session,
  { json }: JsonFlag,
): Promise<ExitCode> {
  await using desk = await openDesk(config, { inProcess: true });
  const wrong = await desk.archive.verify({ signal });
  const { state } = await desk.engine.status();
  // A damaged index is a finding, not mended before it was told; and nothing is indexed of a damaged archive.
  if (state !== "damaged" && wrong.length === 0) {
    const away = await catchUpWhoAnswers({ ...desk, signal });
    if (away !== undefined) progress.say(`${away} The other is not compared.`);
  }
  const found = [
    ...wrong,
    ...(await compareIndex(desk)),
    ...setAsideFindings(await desk.engine.status()),
  ];
  for (const finding of found)
    print(json ? jsonLine(finding) : `${finding.where}: ${finding.what}`);
  const { posts, channels: count } = await desk.archive.state();
  if (found.length === 0)
    progress.say(
      `${number(posts)} ${posts === 1 ? "post" : "posts"} in ${number(count)} ${count === 1 ? "channel" : "channels"}, and nothing is wrong.`,
    );
  return found.length === 0 ? exitCodes.done : exitCodes.unexpected;
}

export async function backup({ config, progress }: Session, file: string): Promise<ExitCode> {
  if (file === "-")
    throw new UsageError(
      "A backup is looked through once it is written, and files of posts stand beside it: name a file, it cannot be piped.",
    );
  await using archive = await openArchive(config);
  await backUpChecked(archive, file);
  progress.say(`The archive as of now is in ${file}.`);
  return exitCodes.done;
}

export interface RestoreFlags {
  readonly keepKeys?: boolean;
}

export async function restore(
  { config, progress }: Session,
  file: string,
  { keepKeys = false }: RestoreFlags,
): Promise<ExitCode> {
  const { movedTo, keys } = await restoreArchive({
    from: file,
    to: archiveFile(config),
    keepKeys,
  });
  // It is of what stood here before: by its position it could be taken for one of this archive.
  removeIndex(indexFile(config));
  await mirrorFiles(join(dirname(file), "media"), join(config.data, "media"));
  await narrowToOwner(config);
  progress.say(
    `Restored from ${file}.${movedTo === undefined ? "" : ` What was here before is in ${movedTo}.`}`,
  );
  if (keys.keys > 0) progress.say(saidOfKeys(keys));
  return exitCodes.done;
}

function saidOfKeys({ kind, keys }: CarriedKeys): string {
  const some = `${number(keys)} ${keys === 1 ? "key" : "keys"}`;
  if (kind === "carried")
    return `${some} revoked or given another secret since the backup: it stays so.`;
  if (kind === "left")
    return `${some} as in the backup (--keep-keys): what was revoked since is good again. Look through \`${ownCommand} keys list\`.`;
  return `Nothing here tells which keys were revoked since the backup, so ${some} ${keys === 1 ? "is" : "are"} revoked now: all but the admin's. Make new ones (\`${ownCommand} keys create\`), or restore again with --keep-keys.`;
}
