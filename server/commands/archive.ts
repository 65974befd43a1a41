import { systemClock } from "../../scraper/clock.ts";
import { UsageError } from "../../scraper/errors.ts";
import { within } from "../../scraper/reading/bounds.ts";
import { eachOnce } from "../../scraper/reading/each-once.ts";
import { channelName } from "../../scraper/channel-name.ts";
import type { HistoryPage } from "../../scraper/reading/history-page.ts";
import { readHistory, readNewest } from "../../scraper/reading/history.ts";
import { type PageReader, accepting, watched } from "../../scraper/reading/page-reader.ts";
import { Tally } from "../../scraper/tally.ts";
import { postHash } from "../../scraper/post-hash.ts";
import { jsonLine } from "../export/json-line.ts";
import { exitCodeOf, exitCodes, gravest } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import type { Archive } from "../archive/archive.ts";
import type { Lease, Run } from "../archive/runs/run.ts";
import type { ArchiveOptions } from "../jobs/archive-channel.ts";
import { sayTrouble, troubleWatch } from "../jobs/trouble.ts";
import { type RunChannel, workOnRun } from "../jobs/work-on-run.ts";
import { catchUp } from "../search/catch-up.ts";
import { plain } from "../terminal.ts";
import { openDesk } from "../wiring/open-desk.ts";
import { openReader } from "../wiring/open-reader.ts";
import { openRunner } from "../wiring/open-runner.ts";
import type { Desk } from "../wiring/open-desk.ts";
import { errorJson, hasEnded, holderName, sayWhereKept, startOf, wholeNumber } from "./session.ts";
import type { Session } from "./session.ts";
import { sayEnd, spoken } from "./spoken-run.ts";

/** The flags of `archive` and `scrape` as typed. */
export interface ReadFlags {
  readonly since?: string;
  readonly until?: string;
  readonly limit?: string;
  readonly full?: boolean;
  readonly acceptChange?: boolean;
  readonly browser?: boolean;
  readonly json?: boolean;
}

/** Brings channels up to date one after the other, then the index. The gravest exit code of all of them. */
export async function archive(
  session: Session,
  channels: readonly string[],
  flags: ReadFlags,
): Promise<ExitCode> {
  const names = channels.map(channelName);
  const options = readOptions(flags);
  sayWhereKept(session);
  await using desk = await openDesk(session.config, { inProcess: true, mayMake: true });
  const { browser = false, json = false } = flags;
  await using runner = await openRunner(session.config, desk.archive, { ...options, browser });
  const parts = { archive: desk.archive, runChannel: spoken(runner.runChannel, session) };
  const codes: ExitCode[] = [];
  for (const name of names) {
    codes.push(await archiveOne(session, { parts, name, json }));
    if (session.signal.aborted) break;
  }
  codes.push(await index(session, desk));
  return gravest(codes);
}

async function archiveOne(
  session: Session,
  {
    parts,
    name,
    json,
  }: {
    readonly parts: { readonly archive: Archive; readonly runChannel: RunChannel };
    readonly name: string;
    readonly json: boolean;
  },
): Promise<ExitCode> {
  const { progress, print, signal } = session;
  try {
    const begun = await beginRun(session, { archive: parts.archive, name });
    const worked = await workOnRun({ ...parts, clock: systemClock }, begun, signal);
    return sayEnd(session, worked, { json });
  } catch (error) {
    progress.say(plain(errorJson(error).message));
    if (json) print(jsonLine({ channel: name, state: "failed", error: errorJson(error) }));
    return exitCodeOf(error);
  }
}

/** The channel's run in the ledger; while another process reads the channel, this one waits for it to end. */
async function beginRun(
  { progress, signal }: Session,
  { archive, name }: { readonly archive: Archive; readonly name: string },
): Promise<{ readonly run: Run; readonly lease: Lease }> {
  for (let tries = 0; ; tries += 1) {
    const begun = await archive.runs.begin({
      channel: name,
      holder: holderName(),
      isGone: hasEnded,
    });
    if (!("busy" in begun)) return begun;
    const { holder = "another process", startedAt = "" } = begun.busy;
    if (tries === 0)
      progress.say(
        `@${name} is being read by ${holder} since ${startedAt}. This run begins when that one ends; nothing is read twice at once.`,
      );
    await systemClock.sleep(askAgainMs, signal);
  }
}

const askAgainMs = 500;

/**
 * What was read is kept whatever becomes of the index, which can be built from it at any time. Another process may be at the
 * same index: it is tried again before it is called behind.
 */
export async function index({ progress, signal }: Session, desk: Desk): Promise<ExitCode> {
  for (let tries = 1; ; tries += 1) {
    try {
      await catchUp({ ...desk, ...(!signal.aborted && { signal }) });
      return exitCodes.done;
    } catch (error) {
      const code = exitCodeOf(error);
      const isFinal = code === exitCodes.interrupted || code === exitCodes.diskFull;
      if (!isFinal && !signal.aborted && tries < indexTries) {
        await systemClock.sleep(askAgainMs, signal);
        continue;
      }
      progress.say(
        `The posts are archived, but the index is behind: ${plain(errorJson(error).message)}`,
      );
      return isFinal ? code : exitCodes.indexBehind;
    }
  }
}
const indexTries = 3;

/** Posts as JSON lines, nothing kept. */
export async function scrape(
  session: Session,
  channels: readonly string[],
  flags: ReadFlags,
): Promise<ExitCode> {
  const names = channels.map(channelName);
  const options = readOptions(flags);
  await using reader = await openReader(session.config, flags);
  const codes: ExitCode[] = [];
  for (const name of names) {
    try {
      await scrapeOne(session, { reader: accepting(reader, options.acceptChange), name, options });
      codes.push(exitCodes.done);
    } catch (error) {
      session.progress.say(plain(errorJson(error).message));
      codes.push(exitCodeOf(error));
    }
    if (session.signal.aborted) break;
  }
  return gravest(codes);
}

async function scrapeOne(
  { progress, print, signal }: Session,
  run: { readonly reader: PageReader; readonly name: string; readonly options: ArchiveOptions },
): Promise<void> {
  const { name, options } = run;
  const troubles = troubleWatch(
    (trouble) => trouble && progress.say(`@${name}: ${plain(sayTrouble(trouble, Date.now()))}`),
    Date.now,
  );
  const reader = watched(run.reader, troubles);
  const { limit = Number.POSITIVE_INFINITY } = options;
  let posts = 0;
  const said = new Tally();
  const newOn = eachOnce();
  const write = (page: HistoryPage): void => {
    const { readAt, warnings } = page;
    const shown = newOn(page);
    posts += shown.length;
    const seen = { firstSeenAt: readAt, lastSeenAt: readAt, versions: 1 };
    for (const { rawHtml: _rawHtml, ...post } of shown.toReversed())
      print(jsonLine({ ...post, hash: postHash(post), ...seen }));
    said.add(...warnings);
    progress.update(`@${name}: ${posts} posts`);
  };
  const newest = await readNewest(reader, name, { signal });
  const bounded = within(newest, options);
  if (bounded) write(bounded);
  const to = (newest.span?.from ?? 1) - 1;
  if (to >= 1 && posts < limit) {
    const bounds = { ...options, limit: limit - posts, signal };
    for await (const page of readHistory(reader, newest.channel.name, {
      ...bounds,
      ranges: [{ from: 1, to }],
    }))
      write(page);
  }
  for (const line of said.lines()) progress.say(`@${name}: ${plain(line)}`);
  progress.say(`@${name}: ${posts} posts`);
}

function readOptions(flags: ReadFlags): ArchiveOptions {
  const since = startOf("--since", flags.since);
  const until = startOf("--until", flags.until);
  if (since && until && since >= until)
    throw new UsageError(
      `--until is "${flags.until}", which is not after --since "${flags.since}": no post would be read.`,
    );
  const limit = wholeNumber("--limit", flags.limit, 1_000_000_000);
  return {
    ...(since && { since }),
    ...(until && { until }),
    ...(limit !== undefined && { limit }),
    full: flags.full ?? false,
    acceptChange: flags.acceptChange ?? false,
  };
}
