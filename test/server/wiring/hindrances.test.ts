import { expect, test } from "vitest";
import { ArchiveDamaged } from "../../../server/archive/errors.ts";
import { EngineAway } from "../../../server/search/port.ts";
import { hindrances } from "../../../server/wiring/hindrances.ts";

const silent = (): void => {};

test("an engine that is away is one line without a stack, again after ten minutes, and another failure is told", () => {
  const lines: unknown[] = [];
  const condemned: unknown[] = [];
  let minute = 0;
  const warn = (message: string, facts?: object): unknown => lines.push([minute, message, facts]);
  const hindered = hindrances({
    log: { debug: silent, info: silent, warn, error: silent },
    health: { condemn: (error) => condemned.push(error) },
    now: () => minute * 60_000,
  })("The index is behind.");
  for (minute = 1; minute < 15; minute += 1) hindered(new EngineAway("Nobody answers."));
  const damaged = new ArchiveDamaged("archive.db is damaged.");
  hindered(damaged);
  expect(lines).toEqual([
    [1, "The index is behind.", { why: "Nobody answers." }],
    [11, "The index is behind.", { why: "Nobody answers." }],
    [15, "The index is behind.", { error: damaged }],
  ]);
  expect(condemned.at(-1)).toBe(damaged);
});
