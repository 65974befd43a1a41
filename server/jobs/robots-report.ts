import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Unreachable } from "../../scraper/errors.ts";
import type { Gate } from "../../scraper/reading/gate.ts";
import { readRobots } from "../../scraper/reading/robots.ts";
import type { PageSource } from "../../scraper/reading/source.ts";

/** What the source's robots.txt says about the pages this program reads. */
export interface RobotsReport {
  readonly origin: string;
  readonly userAgent: string;
  readonly readAt: string;
  /** `none`: there is no such file, or none that can be read. */
  readonly state: "allowed" | "disallowed" | "none" | "unreachable";
  /** The line that settles it, and whom its group is for. */
  readonly line?: string;
  readonly agent?: string;
  readonly crawlDelaySeconds?: number;
}

export interface RobotsOptions {
  readonly source: PageSource;
  readonly gate: Gate;
  readonly userAgent: string;
  /** Where the last report is kept, so that all processes together ask once a day. */
  readonly file: string;
  readonly now: () => Date;
  readonly signal?: AbortSignal;
}

/** Asks for robots.txt, behind the gate, unless the kept report is younger than a day. Never fails for what it says. */
export async function robotsReport(options: RobotsOptions): Promise<RobotsReport> {
  const { source, userAgent, file, now } = options;
  const kept = await keptRobots(file);
  const age = kept ? now().getTime() - Date.parse(kept.readAt) : Infinity;
  const isSame = kept?.origin === source.origin && kept.userAgent === userAgent;
  if (kept && isSame && age >= 0 && age < aDayMs) return kept;
  const report = { ...(await ask(options)), origin: source.origin, userAgent };
  await keep(file, report);
  return report;
}

/** The report kept last, whatever its age. */
async function keptRobots(file: string): Promise<RobotsReport | undefined> {
  try {
    // Written by `keep` alone; a file that is none of ours is as good as none.
    const found = JSON.parse(await readFile(file, "utf8")) as Partial<RobotsReport>;
    return typeof found.readAt === "string" && states.has(String(found.state))
      ? (found as RobotsReport)
      : undefined;
  } catch {
    return undefined;
  }
}

/** One sentence or two for people: what it says, and what that means here. */
export function sayRobots(report: RobotsReport, { rate }: { readonly rate: number }): string {
  const { origin, state, line, agent, crawlDelaySeconds: delay } = report;
  const said = {
    allowed: `robots.txt of ${origin} lets this program read channels${line === undefined ? "" : ` (“${line}” for ${agent})`}.`,
    disallowed: `robots.txt of ${origin} asks programs like this one not to read channels (“${line}” for ${agent}). They are read all the same; whether they should be is yours to decide.`,
    none: `${origin} has no robots.txt.`,
    unreachable: `robots.txt of ${origin} could not be read.`,
  }[state];
  return delay !== undefined && delay * rate > 1
    ? `${said} It asks for ${delay} s between requests: BACKSCROLL_RATE=${Math.floor(1000 / delay) / 1000} keeps to that.`
    : said;
}

/** Whether a person ought to know: it asks for something that is not done. */
export function isRobotsNews(
  { state, crawlDelaySeconds = 0 }: RobotsReport,
  { rate }: { readonly rate: number },
): boolean {
  return state === "disallowed" || crawlDelaySeconds * rate > 1;
}

type Found = Omit<RobotsReport, "origin" | "userAgent">;

async function ask({ source, gate, userAgent, now, signal }: RobotsOptions): Promise<Found> {
  const readAt = now().toISOString();
  try {
    let requests = 0;
    const onRequest = (): void => {
      requests += 1;
      if (requests > 1) gate.charge();
    };
    const answer = await gate.pass(
      async () => source.get("/robots.txt", { onRequest, ...(signal && { signal }) }),
      signal,
    );
    if (answer.status >= 500) return { readAt, state: "unreachable" };
    const isText = /^text\/plain\b/i.test(answer.headers["content-type"] ?? "");
    if (answer.status >= 300 || !isText) return { readAt, state: "none" };
    const text = new TextDecoder().decode(answer.body);
    const { allowed, ...rule } = readRobots(text, { userAgent, path: channelPath });
    return { readAt, state: allowed ? "allowed" : "disallowed", ...rule };
  } catch (error) {
    if (error instanceof Unreachable) return { readAt, state: "unreachable" };
    throw error;
  }
}

async function keep(file: string, report: RobotsReport): Promise<void> {
  const beside = `${file}.${crypto.randomUUID()}`;
  await mkdir(dirname(file), { recursive: true });
  try {
    await writeFile(beside, JSON.stringify(report));
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

const states = new Set(["allowed", "disallowed", "none", "unreachable"]);
/** A page of any channel. */
const channelPath = "/s/channel";
const aDayMs = 24 * 3_600_000;
