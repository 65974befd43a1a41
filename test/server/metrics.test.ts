import parse from "parse-prometheus-text-format";
import { expect, test } from "vitest";
import { Metrics } from "../../server/metrics.ts";

test("the figures are read by another program's parser as they are", async () => {
  const metrics = new Metrics();
  const hard = 'a "b"\\c\nd, {e} = 1';
  for (const ms of [3, 700])
    metrics.answered({ route: "/c/:channel", method: "GET", status: 200, ms });
  metrics.answered({ route: hard, method: "BREW", status: 418, ms: 1 });
  metrics.searched({ engine: "embedded", ms: 12 });
  const counts = { new: 3, edited: 2, unchanged: 1, missed: 0, deleted: 0 };
  const before = { new: 1, edited: 0, unchanged: 0, missed: 0, deleted: 0 };
  metrics.runEnded({ result: "failed", reason: "Throttled", counts, before } as never);
  const text = await metrics.text(
    {
      at: new Date("2026-02-01T00:00:00Z"),
      archive: { posts: 5_000_000_000, channels: 2, position: 7, bytes: 2 ** 53 - 1 },
      indexes: [{ engine: "embedded", state: "ready", behind: 4, lagSeconds: 1.5 }],
      runs: [],
      paces: [],
    } as never,
    {
      runs: { waiting: 1, running: 0 },
      deliveries: { waiting: 6 },
      alerts: [{ kind: hard }, { kind: hard }],
    } as never,
  );
  const read = new Map(parse(text).map((one) => [one.name, one]));
  const values = (name: string): unknown => read.get(`backscroll_${name}`)?.metrics;

  expect(read.get("backscroll_http_request_duration_seconds")?.type).toBe("HISTOGRAM");
  expect(values("alerts_open")).toEqual([{ value: "2", labels: { kind: hard } }]);
  expect(values("archive_posts")).toEqual([{ value: "5000000000" }]);
  expect(values("archive_bytes")).toEqual([{ value: "9007199254740991" }]);
  expect(values("index_lag_seconds")).toEqual([{ value: "1.5", labels: { engine: "embedded" } }]);
  expect(values("runs_total")).toEqual([
    { value: "1", labels: { result: "failed", reason: "Throttled" } },
  ]);
  expect(values("run_posts_total")).toContainEqual({ value: "2", labels: { kind: "new" } });
  expect(values("deliveries")).toEqual([{ value: "6", labels: { state: "waiting" } }]);
  expect([...read.values()].filter(({ type, help }) => type === "" || help === "")).toEqual([]);
});
