import { UsageError } from "../../../scraper/errors.ts";
import type { Archive } from "../archive.ts";

const botShift = 1_000_000_000_000;
/** How files write a channel's number: as it is, as bots know it (-100…), as Telegram Desktop wrote it in its first years. */
const shifts = [0, botShift, 0x2_0000_0000];

/** Whether a file can mean a channel by this number: by itself, or with the -100 of bots. */
export function isChatId(written: number): boolean {
  return (
    Number.isSafeInteger(written) && (written > 0 ? written < 2 * botShift : written < -botShift)
  );
}

/**
 * The number of the channel that a file is of, as the archive keeps it; `written`: as the file has it.
 * @throws UsageError where the archive knows the channel of this name by another number
 */
export async function chatIdOfFile(
  archive: Archive,
  {
    file,
    channel,
    written,
  }: { readonly file: string; readonly channel: string; readonly written: number },
): Promise<number> {
  const number = Math.abs(written);
  const chatId = -(number > botShift ? number - botShift : number);
  const known = (await archive.channel(channel))?.chatId;
  if (known === undefined) return chatId;
  if (shifts.some((shift) => number - shift === -known)) return known;
  throw new UsageError(
    `${file} is of the channel with the id ${-chatId}; @${channel} has ${-known}. Nothing of it was taken. ` +
      "Import it under the name of its own channel: --channel NAME",
  );
}
