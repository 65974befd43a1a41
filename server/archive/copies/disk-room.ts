import { statfsSync } from "node:fs";
import { reason } from "../../../scraper/reasons.ts";
import { DiskFull } from "../errors.ts";

/** How much of a disk is to stay free: so many bytes, or a share of it; the lesser of both where both are given. */
export interface FreeSpace {
  readonly bytes?: number;
  /** 0 to 1. */
  readonly share?: number;
}

export interface DiskRoom {
  readonly freeBytes: number;
  readonly sizeBytes: number;
}

/** What the disk of this folder has and can still give to this user. */
export function diskRoom(folder: string): DiskRoom {
  const { bavail, blocks, bsize } = statfsSync(folder);
  return { freeBytes: bavail * bsize, sizeBytes: blocks * bsize };
}

/** How many bytes are to stay free on this disk. */
export function bytesToLeave({ bytes, share }: FreeSpace, { sizeBytes }: DiskRoom): number {
  const parts = [bytes, share === undefined ? undefined : share * sizeBytes];
  return Math.min(...parts.filter((part) => part !== undefined));
}

/** Called before something is written: throws while there is still room, so that what is kept stays usable. @throws DiskFull */
export type RoomCheck = () => void;

/** A check of one folder's disk; `look` is asked each time. */
export function roomCheck(
  folder: string,
  { leave, look = diskRoom }: { readonly leave: FreeSpace; readonly look?: typeof diskRoom },
): RoomCheck {
  return () => {
    const room = look(folder);
    const least = bytesToLeave(leave, room);
    if (room.freeBytes >= least) return;
    const facts = { free: wholeMegabytes(room.freeBytes), least: wholeMegabytes(least) };
    throw new DiskFull([reason("disk-to-stay-free", facts)]);
  };
}

const wholeMegabytes = (bytes: number): number => Math.floor(bytes / 1_000_000);

/** `1,250 MB` */
export const megabytes = (bytes: number): string =>
  `${wholeMegabytes(bytes).toLocaleString("en-US")} MB`;
