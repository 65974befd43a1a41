import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { flagOf, settings, type SettingKey } from "../../../server/config.ts";
import { program } from "../../../server/commands/program.ts";

const root = join(import.meta.dirname, "../../..");
const all = program(() => Promise.resolve());
const files = globSync(
  ["{server,scraper,web,demo}/**/*.ts", "README.md", "docs/**/*.md", "deploy/**/*"],
  { cwd: root, exclude: (name) => name.includes("decisions") },
);

/** A command that a text advises: its words, its flags, and where it stands. */
interface Advice {
  readonly at: string;
  readonly words: readonly string[];
  readonly flags: readonly string[];
}

const advices = files.flatMap((file) => {
  const lines = readFileSync(join(root, file), "utf8").split("\n");
  return lines.flatMap((line, place) => advicesIn(line, `${file}:${place + 1}`));
});

/** What follows `npx backscroll` up to the end of the command. */
function advicesIn(line: string, at: string): readonly Advice[] {
  return [...line.matchAll(/\bnpx backscroll ((?:[a-z][\w-]*|--?[a-z])[^`"<.;|&)\\]*)/g)].map(
    ([, told = ""]) => {
      const typed = told
        .replace(/\$\{[^}]*\}/g, "x")
        .trim()
        .split(/\s+/);
      return {
        at,
        words: typed.filter((word) => /^[a-z][a-z-]*$/.test(word)),
        flags: typed
          .filter((word) => /^--?[a-z]/.test(word))
          .map((flag) => flag.split("=")[0] ?? ""),
      };
    },
  );
}

/** Flags of other programs that ours starts. */
const ofOthers =
  /^server\/(search\/engines\/meilisearch\/own-server|export\/export-apart|http\/unparsed|commands\/service|archive\/import\/import-(?:snscrape|tdl))\.ts$/;
/** Read by the compose file alone. */
/** Names that a setting had before, and answers to. */
const olderNames = ["BACKSCROLL_PROXIES"];
const ofCompose = ["BACKSCROLL_MEMORY", "BACKSCROLL_NETWORK"];

/** The command that these words begin with, as deep as it goes. */
function commandOf(words: readonly string[], from: Command = all): Command | undefined {
  const [first, ...rest] = words;
  const found = from.commands.find((one) => one.name() === first);
  if (!found) return undefined;
  return found.commands.length > 0 ? commandOf(rest, found) : found;
}

const flagsOf = (command: Command): readonly string[] =>
  command.options.flatMap(({ long, short }) => [long, short].filter((one) => one != null));

function* commands(from: Command = all): Generator<Command> {
  yield from;
  for (const one of from.commands) yield* commands(one);
}

describe("every command and flag that we advise exists", () => {
  test("commands, with the flags beside them", () => {
    expect(advices.length).toBeGreaterThan(25);
    const wrong = advices.flatMap(({ at, words, flags }) => {
      const command = commandOf(words);
      if (!command) return [`${at}: no command ${words.slice(0, 2).join(" ")}`];
      const known = [...flagsOf(command), "--help"];
      return flags
        .filter((flag) => !known.includes(flag))
        .map((flag) => `${at}: ${command.name()} ${flag}`);
    });
    expect(wrong).toEqual([]);
  });

  test("flags that a message of the program names by themselves", () => {
    const known = new Set([...[...commands()].flatMap(flagsOf), "--help"]);
    const said = files
      .filter((file) => /^server\/.*\.ts$/.test(file) && !ofOthers.test(file))
      .flatMap((file) =>
        [...readFileSync(join(root, file), "utf8").matchAll(/(?<![\w-])--[a-z][a-z-]+/g)].map(
          ([flag]) => `${file}: ${flag}`,
        ),
      );
    expect(said.length).toBeGreaterThan(40);
    expect(said.filter((one) => !known.has(one.split(": ")[1] ?? ""))).toEqual([]);
  });

  test("settings that a message of the program names", () => {
    const known = new Set(
      (Object.keys(settings) as SettingKey[]).flatMap((key) => [settings[key].name, flagOf(key)]),
    )
      .union(new Set(ofCompose))
      .union(new Set(olderNames));
    const said = files.flatMap((file) =>
      [...readFileSync(join(root, file), "utf8").matchAll(/\bBACKSCROLL_[A-Z_]*[A-Z]\b/g)].map(
        ([name]) => `${file}: ${name.replace(/_FILE$/, "")}`,
      ),
    );
    expect(said.length).toBeGreaterThan(40);
    expect([...new Set(said)].filter((one) => !known.has(one.split(": ")[1] ?? ""))).toEqual([]);
  });
});
