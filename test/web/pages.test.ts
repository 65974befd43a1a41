import { load } from "cheerio";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noCounts } from "../../server/archive/runs/run.ts";
import { post, serveArchive } from "../server/http/small-archive.ts";

const channel = { name: "garden", title: "Сад камней" };
const hour = (id: number, day: string) => `2026-01-${day}T0${id % 10}:00:00Z`;
let served: Awaited<ReturnType<typeof serveArchive>>;

beforeAll(async () => {
  const early = [
    post(1, { text: "Симметрия сети", publishedAt: hour(1, "01") }),
    post(2, {
      text: "Симметрия и опрос",
      publishedAt: hour(2, "01"),
      media: [{ kind: "photo", width: 800, height: 600 }],
      poll: {
        question: "Где симметрия?",
        type: "Anonymous Poll",
        options: [{ text: "в сети", percent: 100 }],
      },
    }),
    post(3, { text: "Ненадолго", publishedAt: hour(3, "01") }),
  ];
  const kept = early.filter(({ id }) => id !== 3);
  const late = [
    post(20, { text: "О симметрии", publishedAt: hour(4, "20"), ids: [20, 21] }),
    post(22, { text: "Ещё о симметрии, и длинно: ".repeat(60), publishedAt: hour(5, "20") }),
  ];
  const all = { from: 1, to: 3 };
  served = await serveArchive([
    { channel, posts: early, span: all, at: "2026-01-21T00:00:00Z" },
    { channel, posts: late, span: { from: 18, to: 22 }, at: "2026-01-21T00:00:01Z" },
    { channel, posts: kept, span: all, at: "2026-01-23T00:00:00Z" },
    { channel, posts: kept, span: all, at: "2026-01-25T00:00:00Z" },
  ]);
});
afterAll(() => served[Symbol.asyncDispose]());

const draw = async (path: string, headers: Record<string, string> = {}) =>
  load(await served.page(path, { headers }));
const search = (query: Record<string, string>): string =>
  `/?${new URLSearchParams(query).toString()}`;
const words = (text: string): string => text.replaceAll(/\s+/g, " ").trim();

describe("the search page", () => {
  test("says how many posts there are, and that the count is exact", async () => {
    const $ = await draw(search({ q: "симметрия" }));
    expect($("h1").text()).toBe("4 posts");
    expect(words($(".sum").text())).toBe("4 posts in 1 of 1 channel, exact. Fold copies");
    expect($("mark").length).toBeGreaterThanOrEqual(4);
  });

  test("speaks Russian, by its own plural rules, to whom asks for it", async () => {
    for (const [path, headers] of [
      [search({ q: "симметрия" }), { "Accept-Language": "ru-RU,ru;q=0.9,en;q=0.8" }],
      [search({ q: "симметрия", ui: "ru" }), {}],
      [search({ q: "симметрия" }), { Cookie: "ui=ru" }],
    ] as const) {
      const $ = await draw(path, headers);
      expect($("html").attr("lang")).toBe("ru");
      expect($("h1").text()).toBe("4 поста");
    }
    expect(
      (await draw("/", { "Accept-Language": "de, en;q=0.5, ru;q=0.1" }))("html").attr("lang"),
    ).toBe("en");
  });

  test("narrows by links that write the same query, and takes a chosen one back", async () => {
    const $ = await draw(search({ q: "симметрия" }));
    const href = $('.facet a:contains("photo")').attr("href") ?? "";
    expect(new URL(href, "http://localhost").searchParams.get("q")).toBe("симметрия has:photo");
    const $narrowed = await draw(href);
    expect($narrowed("h1").text()).toBe("1 post");
    const back = $narrowed('.facet a[aria-current="true"]').attr("href") ?? "";
    expect(new URL(back, "http://localhost").searchParams.get("q")).toBe("симметрия");
  });

  test("changes its order, its view and its picture of time by links that keep the rest", async () => {
    const $ = await draw(
      search({ q: "симметрия", sort: "old", limit: "2", page: "2", view: "table" }),
    );
    const links = (within: string): readonly (readonly [string, string])[] =>
      $(within)
        .toArray()
        .map((link) => {
          const { search: rest } = new URL($(link).attr("href") ?? "", "http://localhost");
          const chosen = $(link).attr("aria-current") === "true" ? "* " : "";
          return [chosen + words($(link).text()), decodeURIComponent(rest)];
        });
    const kept = "?q=симметрия&sort=old&limit=2";
    expect(links(".bar > .menu:first-child a")).toEqual([
      ["Newest", "?q=симметрия&sort=new&limit=2&view=table"],
      ["* Oldest", `${kept}&view=table`],
      ["Best match", "?q=симметрия&sort=relevance&limit=2&view=table"],
      ["Most viewed", "?q=симметрия&sort=views&limit=2&view=table"],
      ["Most reactions", "?q=симметрия&sort=reactions&limit=2&view=table"],
      ["Last changed", "?q=симметрия&sort=changed&limit=2&view=table"],
    ]);
    expect(links(".bar nav a")).toEqual([
      ["Posts", `${kept}&page=2`],
      ["In context", `${kept}&page=2&view=context`],
      ["* Table", `${kept}&page=2&view=table`],
      ["Gallery", `${kept}&page=2&view=gallery`],
    ]);
    expect(links(".bar > a")).toEqual([["* Timeline", `${kept}&page=2&view=table&timeline=off`]]);
  });

  test("takes a repeated parameter as a list, as the API does", async () => {
    const $ = await draw("/?channel=nowhere&channel=garden");
    expect($("h1").text()).toBe("5 posts");
    expect((await served.app.request("/?q=a&q=b")).status).toBe(400);
  });

  test("keeps its order when narrowed", async () => {
    const $ = await draw(search({ q: "симметрия", sort: "old" }));
    const links = [".chip > a", ".facet a"].map((one) => $(one).first().attr("href") ?? "");
    for (const href of links) expect(href).toContain("sort=old");
  });

  test("keeps alternatives together when narrowed", async () => {
    const $ = await draw(search({ q: "симметрия OR опрос" }));
    const href = $('.facet a:contains("photo")').attr("href") ?? "";
    expect((await draw(href))("h1").text()).toBe("1 post");
  });

  test("writes conditions from the address into its box, so that none is lost", async () => {
    const $ = await draw(search({ q: "симметрия", has: "photo", after: "2025" }));
    const typed = $("#q").attr("value") ?? "";
    expect(typed).toContain("has:photo");
    expect((await draw(search({ q: typed })))("h1").text()).toBe("1 post");
  });

  test("draws what was not read as hatching, never as nothing, and names it in one line above the hits", async () => {
    const $ = await draw(search({ q: "симметрия", sort: "new" }));
    expect($('.plot .hatches rect[fill="url(#hatch)"]').length).toBeGreaterThan(0);
    expect(words($(".unread").text())).toBe(
      "Not read yet: 14 ids of 1 channel; posts may be missing. Show Сад камней: 4 to 17, 2026-01-01 to 2026-01-20",
    );
    expect($(".unread").length).toBe(1);
    const $ru = await draw(search({ q: "симметрия", sort: "old", ui: "ru" }));
    expect(words($ru(".unread").text())).toContain(
      "Ещё не прочитано: 14 номеров, 1 канал. Часть постов могла не попасть в архив.",
    );
    expect($ru(".unread").length).toBe(1);
  });

  test("gives the figures of its picture as a table, too", async () => {
    const $ = await draw(search({ q: "симметрия" }));
    const counts = $(".twin td.num")
      .toArray()
      .map((cell) => Number($(cell).text()));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(4);
  });

  test("cuts a long post and says by how much", async () => {
    const $ = await draw(search({ q: "длинно" }));
    expect($(".text-more").text()).toMatch(/\d+ more characters/);
  });

  test("marks what was found in a poll where the poll stands, and says it once", async () => {
    const $ = await draw(search({ q: "симметрия has:poll" }));
    expect(words($(".votes .ask").text())).toBe("Где симметрия?");
    expect($(".votes mark").text()).toBe("симметрия");
    expect($(".elsewhere").length).toBe(0);
  });

  test("shows what was found in a poll in its context, too", async () => {
    const $ = await draw(search({ q: "симметрия has:poll", view: "context" }));
    expect(
      $(".kwic mark")
        .toArray()
        .map((mark) => $(mark).text()),
    ).toEqual(["Симметрия", "симметрия"]);
  });

  test("goes through pages by links", async () => {
    const $ = await draw(search({ q: "симметрия", limit: "2" }));
    expect(words($(".pager").text())).toContain("1 to 2 of 4");
    const $next = await draw($('.pager a[rel="next"]').attr("href") ?? "");
    expect(words($next(".pager").text())).toContain("3 to 4 of 4");
    const $beyond = await draw(search({ q: "симметрия", limit: "2", page: "9" }));
    expect(words($beyond(".empty").text())).toContain("There is no page 9");
  });

  test("underlines what does not parse and says where", async () => {
    const response = await served.app.request(search({ q: "симметрия has:wings" }));
    expect(response.status).toBe(400);
    const $ = load(await response.text());
    expect($(".fault-at mark").text()).toBe("wings");
    expect($(".fault-at pre").text().trim()).toBe("симметрия has:wings");
    expect($("#q").attr("aria-invalid")).toBe("true");
  });

  test("without hits says what each condition less would find", async () => {
    const $ = await draw(search({ q: "симметрия has:voice" }));
    expect($("h1").text()).toBe("No posts match all 2 conditions");
    const lines = $(".drop li")
      .toArray()
      .map((line) => words($(line).text()));
    expect(lines).toContain("without has:voice4");
  });
});

describe("the page of a post", () => {
  test("shows evidence of a deletion, and what was said stays", async () => {
    const $ = await draw("/c/garden/3");
    expect($(".text").first().text()).toBe("Ненадолго");
    expect(words($("#evidence").text())).toMatch(
      /First absent 2026-01-23 00:00:00 UTC Confirmed 2026-01-25/,
    );
    expect(words($(".entry.gone .wash").text())).toBe(
      "deleted, last seen 2026-01-21 00:00:00 UTC. Absent in 2 checks",
    );
  });

  test("is found by any id of an album and in any case of the name", async () => {
    const response = await served.app.request("/c/GARDEN/21");
    expect([response.status, response.headers.get("location")]).toEqual([308, "/c/garden/20"]);
  });

  test("knows the search it was opened from, its place there, and the hits beside it", async () => {
    const list = search({ q: "симметрия", sort: "old", limit: "2", page: "2" });
    const $list = await draw(list);
    const $ = await draw($list(".entry .shelf").first().attr("href") ?? "");
    expect(words($(".trail").text())).toBe("4 posts симметрия 3 of 4 Previous hitNext hit");
    expect($(".trail a").first().attr("href")).toBe(`${list}#p-garden-20`);
    const $next = await draw($('.trail a[rel="next"]').attr("href") ?? "");
    expect($next(".entry.whole .shelf").text()).toBe("garden/22");
    expect(words($next(".trail .push").text())).toBe("4 of 4 Previous hit");
    const $back = await draw($next('.trail a[rel="prev"]').attr("href") ?? "");
    expect($back(".entry.whole .shelf").text()).toBe("garden/20");
  });

  test("without a search stands between the posts of its channel, and so where a place is no longer its own", async () => {
    for (const path of ["/c/garden/3", "/c/garden/3?q=симметрия&hit=2", "/c/garden/3?hit=900"]) {
      const $ = await draw(encodeURI(path));
      expect(words($(".trail").text())).toBe("All of Сад камней Older postNewer post");
      expect($('.trail a[rel="prev"]').attr("href")).toBe("/c/garden/2");
      expect($('.trail a[rel="next"]').attr("href")).toBe("/c/garden/20");
    }
    expect((await served.app.request("/c/garden/3?hit=zero")).status).toBe(400);
  });

  test("stands among its neighbours, with what lies between", async () => {
    const $ = await draw("/c/garden/20");
    expect($("#context .here").length).toBe(1);
    expect(words($("#context .lapse-gap").text())).toContain("4 to 17: not read");
    expect(words($("#context .lapse").text())).toContain("18 to 19: absent at the source");
  });

  test.each(["/c/garden/9", "/c/garden/zero", "/c/nobody", "/nothing"])(
    "%s is a page that says so",
    async (path) => {
      const response = await served.app.request(path);
      expect(response.status).toBe(404);
      expect(load(await response.text())("h1").text()).toBe("There is nothing at this address");
    },
  );
});

describe("the pages of channels", () => {
  test("show every id on a line, hatched where it was not read", async () => {
    for (const path of ["/channels", "/c/garden?tab=about"]) {
      const $ = await draw(path);
      expect($('main rect[fill="url(#hatch)"]').length).toBeGreaterThan(1);
    }
    expect(words((await draw("/c/garden?tab=about"))("#gaps").text())).toContain(
      "4 to 17 2026-01-01 to 2026-01-20",
    );
  });

  test("read newest first, and go on to what is older and newer", async () => {
    await using served = await serveArchive([
      {
        channel: { name: "meadow", title: "Луг" },
        posts: Array.from({ length: 45 }, (_, place) =>
          post(place + 1, {
            text: `Запись ${place + 1}`,
            publishedAt: `2025-${String(1 + Math.floor(place / 15)).padStart(2, "0")}-${String(1 + (place % 15)).padStart(2, "0")}T08:00:00Z`,
          }),
        ),
        span: { from: 1, to: 45 },
        at: "2026-01-21T00:00:00Z",
      },
    ]);
    const at = async (path: string) => {
      const $ = load(await served.page(path));
      const ids = $(".feed .shelf")
        .toArray()
        .map((one) => Number($(one).text().split("/")[1]));
      const way = (rel: string) => $(`.pager a[rel="${rel}"]`).attr("href");
      return { first: ids[0], last: ids.at(-1), newer: way("prev"), older: way("next") };
    };
    expect(await at("/c/meadow")).toEqual({
      first: 45,
      last: 26,
      newer: undefined,
      older: "/c/meadow?before=26",
    });
    expect(await at("/c/meadow?before=26")).toEqual({
      first: 25,
      last: 6,
      newer: "/c/meadow?after=25",
      older: "/c/meadow?before=6",
    });
    expect(await at("/c/meadow?after=5")).toMatchObject({ first: 25, last: 6 });
    expect(await at("/c/meadow?before=2")).toMatchObject({ first: 1, last: 1, older: undefined });
    expect(await at("/c/meadow?on=2025-02-03")).toMatchObject({
      first: 18,
      newer: "/c/meadow?after=18",
    });
    expect(await at("/c/meadow?on=2025-01-31")).toMatchObject({ first: 15 });
    const $ = load(await served.page("/c/meadow?on=2025-02-03"));
    expect($(".mini a[aria-current=date]").attr("aria-label")).toBe("February 3: 1 post");
    expect($(".years").text().replaceAll(/\s+/g, " ").trim()).toBe("2025 45");
    for (const [path, said] of [
      ["/c/meadow?on=2025-02-30", "takes a day"],
      ["/c/meadow?tab=wings", "takes one of posts, media, links, files, changes, about, runs"],
      ["/c/meadow?before=x", "takes the id of a post"],
    ] as const) {
      const response = await served.app.request(path);
      expect(response.status).toBe(400);
      expect(await response.text()).toContain(said);
    }
  });

  test("have a calendar: a day stands below its day of the week, as dark as it has posts, and one that was not read is no empty one", async () => {
    const days = ["01", "03", "03", "04", "04", "04", "05", "05", "05", "05", "05"];
    const early = days.map((day, place) =>
      post(place + 1, { publishedAt: `2025-02-${day}T0${place % 10}:00:00Z` }),
    );
    const late = post(20, { publishedAt: "2025-02-27T08:00:00Z" });
    const channel = { name: "meadow" };
    await using served = await serveArchive([
      { channel, posts: early, span: { from: 1, to: 11 }, at: "2026-01-21T00:00:00Z" },
      { channel, posts: [late], span: { from: 20, to: 20 }, at: "2026-01-21T00:00:00Z" },
    ]);
    const $ = load(await served.page("/c/meadow"));
    const weeks = $(".mini tr")
      .toArray()
      .map((week) =>
        $(week)
          .find("td")
          .toArray()
          .map((cell) => [$(cell).text(), $(cell).children().attr("class") ?? ""].join(" ").trim()),
      );
    // 1 February 2025 was a Saturday.
    expect(weeks).toEqual([
      ["", "", "", "", "", "1 h1", "2 h0"],
      ["3 h2", "4 h3", "5 h4", "6 h-unread", "7 h-unread", "8 h-unread", "9 h-unread"],
      [10, 11, 12, 13, 14, 15, 16].map((day) => `${day} h-unread`),
      [17, 18, 19, 20, 21, 22, 23].map((day) => `${day} h-unread`),
      ["24 h-unread", "25 h-unread", "26 h-unread", "27 h1", "28 h0"],
    ]);
    expect($(".mini caption a").attr("href")).toBe("/c/meadow?on=2025-02-28");
    expect($(".mini a.h2").attr("href")).toBe("/c/meadow?on=2025-02-03");
  });

  test("say of a run that failed of what kind it was, in the reader's language", async () => {
    const counts = { ...noCounts, pages: 2, new: 20, edited: 1 };
    const error = { class: "Throttled", message: "t.me asks to slow down." };
    await served.hasRun("garden", { state: "failed", counts, error });
    for (const [ui, said] of [
      ["en", "2 pages read 20 new 1 edited Rate limited. t.me asks to slow down."],
      ["ru", "прочитано страниц: 2 новых: 20 изменено: 1 Ограничение частоты. t.me"],
    ]) {
      expect(words((await draw(`/channels?ui=${ui}`))(".run-fail").text())).toContain(said);
    }
  });

  test("an empty archive asks for a first channel", async () => {
    await using empty = await serveArchive([]);
    const $ = load(await empty.page("/"));
    expect($("h1").text()).toBe("Nothing is kept here yet");
    expect($('form[action="/channels"][method="post"] input[name="channel"]').length).toBe(1);
  });
});

test("the stylesheet is served from here, for good, at an address that changes with it", async () => {
  const $ = await draw("/");
  const address = $('link[rel="stylesheet"]').attr("href") ?? "";
  expect(address).toMatch(/^\/assets\/stylesheet-[0-9a-f]{12}\.css$/);
  const response = await served.app.request(address);
  expect(response.headers.get("cache-control")).toContain("immutable");
  expect(response.headers.get("content-type")).toContain("text/css");
  expect(await response.text()).not.toMatch(/url\(|@import|https?:/);
});
