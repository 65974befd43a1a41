import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { scopes } from "../../../../server/archive/access/keys.ts";
import { scopeMatrix } from "../scope-matrix.ts";
import { fullAddress, serveTwoChannels, type TwoChannels } from "../two-channels.ts";

const Host = "archive.example";
const settings = { host: "0.0.0.0", limit: 1_000_000, read: "key" } as const;

let served: TwoChannels;
let key: string;
let everybody: string;
beforeAll(async () => {
  served = await serveTwoChannels({ settings });
  const make = async (channels: readonly string[]) =>
    (await served.archive.keys.create({ scopes, channels, origins: [] })).secret;
  key = await make(["garden"]);
  everybody = await make([]);
});
afterAll(async () => served[Symbol.asyncDispose]());

/**
 * What only the other channel has: its name, title, words, tags, author, host, ids and counters; and numbers that its
 * posts are part of: 13 of its own, 17 in all, 2 channels.
 */
const canaries =
  /orchard|quince|zwetschge|medlar|pomona|pomology|3141\d|161.?803|271.?828|\b17 posts|\b13 posts|"posts":\s*1[37]\b|"channels":\s*2\b|2 channels/i;

const ask = async (method: string, address: string, secret: string, body?: string) =>
  served.app.request(address, {
    method,
    headers: {
      Host,
      Authorization: `Bearer ${secret}`,
      ...(body !== undefined && {
        "Content-Type": address.startsWith("/api/")
          ? "application/json"
          : "application/x-www-form-urlencoded",
      }),
    },
    ...(body !== undefined && { body }),
  });

/** All that an answer tells: status, headers and body, without what the address itself said. */
async function told(answer: Response, address: string): Promise<string> {
  const isEndless = answer.headers.get("content-type")?.startsWith("text/event-stream") ?? false;
  const reader = answer.body?.getReader();
  let text = "";
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    text += Buffer.from(part.value).toString("utf8");
    if (isEndless && text.includes("event: run")) break;
  }
  await reader?.cancel();
  const headers = JSON.stringify([...answer.headers]);
  const [, asked = ""] = /[?&]q=([^&]+)/.exec(address) ?? [];
  const known = decodeURIComponent(asked.replaceAll("+", " "));
  const whole = `${answer.status} ${headers} ${text}`;
  return known === "" ? whole : whole.replaceAll(known, "").replaceAll(known.toLowerCase(), "");
}

const queries = [
  "",
  "tulips",
  "-nothing",
  "has:photo",
  "fwd:garden",
  "sort:views",
  "sort:changed",
  "is:forward",
];

const text = async (address: string, secret = key): Promise<string> =>
  (await ask("GET", address, secret)).text();

async function suggested(q: string, secret: string): Promise<object | undefined> {
  const answer = await ask("GET", `/api/v1/search?q=${q}`, secret);
  return ((await answer.json()) as { suggestion?: object }).suggestion;
}

describe("a key of one channel is told nothing of another", () => {
  test("by any route, page or file it may ask", async () => {
    let seen = 0;
    for (const { method, path } of scopeMatrix) {
      if (method !== "GET" || path.startsWith("/assets")) continue;
      const address = fullAddress(path, "garden", served);
      const takesQuery = path === "/api/v1/search";
      const all = takesQuery
        ? queries.flatMap((q) => [
            `${address}?q=${encodeURIComponent(q)}&facets=channel,has,is,lang,tag,link,author&histogram=auto`,
            `${address}?q=${encodeURIComponent(q)}&fields=brief&facets=channel`,
          ])
        : [address];
      for (const one of all) {
        const answer = await told(await ask("GET", one, key), one);
        seen += answer.startsWith("200") ? 1 : 0;
        expect([one, canaries.exec(answer)?.[0]]).toEqual([one, undefined]);
      }
    }
    // Most of what is refused is refused because it shows all channels.
    expect(seen).toBeGreaterThan(30);
  });

  test("and the same addresses do tell it to a key of all channels", async () => {
    for (const address of ["/ready", "/api/v1/channels", "/api/v1/search", "/c/garden", "/runs"]) {
      const answer = await told(await ask("GET", address, everybody), address);
      expect([address, canaries.test(answer)]).toEqual([address, true]);
    }
  });

  test("by its picture: it sees that of its own channel, and a key of all sees both", async () => {
    const { garden, orchard } = served.faces;
    const seenBy = async (secret: string) => {
      const pages = await Promise.all(
        ["/c/garden", "/embed/garden/7", "/api/v1/channels"].map(async (address) =>
          text(address, secret),
        ),
      );
      const files = await Promise.all(
        [garden, orchard].map(async (hash) => (await ask("GET", `/media/${hash}`, secret)).status),
      );
      return [pages.map((page) => [garden, orchard].map((hash) => page.includes(hash))), files];
    };
    const [own, both] = [
      [true, false],
      [true, true],
    ];
    expect(await seenBy(key)).toEqual([
      [own, own, own],
      [200, 404],
    ]);
    expect(await seenBy(everybody)).toEqual([
      [own, own, both],
      [200, 200],
    ]);
    const keyless = { headers: { Host } };
    expect((await served.app.request(`/media/${garden}`, keyless)).status).toBe(401);
  });

  test("by what is refused: a channel that is kept is refused as one that is not", async () => {
    const nobody = "nowhere";
    const refusals = scopeMatrix.filter(({ path }) => /:channel|:id|:sha256/.test(path));
    expect(refusals.length).toBeGreaterThan(25);
    for (const { method, path, limited } of refusals) {
      if (limited === "no") continue;
      const theirs = fullAddress(path, "orchard", served);
      const none = path
        .replace(/:channel|:name/, nobody)
        .replace(":id", path.includes("/schedules/") ? nobody : "31415")
        .replace(":sha256", "0".repeat(64));
      const body = method === "GET" ? undefined : "{}";
      const answers = await Promise.all(
        [theirs, none].map(async (address) => {
          const answer = await ask(method, address, key, body);
          return [answer.status, (await answer.text()).replaceAll(/orchard|nowhere/g, "…")];
        }),
      );
      expect([path, answers[0]]).toEqual([path, answers[1]]);
    }
  });

  test.each([
    ["in:{}", "orchard", "nowhere"],
    ["tulips -in:{}", "orchard", "nowhere"],
    ["in:garden,{}", "orchard", "nowhere"],
    ["{}", "quinces", "blorbes"],
    ["tulips OR {}", "quinces", "blorbes"],
    ["tag:{}", "orcharding", "blorbsndin"],
    ["author:{}", "Pomona", "Blorbo"],
    ["link:{}.example", "pomology", "blorbogy"],
    ["id:{}", "31415", "99999"],
    ["views:{}", "161803", "161809"],
    // Words put right when nothing is found.
    ["tulps {}", "quinces", "blorbes"],
    ["tulps OR {}", "quincse", "blorbse"],
    ["tulps -{}", "quincse", "blorbse"],
    ["{}", "quincse", "blorbse"],
    ["{}~", "medlrs", "blorbs"],
    ["{}*", "quin", "blor"],
  ])("by the answer to %s with %s, which is that with %s", async (query, theirs, none) => {
    const answerWith = async (word: string) => {
      const q = encodeURIComponent(query.replace("{}", word));
      const address = `/api/v1/search?q=${q}&facets=channel,has,is,lang,tag,link,author&histogram=auto`;
      const answer = await ask("GET", address, key);
      const { tookMs: _, ...rest } = (await answer.json()) as Record<string, unknown>;
      return [answer.status, JSON.stringify(rest).replaceAll(new RegExp(word, "gi"), "…")];
    };
    expect(await answerWith(theirs)).toEqual(await answerWith(none));
  });

  test("by a suggestion: a word put right is one of its own channel", async () => {
    expect(await suggested("quincse", everybody)).toMatchObject({ query: "quinces", total: 13 });
    expect(await suggested("quincse", key)).toBeUndefined();
    expect(await suggested("tulps", key)).toMatchObject({ total: 2 });
  });

  test("by figures: those of its own channel are told instead", async () => {
    const { archive } = (await (await ask("GET", "/api/v1/search?q=tulips", key)).json()) as {
      archive: object;
    };
    expect(archive).toEqual({
      posts: 4,
      newest: "2026-01-01T07:00:00Z",
      indexLagSeconds: 0,
    });
    expect(await (await ask("GET", "/ready", key)).json()).toEqual({
      ready: true,
      archive: { open: true },
      index: { state: "ready" },
    });
  });

  test("by an export, its manifest and a feed: they hold its own channel, and speak of that alone", async () => {
    const ids = async (q: string, secret = key): Promise<readonly number[]> =>
      (await text(`/api/v1/export?q=${encodeURIComponent(q)}`, secret))
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => (JSON.parse(line) as { id: number }).id);
    expect(await ids("")).toEqual([1, 2, 3, 7]);
    expect(await ids("tulips OR quinces")).toEqual([1, 7]);
    expect(await ids("in:orchard")).toEqual([]);
    expect(await ids("", everybody)).toHaveLength(17);
    const manifest = JSON.parse(await text("/api/v1/export?format=manifest")) as object;
    // The edit of post 7 is the last of its changes; those of the other channel come before it.
    expect(manifest).toMatchObject({ posts: 4, query: "in:garden", archive: { posts: 4 } });
    for (const format of ["csv", "atom"]) {
      const answer = await told(await ask("GET", `/api/v1/export?format=${format}`, key), "");
      expect(answer).toContain("Tulips in April");
      expect([format, canaries.exec(answer)?.[0]]).toEqual([format, undefined]);
    }
    const feed = JSON.parse(await text("/api/v1/feed.json")) as { items: { url: string }[] };
    expect(new Set(feed.items.map(({ url }) => /garden\/\d+$/.exec(url)?.[0]))).toEqual(
      new Set(["garden/1", "garden/2", "garden/3", "garden/7"]),
    );
    expect(feed.items).toHaveLength(4);
    for (const route of ["export", "export?format=manifest", "feed.atom", "feed.json"])
      for (const channel of ["orchard", "nowhere"]) {
        const mark = route.includes("?") ? "&" : "?";
        const address = `/api/v1/${route}${mark}channel=${channel}`;
        const answer = await ask("GET", address, key);
        expect([address, answer.status]).toEqual([address, 403]);
      }
  });

  test("by what it changes: runs, schedules and channels of others are refused without a word", async () => {
    for (const [method, address, body] of [
      ["POST", "/api/v1/channels", { channel: "orchard" }],
      ["POST", "/api/v1/runs", { channels: ["garden", "orchard"] }],
      ["POST", "/api/v1/schedules", { channels: ["orchard"], cadence: { kind: "adaptive" } }],
      ["POST", "/api/v1/schedules/plan", { channels: ["garden"], cadence: { kind: "adaptive" } }],
    ] as const) {
      const answer = await told(await ask(method, address, key, JSON.stringify(body)), address);
      expect([address, canaries.exec(answer)?.[0]]).toEqual([address, undefined]);
    }
    for (const channel of ["not a name", "orchard"]) {
      const form = new URLSearchParams({ channel }).toString();
      const page = await told(await ask("POST", "/channels", key, form), "");
      const typed = page.replaceAll(`value="${channel}"`, "");
      expect([channel, canaries.exec(typed)?.[0]]).toEqual([channel, undefined]);
    }
  });

  test("by a tag: what another key was answered is no answer to it", async () => {
    for (const address of ["/api/v1/search", "/api/v1/search?fields=brief", "/api/v1/channels"]) {
      const whole = await ask("GET", address, everybody);
      const again = await served.app.request(address, {
        headers: {
          Host,
          Authorization: `Bearer ${key}`,
          "If-None-Match": whole.headers.get("etag") ?? "",
        },
      });
      expect([address, again.status]).toEqual([address, 200]);
      expect([address, canaries.exec(await again.text())?.[0]]).toEqual([address, undefined]);
    }
  });

  test("by a store on the way: what takes a key is kept apart by keys, and never shared", async () => {
    for (const { method, path, withoutKey } of scopeMatrix) {
      if (method !== "GET" || withoutKey === "anybody") continue;
      const answer = await ask("GET", fullAddress(path, "garden", served), key);
      await answer.body?.cancel();
      const { headers } = answer;
      expect([path, headers.get("vary") ?? ""]).toEqual([
        path,
        expect.stringContaining("Authorization"),
      ]);
      expect([path, headers.get("cache-control") ?? ""]).toEqual([
        path,
        expect.not.stringContaining("public"),
      ]);
    }
  });
});

test("where reading takes a key, nobody without one is told a number, a name or a word", async () => {
  for (const { method, path } of scopeMatrix) {
    if (method !== "GET" || path.startsWith("/assets")) continue;
    const address = fullAddress(path, "orchard", served);
    const answer = await served.app.request(address, { headers: { Host } });
    const text = (await told(answer, address)).replaceAll(address, "").replaceAll("%2F", "/");
    const rest = text.replaceAll(/\/c\/orchard[^"]*|next=[^"]*/g, "");
    expect([address, canaries.exec(rest)?.[0]]).toEqual([address, undefined]);
  }
});
