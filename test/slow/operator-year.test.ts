import { statSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import type { Fault } from "../../demo/faults.ts";
import { makeTruth, morePosts } from "../../demo/make-truth.ts";
import { Random } from "../../demo/random.ts";
import type { Truth } from "../../demo/truth.ts";
import { Gate } from "../../scraper/reading/gate.ts";
import { pageReader } from "../../scraper/reading/page-reader.ts";
import { Archive } from "../../server/archive/archive.ts";
import type { ArchivedPost } from "../../server/archive/posts/archived-post.ts";
import type { Run } from "../../server/archive/runs/run.ts";
import type { Schedule } from "../../server/archive/runs/schedules.ts";
import { archiveChannel } from "../../server/jobs/archive-channel.ts";
import { dueAfter, firstDue } from "../../server/jobs/cadence.ts";
import { instant } from "../../scraper/instant.ts";
import { planOf } from "../../server/jobs/plan.ts";
import { Scheduler } from "../../server/jobs/scheduler.ts";
import { type RunChannel, workOnRun } from "../../server/jobs/work-on-run.ts";
import { emptyFolder } from "../help.ts";
import { type InProcessSource, inProcessSource } from "../in-process-source.ts";
import { Machine, VirtualClock } from "../virtual-clock.ts";

/** A leap year, with its clocks set forward and back in both hemispheres. */
const [newYear, nextYear] = [
  Date.parse("2028-01-01T00:00:00Z"),
  Date.parse("2029-01-01T00:00:00Z"),
];
const [second, minute, day] = [1_000, 60_000, 86_400_000];
/** In the last weeks nothing happens any more, so that every absence can be confirmed. */
const quietDays = 75;
const seed = 2028;
const textKinds = ["russian", "english", "links", "tags", "emoji", "signed", "reactions"];
const zones = [
  "Europe/Berlin",
  "America/New_York",
  "Australia/Lord_Howe",
  "America/Santiago",
  "Asia/Kolkata",
  "UTC",
];
/** How many of the hundred channels are read how often; at half past two, which some Sundays lack or have twice. */
const cadences = [
  [43, "30 2 1 * *"],
  [43, "30 2 15 * *"],
  [10, "30 2 * * SUN"],
  [2, "30 2 * * *"],
  [2, "adaptive"],
] as const;

interface Server {
  readonly archive: Archive;
  readonly machine: Machine;
  readonly scheduler: Scheduler;
}

/** What happens at a moment of the year. */
interface Event {
  readonly at: number;
  readonly happens: () => void | Promise<void>;
}

class Year {
  readonly clock = new VirtualClock("2028-01-01T00:00:00Z");
  readonly random = new Random(seed);
  readonly file = `${emptyFolder()}/archive.db`;
  readonly channels: readonly Truth[];
  readonly source: InProcessSource;
  readonly dead: Server[] = [];
  servers: Server[] = [];
  /** Requests that reading each channel for the first time took. */
  askedFirst = 0;
  planned = 0;
  hindered = 0;
  zombies = 0;
  #faults = new Random(seed + 1);
  #layoutChanged = false;
  #sourceIsWell = false;
  #asksToPause = false;
  #maxPages: number | undefined;
  #named = 0;

  constructor() {
    this.channels = Array.from({ length: 100 }, (_, index) =>
      makeTruth({
        posts: this.random.whole(1, 12),
        seed: index + 1,
        channel: `channel_${index + 1}`,
        kinds: textKinds,
        gaps: 0.1,
        from: "2027-11-01T00:00:00Z",
        spacingSeconds: 86_400,
      }),
    );
    this.source = inProcessSource({
      channels: this.channels,
      style: { weight: "light" },
      faults: () => this.#fault(),
    });
  }

  async begin(): Promise<void> {
    await this.startServers();
    const { archive } = this.oneServer();
    for (const { profile } of this.channels)
      await archive.runs.start({ channel: profile.name, cause: "asked" });
    await this.passTo(this.clock.now() + 10 * minute);
    this.askedFirst = this.source.asked;
    let place = 0;
    for (const [many, expression] of cadences)
      for (let count = 0; count < many; count += 1) {
        const channel = this.channels[place]?.profile.name ?? "";
        const timezone = zones[place++ % zones.length] ?? "UTC";
        const cadence =
          expression === "adaptive"
            ? ({ kind: "adaptive" } as const)
            : ({ kind: "cron", expression, timezone } as const);
        const misfire = this.random.chance(0.5) ? "skip" : "once";
        const draft = { channel, cadence, jitterSeconds: 7_200, misfire } as const;
        const due = firstDue(draft, this.clock.date());
        await archive.schedules.set(draft, due && instant(due));
      }
  }

  oneServer(): Server {
    const [server] = this.servers;
    if (!server) throw new Error("No server is up.");
    return server;
  }

  async startServers(): Promise<void> {
    while (this.servers.length < 2) {
      const options = { now: this.clock.date };
      const archive = await Archive.open(this.file, {
        ...options,
        ...(this.#maxPages !== undefined && { maxPages: this.#maxPages }),
      });
      const machine = new Machine(this.clock);
      const gate = new Gate({ rate: 2, clock: machine });
      const random = (): number => this.#faults.next();
      const reader = pageReader({ source: this.source, clock: machine, gate, random });
      const scheduler = new Scheduler({
        archive,
        runChannel: async (name, run) => archiveChannel({ archive, reader }, name, run),
        clock: machine,
        holder: `server ${(this.#named += 1)}`,
        onHindered: () => (this.hindered += 1),
        onEnd: ({ state }) => {
          if (state === "lost") this.zombies += 1;
        },
      });
      this.servers.push({ archive, machine, scheduler });
    }
  }

  /** As SIGTERM does. */
  async stopServers(): Promise<void> {
    const stopping = this.servers;
    this.servers = [];
    for (const { scheduler, archive } of stopping) {
      await this.clock.until(scheduler[Symbol.asyncDispose]());
      await archive[Symbol.asyncDispose]();
    }
  }

  /** The server that looks first vanishes in the middle of a run, and another starts in its place. */
  async crash(): Promise<void> {
    await this.clock.passTo(Math.max(this.clock.now(), await this.nextDue()));
    // A pause that the source asks for holds the run until then.
    this.#asksToPause = true;
    await this.look();
    await this.clock.pass(second);
    this.#asksToPause = false;
    const server = this.servers.shift();
    if (!server) return;
    server.machine.freeze();
    this.dead.push(server);
    await this.startServers();
  }

  async fillDisk(): Promise<void> {
    await this.stopServers();
    this.#maxPages = Math.ceil(statSync(this.file).size / 4_096);
    await this.startServers();
  }

  async makeRoom(): Promise<void> {
    await this.stopServers();
    this.#maxPages = undefined;
    await this.startServers();
  }

  changeLayout(changed: boolean): void {
    this.#layoutChanged = changed;
  }

  calm(): void {
    this.#sourceIsWell = true;
  }

  /** What a person does who looked: `archive channel --accept-change`. */
  async accept(channel: string): Promise<void> {
    const { archive, machine: clock } = this.oneServer();
    const begun = await archive.runs.begin({ channel, holder: "a person" });
    if ("busy" in begun) throw new Error(`${channel} is being read.`);
    const reader = pageReader({ source: this.source, clock, gate: new Gate({ rate: 2, clock }) });
    const runChannel: RunChannel = async (name, run) =>
      archiveChannel({ archive, reader }, name, { ...run, acceptChange: true });
    await this.clock.until(
      workOnRun({ archive, clock, runChannel }, begun, new AbortController().signal),
    );
  }

  /** Lets time pass: servers look when something is due, and each second while anything is open. */
  async passTo(until: number): Promise<void> {
    while (this.servers.length > 0) {
      const before = this.hindered;
      await this.look();
      const wait =
        this.hindered > before
          ? 20 * minute
          : (await this.isAnythingOpen())
            ? second
            : Math.max(second, (await this.nextDue()) - this.clock.now());
      if (this.clock.now() + wait >= until) break;
      await this.clock.pass(wait);
    }
    await this.clock.passTo(until);
  }

  async look(): Promise<void> {
    for (const { scheduler } of this.servers)
      await this.clock.until(scheduler.look()).catch(() => (this.hindered += 1));
  }

  async isAnythingOpen(): Promise<boolean> {
    const { runs } = this.oneServer().archive;
    const [running, waiting] = [
      await runs.list({ limit: 1, state: "running" }),
      await runs.list({ limit: 1, state: "waiting" }),
    ];
    return running.length + waiting.length > 0;
  }

  /** The next moment at which a schedule is due. */
  async nextDue(): Promise<number> {
    if (this.servers.length === 0) return Infinity;
    const schedules = await this.oneServer().archive.schedules.list();
    return Math.min(...schedules.map(({ nextDueAt }) => Date.parse(nextDueAt ?? "9999-01-01")));
  }

  async plan(hours: number): Promise<void> {
    const { archive } = this.oneServer();
    const schedules = await archive.schedules.list();
    const { requests } = await planOf(archive, schedules, { now: this.clock.date(), hours });
    this.planned += requests;
  }

  /** Those that crashed wake again, and find that others have their runs. */
  async wakeTheDead(): Promise<void> {
    for (const { machine } of this.dead) machine.thaw();
    await this.clock.pass(5 * minute);
    for (const { scheduler, archive } of this.dead.splice(0)) {
      await this.clock.until(scheduler[Symbol.asyncDispose]());
      await archive[Symbol.asyncDispose]();
    }
  }

  #fault(): Fault | undefined {
    if (this.#layoutChanged)
      return { kind: "layout", from: "tgme_widget_message_text", to: "tgme_other" };
    if (this.#asksToPause) return { kind: "status", status: 429, retryAfter: "7" };
    if (this.#sourceIsWell) return undefined;
    const chance = this.#faults.next();
    if (chance < 0.01) return { kind: "status", status: 429, retryAfter: "7" };
    if (chance < 0.02) return { kind: "status", status: 503 };
    if (chance < 0.03) return { kind: "cut", share: 0.6 };
    if (chance < 0.035) return { kind: "empty" };
    return undefined;
  }
}

/** What the channels' owners do, in the order of the year. */
function posting(year: Year): readonly Event[] {
  const { random } = year;
  const until = nextYear - quietDays * day;
  const anyTime = (): number => newYear + Math.floor(random.next() * (until - newYear));
  const events: Event[] = [];
  for (const [index, truth] of year.channels.entries()) {
    const posts = index === 0 ? 90 : random.whole(4, 16);
    for (let count = 0; count < posts; count += 1) {
      const at = anyTime();
      events.push({
        at,
        happens: () => {
          const [post] = morePosts(truth, { posts: 1, seed: at % 99_991, kinds: textKinds });
          if (post) truth.add([{ ...post, publishedAt: instant(new Date(at)) }]);
        },
      });
    }
    for (let count = 0; count < posts / 3; count += 1) {
      const text = `said otherwise, ${count}`;
      events.push({
        at: anyTime(),
        happens: () => truth.edit(older(truth).id, { text, entities: [] }),
      });
    }
    for (let count = 0; count < posts / 8; count += 1)
      events.push({
        at: anyTime(),
        happens: () => {
          if (truth.posts.length > 5) truth.remove(older(truth).id);
        },
      });
    for (const month of [2, 5, 8])
      events.push({ at: newYear + month * 30 * day + index, happens: () => truth.grow(1.4) });
  }
  return events;

  /** Not the newest: its id would be given again. */
  function older({ posts }: Truth): Truth["posts"][number] {
    const post = posts[random.whole(0, Math.max(0, posts.length - 2))];
    if (!post) throw new Error("The channel is empty.");
    return post;
  }
}

/** What befalls the operator. */
function mishaps(year: Year): readonly Event[] {
  const on = (date: string, happens: Event["happens"]): Event => ({
    at: Date.parse(date),
    happens,
  });
  const crashes = Array.from({ length: 12 }, (_, month) => ({
    at: Date.parse(`2028-${String(month + 1).padStart(2, "0")}-15T00:00:00Z`),
    happens: async () => year.crash(),
  }));
  const first = year.channels[0];
  const thinned = year.channels[95];
  if (!first || !thinned) throw new Error("There are too few channels.");
  return [
    ...crashes,
    on("2028-02-17T00:00:00Z", async () => year.stopServers()),
    on("2028-02-20T12:00:00Z", async () => year.startServers()),
    on("2028-03-20T00:00:00Z", async () => year.wakeTheDead()),
    on("2028-05-10T00:00:00Z", () => year.changeLayout(true)),
    on("2028-05-16T00:00:00Z", () => year.changeLayout(false)),
    on("2028-07-01T09:00:00Z", () => {
      for (const { id } of first.posts.slice(-30, -10)) first.remove(id);
    }),
    on("2028-08-03T09:00:00Z", async () => year.accept(first.profile.name)),
    on("2028-08-05T09:00:00Z", async () => year.accept(first.profile.name)),
    on("2028-09-14T00:00:00Z", async () => year.fillDisk()),
    on("2028-09-17T00:00:00Z", async () => year.makeRoom()),
    on("2028-10-20T00:00:00Z", async () => year.wakeTheDead()),
    on("2028-10-25T00:00:00Z", () => year.calm()),
    ...Array.from({ length: 12 }, (_, month) => {
      const [from, to] = [Date.UTC(2028, month, 1), Date.UTC(2028, month + 1, 1)];
      return { at: from, happens: async () => year.plan((to - from) / 3_600_000) };
    }),
  ];
}

/** What a post is, without what the archive and the language detector add. */
function asPosted(post: ArchivedPost): object {
  const { no: _1, hash: _2, firstSeenAt: _3, lastSeenAt: _4, versions: _5, ...rest } = post;
  const { deleted: _6, language: _7, ...posted } = rest;
  return posted;
}

/** How many due times a schedule had from the first on. */
function dueTimesOf(schedule: Schedule): number {
  let count = 0;
  let due = firstDue(schedule, new Date(schedule.createdAt));
  while (due && due.getTime() <= nextYear + 10 * minute) {
    count += 1;
    due = dueAfter(schedule, due, 0);
  }
  return count;
}

/** How many due times an entry of the ledger stands for. */
function standsFor({ error, state }: Run): number {
  if (state !== "skipped" || error?.class !== "Misfire") return 1;
  return Number(/^(\d+) due times/.exec(error.message)?.[1] ?? 1);
}

async function everyRun(archive: Archive): Promise<readonly Run[]> {
  const runs: Run[] = [];
  for (;;) {
    const before = runs.at(-1)?.id;
    const more = await archive.runs.list({ limit: 1_000, ...(before !== undefined && { before }) });
    if (more.length === 0) return runs;
    runs.push(...more);
  }
}

test(
  "a year of a hundred channels, two servers, faults, crashes, a changed layout and a full disk ends with the truth",
  { timeout: 400_000 },
  async () => {
    const year = new Year();
    const events = [...posting(year), ...mishaps(year)].toSorted((a, b) => a.at - b.at);
    await year.begin();
    for (const { at, happens } of events) {
      await year.passTo(at);
      await happens();
    }
    await year.passTo(nextYear + 10 * minute);
    await year.stopServers();
    await year.wakeTheDead();

    const archive = await Archive.open(year.file, { now: year.clock.date });
    onTestFinished(async () => archive[Symbol.asyncDispose]());
    expect(await archive.verify()).toEqual([]);

    // The archive is the channels as they are, and remembers what is gone.
    const wrong: unknown[] = [];
    const kept = new Map<string, ArchivedPost[]>();
    for (let afterNo = 0; ;) {
      const posts = await archive.allPosts({ afterNo, limit: 1_000 });
      for (const post of posts) kept.set(post.channel, [...(kept.get(post.channel) ?? []), post]);
      if (posts.length === 0) break;
      afterNo = posts.at(-1)?.no ?? Infinity;
    }
    for (const truth of year.channels) {
      const { name } = truth.profile;
      const posts = kept.get(name) ?? [];
      const live = posts.filter(({ deleted }) => !deleted).toSorted((a, b) => a.id - b.id);
      if (!isDeepStrictEqual(live.map(asPosted), truth.shown))
        wrong.push({ name, kept: live.length, shown: truth.shown.length });
      if ((await archive.kept(name).unread()).length > 0) wrong.push({ name, unread: true });
    }
    expect(wrong).toEqual([]);

    // Each due time ran once, or the ledger says why not.
    const runs = await everyRun(archive);
    expect(runs.filter(({ state }) => state === "waiting" || state === "running")).toEqual([]);
    const unexplained = runs.filter(({ state, error }) => state !== "done" && !error?.message);
    expect(unexplained).toEqual([]);
    for (const schedule of await archive.schedules.list()) {
      if (schedule.cadence.kind === "adaptive") continue;
      const entries = runs.filter(({ scheduleId }) => scheduleId === schedule.id);
      const counted = entries.reduce((sum, run) => sum + standsFor(run), 0);
      expect({ channel: schedule.channel, due: counted }).toEqual({
        channel: schedule.channel,
        due: dueTimesOf(schedule),
      });
    }
    const counted = runs.reduce((sum, { counts }) => sum + counts.new, 0);
    expect(counted).toBe((await archive.state()).posts);

    const asked = year.source.asked - year.askedFirst;
    // All of it happened: this was no calm year.
    const classes = new Set(runs.map(({ state, error }) => error?.class ?? state));
    expect([...classes]).toEqual(
      expect.arrayContaining(["done", "Misfire", "PageChanged", "MassAbsence"]),
    );
    expect(year.zombies).toBeGreaterThan(3);
    expect(year.hindered).toBeGreaterThan(0);
    expect(asked / year.planned).toBeGreaterThan(0.9);
    expect(asked / year.planned).toBeLessThan(1.1);
  },
);
