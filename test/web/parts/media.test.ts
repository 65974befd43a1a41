import { AxeBuilder } from "@axe-core/playwright";
import { load } from "cheerio";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pictureOf } from "../../../demo/picture.ts";
import { launchBrowser } from "../launch-browser.ts";
import { startServer } from "../../../server/http/server.ts";
import { keepFiles } from "../../server/archive/keep-file.ts";
import { sha256Of } from "../../server/jobs/media-host.ts";
import { post, serveArchive } from "../../server/http/small-archive.ts";

const address = (name: string): string => `https://cdn4.telesco.pe/file/${name}`;
const files = {
  [address("photo")]: pictureOf("photo").body,
  [address("thumbnail")]: pictureOf("thumbnail").body,
  [address("film")]: Buffer.from("\0\0\0\u0018ftypisom film"),
  [address("voice")]: Buffer.from("OggS\0 voice"),
  [address("sticker")]: Buffer.from("\u001F\u008B packed drawing", "latin1"),
};
const path = (name: string): string => `/media/${sha256Of(files[address(name)] as Buffer)}`;
let served: Awaited<ReturnType<typeof serveArchive>>;

beforeAll(async () => {
  const size = { width: 800, height: 450 };
  served = await serveArchive([
    {
      channel: { name: "garden" },
      posts: [
        post(1, {
          media: [
            { kind: "photo", ...size, url: address("photo") },
            { kind: "photo", ...size, url: address("nowhere") },
          ],
        }),
        post(2, {
          media: [
            {
              kind: "video",
              ...size,
              durationSeconds: 58,
              url: address("film"),
              thumbnailUrl: address("thumbnail"),
            },
          ],
        }),
        post(3, { media: [{ kind: "voice", durationSeconds: 9, url: address("voice") }] }),
        post(4, { media: [{ kind: "sticker", url: address("sticker") }] }),
        post(5, {
          media: [{ kind: "file", fileName: "<b>paper</b>.pdf", size: "1.2 MB" }],
        }),
        post(6, {
          viaBot: "@map",
          media: [
            {
              kind: "location",
              latitude: 59.93,
              longitude: 30.33,
              title: "House of <i>Books</i>",
              address: "28 Nevsky Prospekt",
            },
            { kind: "contact", title: "Ada Byron", phone: "+1 202 555 0100" },
          ],
        }),
      ],
      span: { from: 1, to: 6 },
      at: "2026-01-05T00:00:00Z",
    },
  ]);
  await keepFiles(served.archive, "garden", files);
});
afterAll(async () => served[Symbol.asyncDispose]());

const postOf = async (id: number, more = "") =>
  load(await served.page(`/c/garden/${id}${more}`))(".post");

test("a kept picture, film or sound stands on its post's page, with its size and in words", async () => {
  const photo = await postOf(1);
  expect(photo.find("img").attr()).toMatchObject({
    src: path("photo"),
    width: "800",
    height: "450",
    loading: "lazy",
    alt: "photo 1 of 2",
  });
  const film = (await postOf(2)).find("video");
  expect(film.attr()).toMatchObject({
    src: path("film"),
    poster: path("thumbnail"),
    preload: "none",
    "aria-label": "video",
  });
  expect((await postOf(3)).find("audio").attr("src")).toBe(path("voice"));
  expect((await postOf(4)).find("a[download]").attr("href")).toBe(path("sticker"));
});

test("what is not kept says why, in either language", async () => {
  expect((await postOf(1)).text()).toContain("could not be fetched");
  expect((await postOf(5)).text()).toMatch(
    /<b>paper<\/b>\.pdf.*1\.2 MB, the public preview has no/s,
  );
  expect((await postOf(5, "?ui=ru")).text()).toContain("публичный просмотр не даёт адреса");
});

test("a place, a contact and the bot a post was written with are shown with all that is known of them", async () => {
  const shown = (await postOf(6)).text().replaceAll(/[\s\u2066-\u2069]+/g, " ");
  expect(shown).toContain("via @map");
  expect(shown).toContain("House of <i>Books</i>, 28 Nevsky Prospekt, 59.93, 30.33");
  expect(shown).toContain("Ada Byron, +1 202 555 0100");
  expect((await postOf(6, "?ui=ru")).text().replaceAll(/\s+/g, " ")).toContain("через @map");
  const found = load(await served.page("/?q=nevsky"))(".entry");
  expect(found.find("mark").text()).toBe("Nevsky");
});

test("hits show kept pictures; no page asks Telegram for one", async () => {
  const html = await served.page("/?q=has:photo");
  const hit = load(html)(".entry img");
  expect(hit.attr("src")).toBe(path("photo"));
  expect(html).not.toMatch(/(?:src|poster)="[^"]*telesco/);
});

test("the answer of the API names kept files and where they are", async () => {
  expect(await served.json("/api/v1/channels/garden/posts/2")).toMatchObject({
    media: [
      {
        kept: { url: path("film"), type: "video/mp4", bytes: 17 },
        keptThumbnail: { url: path("thumbnail"), type: "image/png" },
      },
    ],
  });
  expect(await served.json("/api/v1/channels/garden/posts/1")).toMatchObject({
    media: [{ kept: { url: path("photo") } }, { notKept: "failed" }],
  });
});

test("posts with players are without a fault for axe, and no wider than a small telephone", async () => {
  const server = await startServer({ app: served.app, host: "127.0.0.1", port: 0 });
  const browser = await launchBrowser();
  try {
    const context = await browser.newContext({ viewport: { width: 320, height: 900 } });
    const page = await context.newPage();
    for (const id of [1, 2, 3, 4]) {
      await page.goto(`${server.url}/c/garden/${id}`);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map((one) => one.id)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(320);
    }
  } finally {
    await browser.close();
    await server.close();
  }
});
