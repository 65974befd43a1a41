import { JsonCut } from "./json-items.ts";
import { type JsonText, jsonTextOf } from "./json-text.ts";

const largestLineBytes = 16 * 1024 * 1024;
const lineFeed = 10;

/** A line of a file that is not empty, without what ends it. */
export interface Line extends JsonText {
  /** Its place in the file, from 1. */
  readonly place: number;
}

/** Reads JSON lines from a stream without holding it whole; a mark of byte order is passed over. @throws JsonCut where a line is larger than 16 MB */
export async function* jsonLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  let kept: Uint8Array[] = [];
  let keptBytes = 0;
  let place = 0;
  const keep = (bytes: Uint8Array): void => {
    kept.push(bytes);
    keptBytes += bytes.length;
    if (keptBytes > largestLineBytes)
      throw new JsonCut(`its line ${place + 1} is larger than 16 MB`);
  };
  const line = (): Line | undefined => {
    const { text: whole, isUtf8 } = jsonTextOf(Buffer.concat(kept));
    const text = whole.trim();
    [kept, keptBytes] = [[], 0];
    place += 1;
    return text === "" ? undefined : { place, text, isUtf8, depth: depthOf(text) };
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      keep(chunk.subarray(start, end));
      start = end + 1;
      const read = line();
      if (read) yield read;
    }
    if (start < chunk.length) keep(chunk.subarray(start));
  }
  const last = line();
  if (last) yield last;
}

/** How many lists and objects stand inside one another in a text of JSON. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [sign] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[{}\]]/gsu))
    if (sign === "{" || sign === "[") deepest = Math.max(deepest, ++depth);
    else if (sign === "}" || sign === "]") depth--;
  return deepest;
}
