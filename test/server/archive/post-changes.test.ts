import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, onTestFinished, test } from "vitest";
import { Archive } from "../../../server/archive/archive.ts";
import type { ChangeFilter } from "../../../server/archive/posts/read-changes.ts";
import { emptyFolder } from "../../help.ts";
import { page, post, range } from "./sample.ts";
import { setBack } from "./set-back.ts";

const now = (): Date => new Date("2026-06-20T12:00:00Z");
const whole = { span: { from: 1, to: 9 } };

async function opened(file = join(emptyFolder(), "archive.db")) {
  const archive = await Archive.open(file, { now });
  onTestFinished(async () => archive[Symbol.asyncDispose]());
  return { archive, file };
}

/** 1 to 9; 4 is edited on the 16th, 7 is missed on the 16th and gone on the 17th; on the 18th it is back with other words. */
async function happened(archive: Archive, { back = true } = {}): Promise<void> {
  const without7 = range(1, 9, (id) =>
    id === 4 ? { text: "Corrected", edited: true } : {},
  ).filter(({ id }) => id !== 7);
  await archive.savePage(page(range(1, 9), { readAt: "2026-06-15T12:00:00Z", ...whole }));
  await archive.savePage(page(without7, { readAt: "2026-06-16T12:00:00Z", ...whole }));
  await archive.savePage(page(without7, { readAt: "2026-06-17T12:00:00Z", ...whole }));
  if (!back) return;
  const seven = post(7, { text: "Back with other words" });
  await archive.savePage(page([...without7, seven], { readAt: "2026-06-18T12:00:00Z", ...whole }));
}

async function told(archive: Archive, filter: ChangeFilter = {}) {
  const changes = await archive.postChanges(filter, { offset: 0, limit: 100 });
  return changes.map(({ kind, at, id, version, lastSeenAt, checks, deletedAt, before, after }) => [
    `${kind} ${id} v${version} at ${at.slice(8, 10)}, seen ${lastSeenAt.slice(8, 10)}`,
    checks,
    deletedAt?.slice(8, 10),
    before?.text,
    after?.text,
  ]);
}

const was = (id: number): string => `Post number ${id} about gradients`;
const all = [
  ["edited 7 v2 at 18, seen 15", undefined, undefined, was(7), "Back with other words"],
  ["returned 7 v1 at 18, seen 15", 2, "17", undefined, was(7)],
  ["deleted 7 v1 at 17, seen 15", 2, undefined, was(7), undefined],
  ["edited 4 v2 at 16, seen 15", undefined, undefined, was(4), "Corrected"],
];

describe("what happened to posts", () => {
  test("is kept as it was seen, with the words before and after, newest first", async () => {
    const { archive } = await opened();
    await happened(archive);
    expect(await told(archive)).toEqual(all);
    expect(await archive.verify()).toEqual([]);
  });

  test.each<[ChangeFilter, number[]]>([
    [{ kinds: ["deleted"] }, [2]],
    [{ kinds: ["edited", "returned"] }, [0, 1, 3]],
    [{ channels: ["gradient"] }, [0, 1, 2, 3]],
    [{ channels: ["other"] }, []],
    [{ channels: [] }, []],
    [{ since: "2026-06-17T12:00:00Z" }, [0, 1, 2]],
    [{ until: "2026-06-17T12:00:00Z" }, [3]],
    [{ afterNo: 2 }, [0, 1]],
  ])("%o are those, and so many are counted", async (filter, places) => {
    const { archive } = await opened();
    await happened(archive);
    expect(await told(archive, filter)).toEqual(places.map((place) => all[place]));
    const counts = await archive.countChanges(filter);
    expect(counts.edited + counts.deleted + counts.returned).toBe(places.length);
  });

  test("is counted by kind, channel and day", async () => {
    const { archive } = await opened();
    await happened(archive);
    expect(await archive.countChanges({})).toEqual({ edited: 2, deleted: 1, returned: 1 });
    expect(await archive.changedChannels({})).toEqual([{ channel: "Gradient", count: 4 }]);
    expect(await archive.changesByDay({})).toEqual(
      new Map([
        ["2026-06-16", 1],
        ["2026-06-17", 1],
        ["2026-06-18", 2],
      ]),
    );
  });

  test("other counters, and a post missed once and seen again, are no change", async () => {
    const { archive } = await opened();
    await archive.savePage(page(range(1, 9), { readAt: "2026-06-15T12:00:00Z", ...whole }));
    await archive.savePage(page(range(1, 8), { readAt: "2026-06-16T12:00:00Z", ...whole }));
    const seen = range(1, 9, () => ({ views: 777 }));
    await archive.savePage(page(seen, { readAt: "2026-06-17T12:00:00Z", ...whole }));
    expect(await told(archive)).toEqual([]);
  });

  test("is told by an archive of before from its versions and deletions; of earlier returns nothing is known", async () => {
    const first = await opened();
    await happened(first.archive, { back: false });
    await first.archive[Symbol.asyncDispose]();
    setBack(first.file, 12);
    const { archive } = await opened(first.file);
    expect(await told(archive)).toEqual(all.slice(2));
    expect(await archive.verify()).toEqual([]);
    expect(await archive.lastChange({})).toBe(2);
  });

  test("goes with a purged post, and its number is not given again", async () => {
    const { archive } = await opened();
    await happened(archive);
    const target = { kind: "post", channel: "Gradient", id: 7 } as const;
    await archive.purges.carryOut(await archive.purges.order(target));
    expect(await told(archive)).toEqual([all[3]]);
    await archive.savePage(
      page([post(3, { text: "Other words", edited: true })], { readAt: "2026-06-19T12:00:00Z" }),
    );
    expect(await archive.lastChange({})).toBe(5);
    expect(await archive.verify()).toEqual([]);
  });

  test("goes with a purged channel", async () => {
    const { archive } = await opened();
    await happened(archive);
    const order = await archive.purges.order({ kind: "channel", channel: "Gradient" });
    await archive.purges.carryOut(order);
    expect(await told(archive)).toEqual([]);
    expect(await archive.verify()).toEqual([]);
  });

  test.each([
    ["its moment", "UPDATE post_change SET at = '2026-06-14T00:00:00Z' WHERE kind = 'edited'"],
    ["its kind", "UPDATE post_change SET kind = 'returned' WHERE kind = 'deleted'"],
  ])("that says something else than was written (%s) is not told, and found", async (_, sql) => {
    const first = await opened();
    await happened(first.archive);
    await first.archive[Symbol.asyncDispose]();
    const raw = new DatabaseSync(first.file);
    raw.exec(sql);
    raw.close();
    const { archive } = await opened(first.file);
    await expect(told(archive)).rejects.toThrow("a change of a post is not what was kept");
    const found = (await archive.verify()).map(({ what }) => what);
    expect(new Set(found)).toEqual(
      new Set(["what was seen to happen to it is not what its versions and absence say"]),
    );
  });

  test("that is missing is found", async () => {
    const first = await opened();
    await happened(first.archive);
    await first.archive[Symbol.asyncDispose]();
    const raw = new DatabaseSync(first.file);
    raw.exec("DELETE FROM post_change WHERE kind = 'edited' AND version = 2");
    raw.close();
    const { archive } = await opened(first.file);
    expect((await archive.verify()).map(({ where }) => where)).toEqual([
      "@Gradient/4",
      "@Gradient/7",
    ]);
  });
});
