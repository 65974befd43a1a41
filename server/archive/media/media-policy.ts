import { UsageError } from "../../../scraper/errors.ts";
import type { MediaKind } from "../../../scraper/post.ts";

/** What can be fetched: the kinds a public preview gives an address for, the small pictures of any kind, those of linked pages, and a channel's own. */
export const mediaWants = [
  "photo",
  "video",
  "gif",
  "round",
  "voice",
  "sticker",
  "thumbnail",
  "preview",
  "avatar",
] as const satisfies readonly (MediaKind | "thumbnail" | "preview" | "avatar")[];
export type MediaWant = (typeof mediaWants)[number];

/** Which files of posts are fetched. No kinds: none. */
export interface MediaPolicy {
  readonly kinds: readonly MediaWant[];
  /** Of one file. */
  readonly maxBytes: number;
}

/** What a channel has of its own; the rest is as the settings say. */
export type MediaOverride = Partial<MediaPolicy>;

/** `off`, `all`, or kinds with commas. @throws UsageError */
export function mediaKindsOf(typed: string): readonly MediaWant[] {
  if (typed === "off") return [];
  if (typed === "all") return mediaWants;
  const named = typed.split(",").map((one) => one.trim());
  return named.map((name) => {
    const kind = mediaWants.find((one) => one === name);
    if (kind === undefined)
      throw new UsageError(
        `It must be off, all, or some of ${mediaWants.join(", ")}, with commas.`,
      );
    return kind;
  });
}

/** `off`, `all`, or the kinds with commas. */
export function mediaKindsText(kinds: readonly MediaWant[]): string {
  if (kinds.length === 0) return "off";
  return mediaWants.every((one) => kinds.includes(one)) ? "all" : kinds.join(",");
}

export const bytesInMegabyte = 1_000_000;
