import { jsonLine } from "../export/json-line.ts";
import { exitCodes } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { plain } from "../terminal.ts";
import { archiveChecks } from "./check-archive.ts";
import { machineChecks } from "./check-machine.ts";
import type { Check, Finding } from "./finding.ts";
import { errorJson } from "./session.ts";
import type { Session } from "./session.ts";

export interface DoctorFlags {
  readonly online?: boolean;
  readonly json?: boolean;
}

const checks: readonly Check[] = [...machineChecks, ...archiveChecks];

/** Looks at everything a run needs. 0 when nothing is wrong, 2 when a setting is, else 1; notes alone are no fault. */
export async function doctor(session: Session, flags: DoctorFlags): Promise<ExitCode> {
  const { print, signal, settingsFound } = session;
  let problems = 0;
  // With a setting that is not usable a default stands in: the source must not be asked past a proxy that is misspelt.
  const asked = settingsFound.bad.length > 0 ? { ...flags, online: false } : flags;
  for (const { name, look } of checks) {
    signal.throwIfAborted();
    for (const finding of await found(look, session, asked)) {
      if (finding.state === "problem") problems += 1;
      print(flags.json ? jsonLine({ check: name, ...finding }) : sentences(name, finding));
    }
  }
  if (settingsFound.bad.length > 0) return exitCodes.badUsage;
  return problems === 0 ? exitCodes.done : exitCodes.unexpected;
}

/** A check that itself fails has found something. */
async function found(
  look: Check["look"],
  ...asked: Parameters<Check["look"]>
): Promise<readonly Finding[]> {
  try {
    return await look(...asked);
  } catch (error) {
    return [
      {
        state: "problem",
        what: errorJson(error).message,
        why: "This could not be looked at.",
        todo: "See to what the message says, then ask the doctor again.",
      },
    ];
  }
}

function sentences(name: string, finding: Finding): string {
  if (finding.state === "ok") return `ok       ${name}: ${plain(finding.what)}`;
  const indent = " ".repeat(9);
  const lines = [finding.what, finding.why, `Do: ${finding.todo}`].map(plain);
  return `${finding.state.padEnd(9)}${name}: ${lines.join(`\n${indent}`)}`;
}
