const codes = {
  quote: 34,
  comma: 44,
  backslash: 92,
  openList: 91,
  closeList: 93,
  open: 123,
  close: 125,
};
const largestItemBytes = 16 * 1024 * 1024;

/** How a JSON file is not what was expected. */
export class JsonCut extends Error {
  override name = "JsonCut";
}

export interface JsonItem {
  readonly kind: "head" | "item";
  readonly text: string;
  /** How many lists and objects stand inside one another in it, itself included. */
  readonly depth: number;
}

/**
 * Reads `{…, "list": [item, item, …]}` from a stream without holding it whole: first what stands before the
 * list, then each object of the list, as text. @throws JsonCut when it ends early, or an item is too large
 */
export async function* jsonItems(
  chunks: AsyncIterable<Uint8Array>,
  list: string,
): AsyncGenerator<JsonItem> {
  const decoder = new TextDecoder();
  let kept: Uint8Array[] = [];
  let keptBytes = 0;
  let depth = 0;
  let deepest = 0;
  let inString = false;
  let escaped = false;
  let keyBytes: number[] = [];
  let state: "head" | "between" | "item" = "head";

  const textOf = (last: Uint8Array): string => decoder.decode(Buffer.concat([...kept, last]));
  for await (const chunk of chunks) {
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === codes.backslash) escaped = true;
        else if (byte === codes.quote) inString = false;
        if (inString && depth === 1 && state === "head" && keyBytes.length < 64)
          keyBytes.push(byte);
        continue;
      }
      if (byte === codes.quote) {
        inString = true;
        if (depth === 1 && state === "head") keyBytes = [];
      } else if (byte === codes.open || byte === codes.openList) {
        depth++;
        deepest = Math.max(deepest, depth);
        if (state === "between" && depth === 3 && byte === codes.open) {
          state = "item";
          start = at;
          deepest = depth;
        } else if (state === "head" && depth === 2 && byte === codes.openList) {
          if (Buffer.from(keyBytes).toString() !== list) continue;
          yield {
            kind: "head",
            text: `${textOf(chunk.subarray(start, at + 1))}]}`,
            depth: deepest,
          };
          [kept, keptBytes, state] = [[], 0, "between"];
        }
      } else if (byte === codes.close || byte === codes.closeList) {
        depth--;
        if (state === "item" && depth === 2) {
          const text = textOf(chunk.subarray(start, at + 1));
          yield { kind: "item", text, depth: deepest - depth };
          [kept, keptBytes, state] = [[], 0, "between"];
        } else if (state === "between" && depth === 1) return;
        else if (depth === 0) throw new JsonCut(`it holds no list named "${list}"`);
      }
    }
    if (state === "between") continue;
    kept.push(chunk.subarray(start));
    keptBytes += chunk.length - start;
    if (keptBytes > largestItemBytes) throw new JsonCut("one piece of it is larger than 16 MB");
  }
  throw new JsonCut(
    state === "head"
      ? `it ends before a list named "${list}"`
      : "it ends in the middle of the list",
  );
}
