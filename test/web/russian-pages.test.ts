import { load } from "cheerio";
import { isText } from "domhandler";
import { afterAll, beforeAll, expect, test } from "vitest";
import { noCounts } from "../../server/archive/runs/run.ts";
import { watchOnce } from "../../server/jobs/watch.ts";
import { post, serveArchive } from "../server/http/small-archive.ts";

let served: Awaited<ReturnType<typeof serveArchive>>;
let run: string;

beforeAll(async () => {
  const channel = { name: "sad", title: "Сад", counters: { subscribers: 12_400 } };
  const early = [
    post(1, { channel: "sad", text: "Пионы цветут", views: 900 }),
    post(2, {
      channel: "sad",
      text: "Пионы отцвели",
      reactions: [{ kind: "emoji", emoji: "👍", count: 3 }],
    }),
    post(3, {
      channel: "sad",
      text: "Пионы на снимках",
      ids: [3, 4],
      media: [
        { kind: "photo", width: 800, height: 600 },
        { kind: "video", durationSeconds: 75 },
      ],
      forward: { name: "Сосед" },
    }),
    post(5, {
      channel: "sad",
      text: "Пионы: опрос",
      poll: {
        question: "Какие?",
        type: "Анонимный",
        options: [{ text: "Белые", percent: 100 }],
        voters: 7,
      },
    }),
  ];
  const later = early
    .filter(({ id }) => id !== 2)
    .map((one) =>
      one.id === 1 ? Object.assign({}, one, { text: "Пионы ещё цветут", edited: true }) : one,
    );
  const span = { from: 1, to: 5 };
  served = await serveArchive([
    { channel, posts: early, span, at: "2026-01-20T00:00:00Z" },
    { channel, posts: later, span, at: "2026-01-22T00:00:00Z" },
    { channel, posts: later, span, at: "2026-01-24T00:00:00Z" },
  ]);
  await served.hasRun("sad", {
    state: "done",
    counts: { ...noCounts, pages: 2, new: 4, media: 1, mediaWaiting: 2 },
  });
  for (const failure of failures)
    await served.hasRun(failure.toLowerCase(), {
      state: "failed",
      counts: noCounts,
      error: { class: failure, message: "What came, in English." },
    });
  await served.archive.runs.start({ channel: "sad", cause: "asked" });
  const [claimed] = await served.archive.runs.claim({ holder: "здесь", limit: 1 });
  run = claimed!.run.id;
  await served.archive.runs.renew(claimed!.lease, noCounts, {
    kind: "in-vain",
    url: "https://t.me/s/sad",
    tries: 2,
    mostTries: 8,
    why: "it answers 503",
    nextTryAt: "2026-02-01T00:00:08Z",
  });
  await served.archive.schedules.set(
    { channel: "sad", cadence: { kind: "adaptive" }, jitterSeconds: 0, misfire: "once" },
    "2026-02-01T01:00:00Z",
  );
  await watchOnce({ ...served, now: () => new Date("2026-02-01T00:01:00Z") });
});
afterAll(async () => served?.[Symbol.asyncDispose]());

const failures = [
  "ChannelUnavailable",
  "Throttled",
  "Unreachable",
  "PageChanged",
  "MassAbsence",
  "DiskFull",
];

/** Names, standards and what is printed on keys: the same in every language. */
const names = new Set(
  "Backscroll Telegram UTC API JSON JSONL CSV CSS HTML HTTP URL GIF Excel Parquet Atom Feed BibTeX APA OpenAPI RFC SVG Meilisearch WordPress Hugo Docusaurus React Content Security Policy Trusted Types POST cookie cron Page Up Down Ctrl English sad".split(
    " ",
  ),
);
/** What others wrote, what is typed, and what is marked as English. */
const apart =
  "noscript, code, pre, kbd, bdi, script, style, svg, time, input, textarea, .mono, .shelf, .channel, .num, [lang=en], [dir=auto]";
/** Addresses, settings, files, fields with their values, @names. */
const typed = /@\w+|\S*\w[./_:=-]\w\S*/g;

/** Latin words that a page says in Russian's name. */
function latinOn(page: string): readonly string[] {
  const $ = load(page);
  const read = ["aria-label", "title", "placeholder", "alt"];
  const aloud = $("[aria-label], [title], [placeholder], [alt]")
    .not(apart)
    .toArray()
    .flatMap((one) => read.map((name) => $(one).attr(name) ?? ""));
  $(apart).remove();
  const texts = $("*").contents().toArray();
  const shown = texts.flatMap((one) => (isText(one) ? [one.data] : []));
  const said = [...aloud, ...shown].join(" ").replaceAll(typed, " ");
  return [...said.matchAll(/[A-Za-z][A-Za-z'’]+/g)]
    .map(([word]) => word)
    .filter((word) => !names.has(word));
}

/** Words of the query's language in its help, and what a fault offers. */
const help = "withheld before reactions id";
/** Endings of files. */
const files = "json jsonl csv parquet atom";
const kinds =
  "has wings photo video gif round audio voice file link poll location contact sticker media text reactions";

/** By page: the words on it that are typed, or are names of files and settings. */
const pages = {
  "/": `${help} ${files}`,
  "/?q=пионы": `${help} ${files}`,
  "/?q=пионы&view=context": `${help} ${files}`,
  "/?q=пионы&view=table": `${help} ${files}`,
  "/?view=gallery": `${help} ${files}`,
  "/?q=пионы+has:wings": kinds,
  "/?q=пионы+тюльпаны": help,
  "/channels": "",
  "/channels/add?channel=sad": "",
  "/channels/add?channel=channelunavailable": "",
  "/c/sad": "",
  "/c/sad?tab=media": "",
  "/c/sad?tab=links": "",
  "/c/sad?tab=files": "",
  "/c/sad?tab=changes": "",
  "/c/sad?tab=about": "",
  "/c/sad?tab=runs": "",
  "/c/sad/1": "",
  "/c/sad/2": "",
  "/c/sad/3": "",
  "/c/sad/5": "",
  "/c/sad/9": "",
  "/embed/sad/1?lang=ru": "",
  "/changes": "",
  "/compare?q=пионы&q=тюльпаны": "csv svg",
  "/runs": "",
  "/runs/RUN": "",
  "/schedules": "all",
  "/saved?q=пионы": "https",
  "/keys": "",
  "/status": "",
  "/widget": "",
  "/widget/help":
    "script data search dialog inline results form id light dark en ru mod ctrl shift off telegram new integrity",
  "/widget/gallery": "",
  "/enter": "",
  "/docs": "GET PUT PATCH DELETE search read export scrape admin type detail at parameter",
  "/nowhere": "",
};

test.each(Object.entries(pages))(
  "%s says nothing in English but names, what is typed, and what others wrote",
  async (path, typedHere) => {
    const address = path.replace("RUN", run);
    const page = await served.page(`${address}${address.includes("?") ? "&" : "?"}ui=ru`);
    expect(load(page)("html").attr("lang")).toBe("ru");
    expect(page.length).toBeGreaterThan(500);
    const here = new Set(typedHere.split(" "));
    expect(latinOn(page).filter((word) => !here.has(word))).toEqual([]);
  },
);
