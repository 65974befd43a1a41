import { channelName } from "../../scraper/channel-name.ts";
import { UsageError } from "../../scraper/errors.ts";
import { jsonLine } from "../export/json-line.ts";
import type { Archive } from "../archive/archive.ts";
import { bytesInMegabyte, mediaKindsOf, mediaKindsText } from "../archive/media/media-policy.ts";
import { exitCodeOf, exitCodes, gravest } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import type { Config } from "../config.ts";
import { openArchive } from "../wiring/open-desk.ts";
import { sayTrouble } from "../jobs/trouble.ts";
import { mediaPolicy, openMedia } from "../wiring/open-media.ts";
import { openReader } from "../wiring/open-reader.ts";
import { describeFiles, number, plain, table } from "../terminal.ts";
import type { JsonFlag } from "./keep.ts";
import { errorJson, notKept } from "./session.ts";
import type { Session } from "./session.ts";
import { ownCommand } from "../../scraper/own-command.ts";

export interface MediaFlags {
  readonly kinds?: string;
  readonly maxMb?: string;
  readonly default?: boolean;
}

const largestMegabytes = 4000;

/** What each channel wants of files, and what is kept of them. */
export async function listMedia(
  { config, print, progress }: Session,
  { json }: JsonFlag,
): Promise<ExitCode> {
  await using archive = await openArchive(config);
  const rows = [];
  for (const { name } of await archive.channels()) {
    const own = (await archive.media.override(name)) ?? {};
    const { kinds, maxBytes } = { ...mediaPolicy(config), ...own };
    const { bytes, ...files } = await archive.media.count(name);
    const policy = { kinds: mediaKindsText(kinds), maxMegabytes: maxBytes / bytesInMegabyte };
    if (json) print(jsonLine({ channel: name, ...policy, files: { ...files, bytes } }));
    const { kept, waiting, failed, tooLarge, refused } = files;
    rows.push([
      `@${name}`,
      policy.kinds,
      number(policy.maxMegabytes),
      ...[kept, Math.round(bytes / bytesInMegabyte), waiting, failed + tooLarge + refused].map(
        number,
      ),
    ]);
  }
  if (json) return exitCodes.done;
  print(table([["channel", "kinds", "max MB", "kept", "MB", "waiting", "not had"], ...rows]));
  const { files, bytes } = await archive.media.total();
  progress.say(
    `${number(files)} files, ${number(Math.round(bytes / bytesInMegabyte))} MB, each once, in ${archive.media.folder.path}.`,
  );
  return exitCodes.done;
}

/** Gives a channel a policy of its own, from its next run on. */
export async function setMedia(
  { config, progress }: Session,
  typed: string,
  { kinds, maxMb, default: none = false }: MediaFlags,
): Promise<ExitCode> {
  const name = channelName(typed);
  if (
    none ? kinds !== undefined || maxMb !== undefined : kinds === undefined && maxMb === undefined
  )
    throw new UsageError("Give --kinds, --max-mb or both; or --default alone.");
  await using archive = await openArchive(config);
  const before = none ? {} : await archive.media.override(name);
  const kept = await archive.media.setOverride(name, {
    ...before,
    ...(kinds !== undefined && { kinds: kindsTyped(kinds) }),
    ...(maxMb !== undefined && { maxBytes: megabytes(maxMb) * bytesInMegabyte }),
  });
  if (!kept) throw notKept(name);
  progress.say(`@${name} has ${none ? "no policy" : "a policy"} of its own now.`);
  return exitCodes.done;
}

/** Fetches what is wanted of these channels, of all without any, for as long as it takes. */
export async function fetchAll(session: Session, typed: readonly string[]): Promise<ExitCode> {
  const { config, progress, signal } = session;
  await using archive = await openArchive(config);
  const names = await namesOf(archive, typed);
  await using reader = await openReader(config);
  const fetchMedia = openMedia(config, {
    archive,
    reader,
    gates: reader.gates,
    relayFor: reader.relayFor,
  });
  const codes: ExitCode[] = [];
  for (const name of names) {
    try {
      const counts = await fetchMedia(name, {
        signal,
        onWarning: (sentence) => progress.say(`@${name}: ${plain(sentence)}`),
        onProgress: (now) => progress.update(`@${name}: ${describeFiles(now)}`),
        onTrouble: (trouble) =>
          trouble && progress.say(`@${name}: ${plain(sayTrouble(trouble, Date.now()))}`),
      });
      const { mediaWaiting: _said, ...had } = counts;
      progress.say(`@${name}: ${describeFiles(had)}${await whatWaits(archive, name, config)}`);
    } catch (error) {
      progress.say(`@${name}: ${plain(errorJson(error).message)}`);
      codes.push(exitCodeOf(error));
      if (signal.aborted) break;
    }
  }
  return gravest(codes);
}

/** Files of a channel that are known and not fetched, and why. */
async function whatWaits({ media }: Archive, name: string, config: Config): Promise<string> {
  const { waiting } = await media.count(name);
  const { kinds } = await media.policy(name, mediaPolicy(config));
  const off =
    `no kind of file is wanted. Say which: BACKSCROLL_MEDIA=photo, --media photo, or ` +
    `\`${ownCommand} media set ${name} --kinds photo\``;
  if (kinds.length === 0) return waiting > 0 ? `; ${number(waiting)} wait: ${off}` : `; ${off}`;
  if (waiting === 0) return "";
  const next = await media.nextAt(name, kinds);
  const when = next
    ? `; the next try is at ${next.toISOString().slice(0, 19)}Z`
    : `, of kinds that are not wanted now (wanted: ${mediaKindsText(kinds)})`;
  return `; ${number(waiting)} wait${when}`;
}

/** @throws UsageError, ChannelPurged when one of them is not kept, before anything is fetched */
async function namesOf(archive: Archive, typed: readonly string[]): Promise<readonly string[]> {
  if (typed.length === 0) return (await archive.channels()).map(({ name }) => name);
  const names = typed.map(channelName);
  for (const name of names) {
    if (await archive.channel(name)) continue;
    await archive.refusePurged(name);
    throw notKept(name);
  }
  return names;
}

function kindsTyped(typed: string) {
  try {
    return mediaKindsOf(typed);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`--kinds is "${typed}". ${error.message}`, { cause: error });
  }
}

function megabytes(typed: string): number {
  const value = /^\d{1,7}(\.\d{1,6})?$/.test(typed) ? Number(typed) : 0;
  if (!(value > 0 && value <= largestMegabytes))
    throw new UsageError(
      `--max-mb is "${typed}". It must be a number above 0, at most ${largestMegabytes}.`,
    );
  return value;
}
