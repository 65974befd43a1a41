import { existsSync, statSync } from "node:fs";
import { instant } from "../../scraper/instant.ts";
import { httpSource } from "../../scraper/reading/http-source.ts";
import { Unreachable } from "../../scraper/errors.ts";
import { connectThrough, openRoutes } from "../../scraper/reading/proxy-relay.ts";
import { readPage } from "../../scraper/markup/page.ts";
import { Archive } from "../archive/archive.ts";
import { megabytes } from "../archive/copies/disk-room.ts";
import { ArchiveDamaged, ArchiveOlder } from "../archive/errors.ts";
import { archiveFile, indexFile } from "../wiring/open-desk.ts";
import { createAnalyzer } from "../search/analysis/analyzer.ts";
import { whyAway } from "../search/port.ts";
import { openEmbeddedEngine } from "../search/engines/embedded/embedded-engine.ts";
import { number } from "../terminal.ts";
import { type Check, type Finding, note, ok, problem } from "./finding.ts";
import type { Session } from "./session.ts";
import { ownCommand } from "../../scraper/own-command.ts";

const mostSkewSeconds = 60;
const meilisearchVersion = { major: 1, minor: 50 };

/** What is archived, and what it is read from and searched with. */
export const archiveChecks: readonly Check[] = [
  { name: "archive", look: archive },
  { name: "index", look: index },
  { name: "backups", look: backups },
  { name: "engine", look: engine },
  { name: "proxy", look: proxy },
  { name: "clock", look: clock },
  { name: "source", look: source },
];

/** Nothing to look at before the first run. That the archive is damaged is the finding of the check by that name. */
async function withArchive(
  { config }: Session,
  look: (archive: Archive) => Promise<readonly Finding[]>,
  otherwise: (error: ArchiveDamaged | ArchiveOlder) => readonly Finding[] = notLookedAt,
): Promise<readonly Finding[]> {
  const file = archiveFile(config);
  if (!existsSync(file)) return [ok("nothing is archived here yet")];
  try {
    await using kept = await Archive.open(file, { readOnly: true });
    return await look(kept);
  } catch (error) {
    if (!(error instanceof ArchiveDamaged) && !(error instanceof ArchiveOlder)) throw error;
    return otherwise(error);
  }
}

const notLookedAt = (error: ArchiveDamaged | ArchiveOlder): readonly Finding[] => [
  error instanceof ArchiveOlder
    ? note(
        "Not looked at: the archive is of an older version.",
        "This reads the archive.",
        "Bring it up to date, then ask the doctor again.",
      )
    : note(
        "Not looked at: the archive is damaged.",
        "This reads the archive.",
        "Mend the archive, then ask the doctor again.",
      ),
];

/** What the next command that writes will do to an archive of an older version. */
function upgrade(file: string, { schema, steps, posts }: ArchiveOlder): readonly Finding[] {
  const seconds = Math.max(1, Math.ceil(posts / postsUpgradedASecond));
  return [
    note(
      `${file} is of an older version (schema ${schema.found}, this one needs ${schema.needed}).`,
      `The next command that opens it to write brings it up to date: ${steps.join("; ")}. With ${number(posts)} posts that takes about ${number(seconds)} s and, until it is done, up to ${megabytes(Math.max(1e6, statSync(file).size))} of disk. Each step happens whole or not at all; the way back is a copy, for an older program refuses it then. The index may be built anew after it.`,
      `Stop the servers of this archive, copy it with the program that wrote it (${ownCommand} backup FILE), then run: ${ownCommand} channels`,
    ),
  ];
}

/** 92,023 posts took 10.3 s from schema 9 to 12 on two busy cores; the step of the journal alone does 38,000 a second. */
const postsUpgradedASecond = 7_000;

const damaged = (what: string): readonly Finding[] => [
  problem(
    what,
    "What is kept may be lost, and more with each write.",
    "Stop the server, keep a copy of the folder, and restore the newest backup; look at the disk.",
  ),
];

async function archive(session: Session): Promise<readonly Finding[]> {
  return withArchive(session, lookAtArchive, (error) =>
    error instanceof ArchiveOlder
      ? upgrade(archiveFile(session.config), error)
      : damaged(error.message),
  );
}

async function lookAtArchive(kept: Archive): Promise<readonly Finding[]> {
  const damage = kept.quickCheck();
  if (damage !== undefined) return damaged(`${kept.file} is damaged: ${damage}`);
  const open = await kept.purges.open();
  if (open.length > 0)
    return [
      problem(
        `${open.length} purges are not done.`,
        "What was to be removed for good is still in the files.",
        `Run: ${ownCommand} purge`,
      ),
    ];
  const { posts, channels } = await kept.state();
  return [ok(`${number(posts)} posts in ${number(channels)} channels, the file is whole`)];
}

async function index(session: Session): Promise<readonly Finding[]> {
  return withArchive(session, async (kept) => {
    const { archiveId, position } = await kept.state();
    const file = indexFile(session.config);
    const parts = { file, archiveId, analyzer: createAnalyzer(), inProcess: true };
    await using embedded = await openEmbeddedEngine(parts);
    const status = await embedded.status();
    const behind = position - status.position;
    if (status.state === "ready" && behind === 0) return [ok("it stands where the archive does")];
    return [
      problem(
        status.state === "ready"
          ? `The index is ${number(Math.max(behind, 0))} changes behind the archive.`
          : whyAway(status),
        status.state === "ready"
          ? "Searches miss what is not in it."
          : "Until it is built, no search is answered from it.",
        `Start the server, which brings it up to date; or run: ${ownCommand} reindex`,
      ),
    ];
  });
}

async function backups(session: Session): Promise<readonly Finding[]> {
  const { backup, backupEvery } = session.config;
  if (backup === undefined)
    return [
      note(
        "No backups are made by the clock.",
        "What the source deleted is kept here alone.",
        "Set BACKSCROLL_BACKUP to a folder on another disk.",
      ),
    ];
  return withArchive(session, async (kept) => {
    const { lastAt, error } = await kept.backups.state();
    const late = lastAt === undefined || Date.now() - Date.parse(lastAt) > 2 * backupEvery;
    if (error === undefined && !late) return [ok(`the newest is of ${lastAt}`)];
    return [
      problem(
        `${error ?? "None was made when it was due."} The newest is of ${lastAt ?? "never"}.`,
        "What the source deletes meanwhile is kept here alone.",
        `See that ${backup} may be written and has room, and that \`serve\` runs.`,
      ),
    ];
  });
}

async function engine({ config }: Session): Promise<readonly Finding[]> {
  if (config.engine === "embedded") return [ok("embedded")];
  const url = config.meiliUrl;
  if (url === undefined) return [ok("`serve` starts the meilisearch of the PATH")];
  const why = "The embedded engine answers meanwhile, and what changes waits.";
  const ask = async (path: string): Promise<Response | undefined> => {
    const { meiliMasterKey: key } = config;
    const headers: Record<string, string> =
      key === undefined ? {} : { authorization: `Bearer ${key}` };
    const signal = AbortSignal.timeout(5_000);
    return fetch(url + path, { headers, signal }).catch(() => undefined);
  };
  if (!(await ask("/health"))?.ok)
    return [
      problem(`Meilisearch does not answer at ${url}.`, why, "Start it, or correct MEILI_URL."),
    ];
  const answer = await ask("/version");
  if (!answer?.ok)
    return [problem(`Meilisearch refuses our key.`, why, "Correct MEILI_MASTER_KEY.")];
  const { pkgVersion } = (await answer.json()) as { readonly pkgVersion: string };
  const [major = 0, minor = 0] = pkgVersion.split(".").map(Number);
  if (major !== meilisearchVersion.major || minor < meilisearchVersion.minor)
    return [problem(`This is Meilisearch ${pkgVersion}.`, why, "Run 1.50 or a later 1.x.")];
  return [ok(`Meilisearch ${pkgVersion}`)];
}

/** What stands between this machine and the source; with --online whether it leads there. */
async function proxy(
  { config, signal, settingsFound }: Session,
  { online }: { readonly online?: boolean },
): Promise<readonly Finding[]> {
  if (settingsFound.bad.length > 0)
    return [
      note(
        "A setting is not usable, so it is not said what would be asked through what.",
        "Nobody was asked.",
        "Correct the setting, then ask the doctor again.",
      ),
    ];
  const source = new URL(config.source);
  await using routes = openRoutes(config);
  const relay = await routes.relayFor(source);
  if (!relay) return [ok("none: the source is asked directly")];
  const way = `${source.origin} is asked through ${relay.proxy}`;
  if (!online) return [ok(`${way}, not tried; --online tries it`)];
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(longestConnectMs)]);
    (await connectThrough(relay, source, within)).destroy();
    return [ok(`${way}, and it leads there`)];
  } catch (error) {
    signal.throwIfAborted();
    const why =
      error instanceof Unreachable
        ? error.message
        : `The proxy ${relay.proxy} did not lead to ${source.host} within ${longestConnectMs / 1000} s.`;
    return [
      problem(
        why,
        "Runs will end with exit code 4.",
        "Correct BACKSCROLL_PROXY, HTTPS_PROXY, HTTP_PROXY or ALL_PROXY, whichever is set, or ask who keeps the proxy.",
      ),
    ];
  }
}

const longestConnectMs = 10_000;

/** Against what was read before, and with --online against the source. */
async function clock(
  session: Session,
  { online }: { readonly online?: boolean },
): Promise<readonly Finding[]> {
  const now = Date.now();
  const found = await withArchive(session, async (kept) => {
    const reads = (await kept.channels()).flatMap(({ lastReadAt }) => lastReadAt ?? []);
    const last = reads.toSorted().at(-1);
    if (last === undefined || Date.parse(last) - now < mostSkewSeconds * 1000) return [];
    return [wrongClock(`The archive was last read at ${last}, which has not come yet.`)];
  });
  const wrong = found.filter(({ state }) => state === "problem");
  if (wrong.length > 0) return wrong;
  if (!online) return [ok("not before the last reading; --online compares it with the source")];
  const { headers } = await askSource(session, "/");
  const date = Date.parse(headers["date"] ?? "");
  if (Number.isNaN(date)) return [ok("the source does not tell the time")];
  const skew = Math.round((Date.now() - date) / 1000);
  if (Math.abs(skew) <= mostSkewSeconds) return [ok(`${skew} s from the source's`)];
  return [wrongClock(`This machine's clock is ${skew} s from the source's.`)];
}

const wrongClock = (what: string): Finding =>
  problem(
    what,
    "Schedules fire at the wrong time, keys expire wrongly, and deletions get wrong dates.",
    "Set the clock; let NTP keep it (timedatectl set-ntp true).",
  );

async function source(
  session: Session,
  { online }: { readonly online?: boolean },
): Promise<readonly Finding[]> {
  const { source: origin } = session.config;
  if (!online) return [ok(`${origin}, not asked; --online asks it`)];
  const file = archiveFile(session.config);
  const channel = await firstChannel(file);
  const fetched = await askSource(session, `/s/${channel}`);
  const readAt = instant(new Date());
  const page = readPage(fetched, { channel, readAt });
  if (page.kind === "posts" || page.kind === "empty")
    return [ok(`${origin} answers, and @${channel} is understood`)];
  return [
    problem(
      `${origin} answers for @${channel} with ${fetched.status} and a page that shows no posts (${page.kind}).`,
      "Runs of this channel will end the same way.",
      `Open ${origin}/s/${channel} in a browser: the channel may be closed, the layout changed, or this machine kept out.`,
    ),
  ];
}
async function firstChannel(file: string): Promise<string> {
  if (!existsSync(file)) return knownChannel;
  try {
    await using kept = await Archive.open(file, { readOnly: true });
    const [first] = await kept.channels();
    return first?.name ?? knownChannel;
  } catch (error) {
    if (error instanceof ArchiveOlder) return knownChannel;
    throw error;
  }
}

/** Asked where nothing is archived yet. */
const knownChannel = "telegram";

async function askSource({ config, signal }: Session, path: string) {
  await using routes = openRoutes(config);
  const relay = await routes.relayFor(new URL(config.source));
  await using asked = await httpSource({ origin: config.source, relay });
  return await asked.get(path, { signal });
}
