/** A systemd unit of `serve`: for the whole system under a user of its own, or for the user who installs it. */
export interface ServiceUnit {
  readonly scope: "system" | "user";
  /** Absolute: Node, and the program it runs. */
  readonly command: readonly string[];
  /** Absolute. */
  readonly data: string;
  /** Absolute, where backups are made by the clock. */
  readonly backup?: string | undefined;
  /** Of the environment, beyond the folders: by name. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Whom a unit of the system runs as, and where its data lie by default: systemd makes that folder. */
export const serviceUser = "backscroll";
export const systemData = "/var/lib/backscroll";
/** Settings that a person adds, a line each: `BACKSCROLL_MEDIA=photo`. It need not be there. */
export const environmentFile = { system: "/etc/backscroll.env", user: "%E/backscroll.env" };

/** The text of the unit's file. */
export function serviceUnit(unit: ServiceUnit): string {
  const { scope, command, data, backup, settings } = unit;
  const environment = {
    BACKSCROLL_DATA: data,
    ...(backup !== undefined && { BACKSCROLL_BACKUP: backup }),
    ...settings,
  };
  return `${[
    "[Unit]",
    "Description=Backscroll: keeps Telegram channels and finds what was posted in them",
    ...(scope === "system" ? ["Wants=network-online.target", "After=network-online.target"] : []),
    "",
    "[Service]",
    "Type=exec",
    `ExecStart=${command.map(argument).join(" ")} serve`,
    ...Object.entries(environment).map(
      ([name, value]) => `Environment=${quoted(`${name}=${value}`)}`,
    ),
    `EnvironmentFile=-${environmentFile[scope]}`,
    "# A setting that is wrong (exit code 2) does not come right by trying again.",
    "Restart=on-failure",
    "RestartSec=5",
    "RestartPreventExitStatus=2",
    "# The page in hand is finished first.",
    "TimeoutStopSec=60",
    "KillMode=mixed",
    "UMask=0077",
    "",
    ...(scope === "system" ? systemLimits(unit) : []),
    ...limits,
    "",
    "[Install]",
    `WantedBy=${scope === "system" ? "multi-user.target" : "default.target"}`,
  ].join("\n")}\n`;
}

/** What any user may ask of systemd. A browser, which is the second try for pages, brings a sandbox of its own: it needs namespaces. */
const limits: readonly string[] = [
  "NoNewPrivileges=yes",
  "LockPersonality=yes",
  "RestrictRealtime=yes",
  "RestrictSUIDSGID=yes",
  "RestrictNamespaces=user pid net",
  "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK",
  "SystemCallArchitectures=native",
  "SystemCallFilter=@system-service seccomp chroot",
  "SystemCallErrorNumber=EPERM",
];

function systemLimits({ command, data, backup }: ServiceUnit): readonly string[] {
  const own = data === systemData;
  const writable = [...(own ? [] : [data]), ...(backup === undefined ? [] : [backup])];
  const homes = /^\/(?:home|root|run\/user)\//;
  const inHome = [...command, data, backup ?? ""].some((path) => homes.test(path));
  return [
    `User=${serviceUser}`,
    ...(own ? ["StateDirectory=backscroll", "StateDirectoryMode=0700"] : []),
    "ProtectSystem=strict",
    ...(writable.length > 0 ? [`ReadWritePaths=${writable.map(quoted).join(" ")}`] : []),
    `ProtectHome=${inHome ? "read-only" : "yes"}`,
    "PrivateTmp=yes",
    "PrivateDevices=yes",
    "PrivateIPC=yes",
    "ProtectClock=yes",
    "ProtectControlGroups=yes",
    "ProtectHostname=yes",
    "ProtectKernelLogs=yes",
    "ProtectKernelModules=yes",
    "ProtectKernelTunables=yes",
    "ProtectProc=invisible",
    "RemoveIPC=yes",
    "CapabilityBoundingSet=",
    "AmbientCapabilities=",
  ];
}

/** As systemd reads it: its own signs doubled, in quotes. */
const quoted = (text: string): string =>
  `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("%", "%%")}"`;

/** A plain path stays as it is; in a command a $ would be a variable. */
const argument = (text: string): string =>
  /^[\w./@:+-]+$/.test(text) ? text : quoted(text).replaceAll("$", "$$$$");
