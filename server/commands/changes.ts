import { channelName } from "../../scraper/channel-name.ts";
import { instant } from "../../scraper/instant.ts";
import type { Archive } from "../archive/archive.ts";
import type { ChangeFilter, PostChange } from "../archive/posts/read-changes.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { jsonLine } from "../export/json-line.ts";
import { plain, table } from "../terminal.ts";
import { openToRead } from "../wiring/open-desk.ts";
import type { JsonFlag } from "./keep.ts";
import { notKept, startOf, type Session } from "./session.ts";

export interface ChangesFlags extends JsonFlag {
  readonly since?: string;
  readonly channel?: readonly string[];
}

const rowsAtOnce = 500;
const longestSaid = 60;

/** What was seen to happen to posts, newest first. */
export async function changes(
  { config, print, progress, signal }: Session,
  { since, channel, json }: ChangesFlags,
): Promise<ExitCode> {
  const from = startOf("--since", since);
  const names = channel?.map(channelName);
  await using archive = await openToRead(config);
  for (const name of names ?? []) {
    if (await archive.channel(name)) continue;
    await archive.refusePurged(name);
    throw notKept(name);
  }
  const filter = {
    ...(names && { channels: names }),
    ...(from && { since: instant(from) }),
  };
  let count = 0;
  for await (const some of all(archive, filter, signal)) {
    if (json) for (const change of some) print(jsonLine(told(change)));
    else print(table([...(count === 0 ? [heads] : []), ...some.map(row)]));
    count += some.length;
  }
  if (count === 0 && !json) progress.say("No such change was seen.");
  return exitCodes.done;
}

const heads = ["seen", "what", "post", "version", "last seen before", "says"];

const row = ({
  at,
  kind,
  channel,
  id,
  version,
  lastSeenAt,
  before,
  after,
}: PostChange): string[] => [
  at,
  kind,
  `${channel}/${id}`,
  String(version),
  lastSeenAt,
  plain(after?.text ?? before?.text ?? "")
    .replaceAll(/\s+/g, " ")
    .slice(0, longestSaid),
];

/** All of them, some at once; those seen meanwhile are not among them. */
async function* all(
  archive: Archive,
  filter: ChangeFilter,
  signal: AbortSignal,
): AsyncGenerator<readonly PostChange[]> {
  const upToNo = await archive.lastChange(filter);
  for (let offset = 0; ;) {
    signal.throwIfAborted();
    const found = await archive.postChanges({ ...filter, upToNo }, { offset, limit: rowsAtOnce });
    if (found.length > 0) yield found;
    if (found.length < rowsAtOnce) return;
    offset += found.length;
  }
}

/** Without its number, which is the archive's own. */
function told(change: PostChange): Omit<PostChange, "no"> {
  const { no: _, ...rest } = change;
  return rest;
}
