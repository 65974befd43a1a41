import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { backscroll, emptyFolder } from "../../help.ts";

const readingCommands = [
  "search anything",
  "channels",
  "coverage durov",
  "export anything --format csv -o FILE",
  "verify",
  "reindex",
  "backup FILE",
  "purge durov --yes",
  "media list",
  "media set durov --kinds photo",
  "media fetch",
  "keys list",
  "keys rotate 0123456789",
  "keys revoke 0123456789",
  "sets list",
  "sets remove 0123456789abcdef",
  "saved list",
  "saved remove 0123456789",
  "schedule list",
  "schedule remove durov",
  "schedule pause durov",
  "schedule resume durov",
  "schedule run",
  "alerts list",
  "alerts dismiss 0123456789 --reason why",
];

test.each(readingCommands)(
  "`%s` in a folder that is not there is refused, and nothing is made",
  async (command) => {
    const place = emptyFolder();
    const data = join(place, "mistyped");
    const args = command.replace("FILE", join(place, "file")).split(" ");
    const { code, out, said } = await backscroll([...args, "--data", data]);
    expect(said).toContain(`There is no archive in ${data}. `);
    expect(said.trim().split("\n")).toHaveLength(1);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(readdirSync(place)).toEqual([]);
  },
);

test("a folder without an archive is refused the same, and stays empty", async () => {
  const data = emptyFolder();
  const { code, out, said } = await backscroll(["search", "anything", "--data", data]);
  expect(said).toContain(`There is no archive in ${data}. `);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(readdirSync(data)).toEqual([]);
});

test("the doctor says that nothing is archived there, and makes nothing", async () => {
  const data = join(emptyFolder(), "mistyped");
  const { out } = await backscroll(["doctor", "--data", data]);
  expect(out).toContain(`${data} will be made`);
  expect(out).toContain("nothing is archived here yet");
  expect(existsSync(data)).toBe(false);
});

test.each(["keys create --scope search", "schedule add durov --adaptive", "saved add Mine grants"])(
  "`%s` begins an archive",
  async (command) => {
    const data = join(emptyFolder(), "new");
    expect(await backscroll([...command.split(" "), "--data", data])).toMatchObject({ code: 0 });
    expect(existsSync(join(data, "archive.db"))).toBe(true);
  },
);
