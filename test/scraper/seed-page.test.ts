import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { historyPage, message, read, textHolder } from "../fixtures/pages/markup.ts";

const file = join(import.meta.dirname, "../../../shared/seed/telegram-web-page.txt");
const there = existsSync(file);
const absence = there ? "" : ` (skipped: ${file} is not there)`;

/** How each of the four posts begins; what lies between is its text, or a notice of its page. */
const beginnings = ["👇", "🧠", "😤", "😎"];
const notices = new Set(["Please open Telegram to view this post", "VIEW IN TELEGRAM"]);

interface Seed {
  readonly text: string;
  /** The page showed "Please open Telegram" after it: the hidden fallback of a post that is whole. */
  readonly fallback: boolean;
}

function seeds(): Seed[] {
  const visible = readFileSync(file, "utf8");
  const body = visible.slice(visible.indexOf("\n") + 1, visible.search(/\n\d{4}\/\d\d\/\d\d /u));
  const starts = beginnings.map((beginning) => body.indexOf(beginning));
  return starts.map((start, index) => {
    const lines = body.slice(start, starts[index + 1]).split("\n");
    const text = lines
      .filter((line) => !notices.has(line))
      .join("\n")
      .trim();
    return { text, fallback: lines.some((line) => notices.has(line)) };
  });
}

const escaped = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll("!", "&#33;")
    .replaceAll("\n", "<br>");

const fallback = `<div class="media_not_supported_cont"><div class="message_media_not_supported_wrap"><div class="message_media_not_supported"><div class="message_media_not_supported_label">Please open Telegram to view this post</div><a href="https://t.me/kanal/1" class="message_media_view_in_telegram">VIEW IN TELEGRAM</a></div></div></div>`;

describe.skipIf(!there)(`the page this project was conceived from${absence}`, () => {
  test("its four posts, set in a page's markup, come back word for word", () => {
    const written = seeds();
    const html = historyPage(
      written.map((seed, index) => {
        const holder = textHolder(escaped(seed.text));
        const shown = `<div class="media_supported_cont">${holder}</div>${fallback}`;
        return message(seed.fallback ? shown : holder, { id: index + 1 });
      }),
    );
    const page = read(html);
    const posts = page.kind === "posts" ? page.posts : [];
    expect(written.map((seed) => seed.fallback)).toEqual([true, false, false, true]);
    expect(posts.map(({ text }) => text)).toEqual(written.map(({ text }) => text));
    expect(posts.map(({ textState }) => textState)).toEqual(Array(4).fill("present"));
    expect(posts.map(({ language }) => language)).toEqual(Array(4).fill("ru"));
    expect(posts.some(({ notUnderstood }) => notUnderstood)).toBe(false);
    for (const part of ["симметрию", "LASTCALL на 10.000₽", "F1-score, Precision\\@K"])
      expect(posts.some(({ text }) => text.includes(part))).toBe(true);
  });
});
