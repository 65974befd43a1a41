import { html } from "hono/html";
import type { ChangeAnswer } from "../../server/contract/changes.ts";
import { channelFace, type Faces, titleIn } from "./faces.ts";
import { clock, day, postAddress } from "./format.ts";
import type { Html } from "./html.ts";
import { icon, type IconName } from "./icons.ts";
import { postText } from "./post-text.ts";
import { comparison, foldedFar } from "./versions.ts";
import { type DiffPart, wordDiff } from "./word-diff.ts";
import type { Words } from "../words/words.ts";

const minuteMs = 60_000;
const minutesSaid = 90;
const hoursSaid = 48;

export interface ChangeDays {
  /** The last seen first. */
  readonly changes: readonly ChangeAnswer[];
  /** How many changes were seen on each UTC day in all. */
  readonly perDay: ReadonlyMap<string, number>;
  readonly faces: Faces;
  readonly words: Words;
  /** When the reader was here last, and which of the changes were not there then. */
  readonly visit?:
    | {
        readonly at: string;
        readonly unseen: ReadonlySet<ChangeAnswer>;
        readonly isFirstPage: boolean;
      }
    | undefined;
}

/** What happened to posts, by the day it was seen; the same edit of many posts is one entry. */
export function changeDays(view: ChangeDays): Html {
  const { changes, visit } = view;
  const byDay = Map.groupBy(changes, ({ at }) => day(at));
  const lastUnseen = visit && changes.findIndex(({ at }) => at <= visit.at);
  // The page before this one may hold the line.
  const line = lastUnseen === 0 && !visit?.isFirstPage ? undefined : changes[lastUnseen ?? -1];
  return html`${[...byDay].map(([date, seen]) => daySection(view, { date, seen, line }))}`;
}

function daySection(
  view: ChangeDays,
  {
    date,
    seen,
    line,
  }: {
    readonly date: string;
    readonly seen: readonly ChangeAnswer[];
    readonly line: ChangeAnswer | undefined;
  },
): Html {
  const { changeDays: text } = view.words.text;
  const { visit } = view;
  const at = line ? seen.indexOf(line) : -1;
  const lists =
    at < 0
      ? html`${list(view, seen)}`
      : html`${list(view, seen.slice(0, at))}
          <p class="seen-line" id="new">
            <time datetime="${visit?.at}"
              >${text.hereLast({ day: day(visit?.at ?? ""), time: clock(visit?.at ?? "") })}</time
            >
          </p>
          ${list(view, seen.slice(at))}`;
  return html`<section class="day">
    <h2>
      ${date} <small>UTC</small>
      <small>${text.changes({ n: view.perDay.get(date) ?? seen.length })}</small>
    </h2>
    ${lists}
  </section>`;
}

function list(view: ChangeDays, changes: readonly ChangeAnswer[]): Html | undefined {
  if (changes.length === 0) return undefined;
  return html`<ol class="feed">
    ${alike(changes).map((group) => entry(view, group))}
  </ol>`;
}

/** A change, or the same edit of several posts of a channel; the words of an edit, compared. */
interface Group {
  readonly first: ChangeAnswer;
  readonly all: readonly ChangeAnswer[];
  readonly parts: readonly DiffPart[];
}

function alike(changes: readonly ChangeAnswer[]): readonly Group[] {
  const compared = changes.map((change) => {
    const { before, after, kind, channel } = change;
    const parts = kind === "edited" ? wordDiff(before?.text ?? "", after?.text ?? "") : [];
    const moved = parts.filter((part) => part.kind !== "same");
    // Where no word moved, nothing says that two edits are the same.
    const key = moved.length > 0 ? JSON.stringify([channel, moved]) : change;
    return { change, parts, key };
  });
  return [...Map.groupBy(compared, ({ key }) => key).values()].flatMap((same) => {
    const [head] = same;
    return head
      ? [{ first: head.change, all: same.map(({ change }) => change), parts: head.parts }]
      : [];
  });
}

const looks = {
  edited: { look: "what-edit", sign: "edited" },
  deleted: { look: "what-gone", sign: "gone" },
  returned: { look: "", sign: "again" },
} as const satisfies Record<ChangeAnswer["kind"], { look: string; sign: IconName }>;

function entry(view: ChangeDays, group: Group): Html {
  const { words, faces } = view;
  const { first, all } = group;
  const { changeDays: text } = words.text;
  const { kind, channel, id, at } = first;
  const title = titleIn(faces, channel);
  const isNew = all.some((change) => view.visit?.unseen.has(change));
  const said = all.length > 1 ? text.alike({ n: all.length }) : text[kind];
  return html`<li class="entry near ${kind === "deleted" ? "gone" : ""}">
    <article class="entry-body" aria-label="${title}, ${id}, ${said}">
      ${channelFace(channel, faces)}
      <header class="entry-head">
        <a class="channel" href="/c/${channel}"><bdi>${title}</bdi></a>
        <span class="what ${looks[kind].look}">${icon(looks[kind].sign)} ${said}</span>
        <time class="when" datetime="${at}"><b>${clock(at)} UTC</b></time>
        ${
          all.length === 1 &&
          html`<a class="shelf" href="${postAddress(first)}">${channel}/<wbr />${id}</a>`
        }${
          isNew &&
          html`<span class="dot" title="${text.newTitle}"></span
            ><span class="only-read">${text.isNew}</span>`
        }
      </header>
      ${body(view, group)}${foot(view, group)}
    </article>
  </li>`;
}

function body(
  { words }: ChangeDays,
  { first: { kind, before, after }, parts }: Group,
): Html | undefined {
  if (kind === "edited" && before && after)
    return comparison(before, after, { words, parts, fold: foldedFar });
  const said = after ?? before;
  return said && html`${postText(said, words, { whole: false })}${shows(said, words)}`;
}

/** What stood there beside or instead of words. */
function shows({ media }: NonNullable<ChangeAnswer["after"]>, words: Words): Html | undefined {
  if (media.length === 0) return undefined;
  const kinds = [...new Set(media.map(({ kind }) => words.text.common.media[kind]))];
  return html`<p class="quiet small">${kinds.join(", ")}</p>`;
}

function foot({ words }: ChangeDays, { first, all }: Group): Html {
  const { changeDays: text, common, entry: entryText } = words.text;
  if (all.length > 1)
    return html`<footer class="foot">
      <details>
        <summary>${common.posts({ n: all.length })}</summary>
        ${all.map((one) => html`<a href="${versionAddress(one)}">${one.channel}/${one.id}</a> `)}
      </details>
    </footer>`;
  return html`<footer class="foot">
    <a href="${versionAddress(first)}">${text.allVersions}</a>
    <a href="${postAddress(first)}">${entryText.open}</a>
    <span>${evidence(first, words)}</span>
  </footer>`;
}

const versionAddress = (change: ChangeAnswer): string =>
  change.kind === "edited"
    ? `${postAddress(change)}?v=${change.version}#versions`
    : `${postAddress(change)}#versions`;

/** How long the post was there as it was, and what shows what became of it. */
function evidence(change: ChangeAnswer, words: Words): string | undefined {
  const { changeDays: text } = words.text;
  const { kind, at, version, before, after, lastSeenAt, checks = 0, deletedAt } = change;
  const published = (after ?? before)?.publishedAt ?? at;
  if (kind === "edited")
    return text.version({ version: String(version), span: span(published, at, words) });
  if (kind === "returned") return deletedAt && text.again({ day: day(deletedAt) });
  return `${text.kept({ span: span(published, lastSeenAt, words) })}, ${text.absent({ checks })}`;
}

/** `2 hours`; in whole minutes, hours or days, never none. */
function span(from: string, to: string, { text: { changeDays: text } }: Words): string {
  const minutes = Math.max(1, Math.round((Date.parse(to) - Date.parse(from)) / minuteMs));
  if (minutes < minutesSaid) return text.minutes({ n: minutes });
  const hours = Math.round(minutes / 60);
  return hours < hoursSaid ? text.hours({ n: hours }) : text.days({ n: Math.round(hours / 24) });
}
