import { existsSync, readFileSync, realpathSync } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { UsageError } from "../../scraper/errors.ts";
import { settings } from "../config.ts";
import { exitCodes } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { environmentFile, serviceUnit, serviceUser, systemData } from "./service-unit.ts";
import { plain } from "../terminal.ts";
import type { Session } from "./session.ts";

export interface ServiceFlags {
  readonly system?: boolean;
  readonly user?: boolean;
  readonly print?: boolean;
  readonly force?: boolean;
}

/** Writes a systemd unit of this program and says how to start it; nothing is started here. */
export async function installService(session: Session, flags: ServiceFlags): Promise<ExitCode> {
  const { config, print, progress } = session;
  if (flags.system && flags.user)
    throw new UsageError("Give --system or --user, not both: one unit is written.");
  const script = realpathSync(process.argv[1] ?? "");
  if (script.includes("/_npx/"))
    throw new UsageError(
      "npx fetched this copy for the moment, and may remove it at any time. Install it for good first: npm install --global backscroll",
    );
  const isRoot = process.getuid?.() === 0;
  const scope = flags.system || (isRoot && !flags.user) ? "system" : "user";
  const isDefault = config.data === settings.data.default;
  const data = scope === "system" && isDefault ? systemData : resolve(config.data);
  const backup = config.backup === undefined ? undefined : resolve(config.backup);
  const { host, port } = config;
  const text = serviceUnit({
    scope,
    command: [process.execPath, script],
    data,
    backup,
    settings: { BACKSCROLL_HOST: host, BACKSCROLL_PORT: String(port) },
  });
  if (flags.print) {
    print(text.trimEnd());
    return exitCodes.done;
  }
  if (!existsSync("/run/systemd/system") && !flags.force)
    throw new UsageError(
      "systemd does not run here. --print shows the unit, --force writes it all the same; docs/operating.md tells of other ways to keep the program running.",
    );
  const file = join(
    scope === "system" ? "/etc/systemd/system" : join(homedir(), ".config", "systemd", "user"),
    "backscroll.service",
  );
  await write(file, text, flags);
  progress.say(
    plain(`Wrote ${file}: it serves what is kept in ${data} at http://${host}:${port}.`),
  );
  for (const line of nextSteps(scope, [data, ...(backup === undefined ? [] : [backup])]))
    progress.say(plain(line));
  return exitCodes.done;
}

/** @throws UsageError where another unit stands, or none may be written */
async function write(file: string, text: string, { force }: ServiceFlags): Promise<void> {
  if (existsSync(file) && readFileSync(file, "utf8") !== text && !force)
    throw new UsageError(`${file} is there already and says something else. --force replaces it.`);
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    // It holds no secret, and `systemctl cat` is for everybody.
    await chmod(file, 0o644);
  } catch (error) {
    throw new UsageError(
      `${file} cannot be written (${(error as Error).message}). For the whole system run this as root; --user needs no rights.`,
      { cause: error },
    );
  }
}

function nextSteps(scope: "system" | "user", folders: readonly string[]): readonly string[] {
  const systemctl = scope === "system" ? "systemctl" : "systemctl --user";
  const own = folders.filter((folder) => folder !== systemData);
  const makeFolders = own.map(
    (folder) => `  install -d -o ${serviceUser} -g ${serviceUser} -m 700 '${folder}'`,
  );
  return [
    "Start it, now and whenever this machine starts:",
    ...(scope === "system" && !isUserKnown()
      ? [`  useradd --system --home-dir ${systemData} --shell /usr/sbin/nologin ${serviceUser}`]
      : []),
    ...(scope === "system" ? makeFolders : []),
    `  ${systemctl} daemon-reload`,
    `  ${systemctl} enable --now backscroll`,
    ...(scope === "user" ? ["  loginctl enable-linger    # also while you are not logged in"] : []),
    `What it says: ${scope === "system" ? "journalctl" : "journalctl --user"} -u backscroll`,
    `Its settings, a line each: ${environmentFile[scope].replace("%E", "~/.config")}`,
    ...(scope === "system"
      ? [
          `Other commands as its user: sudo -u ${serviceUser} env BACKSCROLL_DATA='${folders[0] ?? ""}' …`,
        ]
      : []),
  ];
}

const isUserKnown = (): boolean =>
  existsSync("/etc/passwd") &&
  readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .some((line) => line.startsWith(`${serviceUser}:`));
