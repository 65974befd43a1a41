import { join } from "node:path";
import { expect, test } from "vitest";
import { Archive } from "../../../server/archive/archive.ts";
import { backscroll, emptyFolder } from "../../help.ts";

const letters = "0123456789Canary0123456789Canary0123456789";

test("no secret of the settings is in any word a command says, also where it fails", async () => {
  const data = emptyFolder();
  await (await Archive.open(join(data, "archive.db")))[Symbol.asyncDispose]();
  const secrets = {
    master: `Martin${letters}`,
    hook: `Kestrel${letters}`,
    signing: `Wren${letters}`,
    password: `Avocet${letters}`,
    proxy: `Dunlin${letters}`,
  };
  const env = {
    BACKSCROLL_ENGINE: "meilisearch",
    MEILI_URL: "http://127.0.0.1:9",
    MEILI_MASTER_KEY: secrets.master,
    BACKSCROLL_ALERT_WEBHOOK: `https://127.0.0.1:9/${secrets.hook}`,
    BACKSCROLL_ALERT_WEBHOOK_SECRET: secrets.signing,
    BACKSCROLL_WEBHOOK_INSIDE: "127.0.0.1:9",
    BACKSCROLL_PROXY: `socks5://user:${secrets.proxy}@127.0.0.1:9`,
  };
  const commands: readonly (readonly [readonly string[], Readonly<Record<string, string>>])[] = [
    [["doctor", "--online"], {}],
    [["search", "anything", "--json"], {}],
    [["verify"], {}],
    [["archive", "not a name"], {}],
    [["keys", "list"], { MEILI_URL: `http://user:${secrets.password}@127.0.0.1:9` }],
    [["search", "anything"], { MEILI_URL: `http://user:${secrets.password}@127.0.0.1:9` }],
    [["archive", "durov"], { BACKSCROLL_PROXY: `nonsense://user:${secrets.proxy}@127.0.0.1:9` }],
    [["serve"], { BACKSCROLL_ALERT_WEBHOOK_SECRET: "", BACKSCROLL_PORT: "0" }],
  ];
  let words = 0;
  for (const [command, more] of commands) {
    const source = [
      "--data",
      data,
      ...(command[0] === "doctor" ? ["--source", "http://127.0.0.1:9"] : []),
    ];
    const { out, said } = await backscroll([...command, ...source], { env: { ...env, ...more } });
    words += (out + said).length;
    const told = Object.values(secrets).filter((secret) => (out + said).includes(secret));
    expect([command, told]).toEqual([command, []]);
  }
  expect(words).toBeGreaterThan(500);
}, 240_000);
