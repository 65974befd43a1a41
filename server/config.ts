import { readFileSync } from "node:fs";
import { UsageError } from "../scraper/errors.ts";
import { engineNames } from "./search/port.ts";
import { nearest } from "./search/nearest.ts";
import { defaultUserAgent } from "../scraper/user-agent.ts";
import { mediaKindsOf } from "./archive/media/media-policy.ts";
import {
  addressRanges,
  daysAndWeeks,
  framingOrigins,
  freeSpace,
  hosts,
  hoursOrDays,
  listed,
  logSetting,
  masterKey,
  numberBetween,
  oneOf,
  origin,
  program,
  proxy,
  something,
  userAgent,
  webAddress,
  webhookSecret,
  wholeNumber,
} from "./setting-values.ts";

interface Setting<T> {
  readonly name: string;
  /** Read where the name is not set. */
  readonly aliases?: readonly string[];
  readonly default: string;
  readonly help: string;
  /** Nobody else may read it: it is said in no error and in no log. Of some it is the password alone. */
  readonly secret?: true | "password";
  /** @throws UsageError with a sentence that says what is wrong; the name is put in front. */
  readonly parse: (value: string) => T;
}

const setting = <T>(one: Setting<T>): Setting<T> => one;

/** Every setting of the program: its name in the environment, what it is when unset, and its check. */
export const settings = {
  data: setting({
    name: "BACKSCROLL_DATA",
    default: "./data",
    help: "Folder of the archive and its index.",
    parse: something("a folder"),
  }),
  source: setting({
    name: "BACKSCROLL_SOURCE",
    default: "https://t.me",
    help: "Where channels are read: scheme and host.",
    parse: origin,
  }),
  rate: setting({
    name: "BACKSCROLL_RATE",
    default: "2",
    help: "Requests a second to one host, up to 1000.",
    parse: (value) => numberBetween(value, { least: 0.01, most: 1000 }),
  }),
  concurrency: setting({
    name: "BACKSCROLL_CONCURRENCY",
    default: "4",
    help: "Requests to one host at the same time, up to 64.",
    parse: (value) => wholeNumber(value, { least: 1, most: 64 }),
  }),
  userAgent: setting({
    name: "BACKSCROLL_USER_AGENT",
    default: "",
    help: `How this program introduces itself to the source, like \`Archive/1.0 (+https://example.org)\`. Empty: \`${defaultUserAgent}\`, and a browser as what it is.`,
    parse: (value) => (value === "" ? undefined : userAgent(value)),
  }),
  proxy: setting({
    name: "BACKSCROLL_PROXY",
    default: "",
    help: "The proxy that everything is asked through: pages, files, the browser, webhooks. `http://`, `https://` or `socks5://`, user and password, host and port. Empty: the four below are honoured, for pages, files and the browser.",
    secret: "password",
    parse: (value) => (value === "" ? undefined : proxy(value)),
  }),
  httpProxy: setting({
    name: "HTTP_PROXY",
    aliases: ["http_proxy"],
    default: "",
    help: "The proxy for http addresses. This machine is asked directly.",
    secret: "password",
    parse: (value) => (value === "" ? undefined : proxy(value)),
  }),
  httpsProxy: setting({
    name: "HTTPS_PROXY",
    aliases: ["https_proxy"],
    default: "",
    help: "The proxy for https addresses.",
    secret: "password",
    parse: (value) => (value === "" ? undefined : proxy(value)),
  }),
  allProxy: setting({
    name: "ALL_PROXY",
    aliases: ["all_proxy"],
    default: "",
    help: "The proxy for both, where there is none of its own.",
    secret: "password",
    parse: (value) => (value === "" ? undefined : proxy(value)),
  }),
  noProxy: setting({
    name: "NO_PROXY",
    aliases: ["no_proxy"],
    default: "",
    help: "What is asked past those three: hosts with all below them, `host:port`, addresses, ranges like 10.0.0.0/8, or `*`, with commas.",
    parse: listed,
  }),
  engine: setting({
    name: "BACKSCROLL_ENGINE",
    default: "embedded",
    help: "The search engine: `embedded`, or `meilisearch` with the embedded one behind it.",
    parse: (value) => oneOf(value, engineNames),
  }),
  meiliUrl: setting({
    name: "MEILI_URL",
    default: "",
    help: "Where Meilisearch answers; empty starts the `meilisearch` on the PATH.",
    parse: (value) => (value === "" ? undefined : origin(value)),
  }),
  meiliMasterKey: setting({
    name: "MEILI_MASTER_KEY",
    default: "",
    help: "Its master key, from which the one key of this program is made.",
    secret: true,
    parse: (value) => (value === "" ? undefined : masterKey(value)),
  }),
  read: setting({
    name: "BACKSCROLL_READ",
    default: "open",
    help: "Who may read beyond this machine: `open` is everybody, `key` whoever has a key.",
    parse: (value) => oneOf(value, ["open", "key"]),
  }),
  url: setting({
    name: "BACKSCROLL_URL",
    default: "",
    help: "The address the world knows this server by, like https://archive.example.org: feeds, previews, oEmbed and what is pasted into other sites name it. Empty: the one it is asked by.",
    parse: (value) => (value === "" ? undefined : origin(value)),
  }),
  mcpKey: setting({
    name: "BACKSCROLL_MCP_KEY",
    default: "",
    help: "The key that `mcp` answers by, where the agent may see less than whoever starts it. Empty: all.",
    secret: true,
    parse: (value) => (value === "" ? undefined : value),
  }),
  embed: setting({
    name: "BACKSCROLL_EMBED",
    default: "",
    help: "Origins of the sites that may frame a post, like https://blog.example.org, with commas; `*` is every site. Empty: none, but for those a key names.",
    parse: framingOrigins,
  }),
  limit: setting({
    name: "BACKSCROLL_LIMIT",
    default: "",
    help: "Requests a minute from one address, up to 100000; a key may be used 20 times as often. Empty: 120, and no limit on a loopback address.",
    parse: (value) => (value === "" ? undefined : wholeNumber(value, { least: 1, most: 100_000 })),
  }),
  trustedProxies: setting({
    name: "BACKSCROLL_TRUSTED_PROXIES",
    aliases: ["BACKSCROLL_PROXIES"],
    default: "",
    help: "Proxies whose X-Forwarded-For is believed: addresses or ranges like 10.0.0.0/8, with commas. With one named, a loopback address is no longer taken for this machine alone.",
    parse: addressRanges,
  }),
  diskFree: setting({
    name: "BACKSCROLL_DISK_FREE",
    default: "",
    help: "How much of the disk archiving leaves free, like 500MB, 2GB or 5%; 0 fills it. Empty: 1 GB, or 5 % of a smaller disk.",
    parse: freeSpace,
  }),
  backup: setting({
    name: "BACKSCROLL_BACKUP",
    default: "",
    help: "Folder that `serve` backs the archive up to, by the clock; empty: none.",
    parse: (value) => (value === "" ? undefined : something("a folder")(value)),
  }),
  backupEvery: setting({
    name: "BACKSCROLL_BACKUP_EVERY",
    default: "24h",
    help: "How long after one backup the next is made, in hours or days like 6h or 1d.",
    parse: hoursOrDays,
  }),
  backupKeep: setting({
    name: "BACKSCROLL_BACKUP_KEEP",
    default: "7d 4w",
    help: "Which backups stay: the newest of so many days and weeks.",
    parse: daysAndWeeks,
  }),
  webhookInside: setting({
    name: "BACKSCROLL_WEBHOOK_INSIDE",
    default: "",
    help: "Hosts within the network that webhooks may be sent to: `name` or `name:port`, with commas. All others must be on the public internet.",
    parse: hosts,
  }),
  media: setting({
    name: "BACKSCROLL_MEDIA",
    default: "off",
    help: "Files of posts to fetch: `off`, `all`, or some of photo, video, gif, round, voice, sticker, thumbnail, preview, avatar, with commas. A channel may have its own.",
    parse: mediaKindsOf,
  }),
  mediaMaxMb: setting({
    name: "BACKSCROLL_MEDIA_MAX_MB",
    default: "20",
    help: "The largest file of a post to fetch, in MB, up to 4000. A channel may have its own.",
    parse: (value) => numberBetween(value, { least: 0.01, most: 4000 }),
  }),
  mediaTotalGb: setting({
    name: "BACKSCROLL_MEDIA_TOTAL_GB",
    default: "10",
    help: "What all files of posts together may take, in GB, up to 100000; with it reached, the rest waits.",
    parse: (value) => numberBetween(value, { least: 0.001, most: 100_000 }),
  }),
  alertWebhook: setting({
    name: "BACKSCROLL_ALERT_WEBHOOK",
    default: "",
    help: "Where alerts are sent as webhooks; empty sends none.",
    secret: true,
    parse: (value) => (value === "" ? undefined : webAddress(value)),
  }),
  alertSecret: setting({
    name: "BACKSCROLL_ALERT_WEBHOOK_SECRET",
    default: "",
    help: "What those are signed with: `whsec_…` or 16 characters and more; needed with the address.",
    secret: true,
    parse: (value) => (value === "" ? undefined : webhookSecret(value)),
  }),
  tsa: setting({
    name: "BACKSCROLL_TSA",
    default: "",
    help: "Address of a time stamp authority (RFC 3161) that is asked to stamp the journal: daily by `serve`, and for each cited result and package of evidence. Empty: none.",
    parse: (value) => (value === "" ? undefined : webAddress(value)),
  }),
  log: setting({
    name: "BACKSCROLL_LOG",
    default: "",
    help: "What a server logs: `debug`, `info`, `warn`, `error` or `off`, and `json` or `text`, with a comma. Empty: `info,json`, and `warn,text` on a terminal.",
    parse: logSetting,
  }),
  chromium: setting({
    name: "BACKSCROLL_CHROMIUM",
    default: "",
    help: "Path of a Chromium or Chrome to use; empty looks for one.",
    parse: program,
  }),
  host: setting({
    name: "BACKSCROLL_HOST",
    default: "127.0.0.1",
    help: "Address the server listens on.",
    parse: something("an address of this machine, like 127.0.0.1"),
  }),
  port: setting({
    name: "BACKSCROLL_PORT",
    default: "8080",
    help: "Port the server listens on; 0 takes a free one.",
    parse: (value) => wholeNumber(value, { least: 0, most: 65_535 }),
  }),
} as const;

export type SettingKey = keyof typeof settings;

/** The flag of a setting: `--media-max-mb`. */
export const flagOf = (key: SettingKey): string =>
  `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** The names of a setting in the environment, the first that is set counting. */
export function namesOf(key: SettingKey): readonly string[] {
  const { name, aliases = [] }: Setting<unknown> = settings[key];
  return [name].concat(aliases);
}

/** The flags by which a setting may be given: those of its other names first. */
export function flagsOf(key: SettingKey): readonly string[] {
  const others = namesOf(key)
    .slice(1)
    .map((name) => name.replace("BACKSCROLL_", "").toLowerCase());
  return others.map((name) => `--${name.replaceAll("_", "-")}`).concat(flagOf(key));
}

export type Config = { readonly [K in SettingKey]: ReturnType<(typeof settings)[K]["parse"]> };

/**
 * All settings, checked: a flag wins over the environment, the environment over `NAME_FILE`, that over the default.
 * @throws UsageError naming the setting, its value and what it may be.
 */
export function readConfig(
  flags: Readonly<Partial<Record<SettingKey, string>>>,
  environment: Readonly<Record<string, string | undefined>>,
): Config {
  const { config, bad } = inspectSettings(flags, environment);
  if (bad[0]) throw bad[0];
  return config;
}

/** What is wrong with the settings as they are given; `config` has the default where one is. */
export interface SettingsFound {
  readonly config: Config;
  readonly bad: readonly UsageError[];
  /** Names that look like ours and are none, with the one that was perhaps meant. */
  readonly unknown: readonly { readonly name: string; readonly meant: string | undefined }[];
}

/** Every setting, and all that is wrong with them instead of the first thing. */
export function inspectSettings(
  flags: Readonly<Partial<Record<SettingKey, string>>>,
  environment: Readonly<Record<string, string | undefined>>,
): SettingsFound {
  const bad: UsageError[] = [];
  const read = (key: SettingKey): unknown => {
    const { name, parse, ...one }: Setting<unknown> = settings[key];
    const flag = flags[key];
    let value: string | undefined;
    try {
      value = flag ?? firstIn(namesOf(key), environment) ?? one.default;
      return parse(value);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      const where = flag === undefined ? name : flagOf(key);
      const said = one.secret ? "not usable" : `"${value}"`;
      bad.push(
        value === undefined
          ? error
          : new UsageError(`${where} is ${said}. ${error.message}`, { cause: error }),
      );
      return parse(one.default);
    }
  };
  // Each key is parsed by its own entry of `settings`, which is what Config says of it.
  const config = Object.fromEntries(
    Object.keys(settings).map((key) => [key, read(key as SettingKey)]),
  ) as Config;
  return { config, bad, unknown: unknownNames(environment) };
}

function unknownNames(
  environment: Readonly<Record<string, string | undefined>>,
): SettingsFound["unknown"] {
  const names = (Object.keys(settings) as SettingKey[])
    .flatMap(namesOf)
    .flatMap((name) => [name, `${name}_FILE`]);
  return Object.keys(environment)
    .filter((name) => name.startsWith("BACKSCROLL_") && !names.includes(name))
    .map((name) => ({ name, meant: nearest(name, names) }));
}

/** The first that is set, itself or by a file. */
function firstIn(
  names: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  for (const name of names) {
    const value = environment[name] ?? fromFile(name, environment);
    if (value !== undefined) return value;
  }
  return undefined;
}

function fromFile(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const file = environment[`${name}_FILE`];
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new UsageError(`${name}_FILE names ${file}, which cannot be read: ${String(error)}.`, {
      cause: error,
    });
  }
}

/** What nobody else may read, as it stands in this configuration. */
export const secretsIn = (config: Config): readonly string[] =>
  (Object.keys(settings) as SettingKey[]).flatMap((key) => {
    const value = config[key];
    const { secret }: Setting<unknown> = settings[key];
    if (typeof value !== "string" || secret === undefined) return [];
    return secret === true ? [value] : passwordsIn(value);
  });

/** The password of an address, as it stands there and as it is meant. */
function passwordsIn(address: string): readonly string[] {
  const { password } = new URL(address);
  return password === "" ? [] : [password, decodeURIComponent(password)];
}
