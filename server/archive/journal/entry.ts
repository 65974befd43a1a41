import { hash, randomBytes } from "node:crypto";
import type { Instant } from "../../../scraper/post.ts";

/**
 * Something that happened, as the journal tells it. Each begins with what it was and names what it happened to;
 * `hashes` are a post's (`postHash`), `sha256` is a page's. What came from a page happened when that was read.
 */
export type Event =
  | { readonly what: "begun"; readonly archive: string }
  | {
      readonly what: "page";
      readonly page: number;
      readonly channel: string;
      readonly url: string;
      readonly readAt: Instant;
      readonly sha256: string;
      /** Of the answer that brought it, and SHA-256 of its headers as they are kept; absent where it was no answer. */
      readonly status?: number;
      readonly headers?: string;
    }
  | {
      /** Something that was purged was cut out of a page; without `sha256` nothing of it is left. */
      readonly what: "page cut";
      readonly page: number;
      readonly sha256?: string;
    }
  | {
      /**
       * `new`: seen for the first time; `edited`: with other words; `reread`: the same, read or told otherwise; `told`: with
       * what another archive kept; `rewritten`: a quote of something purged was taken out of it; `found`: it was kept before
       * there was a journal.
       */
      readonly what: "new" | "edited" | "reread" | "told" | "rewritten" | "found";
      readonly channel: string;
      readonly id: number;
      /** Of each of its versions that are told of; the last is its present one. */
      readonly hashes: readonly string[];
      /** The page that shows it. */
      readonly page?: number;
    }
  | {
      readonly what: "deleted" | "returned";
      readonly channel: string;
      readonly id: number;
      readonly at: Instant;
    }
  | {
      /** It is part of an album, under whose id it is kept from now on. */
      readonly what: "joined";
      readonly channel: string;
      readonly id: number;
      readonly at: Instant;
    }
  | {
      /** What a query found was kept, to be cited; the query may name somebody who is purged one day. */
      readonly what: "cited";
      readonly sha256: string;
      readonly posts: number;
      readonly position: number;
    }
  | {
      /** A package of evidence was taken in, of an archive whose journal ended with this entry then. */
      readonly what: "taken";
      readonly archive: string;
      readonly entry: number;
      readonly hash: string;
    }
  | { readonly what: "purged"; readonly order: number };

/** An entry of the journal: what one transaction did, each thing as a salted hash of what was told of it. */
export interface Entry {
  readonly no: number;
  /** When it was written, by the archive's clock. */
  readonly at: Instant;
  /** 32 bytes for each thing, one after the other. */
  readonly digests: Uint8Array;
}

export const digestBytes = 32;
const saltBytes = 16;
const noLink = new Uint8Array(32);

/** A salt for each of so many things: without its salt nobody can try out what a purged one may have told. */
export function newSalts(count: number): readonly Uint8Array[] {
  const all = randomBytes(count * saltBytes);
  return Array.from({ length: count }, (_, at) =>
    all.subarray(at * saltBytes, (at + 1) * saltBytes),
  );
}

/** SHA-256 of the salt followed by the text. */
export const digestOf = (salt: Uint8Array, text: string): Buffer =>
  hash("sha256", Buffer.concat([salt, Buffer.from(text)]), "buffer");

/** SHA-256 of the link before (32 zero bytes before the first), the digests, and number and time as `12 2026-11-28T10:00:00Z`. */
export const linkAfter = (before: Uint8Array = noLink, { no, at, digests }: Entry): Buffer =>
  hash("sha256", Buffer.concat([before, digests, Buffer.from(`${no} ${at}`)]), "buffer");
