import { afterEach, describe, expect, test, vi } from "vitest";
import type { Fault } from "../../demo/faults.ts";
import {
  startStandIn,
  type Refused,
  type StandIn,
  type StandInOptions,
} from "../../demo/stand-in.ts";
import { Truth } from "../../demo/truth.ts";
import type { Post } from "../../scraper/post.ts";

const post = (id: number, change: Partial<Post> = {}): Post => ({
  channel: "lab_notes",
  id,
  ids: [id],
  url: `https://t.me/lab_notes/${id}`,
  publishedAt: "2026-03-01T10:00:00Z",
  edited: false,
  text: `Note ${id}`,
  textState: "present",
  entities: [],
  media: [],
  reactions: [],
  buttons: [],
  views: 100,
  ...change,
});
const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);
const notes = (ids: readonly number[]) =>
  new Truth(
    { name: "lab_notes", title: "Lab notes", verified: false, chatId: -1001, subscribers: 1234 },
    ids.map((id) => post(id)),
  );

let standIn: StandIn | undefined;
afterEach(async () => standIn?.close());

async function open(
  options: Partial<StandInOptions> = {},
): Promise<(path: string) => Promise<string>> {
  standIn = await startStandIn({ channels: [notes(range(1, 45))], ...options });
  const { origin } = standIn;
  return async (path) => (await fetch(origin + path)).text();
}
const ids = (html: string) =>
  [...html.matchAll(/data-post="lab_notes\/(\d+)"/g)].map(([, id]) => Number(id));

const refused = (name: string, refusal: Refused["refusal"]): Refused => ({
  name,
  title: `The ${name}`,
  verified: false,
  subscribers: 5_012,
  refusal,
});
const once = (fault: Fault) => (asked: { readonly number: number }) =>
  asked.number === 1 ? fault : undefined;
const encodingFor = async (accepted: string) => {
  const headers = { "accept-encoding": accepted };
  return (await fetch(`${standIn?.origin}/s/lab_notes`, { headers })).headers.get(
    "content-encoding",
  );
};

const first = async (fault: Fault): Promise<Response> => {
  await open({ faults: once(fault) });
  return fetch(`${standIn?.origin}/s/lab_notes`, { redirect: "manual" });
};

describe("the pages of a channel", () => {
  test("the newest page holds the newest twenty, oldest first, and links to the older ones", async () => {
    const get = await open();
    const html = await get("/s/lab_notes");
    expect(ids(html)).toEqual(range(26, 45));
    expect(html).toContain('<link rel="prev" href="/s/lab_notes?before=26">');
    expect(html).toContain('<link rel="canonical" href="/s/lab_notes?before=46">');
    expect(html).not.toContain("data-after");
  });

  test("before leaves its own id out, and the last page links to nothing older", async () => {
    const get = await open();
    expect(ids(await get("/s/lab_notes?before=26"))).toEqual(range(6, 25));
    const last = await get("/s/lab_notes?before=6");
    expect(ids(last)).toEqual(range(1, 5));
    expect(last).not.toContain("data-before");
    expect(last).toContain('data-after="5"');
  });

  test("before=0 is the newest page again, before=1 a page of nothing", async () => {
    const get = await open();
    expect(ids(await get("/s/lab_notes?before=0"))).toEqual(range(26, 45));
    const nothing = await get("/s/lab_notes?before=1");
    expect(ids(nothing)).toEqual([]);
    expect(nothing).toContain("tme_no_messages_found");
  });

  test("after holds the oldest twenty above its id", async () => {
    const get = await open();
    expect(ids(await get("/s/lab_notes?after=10"))).toEqual(range(11, 30));
  });

  test("an album is one block that counts all its ids", async () => {
    const truth = notes(range(1, 15));
    const photo = {
      kind: "photo",
      width: 800,
      height: 600,
      url: "https://cdn4.telesco.pe/file/a",
    } as const;
    truth.add([post(16, { ids: range(16, 23), media: range(16, 23).map(() => photo) }), post(24)]);
    const get = await open({ channels: [truth] });
    const html = await get("/s/lab_notes");
    expect(ids(html)).toEqual([...range(5, 15), 16, 24]);
    expect(html).toContain('href="https://t.me/lab_notes/23?single"');
  });

  test("a middle page can lack the link to older posts", async () => {
    const get = await open({ lacksOlderLink: (first) => first === 6 });
    expect(await get("/s/lab_notes?before=26")).not.toContain("data-before");
    expect(await get("/s/lab_notes")).toContain("data-before");
  });

  test("a search without hits says so inside a wrap", async () => {
    const get = await open();
    const html = await get("/s/lab_notes?q=nowhere");
    expect(html).toContain("tgme_widget_message_wrap");
    expect(html).toContain("tme_no_messages_found");
  });

  test("a search lights up what it found, between tags only", async () => {
    const truth = notes(range(1, 3));
    truth.add([
      post(4, { text: "class notes", entities: [{ type: "bold", offset: 0, length: 5 }] }),
    ]);
    const html = await (await open({ channels: [truth] }))("/s/lab_notes?q=class");
    expect(ids(html)).toEqual([4]);
    expect(html).toContain("<b><mark>class</mark></b> notes");
  });

  test("a page weighs about what t.me's do", async () => {
    const get = await open();
    const { length } = await get("/s/lab_notes");
    expect(length).toBeGreaterThan(70_000);
    expect(length).toBeLessThan(150_000);
  });
});

describe("names that are no readable channel", () => {
  const all = [
    refused("quiet_channel", "preview-off"),
    refused("big_group", "group"),
    refused("elsewhere", "view-posts-by"),
    refused("blocked_one", "blocked"),
    refused("sold_here", "marketing"),
  ];

  test.each(["quiet_channel", "big_group", "elsewhere", "nobody_at_all"])(
    "the preview of %s leads to its landing",
    async (name) => {
      await open({ channels: all });
      const answer = await fetch(`${standIn?.origin}/s/${name}`, { redirect: "manual" });
      expect(answer.status).toBe(302);
      expect(answer.headers.get("location")).toBe(`/${name}`);
    },
  );

  test("a landing without a preview shows the exact number and no link", async () => {
    const html = await (await open({ channels: all }))("/quiet_channel");
    expect(html).toContain('<div class="tgme_page_extra">5 012 subscribers</div>');
    expect(html).not.toContain("/s/quiet_channel");
  });

  test("a group's landing counts members and who is online", async () => {
    const html = await (await open({ channels: all }))("/big_group");
    expect(html).toContain("5 012 members, 251 online");
  });

  test("an unknown name can be contacted, one refused here has posts to view", async () => {
    const get = await open({ channels: all });
    const unknown = await get("/nobody_at_all");
    expect(unknown).toContain("you can contact");
    expect(unknown).not.toContain("tgme_page_title");
    expect(await get("/elsewhere")).toContain("you can view posts by");
  });

  test("a blocked name shows a sentence, or the page that sells Telegram", async () => {
    const get = await open({ channels: all });
    expect(await get("/blocked_one")).toContain("be displayed because");
    expect(await get("/sold_here")).not.toContain('class="tgme_page"');
  });

  test.each(["link", "button"] as const)(
    "a channel's landing offers its preview as a %s",
    async (shape) => {
      const html = await (await open({ previewLink: shape }))("/lab_notes");
      expect(html).toContain('href="/s/lab_notes"');
      expect(html).toContain(
        shape === "link" ? "tgme_page_context_link_wrap" : "tgme_page_context_btn",
      );
      expect(html).toContain("1 234 subscribers");
    },
  );
});

describe("single posts", () => {
  test("an embedded post stands alone, with neither wrap nor channel", async () => {
    const html = await (await open())("/lab_notes/7?embed=1");
    expect(ids(html)).toEqual([7]);
    expect(html).toContain("body_widget_post");
    expect(html).not.toContain("tgme_widget_message_wrap");
    expect(html).toContain("Mar 1, 2026 at 10:00");
  });

  test("a missing post says so with status 200", async () => {
    await open();
    const answer = await fetch(`${standIn?.origin}/lab_notes/700?embed=1`);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain("Post not found");
  });

  test("the page of one post frames it and holds its text", async () => {
    const html = await (await open())("/lab_notes/7");
    expect(html).toContain('<iframe id="telegram-post-lab_notes-7"');
    expect(html).toContain('<meta property="og:description" content="Note 7">');
  });

  test("a page around a post links both ways", async () => {
    const html = await (await open())("/s/lab_notes/20");
    expect(ids(html)).toEqual(range(11, 30));
    expect(html).toContain('data-before="11"');
    expect(html).toContain('data-after="30"');
  });
});

describe("on the wire", () => {
  test("an answer is packed when the reader takes gzip, and plain when not", async () => {
    await open();
    expect(await encodingFor("gzip")).toBe("gzip");
    expect(await encodingFor("identity")).toBeNull();
  });

  test("the page's own script gets a JSON string of posts", async () => {
    await open();
    const headers = { "x-requested-with": "XMLHttpRequest" };
    const answer = await fetch(`${standIn?.origin}/s/lab_notes?before=26`, { headers });
    const body: unknown = await answer.json();
    expect(ids(String(body))).toEqual(range(6, 25));
  });

  test("every request is on record, in order", async () => {
    const get = await open();
    await get("/s/lab_notes");
    await get("/s/lab_notes?before=26");
    expect(standIn?.requests.map(({ path }) => path)).toEqual([
      "/s/lab_notes",
      "/s/lab_notes?before=26",
    ]);
  });

  test("a style of 2020 has members, no accents and a bare time", async () => {
    const html = await (await open({ style: { year: 2020 } }))("/s/lab_notes");
    expect(html).toContain('<span class="counter_type">members</span>');
    expect(html).toContain("force_userpic");
    expect(html).not.toContain("text_not_supported_wrap");
    expect(html).toContain('<time datetime="2026-03-01T10:00:00+00:00">');
  });
});

describe("faults", () => {
  test("a refusal carries its status and how long to wait, and the next request is served", async () => {
    const answer = await first({ kind: "status", status: 429, retryAfter: "7" });
    expect(answer.status).toBe(429);
    expect(answer.headers.get("retry-after")).toBe("7");
    expect((await fetch(`${standIn?.origin}/s/lab_notes`)).status).toBe(200);
  });

  test("a cut body looks complete and lacks its end", async () => {
    const html = await (await first({ kind: "cut", share: 0.5 })).text();
    expect(html).toContain("data-post");
    expect(html).not.toContain("</html>");
  });

  test.each<Fault>([{ kind: "reset" }, { kind: "hang", ms: 5 }])(
    "$kind gives no answer at all",
    async (fault) => {
      await expect(first(fault)).rejects.toThrow("fetch failed");
    },
  );

  test("a broken body ends before its announced length", async () => {
    const answer = await first({ kind: "broken", share: 0.5 });
    await expect(answer.text()).rejects.toThrow("terminated");
  });

  test("an empty page says that there are no posts where there are", async () => {
    const html = await (await first({ kind: "empty" })).text();
    expect(html).toContain("tme_no_messages_found");
    expect(ids(html)).toEqual([]);
  });

  test("a challenge holds nothing of Telegram's", async () => {
    const answer = await first({ kind: "challenge", status: 503 });
    expect(answer.status).toBe(503);
    expect(await answer.text()).not.toContain("tgme_");
  });

  test("a wrong charset is not UTF-8, whatever it claims", async () => {
    const truth = new Truth(notes([]).profile, [post(1, { text: "Заметка" })]);
    await open({ channels: [truth], faults: once({ kind: "charset", as: "windows-1251" }) });
    const answer = await fetch(`${standIn?.origin}/s/lab_notes`);
    expect(answer.headers.get("content-type")).toContain("utf-8");
    const bytes = new Uint8Array(await answer.arrayBuffer());
    expect(() => new TextDecoder("utf-8", { fatal: true }).decode(bytes)).toThrow(TypeError);
    expect(new TextDecoder("windows-1251").decode(bytes)).toContain("Заметка");
  });

  test("a changed layout lacks one class everywhere, or has it under another name", async () => {
    const html = await (
      await first({ kind: "layout", from: "tgme_widget_message_text", to: "msg_text" })
    ).text();
    expect(html).not.toMatch(/class="[^"]*\btgme_widget_message_text\b/);
    expect(html).toContain('class="msg_text js-message_text"');
  });

  test("a redirect leads where it is told to", async () => {
    const answer = await first({ kind: "redirect", to: "http://169.254.169.254/" });
    expect(answer.status).toBe(302);
    expect(answer.headers.get("location")).toBe("http://169.254.169.254/");
  });

  test("more requests than the limit are refused", async () => {
    await open({ limit: { requests: 2, windowMs: 60_000, retryAfter: "60" } });
    const statuses: number[] = [];
    for (let i = 0; i < 3; i += 1) {
      statuses.push((await fetch(`${standIn?.origin}/s/lab_notes`)).status);
    }
    expect(statuses).toEqual([200, 200, 429]);
  });

  test("a slow answer is the right one", async () => {
    const answer = await first({ kind: "slow", ms: 5 });
    expect(ids(await answer.text())).toEqual(range(26, 45));
  });

  test("closing ends a request that hangs", async () => {
    await open({ faults: once({ kind: "hang", ms: 600_000 }) });
    const hanging = fetch(`${standIn?.origin}/s/lab_notes`);
    const ended = hanging.catch(String);
    await vi.waitUntil(() => standIn?.requests.length === 1);
    await standIn?.close();
    expect(await ended).toContain("fetch failed");
  });
});

describe("a truth that changes", () => {
  test("an edit is shown and marked, a deletion leaves a gap, counters grow", async () => {
    const truth = notes(range(1, 5));
    const get = await open({ channels: [truth] });
    truth.edit(2, { text: "Note two" });
    truth.remove(3);
    truth.add([post(9)]);
    truth.grow(20);
    const html = await get("/s/lab_notes");
    expect(ids(html)).toEqual([1, 2, 4, 5, 9]);
    expect(html).toContain("Note two");
    expect(html.match(/edited &nbsp;/g)).toHaveLength(1);
    expect(html).toContain('<span class="tgme_widget_message_views">2K</span>');
  });

  test("an id is used once", () => {
    expect(() => notes(range(1, 5)).add([post(5)])).toThrow("Post 5 is in use");
    expect(() => notes([1]).remove(2)).toThrow("There is no post 2");
  });
});
