import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { findChromium } from "../../../scraper/reading/chromium.ts";
import { UsageError } from "../../../scraper/errors.ts";

describe("finding a browser", () => {
  const folder = mkdtempSync(join(tmpdir(), "backscroll-chromium-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const program = join(folder, "google-chrome");
  writeFileSync(program, "#!/bin/sh\n");
  chmodSync(program, 0o755);

  test("the one set is taken", () => {
    expect(findChromium(program)).toBe(program);
  });

  test("a set one that cannot run is an error, not a reason to take another", () => {
    writeFileSync(join(folder, "notes.txt"), "");
    expect(() => findChromium(join(folder, "missing"))).toThrow(UsageError);
    expect(() => findChromium(join(folder, "notes.txt"))).toThrow("BACKSCROLL_CHROMIUM");
    expect(() => findChromium(folder)).toThrow("no program to run");
  });

  test("else one is looked for on the path, Playwright's own first", () => {
    expect(findChromium(undefined, `/nowhere:${folder}`)).toMatch(/google-chrome$|playwright/);
    expect(findChromium("", folder)).toMatch(/google-chrome$|playwright/);
  });

  test("when there is none the ways to get one are named", () => {
    let answer: string;
    try {
      answer = findChromium(undefined, "/nowhere");
    } catch (error) {
      answer = String(error);
    }
    expect(answer).toMatch(
      /playwright|UsageError: .*browser install.*apt-get.*BACKSCROLL_CHROMIUM/,
    );
  });
});
