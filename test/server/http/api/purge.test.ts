import { expect, test } from "vitest";
import { post, serveArchive } from "../small-archive.ts";

const body = (asked: object): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(asked),
});

test("a post, an author and a channel are purged over the API, and answer 410 from then on", async () => {
  await using served = await serveArchive([
    {
      channel: { name: "garden" },
      posts: [post(1), post(2, { author: "A. Gardener" }), post(3), post(4)],
      span: { from: 1, to: 4 },
      at: "2026-01-31T00:00:00Z",
    },
  ]);
  const { app } = served;
  const status = async (path: string): Promise<number> => (await app.request(path)).status;
  const purge = async (asked: object): Promise<unknown> =>
    served.json("/api/v1/purge", body(asked));

  expect(await purge({ channel: "t.me/garden", id: 1 })).toMatchObject({ kind: "post", posts: 1 });
  expect(await status("/api/v1/channels/garden/posts/1")).toBe(410);
  expect(await status("/c/garden/1")).toBe(410);
  expect(await purge({ author: "a. gardener" })).toMatchObject({ kind: "author", posts: 1 });
  expect(await status("/api/v1/channels/garden/posts/2/versions")).toBe(410);
  expect(await served.json("/api/v1/channels/garden/coverage")).toMatchObject({
    counts: { kept: 2, purged: 2 },
  });
  expect(await served.page("/c/garden?tab=about")).toContain(
    "Removed here for good by the operator",
  );
  expect(await purge({ channel: "garden" })).toMatchObject({ kind: "channel", posts: 2 });
  for (const path of ["/api/v1/channels/garden", "/c/garden", "/c/garden/3"])
    expect(await status(path)).toBe(410);
  expect((await app.request("/api/v1/purge", body({ channel: "nobody", id: 1 }))).status).toBe(404);
  for (const asked of [{}, { id: 3 }, { author: " " }, { author: "x", id: 1 }])
    expect((await app.request("/api/v1/purge", body(asked))).status).toBe(400);
});
