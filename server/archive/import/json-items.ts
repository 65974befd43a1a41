import { type JsonText, jsonTextOf } from "./json-text.ts";

const codes = {
  quote: 34,
  comma: 44,
  backslash: 92,
  openList: 91,
  closeList: 93,
  open: 123,
  close: 125,
};
const blanks: ReadonlySet<number> = new Set([9, 10, 13, 32]);
const largestItemBytes = 16 * 1024 * 1024;
/** How deep the items stand: in a list, in an object. */
const listDepth = 2;

/** How a JSON file is not what was expected. */
export class JsonCut extends Error {
  override name = "JsonCut";
}

export interface JsonItem extends JsonText {
  readonly kind: "head" | "item";
}

/**
 * Reads `{…, "list": [item, item, …], …}` from a stream without holding it whole: first what stands before the list, then
 * each item of the list, whatever it is. Between and after the items all is checked to be JSON; whether an item is,
 * is for the reader to see. @throws JsonCut when it ends early, is no JSON between the items or after them, or an item is too large
 */
export async function* jsonItems(
  chunks: AsyncIterable<Uint8Array>,
  list: string,
): AsyncGenerator<JsonItem> {
  let kept: Uint8Array[] = [];
  let keptBytes = 0;
  let depth = 0;
  let deepest = 0;
  let items = 0;
  let inString = false;
  let escaped = false;
  let keyBytes: number[] = [];
  let state: "head" | "first" | "next" | "item" | "bare" | "after" | "tail" = "head";

  const textOf = (last: Uint8Array): Pick<JsonText, "text" | "isUtf8"> => {
    const text = jsonTextOf(Buffer.concat([...kept, last]));
    [kept, keptBytes] = [[], 0];
    return text;
  };
  const notJson = (): JsonCut =>
    new JsonCut(
      items === 0
        ? `its list "${list}" does not begin as JSON`
        : `it is no JSON at item ${items} of "${list}" or right after it`,
    );
  for await (const chunk of chunks) {
    let start = 0;
    for (let at = 0; at < chunk.length && state !== "tail"; at++) {
      const byte = chunk[at] ?? 0;
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === codes.backslash) escaped = true;
        else if (byte === codes.quote) inString = false;
        if (inString && depth === 1 && state === "head" && keyBytes.length < 64)
          keyBytes.push(byte);
        if (!inString && depth === listDepth && state === "item") {
          yield { kind: "item", ...textOf(chunk.subarray(start, at + 1)), depth: 0 };
          state = "after";
        }
        continue;
      }
      if (state === "bare") {
        if (byte !== codes.comma && byte !== codes.closeList && !blanks.has(byte)) continue;
        const bare = textOf(chunk.subarray(start, at));
        if (!isJson(bare.text)) throw notJson();
        yield { kind: "item", ...bare, depth: 0 };
        state = "after";
      }
      if (state === "first" || state === "next" || state === "after") {
        if (blanks.has(byte)) continue;
        if (state !== "next" && byte === codes.closeList) {
          [state, start] = ["tail", at + 1];
          continue;
        }
        if (state === "after") {
          if (byte !== codes.comma) throw notJson();
          state = "next";
          continue;
        }
        if (byte === codes.comma || byte === codes.closeList || byte === codes.close)
          throw notJson();
        items++;
        [state, start, deepest] = ["item", at, depth];
        if (byte !== codes.quote && byte !== codes.open && byte !== codes.openList) state = "bare";
      }
      if (byte === codes.quote) {
        inString = true;
        if (depth === 1 && state === "head") keyBytes = [];
      } else if (byte === codes.open || byte === codes.openList) {
        depth++;
        deepest = Math.max(deepest, depth);
        if (state === "head" && depth === listDepth && byte === codes.openList) {
          if (Buffer.from(keyBytes).toString() !== list) continue;
          const head = textOf(chunk.subarray(start, at + 1));
          if (!head.isUtf8) throw new JsonCut(`what stands before its list "${list}" is not UTF-8`);
          yield { kind: "head", ...head, text: `${head.text}]}`, depth: deepest };
          state = "first";
        }
      } else if (byte === codes.close || byte === codes.closeList) {
        depth--;
        if (state === "item" && depth === listDepth) {
          yield { kind: "item", ...textOf(chunk.subarray(start, at + 1)), depth: deepest - depth };
          state = "after";
        } else if (depth === 0) throw new JsonCut(`it holds no list named "${list}"`);
      }
    }
    if (state === "first" || state === "next" || state === "after") continue;
    kept.push(chunk.subarray(start));
    keptBytes += chunk.length - start;
    if (keptBytes > largestItemBytes) throw new JsonCut("one piece of it is larger than 16 MB");
  }
  if (state === "head") throw new JsonCut(`it ends before a list named "${list}"`);
  if (state !== "tail") throw new JsonCut("it ends in the middle of the list");
  checkTail(textOf(new Uint8Array()), list);
}

/** What follows the list goes on with the object that holds it, and ends it. @throws JsonCut */
function checkTail({ text: tail, isUtf8 }: Pick<JsonText, "text" | "isUtf8">, list: string): void {
  if (!isUtf8) throw new JsonCut(`what follows the list "${list}" is not UTF-8`);
  if (tail.trim() === "") throw new JsonCut(`it ends right after the list "${list}"`);
  const whole = `{"":0${tail}`;
  if (!isJson(whole)) throw new JsonCut(`what follows the list "${list}" is no JSON`);
  if (Object.hasOwn(JSON.parse(whole) as object, list))
    throw new JsonCut(`it holds "${list}" twice`);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
