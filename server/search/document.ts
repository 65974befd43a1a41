import { domainToUnicode } from "node:url";
import type { Entity, Instant, Post, PostKey } from "../../scraper/post.ts";
import { webAddress } from "../../scraper/web-address.ts";
import type { ArchivedPost } from "../archive/posts/archived-post.ts";
import { addressesAbove, addressesIn, addressOf, withoutWww } from "./addresses.ts";
import type { HasValue, IsValue } from "./query/tree.ts";

/** One step that brings an index nearer to the archive: this post as it is now, gone for good, or one the index cannot hold. */
export type IndexChange =
  | {
      readonly kind: "put";
      readonly post: ArchivedPost;
      /** Versions that were followed by another, the oldest first. */
      readonly earlier?: readonly Post[];
      /** When the last edit, deletion or return was seen; absent when none was. */
      readonly changedAt?: Instant;
    }
  | { readonly kind: "purge"; readonly channel: string; readonly id: number }
  | ({ readonly kind: "setAside" } & SetAside);

/** A post that the engine will not take. The index remembers it until the post changes or the index is built anew. */
export interface SetAside extends PostKey {
  readonly why: string;
}

/** More posts than this are not told of by name. */
export const mostSetAside = 1_000;

/** Another number calls for a rebuild of every index: what it keeps of a post has changed. */
export const documentVersion = 6;

/** Everything of a post in which words are looked for, the text first; a phrase never spans two of them. */
export function searchedTexts(post: Post): readonly string[] {
  const { poll, preview } = post;
  return [
    post.text,
    poll?.question,
    ...(poll?.options ?? []).map((option) => option.text),
    ...post.media.flatMap(({ fileName, performer, title, address, phone }) => [
      fileName,
      performer,
      title,
      address,
      phone,
    ]),
    preview?.title,
    preview?.description,
    ...post.buttons.map((button) => button.text),
    post.viaBot,
  ].filter((text) => text !== undefined && text !== "") as string[];
}

/** What `was:` looks in: each text and address of earlier versions once, of the newest so many. */
export function earlierTexts(versions: readonly Post[]): {
  readonly texts: readonly string[];
  readonly addresses: readonly string[];
} {
  const looked = versions.slice(-mostVersions);
  return {
    texts: [...new Set(looked.flatMap(searchedTexts))],
    addresses: [...new Set(looked.flatMap((post) => Array.from(addressesOf(post))))],
  };
}
const mostVersions = 1_000;

/** What `has:` finds a post by. */
export function hasOf(post: ArchivedPost): ReadonlySet<HasValue> {
  const has = new Set<HasValue>();
  for (const { kind } of post.media) {
    has.add(kind).add("media");
    if (kind === "gif" || kind === "round") has.add("video");
  }
  if (post.entities.some((entity) => entity.type === "link")) has.add("link");
  if (post.poll !== undefined) has.add("poll");
  if (post.text !== "" && post.service === undefined) has.add("text");
  if (post.reactions.length > 0) has.add("reactions");
  return has;
}

/** What `is:` finds a post by. */
export function isOf(post: ArchivedPost): ReadonlySet<IsValue> {
  const is = new Set<IsValue>();
  if (post.forward !== undefined) is.add("forward");
  if (post.reply !== undefined) is.add("reply");
  if (post.edited) is.add("edited");
  if (post.deleted !== undefined) is.add("deleted");
  if (post.ids.length > 1) is.add("album");
  if (post.service !== undefined) is.add("service");
  if (post.textState === "withheld" || post.mediaWithheld === true) is.add("withheld");
  return is;
}

/** The fields whose values are names; a post may have several of each. */
export type LabelKind = "author" | "fwd" | "link" | "mentions" | "tag" | "cashtag";

export interface Label {
  readonly kind: LabelKind;
  /** As a facet shows it: names as written, tags and hosts in lower case. */
  readonly value: string;
}

/** The names a post carries, each once: its author, where it came from, its links' hosts, its tags, and the bot it was written with as one it mentions. */
export function labelsOf(post: ArchivedPost): readonly Label[] {
  const labels = new Map<string, Label>();
  const add = (kind: LabelKind, value: string | undefined): void => {
    if (value !== undefined && value !== "") labels.set(`${kind} ${value}`, { kind, value });
  };
  add("author", post.author);
  add("fwd", post.forward?.name);
  add("fwd", post.forward?.channel?.toLowerCase());
  add("fwd", post.forward?.author);
  for (const entity of post.entities) {
    const written = post.text.slice(entity.offset, entity.offset + entity.length);
    const kind = entityLabels[entity.type];
    if (kind === "link") add("link", hostOf(entity.url ?? written));
    else if (kind !== undefined) add(kind, bareName(written));
  }
  for (const button of post.buttons) add("link", hostOf(button.url));
  add("link", hostOf(post.preview?.url));
  if (post.viaBot !== undefined) add("mentions", bareName(post.viaBot));
  return [...labels.values()];
}

const entityLabels: Partial<Record<Entity["type"], LabelKind>> = {
  link: "link",
  mention: "mentions",
  hashtag: "tag",
  cashtag: "cashtag",
};

/**
 * The keys a label is found by: a name's words, a host with the domains above it, a tag itself.
 * A label is meant by a value when it has every key of `valueKeys`.
 */
export function labelKeys({ kind, value }: Label): readonly string[] {
  if (kind === "author" || kind === "fwd") return [...nameWords(value), foldName(value)];
  if (kind !== "link") return [foldName(value)];
  const parts = value.split(".");
  return parts.map((_, i) => parts.slice(i).join("."));
}

/** The keys a typed value asks for. */
export function valueKeys(kind: LabelKind, value: string): readonly string[] {
  if (kind === "link") return [hostOf(value) ?? value.toLowerCase()];
  const name = bareName(value);
  if (kind !== "author" && kind !== "fwd") return [foldName(name)];
  const words = nameWords(name);
  return words.length > 0 ? words : [foldName(name)];
}

/** Every address that a post shows or links to, with those that it lies below. */
export function addressesOf(post: Post): ReadonlySet<string> {
  const linked = [
    ...post.entities
      .filter(({ type }) => type === "link")
      .map(({ url, offset, length }) => url ?? post.text.slice(offset, offset + length)),
    ...post.buttons.map(({ url }) => url),
    post.preview?.url,
  ].flatMap((url) => (url === undefined ? [] : (addressOf(url) ?? [])));
  const shown = searchedTexts(post).flatMap(addressesIn);
  return new Set([...linked, ...shown].flatMap(addressesAbove));
}

/** Whole seconds since 1970: how an index keeps a moment. */
export const secondsOf = (instant: Instant): number => Math.floor(Date.parse(instant) / 1000);

function bareName(written: string): string {
  return written.replace(/^[@#$]/, "").toLowerCase();
}

function nameWords(name: string): readonly string[] {
  return foldName(name).match(/[\p{L}\p{M}\p{N}_]+/gu) ?? [];
}

function foldName(name: string): string {
  return name.normalize("NFKC").toLowerCase().replaceAll("ё", "е");
}

/** The host of an address of the web, as people read it and without `www.`; undefined of any other. */
export function hostOf(written: string | undefined): string | undefined {
  const url = URL.parse(webAddress(written ?? "") ?? "");
  if (url === null) return undefined;
  return withoutWww(domainToUnicode(url.hostname) || url.hostname);
}
