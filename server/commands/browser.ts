import { installChromium } from "../../scraper/reading/install-chromium.ts";
import { exitCodes } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import type { Session } from "./session.ts";

export async function browserInstall({ config, progress }: Session): Promise<ExitCode> {
  const { path, installed } = installChromium(config.chromium);
  progress.say(installed ? `Installed ${path}` : `There is a browser already: ${path}`);
  return exitCodes.done;
}
