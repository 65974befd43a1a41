import { demo } from "../../demo/demo.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import type { Session } from "./session.ts";

/** The whole pipeline on a bundled sample, served until told to stop. */
export async function tryDemo({ config, progress, signal }: Session): Promise<ExitCode> {
  const { host, port } = config;
  const code = await demo({ host, port, signal, say: (line) => progress.say(line) });
  return code ?? exitCodes.interrupted;
}
