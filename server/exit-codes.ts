import { isNoRoom } from "./archive/errors.ts";

/** What the program's exit code says; outside schedulers act on it. */
export const exitCodes = {
  done: 0,
  unexpected: 1,
  badUsage: 2,
  sourceRefuses: 3,
  sourceBusy: 4,
  layoutChanged: 5,
  diskFull: 6,
  indexBehind: 7,
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const byErrorName = new Map<string, ExitCode>(
  Object.entries({
    UsageError: exitCodes.badUsage,
    QuerySyntaxError: exitCodes.badUsage,
    BadParameter: exitCodes.badUsage,
    ChannelUnavailable: exitCodes.sourceRefuses,
    Throttled: exitCodes.sourceBusy,
    Unreachable: exitCodes.sourceBusy,
    PageChanged: exitCodes.layoutChanged,
    MassAbsence: exitCodes.layoutChanged,
    DiskFull: exitCodes.diskFull,
    ChannelPurged: exitCodes.badUsage,
    ArchiveUnusable: exitCodes.badUsage,
    ArchiveDamaged: exitCodes.unexpected,
    BackupDamaged: exitCodes.unexpected,
    MeilisearchUnusable: exitCodes.badUsage,
    EngineAway: exitCodes.indexBehind,
    AddressUnavailable: exitCodes.badUsage,
    ArchiveBusy: exitCodes.unexpected,
    QueryTooSlow: exitCodes.unexpected,
    AbortError: exitCodes.interrupted,
    LeaseLost: exitCodes.interrupted,
    Stopped: exitCodes.interrupted,
  }),
);

const graveness: readonly ExitCode[] = [0, 7, 4, 3, 5, 1, 6, 2, 130];

/** Told by the error's class, or by what caused it. */
export function exitCodeOf(error: unknown): ExitCode {
  return foreseenCode(error) ?? exitCodes.unexpected;
}

/** What went wrong and what to do, in words for people. */
export function sentenceOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return isNoRoom(error)
    ? `The disk is full (${message}). Nothing was half-written; make room and run again.`
    : message;
}

/** Whether its sentence says all there is to say; for other errors a developer wants to know where they came from. */
export function isForeseen(error: unknown): boolean {
  return foreseenCode(error) !== undefined;
}

function foreseenCode(error: unknown): ExitCode | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = byErrorName.get(cause.name);
    if (code !== undefined) return code;
    if (isNoRoom(cause)) return exitCodes.diskFull;
  }
  return undefined;
}

/** Of several channels' codes the one that needs a person most. */
export function gravest(codes: readonly ExitCode[]): ExitCode {
  return codes.reduce<ExitCode>((a, b) => (graveness.indexOf(b) > graveness.indexOf(a) ? b : a), 0);
}
