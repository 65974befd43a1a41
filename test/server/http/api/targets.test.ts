import { describe, expect, onTestFinished, test } from "vitest";
import { matchSaved } from "../../../../server/jobs/match-saved.ts";
import { sendDue, type SenderParts } from "../../../../server/jobs/send-messages.ts";
import { watchOnce } from "../../../../server/jobs/watch.ts";
import { tellChanges } from "../../../../server/jobs/targets/tell-changes.ts";
import { createAnalyzer } from "../../../../server/search/analysis/analyzer.ts";
import { catchUp } from "../../../../server/search/catch-up.ts";
import { testTls } from "../../../test-proxies.ts";
import { receiver } from "../../jobs/receiver.ts";
import { mailPassword, mailServer, mailUser } from "../../jobs/targets/mail-server.ts";
import { post, serveArchive } from "../small-archive.ts";

const analyzer = createAnalyzer();
const path = "/api/v1/targets";
const garden = {
  channel: { name: "garden" },
  posts: [post(1, { text: "symmetry" })],
  span: { from: 1, to: 1 },
  at: "2026-01-03T00:00:00Z",
};

const sent = (method: string, body: unknown): RequestInit => ({
  method,
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
});

interface Target {
  readonly id: string;
  readonly secret?: string;
  readonly state: string;
  readonly missed: number;
  readonly fields: object;
  readonly secrets: readonly string[];
  readonly deliveries: readonly { readonly state: string; readonly answer?: string }[];
}

/** A server with a clock that stands still until it is moved, and a receiver within its network. */
async function setUp(answer?: Parameters<typeof receiver>[0]) {
  const clock = { at: new Date("2026-02-01T12:00:00Z") };
  const now = (): Date => clock.at;
  const there = await receiver(answer);
  const insideHosts = [there.host];
  const served = await serveArchive([garden], { webhookInside: insideHosts, now });
  onTestFinished(async () => served[Symbol.asyncDispose]());
  const { archive, engine } = served;
  const json = async (at: string, init?: RequestInit): Promise<Target> =>
    (await served.json(at, init)) as Target;
  await served.json("/api/v1/saved-searches", sent("POST", { name: "Shapes", query: "symmetry" }));
  return {
    there,
    served,
    clock,
    insideHosts,
    add: async (target: object): Promise<Target> =>
      json(path, sent("POST", { name: "Desk", hears: ["searches"], ...target })),
    show: async ({ id }: Target): Promise<Target> => json(`${path}/${id}`),
    change: async ({ id }: Target, what: object): Promise<Target> =>
      json(`${path}/${id}`, sent("PATCH", what)),
    /** Posts of these texts come, one after another; the id of the first. */
    arrive: async (...texts: readonly string[]): Promise<number> => {
      const first = (await archive.state()).position + 10;
      const posts = texts.map((text, index) => post(first + index, { text }));
      await archive.savePage({
        channel: { name: "garden", title: "garden", verified: false, counters: {} },
        posts,
        span: { from: first, to: first + texts.length - 1 },
        url: "https://t.me/s/garden",
        body: new Uint8Array(),
        readAt: "2026-01-04T00:00:00Z",
        warnings: [],
      });
      await catchUp({ archive, engine });
      await matchSaved({ archive, engine, analyzer });
      return first;
    },
    send: async (own: Partial<SenderParts> = {}): Promise<number> =>
      sendDue({
        deliveries: archive.deliveries,
        targets: archive.targets,
        insideHosts,
        mailCa: testTls.cert,
        now,
        chance: () => 1,
        ...own,
      }),
  };
}

const fullDisk = () => Promise.resolve({ freeBytes: 5_000_000, totalBytes: 10_000_000 });

const jsonOf = (received: { readonly body: string } | undefined): Record<string, unknown> =>
  JSON.parse(received?.body ?? "{}") as Record<string, unknown>;

const token = "123456:ABC-DEF1234ghIkl-zyx57W2v";
const hostile = 'symmetry & <b>x</b> <!channel> <@U1> @everyone @admin [a](http://e.org) *b* "q"';

describe("a target of each kind is told as its service documents it", () => {
  test("ntfy: JSON to the server's root, with its token", async () => {
    const { there, add, arrive, send } = await setUp();
    const server = `http://${there.host}`;
    await add({ kind: "ntfy", fields: { server, topic: "desk_7", token: "tk_secret" } });
    await arrive(hostile);
    await send();
    const [got] = there.received;
    expect(got?.path).toBe("/");
    expect(got?.headers["authorization"]).toBe("Bearer tk_secret");
    expect(jsonOf(got)).toEqual({
      topic: "desk_7",
      title: "Shapes: 1 new post",
      message: expect.stringContaining(`\n${hostile}\nhttps://t.me/garden/`),
      click: expect.stringMatching(/^https:\/\/t\.me\/garden\/\d+$/),
    });
  });

  test("Telegram: HTML that shows what was written, and mentions nobody", async () => {
    const { there, add, arrive, send } = await setUp();
    const server = `http://${there.host}`;
    await add({ kind: "telegram", fields: { server, token, chat: "-1001234567890" } });
    await arrive(hostile);
    await send();
    const [got] = there.received;
    expect(got?.path).toBe(`/bot${token}/sendMessage`);
    expect(jsonOf(got)).toMatchObject({
      chat_id: "-1001234567890",
      parse_mode: "HTML",
      link_preview_options: { is_disabled: true },
    });
    const text = String(jsonOf(got)["text"]);
    expect(text).toContain("<b>Shapes: 1 new post</b>\n\n<a href=");
    expect(text).toContain(
      "\nsymmetry &amp; &lt;b&gt;x&lt;/b&gt; &lt;!channel&gt; &lt;@\u2060U1&gt; @\u2060everyone @\u2060admin ",
    );
    expect(text).toContain("&quot;q&quot;");
  });

  test("Slack: mrkdwn of a section, in which no sign of others has a meaning", async () => {
    const { there, add, arrive, send } = await setUp();
    await add({ kind: "slack", fields: { url: `${there.url}/T0/B0/secret` } });
    await arrive(hostile);
    await send();
    const [got] = there.received;
    expect(got?.path).toBe("/hook/T0/B0/secret");
    const { blocks, ...rest } = jsonOf(got);
    expect(rest).toEqual({
      text: "Shapes: 1 new post",
      unfurl_links: false,
      unfurl_media: false,
    });
    expect(blocks).toEqual([
      {
        type: "section",
        text: {
          type: "mrkdwn",
          verbatim: true,
          text: expect.stringMatching(
            /^\*Shapes: 1 new post\*\n\n<https:\/\/t\.me\/garden\/\d+\|@garden\/\d+, [\d-]+>\nsymmetry &amp; &lt;b&gt;x&lt;\/b&gt; &lt;!channel&gt; &lt;@U1&gt; @everyone/,
          ),
        },
      },
    ]);
  });

  test("Discord: content that mentions nobody, and links only where we do", async () => {
    const { there, add, arrive, send } = await setUp();
    await add({ kind: "discord", fields: { url: `${there.url}/webhooks/1/secret` } });
    await arrive(hostile);
    await send();
    const { content, ...rest } = jsonOf(there.received[0]);
    expect(rest).toEqual({ allowed_mentions: { parse: [] }, flags: 4 });
    expect(content).toMatch(/^\*\*Shapes\\: 1 new post\*\*\n\n\[\\@garden\/\d+, /);
    expect(content).toContain("](<https://t.me/garden/");
    expect(content).toContain("\\<!channel\\>");
    expect(content).toContain("\\@everyone \\@admin \\[a\\]\\(http\\://e.org\\) \\*b\\*");
  });

  test("Matrix: an event under an id that stays the same, in HTML that mentions nobody", async () => {
    let isFirst = true;
    const { there, add, arrive, send, clock } = await setUp((response) => {
      response.writeHead(isFirst ? 503 : 200).end("{}");
      isFirst = false;
    });
    const server = `http://${there.host}/`;
    const fields = { server, room: "!abc:example.org", token: "syt_secret" };
    await add({ kind: "matrix", fields });
    await arrive(hostile);
    await send();
    clock.at = new Date(clock.at.getTime() + 60_000);
    await send();
    const [first, second] = there.received;
    expect(first?.path).toMatch(
      /^\/_matrix\/client\/v3\/rooms\/!abc%3Aexample\.org\/send\/m\.room\.message\/msg_/,
    );
    expect(second?.path).toBe(first?.path);
    expect(second?.headers["authorization"]).toBe("Bearer syt_secret");
    const { body, formatted_body, ...rest } = jsonOf(second);
    expect(rest).toEqual({
      msgtype: "m.text",
      format: "org.matrix.custom.html",
      "m.mentions": {},
    });
    expect(body).toContain(hostile);
    expect(formatted_body).toContain("<br>symmetry &amp; &lt;b&gt;x&lt;/b&gt; &lt;!channel&gt;");
  });

  test("e-mail: plain text with the title as its subject, by a server with a login", async () => {
    const mails = await mailServer();
    const { add, arrive, send, insideHosts, show } = await setUp();
    insideHosts.push(mails.host);
    const target = await add({
      kind: "email",
      name: "Letters",
      fields: {
        server: mails.host,
        user: mailUser,
        password: mailPassword,
        from: "backscroll@example.org",
        to: "a@example.net,b@example.net",
      },
    });
    await arrive(`${hostile}\r\n.\r\nBcc: victim@example.net`);
    await send();
    expect(mails.received).toMatchObject([
      {
        to: ["a@example.net", "b@example.net"],
        isSecure: true,
        user: mailUser,
        mail: {
          subject: "Shapes: 1 new post",
          text: expect.stringContaining(`${hostile} . Bcc: victim@example.net`),
        },
      },
    ]);
    expect(await show(target)).toMatchObject({
      secrets: ["password"],
      deliveries: [{ state: "sent", answer: "Answered 250." }],
    });
  });

  test("a webhook: signed JSON, with a secret that is shown once", async () => {
    const { there, add, arrive, send, show, served } = await setUp();
    const target = await add({ kind: "webhook", fields: { url: there.url } });
    expect(target.secret).toMatch(/^whsec_/);
    await arrive("symmetry");
    await send();
    expect(jsonOf(there.received[0])).toMatchObject({ type: "search.matched" });
    expect(there.received[0]?.headers["webhook-signature"]).toMatch(/^v1,/);
    expect(await show(target)).not.toHaveProperty("secret");
    expect(await served.page(path)).not.toContain("whsec_");
  });
});

describe("a message that is told", () => {
  const long = `symmetry ${"<&> *_~` @all 😀 ".repeat(200)}`;

  test("keeps to what its service takes, and says how much it leaves out", async () => {
    const { there, add, arrive, send } = await setUp();
    const server = `http://${there.host}`;
    await add({ kind: "ntfy", fields: { server, topic: "desk" } });
    await add({ kind: "telegram", fields: { server, token, chat: "1" } });
    await add({ kind: "slack", fields: { url: `${there.url}/slack` } });
    await add({ kind: "discord", fields: { url: `${there.url}/discord` } });
    await arrive(...Array.from({ length: 45 }, () => long));
    await send();
    const [ntfy, telegram, slack, discord] = [
      "/",
      `/bot${token}/sendMessage`,
      "/hook/slack",
      "/hook/discord",
    ].map((at) => jsonOf(there.received.find((one) => one.path === at)));
    expect(there.received).toHaveLength(4);
    const texts = [
      [ntfy?.["message"], 4096],
      [telegram?.["text"], 4096],
      [(slack?.["blocks"] as { text: { text: string } }[] | undefined)?.[0]?.text.text, 3000],
      [discord?.["content"], 2000],
    ] as const;
    for (const [text, most] of texts) {
      expect(String(text).length).toBeLessThanOrEqual(most);
      const [, left] = /\n\n… and (\d+) more$/.exec(String(text)) ?? [];
      const shown = String(text).match(/@(?:\\u2060)?garden\/\d/g)?.length ?? 0;
      expect(Number(left) + shown).toBe(45);
    }
    expect(Buffer.byteLength(String(ntfy?.["message"]))).toBeLessThanOrEqual(4096);
  });

  test("names the page here where the world knows this server", async () => {
    const { there, add, arrive, send } = await setUp();
    await add({ kind: "ntfy", fields: { server: `http://${there.host}`, topic: "desk" } });
    await arrive("symmetry");
    await send({ site: "https://archive.example.org" });
    expect(jsonOf(there.received[0])["click"]).toMatch(
      /^https:\/\/archive\.example\.org\/c\/garden\/\d+$/,
    );
  });

  test("waits in hours of silence, and for the next digest, in the target's zone; a test does not", async () => {
    const { there, add, arrive, send, clock, served, show } = await setUp();
    const server = `http://${there.host}`;
    // 12:00 UTC is 21:00 in Tokyo.
    const target = await add({
      kind: "ntfy",
      fields: { server, topic: "desk" },
      digest: "hourly",
      quiet: "22:00-07:00",
      zone: "Asia/Tokyo",
    });
    await arrive("symmetry one");
    clock.at = new Date("2026-02-01T12:30:00Z");
    await arrive("symmetry two");
    await send();
    expect(there.received).toEqual([]);
    expect(await show(target)).toMatchObject({
      deliveries: [{ state: "waiting" }, { state: "waiting" }],
    });
    // 13:00 UTC is 22:00 there: silence has begun.
    clock.at = new Date("2026-02-01T13:00:00Z");
    await send();
    await served.json(`${path}/${target.id}/test`, { method: "POST" });
    await send();
    expect(there.received.map((one) => jsonOf(one)["title"])).toEqual(["A test from Backscroll"]);
    clock.at = new Date("2026-02-01T21:59:00Z");
    await send();
    expect(there.received).toHaveLength(1);
    clock.at = new Date("2026-02-01T22:00:00Z");
    await send();
    expect(there.received).toHaveLength(2);
    expect(jsonOf(there.received[1])).toMatchObject({
      title: "Backscroll: 2 new posts",
      message: expect.stringMatching(/symmetry one[^]+symmetry two/),
    });
  });

  test("is tried again when it fails, as long as it is asked to wait, and 410 ends it until it is resumed", async () => {
    let status = 429;
    const { there, add, arrive, send, clock, show, change } = await setUp((response) =>
      response
        .writeHead(status, { "content-type": "application/json" })
        .end('{"ok":false,"description":"Too Many Requests","parameters":{"retry_after":90}}'),
    );
    const server = `http://${there.host}`;
    const target = await add({ kind: "telegram", fields: { server, token, chat: "1" } });
    await arrive("symmetry");
    await send();
    expect(await show(target)).toMatchObject({
      deliveries: [
        {
          state: "waiting",
          tries: 1,
          answer: "Answered 429: Too Many Requests",
          nextTryAt: "2026-02-01T12:01:30Z",
        },
      ],
    });
    status = 410;
    clock.at = new Date("2026-02-01T12:01:30Z");
    await send();
    expect(await show(target)).toMatchObject({
      state: "gone",
      deliveries: [{ state: "given-up" }],
    });
    expect(await change(target, { paused: false })).toMatchObject({ state: "following" });
  });

  test("is counted as missed where too many wait", async () => {
    const { there, add, arrive, show, served } = await setUp();
    const target = await add({
      kind: "ntfy",
      fields: { server: `http://${there.host}`, topic: "t" },
    });
    for (let one = 0; one < 500; one++)
      await served.archive.targets.addMessage(target.id, { event: "x", body: {} });
    await arrive("symmetry");
    expect(await show(target)).toMatchObject({ missed: 1 });
  });

  test("is not sent once what it tells of is purged", async () => {
    const { there, add, arrive, send, served } = await setUp();
    await add({ kind: "ntfy", fields: { server: `http://${there.host}`, topic: "desk" } });
    const id = await arrive("symmetry and a word that must go");
    const { purges } = served.archive;
    await purges.carryOut(await purges.order({ kind: "post", channel: "garden", id }));
    await send();
    expect(there.received).toEqual([]);
  });
});

describe("what a target hears of", () => {
  test("is alerts, changes and searches, as it chose", async () => {
    const { there, add, arrive, send, served, clock } = await setUp();
    const server = `http://${there.host}`;
    await add({ kind: "ntfy", fields: { server, topic: "changes" }, hears: ["changes:Garden"] });
    await add({ kind: "ntfy", fields: { server, topic: "alerts" }, hears: ["alerts"] });
    await add({
      kind: "ntfy",
      fields: { server, topic: "other" },
      hears: ["changes:meadow", "search:0123456789ab"],
    });
    const { archive } = served;
    await archive.savePage({
      channel: { name: "garden", title: "garden", verified: false, counters: {} },
      posts: [post(1, { text: "asymmetry", edited: true })],
      span: { from: 1, to: 1 },
      url: "https://t.me/s/garden",
      body: new Uint8Array(),
      readAt: "2026-01-04T00:00:00Z",
      warnings: [],
    });
    await arrive("symmetry");
    await tellChanges(archive);
    await tellChanges(archive);
    await watchOnce({ archive, engine: served.engine, now: () => clock.at, disk: fullDisk });
    await send();
    expect(there.received.map(jsonOf)).toEqual([
      {
        topic: "changes",
        title: "1 change of posts",
        message: "@garden/1 was edited\nasymmetry\nhttps://t.me/garden/1",
        click: "https://t.me/garden/1",
      },
      {
        topic: "alerts",
        title: "Wrong: The archive's disk has 5 MB free.",
        message: "Wrong\nThe archive's disk has 5 MB free.",
      },
    ]);
  });

  test("is kept from it while it is paused, and is not told later", async () => {
    const { there, add, arrive, send, change } = await setUp();
    const target = await add({
      kind: "ntfy",
      fields: { server: `http://${there.host}`, topic: "t" },
    });
    await arrive("symmetry one");
    expect(await change(target, { paused: true })).toMatchObject({ state: "paused" });
    await arrive("symmetry two");
    await change(target, { paused: false });
    await arrive("symmetry three");
    await send();
    expect(there.received.map((one) => jsonOf(one)["message"])).toEqual([
      expect.stringContaining("symmetry three"),
    ]);
  });
});

describe("a target's secrets", () => {
  test("are shown by nothing, not even what its server says of them", async () => {
    const { there, add, send, served, show, change } = await setUp((response, { headers }) =>
      response.writeHead(403).end(`who is ${headers["authorization"]}?`),
    );
    const secrets = ["tk_Dunlin4711", "topic_Dunlin4712"] as const;
    const fields = { server: `http://${there.host}`, topic: secrets[1], token: secrets[0] };
    const target = await add({ kind: "ntfy", fields });
    expect(target).toMatchObject({
      fields: { server: fields.server },
      secrets: ["topic", "token"],
    });
    await served.json(`${path}/${target.id}/test`, { method: "POST" });
    await send();
    expect((await show(target)).deliveries[0]?.answer).toBe("Answered 403: who is Bearer …?");
    // What is absent stays, what is empty goes.
    expect(await change(target, { name: "Phone", fields: { token: "" } })).toMatchObject({
      name: "Phone",
      secrets: ["topic"],
    });
    const shown = [
      await served.page(path),
      await served.page(`${path}/${target.id}`),
      await served.page(path, sent("POST", { kind: "ntfy", name: "", hears: ["alerts"], fields })),
      await served.page("/saved"),
      await served.page("/status"),
    ].join("\n");
    for (const secret of secrets) expect(shown).not.toContain(secret);
  });
});

describe("what is typed of a target", () => {
  const ntfy = { kind: "ntfy", name: "Desk", hears: ["alerts"], fields: { topic: "desk" } };
  const faults: readonly (readonly [object, string])[] = [
    [{ ...ntfy, name: " " }, "name"],
    [{ ...ntfy, hears: [] }, "hears"],
    [{ ...ntfy, hears: ["alert"] }, "hears"],
    [{ ...ntfy, digest: "25:00" }, "digest"],
    [{ ...ntfy, quiet: "22:00" }, "quiet"],
    [{ ...ntfy, quiet: "22:00-22:00" }, "quiet"],
    [{ ...ntfy, zone: "Berlin" }, "zone"],
    [{ ...ntfy, fields: {} }, "fields.topic"],
    [{ ...ntfy, fields: { topic: "a/b" } }, "fields.topic"],
    [{ ...ntfy, fields: { topic: "desk", chat: "1" } }, "fields"],
    [{ ...ntfy, fields: { topic: "desk", server: "http://10.0.0.7" } }, "fields.server"],
    [{ ...ntfy, fields: { topic: "desk", server: "http://ntfy.example.org" } }, "fields.server"],
    [{ ...ntfy, kind: "telegram", fields: { token: "x/../y", chat: "1" } }, "fields.token"],
    [{ ...ntfy, kind: "slack", fields: { url: "https://127.0.0.1/hook" } }, "fields.url"],
    [{ ...ntfy, kind: "matrix", fields: { room: "#a:b", token: "t" } }, "fields.room"],
    [
      {
        ...ntfy,
        kind: "email",
        fields: { server: "10.0.0.7:25", from: "a@example.org", to: "b@example.org" },
      },
      "fields.server",
    ],
    [
      {
        ...ntfy,
        kind: "email",
        fields: {
          server: "mail.example.org",
          from: "a@example.org\r\nBcc: c@example.org",
          to: "b@example.org",
        },
      },
      "fields.from",
    ],
  ];

  test.each(faults)("is refused by the name of what is wrong (%#)", async (typed, parameter) => {
    const { served } = await setUp();
    const answer = (await served.json(path, sent("POST", typed))) as Record<string, unknown>;
    expect(answer).toMatchObject({ status: 400, parameter });
    expect(await served.json(path)).toEqual({ targets: [] });
  });

  test("is sent to no host within the network that the name turns out to stand for", async () => {
    const { add, arrive, send, show } = await setUp();
    const target = await add({
      kind: "ntfy",
      fields: { topic: "desk", server: "https://ntfy.example.org" },
    });
    await arrive("symmetry");
    await send({
      resolve: (_name, _options, answer) => answer(null, [{ address: "10.0.0.7", family: 4 }]),
    });
    expect(await show(target)).toMatchObject({
      deliveries: [
        { state: "given-up", answer: expect.stringContaining("is an address inside the network") },
      ],
    });
  });
});
