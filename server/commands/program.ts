import { existsSync } from "node:fs";
import { Command } from "commander";
import { codeEnding } from "../../scraper/code-ending.ts";
import { UsageError } from "../../scraper/errors.ts";
import { version } from "../../scraper/version.ts";
import { cadenceKinds, cadenceSays, fieldsOf } from "../archive/runs/cadence.ts";
import type { SettingKey } from "../config.ts";
import { flagsOf, settings } from "../config.ts";
import { exportFormats } from "../export/formats.ts";
import type { ExitCode } from "../exit-codes.ts";
import { kindNames } from "../jobs/targets/kind-names.ts";
import type { ReadFlags } from "./archive.ts";
import type { ChangesFlags } from "./changes.ts";
import type { ImportFlags } from "./import.ts";
import type { EvidenceFlags } from "./evidence.ts";
import type { DoctorFlags } from "./doctor.ts";
import type { JsonFlag, RestoreFlags } from "./keep.ts";
import type { KeyFlags } from "./keys.ts";
import type { PurgeFlags } from "./purge.ts";
import type { SaveFlags } from "./saved.ts";
import type { TargetFlags } from "./targets.ts";
import type { MediaFlags } from "./media.ts";
import type { ExportFlags } from "./export.ts";
import type { SearchFlags } from "./search.ts";
import type { ScheduleFlags } from "./schedule.ts";
import type { ServiceFlags } from "./service.ts";
import type { Session } from "./session.ts";

/** `a, b or c` */
const orList = new Intl.ListFormat("en-GB", { type: "disjunction" });

/** The settings a command takes as flags, as typed. */
type SettingFlags = Readonly<Partial<Record<SettingKey, string>>>;

/** Runs one command with the settings its flags name. */
export type Run = (
  flags: SettingFlags,
  command: (session: Session) => Promise<ExitCode>,
  /** Whether it is run though a setting is wrong: to tell of all that is. */
  options?: { readonly despiteSettings?: boolean },
) => Promise<void>;

// A command's code is loaded when it is asked for: `search` need not wait for the scraper's libraries.
const reading = async () => import("./archive.ts");
const serving = async () => import("./serve.ts");
const searching = async () => import("./search.ts");
const exporting = async () => import("./export.ts");
const keeping = async () => import("./keep.ts");
const changing = async () => import("./changes.ts");
const mediating = async () => import("./media.ts");
const granting = async () => import("./keys.ts");
const citing = async () => import("./sets.ts");
const saving = async () => import("./saved.ts");
const telling = async () => import("./targets.ts");
const watching = async () => import("./alerts.ts");
const scheduling = async () => import("./schedule.ts");
const proving = async () => import("./evidence.ts");
const runningSchedules = async () => import("./run-schedules.ts");
const importing = async () => import("./import.ts");
const healing = async () => import("./doctor.ts");
const purging = async () => import("./purge.ts");
const browsing = async () => import("./browser.ts");
const trying = async () => import("./demo.ts");
const installing = async () => import("./service.ts");
const conversing = async () => import("./mcp.ts");

const json = "JSON on stdout, one object a line";
const acceptChange =
  "take pages as they are, though parts of them are not understood, or fields or many posts are missing";
const readingSettings = ["data", "source", "rate", "concurrency", "userAgent", "chromium"] as const;
const mediaSettings = ["media", "mediaMaxMb", "mediaTotalGb"] as const;
const servingSettings = [
  ...readingSettings,
  ...mediaSettings,
  "host",
  "port",
  "engine",
  "read",
  "limit",
  "trustedProxies",
] as const;

/** The command line: every command, its arguments and flags. */
export function program(runGiven: Run): Command {
  let asked: Command | undefined;
  // A flag of a command may be named as a setting that another command takes: `search --limit` is no limit of requests.
  const run: Run = async (flags, ...rest) => runGiven(settingsIn(flags, asked), ...rest);
  const all = new Command("backscroll")
    .description("Keeps public Telegram channels and finds anything that was ever posted in them.")
    .version(version)
    .exitOverride()
    .showHelpAfterError()
    .hook("preAction", (_, command) => void (asked = command));
  const add = (
    usage: string,
    description: string,
    keys: readonly SettingKey[] = ["data"],
  ): Command => withSettings(all.command(usage).description(description), keys);

  withReadFlags(
    add("archive <channel...>", "bring channels up to date, then index", [
      ...readingSettings,
      ...mediaSettings,
    ]),
  )
    .option("--full", "read everything again")
    .action((channels: string[], flags: SettingFlags & ReadFlags) =>
      run(flags, async (session) => (await reading()).archive(session, channels, flags)),
    );
  withReadFlags(
    add("scrape <channel...>", "print posts as JSON lines and keep nothing", readingSettings),
  ).action((channels: string[], flags: SettingFlags & ReadFlags) =>
    run(flags, async (session) => (await reading()).scrape(session, channels, flags)),
  );
  add("start [channel...]", "archive, then serve", servingSettings).action(
    (channels: string[], flags: SettingFlags) =>
      run(flags, async (session) => (await serving()).start(session, channels)),
  );
  add("serve", "serve page and API; what is done when no command is named", servingSettings).action(
    (flags: SettingFlags) => run(flags, async (session) => (await serving()).serve(session)),
  );
  // A container's image leaves it out.
  if (existsSync(new URL(`../../demo/demo${codeEnding}`, import.meta.url)))
    add("demo", "try everything on a bundled sample, without a network", ["port", "host"]).action(
      (flags: SettingFlags) => run(flags, async (session) => (await trying()).tryDemo(session)),
    );
  add("search <query...>", "search what is kept; several words need no quotes")
    .allowUnknownOption() // -word leaves a word out
    .option("--json", json)
    .option("--limit <hits>", `at most so many hits, 1 to ${mostHits}`)
    .option("--sort <order>", "relevance, new, old, views, reactions or changed")
    .option("--fold <what>", "copies: of posts with one text only the earliest")
    .action((words: string[], flags: SettingFlags & SearchFlags) =>
      run(flags, async (session) => (await searching()).search(session, typedQuery(words), flags)),
    );
  add("channels", "list what is kept")
    .option("--json", json)
    .action((flags: SettingFlags & JsonFlag) =>
      run(flags, async (session) => (await keeping()).channels(session, flags)),
    );
  add("coverage <channel>", "class every id of a channel")
    .option("--json", json)
    .action((channel: string, flags: SettingFlags & JsonFlag) =>
      run(flags, async (session) => (await keeping()).coverage(session, channel, flags)),
    );
  add("changes", "edits, deletions and returns that were seen, newest first")
    .option("--since <date>", "only those seen on this day, month, year or instant and after")
    .option("--channel <channel>", "only in this channel; several", several)
    .option("--json", json)
    .action((flags: SettingFlags & ChangesFlags) =>
      run(flags, async (session) => (await changing()).changes(session, flags)),
    );
  add("export <query...>", "write every post a query finds to a file")
    .allowUnknownOption()
    .requiredOption("--format <format>", orList.format(exportFormats))
    .requiredOption(
      "-o, --output <file>",
      "the file, with FILE.manifest.json beside it; - is standard output",
    )
    .option("--columns <names>", "of csv and parquet: id,date,text …")
    .option("--excel", "a csv that Microsoft Excel opens without harm")
    .option("--fold <what>", "copies: of posts with one text only the earliest")
    .option("--force", "replace files of these names")
    .action((words: string[], flags: SettingFlags & ExportFlags) =>
      run(flags, async (session) =>
        (await exporting()).exportTo(session, typedQuery(words), flags),
      ),
    );
  add(
    "evidence <what...>",
    "write what a query finds, or posts named as channel/id, as a package that proves itself",
  )
    .allowUnknownOption()
    .requiredOption("-o, --output <file>", "the file, a WACZ")
    .option("--force", "replace a file of this name")
    .action((words: string[], flags: SettingFlags & EvidenceFlags) =>
      run(flags, async (session) => (await proving()).evidence(session, typedQuery(words), flags)),
    );
  add("import <file...>", "take in saved pages, exports of Backscroll and of other programs")
    .option("--kind <kind>", "what the files are, where they do not tell it")
    .option("--channel <name>", "the channel's name, where a file does not tell it")
    .option("--timezone <zone>", "the zone of the clock that wrote local times, like Europe/Berlin")
    .option("--accept-change", acceptChange)
    .action((files: string[], flags: SettingFlags & ImportFlags) =>
      run(flags, async (session) => (await importing()).importFiles(session, files, flags)),
    );
  add("reindex", "build the index anew beside the old one").action((flags: SettingFlags) =>
    run(flags, async (session) => (await keeping()).reindex(session)),
  );
  add("verify", "check the archive against itself and the index")
    .option("--json", json)
    .action((flags: SettingFlags & JsonFlag) =>
      run(flags, async (session) => (await keeping()).verify(session, flags)),
    );
  add("doctor", "find out what is wrong, why it matters, and what to do", servingSettings)
    .option("--online", "ask the source too: whether it answers, is understood, and has our time")
    .option("--json", json)
    .action((flags: SettingFlags & DoctorFlags) =>
      run(flags, async (session) => (await healing()).doctor(session, flags), {
        despiteSettings: true,
      }),
    );
  add("backup <file>", "copy the archive while it is in use").action(
    (file: string, flags: SettingFlags) =>
      run(flags, async (session) => (await keeping()).backup(session, file)),
  );
  add("restore <file>", "take a backup back")
    .option(
      "--keep-keys",
      "leave keys as they are in it where nothing tells which were revoked since",
    )
    .action((file: string, flags: SettingFlags & RestoreFlags) =>
      run(flags, async (session) => (await keeping()).restore(session, file, flags)),
    );
  add("purge [target]", "remove a post, a channel or an author for good, and keep them out", [
    "data",
    "engine",
  ])
    .option("--author <name>", "what this author signed, and what is forwarded from them")
    .option("--channel <channel>", "of the author, in this channel only")
    .option("--lift", "let what was purged be kept again from now on")
    .option("--yes", "do not ask")
    .option("--json", json)
    .action((target: string | undefined, flags: SettingFlags & PurgeFlags) =>
      run(flags, async (session) => (await purging()).purge(session, target, flags)),
    );
  addMediaCommands(all.command("media").description("files of posts: which are fetched"), run);
  addScheduleCommands(all.command("schedule").description("when channels are read"), run);
  addKeyCommands(all.command("keys").description("who may ask what over HTTP"), run);
  addSetCommands(all.command("sets").description("results that were kept to be cited"), run);
  addSavedCommands(all.command("saved").description("searches asked again as posts arrive"), run);
  addTargetCommands(
    all.command("targets").description("where people are told: chats, rooms, mailboxes"),
    run,
  );
  addAlertCommands(all.command("alerts").description("what is wrong"), run);
  add(
    "mcp",
    "answer an agent that speaks the Model Context Protocol on standard input and output",
    ["data", "engine"],
  ).action((flags: SettingFlags) =>
    run(flags, async (session) => (await conversing()).mcp(session)),
  );
  const browser = all
    .command("browser")
    .description("the browser that --browser reads with")
    .exitOverride();
  withSettings(browser.command("install").description("find a Chromium, or install one"), [
    "chromium",
  ]).action((flags: SettingFlags) =>
    run(flags, async (session) => (await browsing()).browserInstall(session)),
  );
  const service = all
    .command("service")
    .description("keep the server running, by systemd")
    .exitOverride();
  withSettings(
    service.command("install").description("write a systemd unit, and say how to start it"),
    ["data", "backup", "host", "port"],
  )
    .option("--system", "for the whole machine, under a user of its own: what root gets")
    .option("--user", "for the user who asks: what all others get")
    .option("--print", "show the unit and write nothing")
    .option("--force", "replace another unit; write it though systemd does not run here")
    .action((flags: SettingFlags & ServiceFlags) =>
      run(flags, async (session) => (await installing()).installService(session, flags)),
    );
  return all;
}

/** What is to be done when this was typed: nothing, or flags alone, mean `serve`. */
export function commandTyped(typed: readonly string[]): readonly string[] {
  const [first = "--"] = typed;
  const ofNoCommand = ["-h", "--help", "-V", "--version"];
  return first.startsWith("-") && !ofNoCommand.includes(first) ? ["serve", ...typed] : typed;
}

/** A query as its words were typed. What looks like an option and is none would be searched for: it is refused. */
function typedQuery(words: readonly string[]): string {
  const odd = words.find((word) => /^--[a-z]/i.test(word));
  if (odd !== undefined)
    throw new UsageError(
      `“${odd}” is no option of this command. If it is to be searched for, put the whole query in quotes: '… ${odd}'.`,
    );
  return words.join(" ");
}

/** As many as one search shows, said without loading what searches. */
const mostHits = 100;

const several = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  value,
];

function addMediaCommands(media: Command, run: Run): void {
  media.exitOverride();
  withSettings(media.command("list").description("what each channel wants, and what is kept"), [
    "data",
    ...mediaSettings,
  ])
    .option("--json", json)
    .action((flags: SettingFlags & JsonFlag) =>
      run(flags, async (session) => (await mediating()).listMedia(session, flags)),
    );
  withSettings(media.command("set <channel>").description("give a channel a policy of its own"), [
    "data",
  ])
    .option("--kinds <kinds>", "off, all, or some of the kinds, with commas")
    .option("--max-mb <megabytes>", "the largest file")
    .option("--default", "nothing of its own: as the settings say")
    .action((channel: string, flags: SettingFlags & MediaFlags) =>
      run(flags, async (session) => (await mediating()).setMedia(session, channel, flags)),
    );
  withSettings(
    media.command("fetch [channel...]").description("fetch what is wanted, and read no news"),
    [...readingSettings, ...mediaSettings],
  ).action((channels: string[], flags: SettingFlags) =>
    run(flags, async (session) => (await mediating()).fetchAll(session, channels)),
  );
}

/** One option a kind, followed by the first of its fields, and one for each other field. */
function withCadences(command: Command): Command {
  for (const kind of cadenceKinds) {
    const [first, ...others] = fieldsOf(kind);
    command.option(
      first ? `--${kind} <${first.name}>` : `--${kind}`,
      first ? `${cadenceSays(kind)}: ${first.says}, like "${first.example}"` : cadenceSays(kind),
    );
    for (const { name, says, example, otherwise } of others)
      command.option(`--${name} <${name}>`, `${says}, like ${example}; else ${otherwise}`);
  }
  return command;
}

function addScheduleCommands(schedule: Command, run: Run): void {
  schedule.exitOverride();
  withCadences(
    withSettings(
      schedule.command("add <channel...>").description("say when channels are read from now on"),
      ["data", "rate"],
    ),
  )
    .option("--jitter <seconds>", "put each channel off by its own part of this")
    .option(
      "--misfire <policy>",
      "due times that were missed: run once (once), or leave out (skip)",
    )
    .option("--preview", "say what would be asked for, and save nothing")
    .option("--json", json)
    .action((channels: string[], flags: SettingFlags & ScheduleFlags) =>
      run(flags, async (session) => (await scheduling()).addSchedules(session, channels, flags)),
    );
  withSettings(schedule.command("list").description("every schedule"), ["data"])
    .option("--json", json)
    .action((flags: SettingFlags & JsonFlag) =>
      run(flags, async (session) => (await scheduling()).listSchedules(session, flags)),
    );
  for (const [does, what] of [
    ["remove", "read channels no more by schedule"],
    ["pause", "leave channels alone for a while"],
    ["resume", "end the pause"],
  ] as const)
    withSettings(schedule.command(`${does} <channel...>`).description(what), ["data"])
      .option("--json", json)
      .action((channels: string[], flags: SettingFlags & JsonFlag) =>
        run(flags, async (session) =>
          (await scheduling()).changeSchedules(session, channels, { ...flags, does }),
        ),
      );
  withSettings(
    schedule.command("run").description("run what is due once, then index; for cron and the like"),
    [...readingSettings, ...mediaSettings],
  )
    .option("--json", json)
    .action((flags: SettingFlags & JsonFlag) =>
      run(flags, async (session) => (await runningSchedules()).runSchedules(session, flags)),
    );
}

function addKeyCommands(keys: Command, run: Run): void {
  keys.exitOverride();
  withSettings(keys.command("create").description("make a key; it is printed once"), ["data"])
    .requiredOption("--scope <scope>", "search, read, export, scrape or admin; several", several)
    .option("--channel <channel>", "only this channel; several", several)
    .option(
      "--origin <origin>",
      "for pages of this site, like https://example.org; several",
      several,
    )
    .option("--expires <date>", "good until this day or instant")
    .option("--json", json)
    .action((flags: SettingFlags & KeyFlags) =>
      run(flags, async (session) => (await granting()).createKey(session, flags)),
    );
  withSettings(keys.command("list").description("every key, without itself"), ["data"])
    .option("--json", json)
    .action((flags: SettingFlags & JsonFlag) =>
      run(flags, async (session) => (await granting()).listKeys(session, flags)),
    );
  withSettings(
    keys
      .command("rotate <key>")
      .description("give a key another secret, printed once; named by id or by itself"),
    ["data"],
  )
    .option("--grace <hours>", "for how long the old secret stays good, 0 to 720", "24")
    .option("--json", json)
    .action((key: string, flags: SettingFlags & JsonFlag & { grace?: string }) =>
      run(flags, async (session) => (await granting()).rotateKey(session, key, flags)),
    );
  withSettings(keys.command("revoke <key>").description("take a key back, by id or by itself"), [
    "data",
  ])
    .option("--json", json)
    .action((key: string, flags: SettingFlags & JsonFlag) =>
      run(flags, async (session) => (await granting()).revokeKey(session, key, flags)),
    );
}

function addSetCommands(sets: Command, run: Run): void {
  sets.exitOverride();
  withSettings(sets.command("list").description("every kept result, the last cited first"), [
    "data",
  ])
    .option("--json", json)
    .action((flags: SettingFlags & JsonFlag) =>
      run(flags, async (session) => (await citing()).listSets(session, flags)),
    );
  withSettings(
    sets.command("remove <id>").description("forget a kept result; posts are not touched"),
    ["data"],
  )
    .option("--query <query>", "only the one of this query, where several found the same")
    .action((id: string, flags: SettingFlags & { query?: string }) =>
      run(flags, async (session) => (await citing()).removeSet(session, id, flags)),
    );
}

function addSavedCommands(saved: Command, run: Run): void {
  saved.exitOverride();
  withSettings(
    saved.command("add <name> <query...>").description("save a search; new matches are told"),
    ["data"],
  )
    .allowUnknownOption()
    .option("--url <address>", "the webhook that hears of them; its secret is printed once")
    .option("--json", json)
    .action((name: string, words: string[], flags: SettingFlags & SaveFlags) =>
      run(flags, async (session) =>
        (await saving()).addSaved(session, { name, query: typedQuery(words) }, flags),
      ),
    );
  withSettings(saved.command("list").description("every saved search"), ["data"])
    .option("--json", json)
    .action((flags: SettingFlags & JsonFlag) =>
      run(flags, async (session) => (await saving()).listSaved(session, flags)),
    );
  withSettings(saved.command("remove <id>").description("forget a saved search"), ["data"]).action(
    (id: string, flags: SettingFlags) =>
      run(flags, async (session) => (await saving()).removeSaved(session, id)),
  );
}

function addTargetCommands(targets: Command, run: Run): void {
  targets.exitOverride();
  withSettings(
    targets.command("add <kind> <name>").description(`add one: ${orList.format(kindNames)}`),
    ["data"],
  )
    .option("--set <field=value...>", "what its kind asks for; @FILE reads a value from a file")
    .option(
      "--hears <list>",
      "alerts, changes, changes:channel, searches, search:id",
      "alerts,searches",
    )
    .option("--digest <when>", "hourly, or a time of day like 09:00; else at once")
    .option("--quiet <hours>", "when nothing is told, like 22:00-07:00")
    .option("--timezone <zone>", "the zone of both, like Europe/Berlin")
    .option("--json", json)
    .action((kind: string, name: string, flags: SettingFlags & TargetFlags) =>
      run(flags, async (session) => (await telling()).addTarget(session, { kind, name }, flags)),
    );
  withSettings(targets.command("list").description("every target, without its secrets"), ["data"])
    .option("--json", json)
    .action((flags: SettingFlags & JsonFlag) =>
      run(flags, async (session) => (await telling()).listTargets(session, flags)),
    );
  withSettings(targets.command("test <id>").description("tell a target that this is a test"), [
    "data",
  ]).action((id: string, flags: SettingFlags) =>
    run(flags, async (session) => (await telling()).testTarget(session, id)),
  );
  withSettings(targets.command("remove <id>").description("forget a target"), ["data"]).action(
    (id: string, flags: SettingFlags) =>
      run(flags, async (session) => (await telling()).removeTarget(session, id)),
  );
}

function addAlertCommands(alerts: Command, run: Run): void {
  alerts.exitOverride();
  withSettings(alerts.command("list").description("what is wrong now"), ["data"])
    .option("--all", "also what was dismissed, and what was cleared lately")
    .option("--json", json)
    .action((flags: SettingFlags & JsonFlag & { all?: boolean }) =>
      run(flags, async (session) => (await watching()).listAlerts(session, flags)),
    );
  withSettings(
    alerts.command("dismiss <id...>").description("say that alerts need not be told of, and why"),
    ["data"],
  )
    .requiredOption("--reason <words>", "why; it is shown beside the alert")
    .option("--json", json)
    .action((ids: string[], flags: SettingFlags & JsonFlag & { reason: string }) =>
      run(flags, async (session) => (await watching()).dismissAlerts(session, ids, flags)),
    );
  withSettings(
    alerts
      .command("reopen <id...>")
      .description("say that dismissed alerts are to be told of again"),
    ["data"],
  )
    .option("--json", json)
    .action((ids: string[], flags: SettingFlags & JsonFlag) =>
      run(flags, async (session) => (await watching()).reopenAlerts(session, ids, flags)),
    );
}

const settingsOf = new WeakMap<Command, readonly SettingKey[]>();

/** Of the flags given those that are settings of this command. */
function settingsIn(flags: SettingFlags, command: Command | undefined): SettingFlags {
  const keys = (command && settingsOf.get(command)) ?? [];
  return Object.fromEntries(
    keys.flatMap((key) => (flags[key] === undefined ? [] : [[key, flags[key]]])),
  );
}

function withSettings(command: Command, keys: readonly SettingKey[]): Command {
  settingsOf.set(command, keys);
  for (const key of keys) command.option(`${flagsOf(key).join(", ")} <value>`, settings[key].help);
  return command.exitOverride();
}

function withReadFlags(command: Command): Command {
  return command
    .option("--since <date>", "only posts of this day, month, year or instant and after")
    .option("--until <date>", "only posts before this day, month, year or instant")
    .option("--limit <posts>", "at most so many posts, the newest")
    .option("--browser", "read with Chromium instead of plain requests")
    .option("--accept-change", acceptChange)
    .option("--json", json);
}
