import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Throttled } from "../../../scraper/errors.ts";
import { Gate } from "../../../scraper/reading/gate.ts";
import { JumpingClock } from "../help.ts";

describe("the gate of a host", () => {
  test("lets visits start in order and never faster than the rate", async () => {
    const clock = new JumpingClock();
    const gate = new Gate({ rate: 2, concurrency: 4, clock });
    const starts: number[] = [];
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        gate.pass(async () => {
          starts.push(clock.now());
          order.push(i);
        }),
      ),
    );
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(gaps(starts)).toEqual(Array.from({ length: 9 }, () => 500));
  });

  test("counts a redirect that a visit followed as a request", async () => {
    const clock = new JumpingClock();
    const gate = new Gate({ rate: 2, concurrency: 4, clock });
    const starts: number[] = [];
    const visit = (redirects: number) => async (): Promise<void> => {
      starts.push(clock.now());
      for (let i = 0; i < redirects; i += 1) gate.charge();
    };
    await Promise.all([0, 3, 0, 0].map((redirects) => gate.pass(visit(redirects))));
    expect(gaps(starts)).toEqual([500, 2000, 500]);
  });

  test("never has more visits under way than allowed", async () => {
    const clock = new JumpingClock();
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 8 }),
        fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 30 }),
        async (concurrency, lengths) => {
          const gate = new Gate({ rate: 1000, concurrency, clock });
          let underWay = 0;
          let most = 0;
          await Promise.all(
            lengths.map((length) =>
              gate.pass(async () => {
                most = Math.max(most, ++underWay);
                await clock.sleep(length);
                underWay -= 1;
              }),
            ),
          );
          expect(most).toBeLessThanOrEqual(concurrency);
          expect(underWay).toBe(0);
        },
      ),
      { numRuns: 30 },
    );
  });

  test("makes everybody wait when the host asks for a pause, and goes on slower", async () => {
    const clock = new JumpingClock();
    const gate = new Gate({ rate: 2, concurrency: 1, clock });
    const began = clock.now();
    const starts: number[] = [];
    const visit = (after: () => void) => async (): Promise<void> => {
      starts.push(clock.now() - began);
      after();
    };
    await Promise.all([
      gate.pass(visit(() => gate.slowDown(30_000, clock.now()))),
      gate.pass(visit(() => {})),
      gate.pass(visit(() => {})),
    ]);
    expect(starts[1]).toBe(30_000);
    expect(starts[2]).toBeCloseTo(30_000 + 500 / 0.7, 3);
  });

  test("counts refusals of visits that were under way together once", () => {
    const clock = new JumpingClock();
    const gate = new Gate({ rate: 10, clock });
    const together = clock.now();
    clock.set(together + 100);
    for (let i = 0; i < 4; i += 1) gate.slowDown(1000, together);
    expect(gate.rate).toBeCloseTo(7);
    clock.set(together + 5000);
    gate.slowDown(1000, together + 4000);
    expect(gate.rate).toBeCloseTo(4.9);
  });

  test("rises slowly again, never above the setting, and never stands still", () => {
    const clock = new JumpingClock();
    const gate = new Gate({ rate: 2, clock });
    for (let i = 1; i < 100; i += 1) {
      clock.set(clock.now() + 1000);
      gate.slowDown(0, clock.now());
    }
    expect(gate.rate).toBeGreaterThan(0.05);
    gate.wentWell();
    expect(gate.rate).toBeLessThan(0.2);
    for (let i = 0; i < 1000; i += 1) gate.wentWell();
    expect(gate.rate).toBe(2);
  });

  test("says so instead of waiting when the pause is long", async () => {
    const clock = new JumpingClock();
    const gate = new Gate({ clock });
    gate.slowDown(3_600_000, clock.now());
    await expect(gate.pass(async () => 1)).rejects.toThrow(Throttled);
    await expect(gate.pass(async () => 1)).rejects.toThrow("2026-01-01T01:00:00");
    clock.set(clock.now() + 3_600_001);
    await expect(gate.pass(async () => 1)).resolves.toBe(1);
  });

  test("does not stop for hours when the clock is set back", async () => {
    const clock = new JumpingClock();
    const gate = new Gate({ rate: 2, clock });
    await gate.pass(async () => {});
    const backThen = clock.now() - 7_200_000;
    clock.set(backThen);
    await gate.pass(async () => {});
    expect(clock.now() - backThen).toBeLessThanOrEqual(500);
  });

  test("lets an aborted visit leave the line at once, and the others go on", async () => {
    const clock = new JumpingClock();
    const gate = new Gate({ rate: 1000, concurrency: 1, clock });
    const busy = Promise.withResolvers<void>();
    const first = gate.pass(() => busy.promise);
    const stop = new AbortController();
    const second = gate.pass(async () => "second", stop.signal);
    const third = gate.pass(async () => "third");
    stop.abort(new Error("enough"));
    await expect(second).rejects.toThrow("enough");
    busy.resolve();
    await first;
    await expect(third).resolves.toBe("third");
  });

  test("frees the place of a visit that fails", async () => {
    const gate = new Gate({ rate: 1000, concurrency: 1, clock: new JumpingClock() });
    await expect(gate.pass(() => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
    await expect(gate.pass(async () => "next")).resolves.toBe("next");
  });
});

function gaps(times: readonly number[]): number[] {
  return times.slice(1).map((time, i) => time - (times[i] ?? 0));
}
