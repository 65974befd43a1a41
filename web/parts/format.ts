import { html } from "hono/html";
import type { Words } from "../words/words.ts";
import type { Html } from "./html.ts";

/** `12.8K`, the way the source rounds it. */
export const rounded = (views: number): string => compact.format(views);
const compact = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });

/** `2026-11-19` of an instant. */
export const day = (instant: string): string => instant.slice(0, 10);

/** `2026-11-19 07:42:10 UTC` */
export const moment = (instant: string): string => `${day(instant)} ${clock(instant)} UTC`;

/** `07:42:10` */
export const clock = (instant: string): string => instant.slice(11, 19);

/** A moment as an element of time. */
export const time = (instant: string): Html =>
  html`<time datetime="${instant}">${moment(instant)}</time>`;

/** A sentence of ours; the moments it names are elements of time. */
export const timed = (says: string): Html =>
  html`${says.split(momentIn).map((part, place) => {
    if (place % 2 === 0) return part;
    return html`<time datetime="${part.replace(" ", "T")}Z">${part} UTC</time>`;
  })}`;
const momentIn = /(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}) UTC/;

/** Words of ours above times that name no zone; where the reader's clock is shown, they name its zone. */
export const zoned = (says: string): Html =>
  html`${says.split("UTC").map((part, place) => html`${place > 0 && html`<span data-zone>UTC</span>`}${part}`)}`;

/** Whole ones. */
export const megabytes = (bytes: number): number => Math.floor(bytes / 1_000_000);

/** `12 to 15`, or the one id. */
export const idRange = (from: number, to: number, { text }: Words): string =>
  from === to ? String(from) : text.common.idRange({ from: String(from), to: String(to) });

const twoDigits = (value: number): string => String(value).padStart(2, "0");

/** `3:05`, `1:02:07` */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const tail = twoDigits(whole % 60);
  return hours > 0 ? `${hours}:${twoDigits(minutes)}:${tail}` : `${minutes}:${tail}`;
}

/**
 * A name others gave (of a file, a person, a button), on one line. Signs that turn the direction of what
 * follows, by which `exe.gpj` poses as `jpg.exe`, are shown as �.
 */
export const name = (text: string): string =>
  text.replaceAll(/[\u202A-\u202E\u2066-\u2069]/g, "\uFFFD").replaceAll(/\s+/g, " ");

/** An address a reader may follow, or nothing: `javascript:` and its like are text. */
export function safeAddress(address: string | undefined): string | undefined {
  if (address === undefined || !URL.canParse(address)) return undefined;
  return followed.has(new URL(address).protocol) ? address : undefined;
}
const followed: ReadonlySet<string> = new Set(["http:", "https:", "mailto:", "tel:", "tg:"]);

/** `search?q=…` with these parameters; empty ones are left out. */
export function searchAddress(
  parameters: Readonly<Record<string, string | number | undefined>>,
): string {
  const given = Object.entries(parameters).filter(
    ([, value]) => value !== undefined && value !== "",
  );
  const query = new URLSearchParams(
    given.map(([key, value]): [string, string] => [key, String(value)]),
  ).toString();
  return query === "" ? "/" : `/?${query}`;
}

/** Where a post has its page. */
export const postAddress = ({
  channel,
  id,
}: {
  readonly channel: string;
  readonly id: number;
}): string => `/c/${encodeURIComponent(channel)}/${id}`;

/** Where a post stands on a page that lists posts, as a fragment of its address; a second line or picture of it has its own. */
export const postAnchor = (
  { channel, id }: { readonly channel: string; readonly id: number },
  line = 1,
): string => `p-${channel}-${id}${line > 1 ? `-${line}` : ""}`;

/** An engine as people call it: in words of ours, or by its own name. */
export function engineSaid(engine: string, { text }: Words): string {
  const own: Readonly<Record<string, string>> = text.common.engine;
  return own[engine] ?? engine.charAt(0).toUpperCase() + engine.slice(1);
}
