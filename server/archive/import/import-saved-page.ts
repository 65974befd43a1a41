import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { ChannelUnavailable, UsageError } from "../../../scraper/errors.ts";
import { type Page, readPage } from "../../../scraper/markup/page.ts";
import { instant } from "../../../scraper/instant.ts";
import type { Channel, Instant, Post } from "../../../scraper/post.ts";
import { inWords, readingSentences } from "../../../scraper/reasons.ts";
import { Tally } from "../../../scraper/tally.ts";
import type { Archive } from "../archive.ts";
import { chatIdOfFile } from "./chat-id.ts";
import { type ImportOptions, type Imported, writtenAt } from "./imported.ts";
import { nameKey } from "../name-key.ts";

const largestPageBytes = 32 * 1024 * 1024;
const telegramBegan = Date.UTC(2013, 7, 1);

/** Takes the posts of a saved preview page (or single-post embed) as of the moment it was served. @throws UsageError, PageChanged */
export async function importSavedPage(
  archive: Archive,
  file: string,
  { channel: name, acceptChange = false }: ImportOptions,
): Promise<Imported> {
  const { size, mtime } = await stat(file);
  if (size > largestPageBytes)
    throw new UsageError(
      `${file} is larger than a page can be (${size} bytes); nothing was taken.`,
    );
  const body = await readFile(file);
  const now = archive.now();
  const at = servedAt(body, { mtime, now });
  const url = pathToFileURL(file).href;
  const page = readPage(
    { url, status: 200, headers: { "content-type": "text/html; charset=utf-8" }, body },
    { channel: name ?? "", readAt: at, now, acceptChange },
  );
  const { channel, posts, warnings: said } = postsOf(page, { file, name });
  const warnings = new Tally();
  warnings.add(...said);
  if (name !== undefined && nameKey(name) !== nameKey(channel.name))
    throw new UsageError(`${file} is a page of @${channel.name}, not of @${name}.`);
  const { chatId: written } = channel;
  if (written !== undefined) await chatIdOfFile(archive, { file, channel: channel.name, written });
  const saved = await archive.saveImported({
    channel,
    posts,
    origin: "saved-page",
    url: `saved:${basename(file)}`,
    at,
    body,
  });
  return {
    kind: "page",
    channels: [channel.name],
    read: posts.length,
    ...saved,
    joined: 0,
    repeated: 0,
    refused: 0,
    warnings: warnings.lines(),
  };
}

function postsOf(
  page: Page,
  { file, name: asked }: { readonly file: string; readonly name: string | undefined },
): { channel: Channel; posts: readonly Post[]; warnings: readonly string[] } {
  switch (page.kind) {
    case "posts":
      return page;
    case "embed": {
      const { channel: name } = page.post;
      const channel = { name, title: name, verified: false, counters: {} };
      return { channel, posts: [page.post], warnings: page.warnings };
    }
    case "cut":
      throw new UsageError(`${file} ends before the page does; nothing was taken. Save it again.`);
    case "unknown":
      throw new UsageError(
        `${file} is not a preview page: ${inWords([page.why], readingSentences)}.`,
      );
    case "unavailable": {
      const named = asked ?? page.channel;
      if (named !== undefined) throw new ChannelUnavailable(named, page.reason);
      throw new UsageError(`${file} is a page on which Telegram shows no posts (${page.reason}).`);
    }
    default:
      throw new UsageError(`${file} is a page without posts of a channel (${page.kind}).`);
  }
}

/** Telegram writes the second of serving into each message (`data-view`); else the file's own time. */
function servedAt(
  body: Buffer,
  { mtime, now }: { readonly mtime: Date; readonly now: Date },
): Instant {
  const written = writtenAt({ mtime }, now);
  let newest = 0;
  for (const [, view = ""] of body.toString("latin1").matchAll(/data-view="([\w+/=-]{1,400})"/g)) {
    const seconds = Number(/"t":(\d{9,11})\b/.exec(Buffer.from(view, "base64url").toString())?.[1]);
    const ms = seconds * 1000;
    if (ms > telegramBegan && ms <= Date.parse(written) + 86_400_000) newest = Math.max(newest, ms);
  }
  return newest === 0 ? written : instant(newest);
}
