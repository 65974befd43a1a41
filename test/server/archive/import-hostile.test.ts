import { readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Archive } from "../../../server/archive/archive.ts";
import { importFile } from "../../../server/archive/import/import-file.ts";
import { emptyFolder } from "../../help.ts";

const head = { name: "Garden", type: "public_channel", id: 1, username: "garden" };
const message = {
  id: 1,
  type: "message",
  date: "2026-06-15T10:00:00",
  date_unixtime: "1781517600",
  text: "plain words",
};

async function importing(name: string, content: string) {
  const folder = emptyFolder();
  const archive = await Archive.open(join(folder, "data.db"));
  onTestFinished(async () => archive[Symbol.asyncDispose]());
  const file = join(folder, name);
  writeFileSync(file, content);
  const before = readdirSync(dirname(folder));
  return {
    archive,
    folder,
    done: importFile(archive, file, { channel: "garden" }),
    /** What lies beside the folder now and did not before. */
    climbedOut: () =>
      readdirSync(dirname(folder)).filter(
        (one) => !before.includes(one) && !one.startsWith("backscroll-"),
      ),
  };
}

test.each(["../../../../etc/passwd", "/etc/passwd", "..\\..\\windows\\win.ini", "photos/\0x"])(
  "a file named %j in an export is a name: nothing is read or written there",
  async (path) => {
    const media = { photo: path, file: path, file_name: path, thumbnail: path, mime_type: "a/b" };
    const messages = [{ ...message, ...media }];
    const { archive, folder, done, climbedOut } = await importing(
      "result.json",
      JSON.stringify({ ...head, messages }),
    );
    expect(await done).toMatchObject({ new: 1 });
    expect(climbedOut()).toEqual([]);
    expect(readdirSync(folder).filter((one) => !/^(data\.db|result\.json)/.test(one))).toEqual([]);
    const post = await archive.post({ channel: "garden", id: 1 });
    expect(JSON.stringify(post)).not.toContain("root:");
    for (const { url } of post?.media ?? []) expect(url).toBeUndefined();
  },
);

const many = 200_000;
const bombs: Readonly<Record<string, readonly [string, string]>> = {
  "an export nested without end": [
    "result.json",
    `${JSON.stringify(head).slice(0, -1)},"messages":[{"id":1,"text":${"[".repeat(many)}`,
  ],
  "a nested message that is whole": [
    "result.json",
    `${JSON.stringify(head).slice(0, -1)},"messages":[{"id":1,"text":${"[".repeat(many)}${"]".repeat(many)}}]}`,
  ],
  "a message of 20 MB": [
    "result.json",
    JSON.stringify({ ...head, messages: [{ ...message, text: "x".repeat(20_000_000) }] }),
  ],
  "a page of 40 MB": ["page.html", `<html>${" ".repeat(40_000_000)}</html>`],
  "a page nested without end": ["page.html", "<div>".repeat(many)],
};

test.each(Object.entries(bombs))(
  "%s is refused or passed over in bounded time, and the archive is whole",
  { timeout: 30_000 },
  async (_what, [name, content]) => {
    const { archive, done } = await importing(name, content);
    const outcome = await done.then(
      (taken) => taken.warnings.length > 0 && taken.new === 0,
      (error: Error) => error.name === "UsageError",
    );
    expect(outcome).toBe(true);
    expect((await archive.state()).posts).toBe(0);
    expect(await archive.verify()).toEqual([]);
  },
);
