import { isUtf8 } from "node:buffer";
import { UsageError } from "../../../scraper/errors.ts";

/**
 * Refuses a file that is not UTF-8, as far as these bytes of its beginning tell. `isWhole`: they are all; else they may end
 * within a letter.
 * @throws UsageError with the line of the first byte that is none
 */
export function refuseOtherEncodings(
  file: string,
  bytes: Uint8Array,
  { isWhole = false }: { readonly isWhole?: boolean } = {},
): void {
  const mark = Buffer.from(bytes.subarray(0, 2)).toString("hex");
  if (mark === "fffe" || mark === "feff") throw utf16(file, "UTF-16");
  if (isWhole ? isUtf8(bytes) : isBeginningOfUtf8(bytes)) return;
  throw new UsageError(
    `${file} is not UTF-8: line ${lineOfFirstFault(bytes)} is the first that is none; nothing of it was taken. ` +
      "Where you know its encoding, make it UTF-8 first: iconv -f WINDOWS-1251 -t UTF-8",
  );
}

/**
 * Refuses UTF-16 without a mark of byte order, told by the byte of 0 beside the sign of ASCII with which all files begin that
 * are read. @throws UsageError
 */
export function refuseUnmarkedUtf16(file: string, bytes: Uint8Array): void {
  const beginning = Buffer.from(bytes.subarray(0, 2)).toString("latin1");
  if (/^[<{\s]\0/u.test(beginning)) throw utf16(file, "UTF-16LE");
  if (/^\0[<{\s]/u.test(beginning)) throw utf16(file, "UTF-16BE");
}

/** `name`: as iconv knows it. */
const utf16 = (file: string, name: string): UsageError =>
  new UsageError(
    `${file} is UTF-16, and only UTF-8 is read; nothing of it was taken. Make it UTF-8 first: iconv -f ${name} -t UTF-8`,
  );

function isBeginningOfUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** No byte of a letter is a line feed, so each line is UTF-8 or not by itself. */
function lineOfFirstFault(bytes: Uint8Array): number {
  let line = 1;
  for (let start = 0; ; line++) {
    const end = bytes.indexOf(lineFeed, start);
    if (end === -1 || !isUtf8(bytes.subarray(start, end))) return line;
    start = end + 1;
  }
}
const lineFeed = 10;
