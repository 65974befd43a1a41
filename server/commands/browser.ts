import { installChromium } from "../../scraper/reading/install-chromium.ts";
import { exitCodes } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import type { Session } from "./session.ts";

export async function browserInstall(session: Session): Promise<ExitCode> {
  const { config, environment, progress, signal } = session;
  const { chromium, proxy } = config;
  const { path, installed } = await installChromium(chromium, { proxy, environment, signal });
  progress.say(installed ? `Installed ${path}` : `There is a browser already: ${path}`);
  return exitCodes.done;
}
