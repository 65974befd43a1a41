import { join } from "node:path";
import { expect, test } from "vitest";
import { Archive } from "../../../../server/archive/archive.ts";
import { bytesToLeave, roomCheck } from "../../../../server/archive/copies/disk-room.ts";
import { readConfig } from "../../../../server/config.ts";
import { emptyFolder } from "../../../help.ts";
import { page, range } from "../sample.ts";

const gigabyte = 1e9;

test.each([
  ["", 100, 1],
  ["", 10, 0.5],
  ["5%", 100, 5],
  ["2GB", 100, 2],
  ["500MB", 100, 0.5],
  ["0", 100, 0],
])("BACKSCROLL_DISK_FREE=%s leaves of a disk of %d GB %d GB free", (value, size, free) => {
  const { diskFree } = readConfig({}, { BACKSCROLL_DISK_FREE: value });
  const room = { freeBytes: 0, sizeBytes: size * gigabyte };
  expect(bytesToLeave(diskFree, room)).toBeCloseTo(free * gigabyte, 0);
});

test.each(["much", "101%", "-1GB", "5"])("BACKSCROLL_DISK_FREE=%s is refused", (value) => {
  expect(() => readConfig({}, { BACKSCROLL_DISK_FREE: value })).toThrow(/500MB/);
});

test("pages are saved until the room to be left is reached, and again when there is more", async () => {
  let freeBytes = 2 * gigabyte;
  const look = () => ({ freeBytes, sizeBytes: 100 * gigabyte });
  const hasRoom = roomCheck("/", { leave: { bytes: gigabyte }, look });
  await using archive = await Archive.open(join(emptyFolder(), "archive.db"), { hasRoom });
  await archive.savePage(page(range(1, 20)));
  freeBytes = gigabyte - 1;
  await expect(archive.savePage(page(range(21, 40)))).rejects.toMatchObject({
    name: "DiskFull",
    message: expect.stringContaining("BACKSCROLL_DISK_FREE") as string,
  });
  expect((await archive.state()).posts).toBe(20);
  freeBytes = gigabyte;
  await archive.savePage(page(range(21, 40)));
  expect((await archive.state()).posts).toBe(40);
});
