import { channelName } from "../../scraper/channel-name.ts";
import { UsageError } from "../../scraper/errors.ts";
import { importFile, kindOf } from "../archive/import/import-file.ts";
import { type ImportKind, importKinds, isImportKind } from "../archive/import/import-kinds.ts";
import { isTimezone } from "../archive/import/local-time.ts";
import type { Imported } from "../archive/import/imported.ts";
import { exitCodeOf, exitCodes, gravest } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { catchUp } from "../search/catch-up.ts";
import { number, plain } from "../terminal.ts";
import { openDesk } from "../wiring/open-desk.ts";
import { errorJson, sayWhereKept } from "./session.ts";
import type { Session } from "./session.ts";

/** The flags of `import` as typed. */
export interface ImportFlags {
  readonly channel?: string;
  readonly acceptChange?: boolean;
  readonly kind?: string;
  readonly timezone?: string;
}

/**
 * Takes saved pages and exports into the archive, then indexes. A file that cannot be read does not stop the others; where none
 * can be, no archive is made.
 */
export async function importFiles(
  session: Session,
  files: readonly string[],
  flags: ImportFlags,
): Promise<ExitCode> {
  const { progress, signal, config } = session;
  const channel = flags.channel === undefined ? undefined : channelName(flags.channel);
  const kind = kindSaid(flags.kind);
  const { timezone } = flags;
  if (timezone !== undefined && !isTimezone(timezone))
    throw new UsageError(`--timezone is "${timezone}". It must be one like Europe/Berlin.`);
  const codes: ExitCode[] = [];
  const refuse = (file: string, error: unknown): void => {
    const said = plain(errorJson(error).message);
    progress.say(said.includes(file) ? said : `${file}: ${said}`);
    codes.push(exitCodeOf(error));
  };
  const faults = await Promise.all(files.map(async (file) => faultOf(file, kind)));
  if (faults.every((fault) => fault !== undefined)) {
    for (const [at, file] of files.entries()) refuse(file, faults[at]);
    return gravest(codes);
  }
  sayWhereKept(session);
  await using desk = await openDesk(config, { inProcess: true, mayMake: true });
  for (const file of files) {
    try {
      const taken = await importFile(desk.archive, file, {
        ...(channel !== undefined && { channel }),
        ...(kind !== undefined && { kind }),
        ...(timezone !== undefined && { timezone }),
        acceptChange: flags.acceptChange ?? false,
        signal,
      });
      progress.say(`${file}: ${describeImport(taken)}`);
      for (const warning of taken.warnings) progress.say(`${file}: ${plain(warning)}`);
      codes.push(exitCodes.done);
    } catch (error) {
      refuse(file, error);
    }
    if (signal.aborted) break;
  }
  await catchUp({ ...desk, signal });
  return gravest(codes);
}

/** @throws UsageError where no kind of this name is read */
function kindSaid(name: string | undefined): ImportKind | undefined {
  if (name === undefined || isImportKind(name)) return name;
  const kinds = Object.keys(importKinds).join(", ");
  throw new UsageError(`--kind is "${name}". It must be one of ${kinds}.`);
}

/** `@durov: 12 read, 10 new, 1 changed, 1 equal, 0 refused`; what else became of posts is said where there are some. */
function describeImport({ channels, ...counts }: Imported): string {
  const always = ["read", "new", "changed", "equal", "refused"] as const;
  const some = [
    [counts.joined, "parts of albums"],
    [counts.repeated, "told again later"],
    [counts.otherwise, "told otherwise by an older or poorer source, as kept before"],
    [counts.purged, "purged before, stay out"],
  ] as const;
  const said = [
    ...always.map((name) => `${number(counts[name])} ${name}`),
    ...some.filter(([count]) => count > 0).map(([count, what]) => `${number(count)} ${what}`),
  ];
  return `${namesOf(channels)}: ${said.join(", ")}`;
}

function namesOf(channels: readonly string[]): string {
  if (channels.length > mostNamed) return `${number(channels.length)} channels`;
  return channels.map((name) => `@${name}`).join(", ") || "no channel";
}
const mostNamed = 5;

/** Why nothing of the file can be taken, as far as its beginning tells. */
async function faultOf(file: string, kind: ImportKind | undefined): Promise<unknown> {
  return kindOf(file, kind).then(
    () => undefined,
    (error: unknown) => error,
  );
}
