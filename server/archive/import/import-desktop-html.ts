import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { channelName } from "../../../scraper/channel-name.ts";
import { UsageError } from "../../../scraper/errors.ts";
import { parseInstant } from "../../../scraper/limits.ts";
import type { Instant } from "../../../scraper/post.ts";
import type { Archive } from "../archive.ts";
import { refuseOtherEncodings } from "./encoding.ts";
import { type HtmlMessage, type HtmlPart, readHtmlPart } from "./desktop-html.ts";
import { readMessage } from "./desktop-message.ts";
import type { ImportReport } from "./import-report.ts";
import { type ImportOptions, type Imported, writtenAt } from "./imported.ts";
import { instantInZone } from "./local-time.ts";
import { MessageSaver } from "./message-saver.ts";

/** A file of an export holds 1,000 messages. */
const largestPartBytes = 64 * 1024 * 1024;
const mostParts = 100_000;
/** Within so many a file ends with the last tag, and blanks. */
const endBytes = 200;

/**
 * Takes the messages of a Telegram Desktop export as HTML: of `messages.html` and of the files that go on from it
 * (`messages2.html` …), one of them in memory at a time; of another of these files alone, its own messages.
 * @throws UsageError when it is no channel's export, or names no channel
 */
export async function importDesktopHtml(
  archive: Archive,
  file: string,
  { channel: given, timezone, signal }: ImportOptions,
): Promise<Imported> {
  const name = given === undefined ? undefined : channelName(given);
  if (name === undefined)
    throw new UsageError(
      `${file} does not tell the channel's @name: no HTML of Telegram Desktop does. Say it: backscroll import --channel NAME ${file}`,
    );
  const now = archive.now();
  const at = writtenAt(await stat(file), now);
  const saving = new MessageSaver(archive, { now, at, origin: "desktop-html" });
  const { report } = saving;
  const clock = new WallClock(timezone, report);
  for await (const { path, body } of partsOf(file, signal)) {
    refuseOtherEncodings(path, body, { isWhole: true });
    refuseCut(path, body);
  }
  for await (const { path, body } of partsOf(file, signal)) {
    const part = readHtmlPart(body.toString("utf8"));
    const { title, messages } = part;
    if (title === undefined)
      throw new UsageError(`${path} is not a file of messages of Telegram Desktop.`);
    refuseOthers(path, part);
    saving.begin({ name, title, verified: false, counters: {} });
    for (const message of messages) {
      report.read++;
      if (Number.isNaN(message.id)) {
        report.refuse(`A message of ${basename(path)}`, "it tells no number of its own");
        continue;
      }
      const what = `Message ${message.id} of ${basename(path)}`;
      await take(message, { what, title, saving, clock, now });
    }
  }
  await saving.finish();
  return report.of("desktop-html", [name]);
}

/** Of a file that was copied in part the last message would be taken with half of its text. @throws UsageError */
function refuseCut(path: string, body: Buffer): void {
  if (/<\/html>\s*$/iu.test(body.subarray(-endBytes).toString("latin1"))) return;
  throw new UsageError(
    `${path} ends before the page does; nothing was taken. Copy it again from where the export was made.`,
  );
}

/** A channel's messages are its own; in a group or a chat with one person nobody is called as the chat is. */
function refuseOthers(path: string, { title, messages }: HtmlPart): void {
  const senders = messages.flatMap(({ sender }) => sender ?? []);
  if (senders.length > 0 && !senders.includes(title ?? ""))
    throw new UsageError(
      `${path} is an export of a group or of a chat, not of a channel: none of its messages is from “${(title ?? "").slice(0, 100)}” itself.`,
    );
}

async function take(
  message: HtmlMessage,
  by: {
    readonly what: string;
    readonly title: string;
    readonly saving: MessageSaver;
    readonly clock: WallClock;
    readonly now: Date;
  },
): Promise<void> {
  const { what, title, saving, clock, now } = by;
  const { report } = saving;
  if (message["type"] === "service") {
    report.refuse(what, "it is an event, of which the HTML tells no time; the JSON does");
    return;
  }
  for (const part of message.unread)
    report.say(`${what} has a part that is not kept: ${part}.`, "have parts that are not kept");
  const { sender } = message;
  const author = message["author"] ?? (sender === title ? undefined : sender);
  const date = clock.instantOf(message.shownDate);
  if (date === undefined) {
    const shown = message.shownDate?.slice(0, 60) ?? "missing";
    report.refuse(what, `its date (${shown}) is none that a clock shows`);
    return;
  }
  const whole = { ...message, author, date };
  const read = readMessage(whole, now, () => whole);
  if (typeof read === "string") report.refuse(what, read);
  else await saving.take(read, what);
}

/** The files of an export in their order. */
async function* partsOf(
  file: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ readonly path: string; readonly body: Buffer }> {
  const goesOn = basename(file) === "messages.html";
  for (let number = 1; number <= (goesOn ? mostParts : 1); number++) {
    signal?.throwIfAborted();
    const path = number === 1 ? file : join(dirname(file), `messages${number}.html`);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) return;
    if (!found.isFile())
      throw new UsageError(`${path} is no file, and the messages after it cannot be read.`);
    const { size } = found;
    if (size > largestPartBytes)
      throw new UsageError(`${path} is larger than a file of an export can be (${size} bytes).`);
    yield { path, body: await readFile(path) };
  }
}

/** Reads `10.11.2016 15:31:25 UTC+03:00`, and says once how the times of a file were taken. */
class WallClock {
  readonly #timezone: string | undefined;
  readonly #report: ImportReport;
  readonly #said = new Set<string>();

  constructor(timezone: string | undefined, report: ImportReport) {
    this.#timezone = timezone;
    this.#report = report;
  }

  instantOf(shown: string | undefined): Instant | undefined {
    const [, day, month, year, time, zone] = dateShape.exec(shown ?? "") ?? [];
    if (time === undefined) return undefined;
    const local = `${year}-${month}-${day}T${time}`;
    if (this.#timezone !== undefined) return instantInZone(local, this.#timezone);
    this.#tell(zone);
    return parseInstant(`${local}${zone ?? "Z"}`);
  }

  /** Telegram Desktop writes local time and beside it the zone's offset in winter, also in summer. */
  #tell(zone = ""): void {
    if (this.#said.has(zone) || /^[+-]00:00$/u.test(zone)) return;
    this.#said.add(zone);
    this.#report.say(
      zone === ""
        ? "Its times are local and tell no zone: they were taken as UTC. --timezone Europe/Berlin says where they were written."
        : `Its times were taken as UTC${zone}, as it says. Where that zone has summer time, those of summer are an hour late: --timezone Europe/Berlin says where they were written.`,
      "are in a zone of their own",
    );
  }
}
const dateShape = /^(\d\d)\.(\d\d)\.(\d{4}) (\d\d:\d\d:\d\d)(?: UTC([+-]\d\d:\d\d)?)?$/u;
