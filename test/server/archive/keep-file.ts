import type { Archive } from "../../../server/archive/archive.ts";
import { mediaWants } from "../../../server/archive/media/media-policy.ts";

/** Keeps these bytes for each file that is wanted of a channel, newest post first, by its address. */
export async function keepFiles(
  archive: Archive,
  channel: string,
  files: Readonly<Record<string, Uint8Array>>,
): Promise<void> {
  const { media } = archive;
  await media.want(channel, { kinds: mediaWants, maxBytes: 1_000_000 });
  for (;;) {
    const wanted = await media.claim(channel, mediaWants);
    if (!wanted) return;
    const bytes = files[wanted.address];
    if (!bytes) {
      await media.giveUp(wanted, "failed", "there is no such file");
      continue;
    }
    await media.folder.writePart(wanted.no, 0, [bytes] as unknown as AsyncIterable<Uint8Array>);
    await media.keep(wanted, await media.folder.contentOfPart(wanted.no));
  }
}
