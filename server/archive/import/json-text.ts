import { isUtf8 } from "node:buffer";
import { limits } from "../../../scraper/limits.ts";

/** A piece of JSON as it stands in a file: a line, or an item of a list. */
export interface JsonText {
  /** Where the bytes are no UTF-8, � stands in it. */
  readonly text: string;
  readonly isUtf8: boolean;
  /** How many lists and objects stand inside one another in it, itself included. */
  readonly depth: number;
}

export function jsonTextOf(bytes: Uint8Array): Pick<JsonText, "text" | "isUtf8"> {
  return { text: decoder.decode(bytes), isUtf8: isUtf8(bytes) };
}
const decoder = new TextDecoder();

/** What `read` makes of the value of a piece; why there is none, as a sentence's end, where there is none. */
export function readPiece<T>(piece: JsonText, read: (value: unknown) => T): T | string {
  if (!piece.isUtf8) return "its bytes are not UTF-8";
  if (piece.depth > limits.depth) return `it is nested ${piece.depth} deep`;
  const value = parsed(piece.text);
  return value === undefined ? "it is no JSON" : read(value);
}

/** The value of a piece; undefined when it is not read. */
export function valueOf(piece: JsonText): unknown {
  if (!piece.isUtf8 || piece.depth > limits.depth) return undefined;
  return parsed(piece.text);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a text in it holds half of a sign, which JSON can write (`\ud83d` alone) and no file of UTF-8 can hold. */
export function hasHalfSign(piece: JsonText): boolean {
  if (!/\\ud[89a-f]/iu.test(piece.text)) return false;
  return !isWhole(valueOf(piece));
}

/** JSON that was read is nested no deeper than `limits.depth`. */
function isWhole(value: unknown): boolean {
  if (typeof value === "string") return value.isWellFormed();
  if (typeof value !== "object" || value === null) return true;
  return Object.values(value).every(isWhole);
}
