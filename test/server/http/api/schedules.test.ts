import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { post as aPost, serveArchive } from "../small-archive.ts";

let served: Awaited<ReturnType<typeof serveArchive>>;
beforeEach(async () => {
  served = await serveArchive([
    {
      channel: { name: "garden" },
      posts: Array.from({ length: 60 }, (_, index) => aPost(index + 1)),
      span: { from: 1, to: 60 },
      at: "2026-01-31T00:00:00Z",
    },
  ]);
});
afterEach(async () => served[Symbol.asyncDispose]());

const ask = async (method: string, path: string, body?: object) => {
  const answer = await served.app.request(`/api/v1/schedules${path}`, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};
const everyTwoHours = { kind: "cron", expression: "0 */2 * * *" };

describe("schedules over the API", () => {
  test("are made for several channels, listed with their next due times, changed and removed", async () => {
    const made = await ask("POST", "", {
      channels: ["garden", "@pond_life"],
      cadence: everyTwoHours,
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      schedules: [
        {
          channel: "garden",
          cadence: { ...everyTwoHours, timezone: "UTC" },
          misfire: "once",
          paused: false,
          nextDueAt: "2026-02-01T02:00:00Z",
          next: [2, 4, 6, 8, 10].map(
            (hour) => `2026-02-01T${String(hour).padStart(2, "0")}:00:00Z`,
          ),
        },
        { channel: "pond_life" },
      ],
    });
    const paused = await ask("PATCH", "/garden", { paused: true });
    expect(paused.body).toMatchObject({ paused: true, next: [] });
    const edited = await ask("PATCH", "/garden", {
      cadence: { ...everyTwoHours, timezone: "Asia/Kolkata" },
    });
    // An edit leaves it paused.
    expect(edited.body).toMatchObject({ paused: true, cadence: { timezone: "Asia/Kolkata" } });
    const resumed = await ask("PATCH", "/garden", { paused: false });
    expect(resumed.body).toMatchObject({ paused: false, nextDueAt: "2026-02-01T00:30:00Z" });
    expect((await ask("GET", "/GARDEN")).body).toEqual(resumed.body);
    expect((await ask("DELETE", "/garden")).status).toBe(200);
    expect((await ask("GET", "/garden")).status).toBe(404);
    const { schedules, plan } = (await ask("GET", "")).body;
    expect(schedules).toMatchObject([{ channel: "pond_life" }]);
    expect(plan).toMatchObject({ hours: 24, runs: 12, channels: 1 });
  });

  test("are planned before they are saved, alone and with the others", async () => {
    await ask("POST", "", { channels: ["pond_life"], cadence: everyTwoHours });
    const { status, body } = await ask("POST", "/plan", {
      channels: ["garden"],
      cadence: { kind: "adaptive" },
    });
    expect(status).toBe(200);
    expect(body["plan"]).toMatchObject({
      channels: 1,
      each: [{ channel: "garden", from: "what is kept" }],
    });
    expect(body["all"]).toMatchObject({ channels: 2 });
    expect(body["next"]).toHaveLength(5);
    expect((await ask("GET", "")).body["schedules"]).toHaveLength(1);
  });

  test.each<[string, object]>([
    ["no channel", { channels: [], cadence: everyTwoHours }],
    ["a name that is none", { channels: ["two words"], cadence: everyTwoHours }],
    ["no cadence", { channels: ["garden"] }],
    ["four parts", { channels: ["garden"], cadence: { kind: "cron", expression: "0 * * *" } }],
    [
      "a day that never comes",
      { channels: ["garden"], cadence: { kind: "cron", expression: "0 0 31 2 *" } },
    ],
    [
      "no such zone",
      { channels: ["garden"], cadence: { ...everyTwoHours, timezone: "Mars/Base" } },
    ],
    ["a jitter of days", { channels: ["garden"], cadence: everyTwoHours, jitterSeconds: 1e6 }],
    ["a policy of its own", { channels: ["garden"], cadence: everyTwoHours, misfire: "cry" }],
  ])("with %s are refused, previewed or not", async (_what, draft) => {
    for (const path of ["", "/plan"]) {
      const { status, body } = await ask("POST", path, draft);
      expect([status, typeof body["detail"]]).toEqual([400, "string"]);
    }
    expect((await ask("GET", "")).body["schedules"]).toEqual([]);
  });

  test("are not changed to what cannot be", async () => {
    await ask("POST", "", { channels: ["garden"], cadence: everyTwoHours });
    for (const change of [{}, { cadence: { kind: "cron", expression: "x" } }, { paused: "yes" }])
      expect((await ask("PATCH", "/garden", change)).status).toBe(400);
    expect((await ask("PATCH", "/nobody_here", { paused: true })).status).toBe(404);
    expect((await ask("GET", "/garden")).body).toMatchObject({ paused: false });
  });

  test("of other channels are nothing to a limited key", async () => {
    await using open = await serveArchive([], { settings: { host: "0.0.0.0", read: "key" } });
    const { secret } = await open.archive.keys.create({
      scopes: ["read", "scrape"],
      channels: ["garden"],
      origins: [],
    });
    const timing = { cadence: { kind: "adaptive" }, jitterSeconds: 0, misfire: "skip" } as const;
    for (const channel of ["garden", "pond"])
      await open.archive.schedules.set({ channel, ...timing }, undefined);
    const asked = async (method: string, path: string, body?: object) =>
      open.app.request(`/api/v1/schedules${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${secret}`,
          Host: "search.example",
          ...(body && { "Content-Type": "application/json" }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
    expect(await (await asked("GET", "")).json()).toMatchObject({
      schedules: [{ channel: "garden" }],
    });
    for (const [method, path, status, body] of [
      ["GET", "/pond", 404],
      ["DELETE", "/pond", 404],
      ["PATCH", "/pond", 404, { paused: true }],
      ["POST", "", 403, { channels: ["garden", "pond"], cadence: everyTwoHours }],
      ["POST", "/plan", 403, { channels: ["pond"], cadence: everyTwoHours }],
    ] as const)
      expect([method, path, (await asked(method, path, body)).status]).toEqual([
        method,
        path,
        status,
      ]);
    expect((await asked("PATCH", "/garden", { paused: true })).status).toBe(200);
  });
});
