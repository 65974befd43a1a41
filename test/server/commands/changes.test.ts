import { join } from "node:path";
import { expect, test } from "vitest";
import { Archive } from "../../../server/archive/archive.ts";
import { backscroll, emptyFolder } from "../../help.ts";
import { page, range } from "../archive/sample.ts";

/** 2 is edited on the 16th; 7 is missed on the 16th and gone on the 17th. */
async function kept(): Promise<string> {
  const data = emptyFolder();
  await using archive = await Archive.open(join(data, "archive.db"));
  const later = range(1, 9, (id) => (id === 2 ? { text: "Other words\nand more" } : {})).filter(
    ({ id }) => id !== 7,
  );
  const span = { from: 1, to: 9 };
  await archive.savePage(page(range(1, 9), { readAt: "2026-06-15T12:00:00Z", span }));
  await archive.savePage(page(later, { readAt: "2026-06-16T12:00:00Z", span }));
  await archive.savePage(page(later, { readAt: "2026-06-17T12:00:00Z", span }));
  return data;
}

const deleted =
  "2026-06-17T12:00:00Z deleted Gradient/7 1 2026-06-15T12:00:00Z Post number 7 about gradients";
const edited = "2026-06-16T12:00:00Z edited Gradient/2 2 2026-06-15T12:00:00Z Other words and more";

test(
  "changes lists what was seen to happen, newest first, by day and channel",
  { timeout: 60_000 },
  async () => {
    const data = await kept();
    const asked = async (...flags: string[]) => {
      const { code, out, said } = await backscroll(["changes", ...flags, "--data", data]);
      return [
        code,
        ...out
          .trim()
          .split("\n")
          .map((line) => line.trim().replaceAll(/\s+/g, " ")),
        said.trim(),
      ];
    };
    expect(await asked()).toEqual([
      0,
      "seen what post version last seen before says",
      deleted,
      edited,
      "",
    ]);
    expect(await asked("--since", "2026-06-17", "--channel", "@gradient")).toEqual([
      0,
      "seen what post version last seen before says",
      deleted,
      "",
    ]);
    expect(await asked("--since", "2026-07")).toEqual([0, "", "No such change was seen."]);
    expect((await asked("--since", "yesterday"))[0]).toBe(2);
    expect(await asked("--channel", "meadow")).toEqual([
      2,
      "",
      expect.stringContaining("@meadow is not kept here") as string,
    ]);
  },
);

test(
  "changes --json prints a change a line, with the post before and after",
  { timeout: 60_000 },
  async () => {
    const data = await kept();
    const { code, out } = await backscroll(["changes", "--json", "--data", data]);
    const lines = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(code).toBe(0);
    expect(lines).toMatchObject([
      {
        kind: "deleted",
        channel: "Gradient",
        id: 7,
        checks: 2,
        before: { text: "Post number 7 about gradients" },
      },
      {
        kind: "edited",
        id: 2,
        before: { text: "Post number 2 about gradients" },
        after: { text: "Other words\nand more" },
      },
    ]);
    expect(lines.some((line) => "no" in line)).toBe(false);
  },
);
