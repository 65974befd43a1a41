import { utimesSync, writeFileSync } from "node:fs";
import { load } from "cheerio";
import { expect, onTestFinished, test } from "vitest";
import { pictureOf } from "../../../../demo/picture.ts";
import { launchBrowser } from "../../../web/launch-browser.ts";
import type { Media } from "../../../../scraper/post.ts";
import { startServer } from "../../../../server/http/server.ts";
import { keepFiles } from "../../archive/keep-file.ts";
import { sha256Of } from "../../jobs/media-host.ts";
import { post, serveArchive } from "../small-archive.ts";

const script = "document.title = 'run'; alert(1)";
const page = `<!doctype html><title>quiet</title><script>${script}</script><h1>a page</h1>`;
const picture = pictureOf("/file/garden.png").body;

/** What a host may send under any name, and what it is served as. */
const kinds: Readonly<Record<string, readonly [Buffer, string]>> = {
  "a page": [Buffer.from(page), "application/octet-stream"],
  "a page after spaces": [Buffer.from(`\n\n  ${page}`), "application/octet-stream"],
  "a page in XML": [
    Buffer.from(
      `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script>${script}</script></html>`,
    ),
    "application/octet-stream",
  ],
  "a drawing with a script": [
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>${script}</script></svg>`,
    ),
    "application/octet-stream",
  ],
  "a paper with a script": [
    Buffer.from(`%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj`),
    "application/octet-stream",
  ],
  "a script": [Buffer.from(script), "application/octet-stream"],
  "a page that calls itself a picture": [Buffer.from(`PNG ${page}`), "application/octet-stream"],
  "a GIF that is a script": [Buffer.from(`GIF89a/*${"x".repeat(60)}*/=1;${script}`), "image/gif"],
  "a JPEG that is a page": [
    Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from(page)]),
    "image/jpeg",
  ],
  "a sound that is a page": [Buffer.from(`ID3${page}`), "audio/mpeg"],
  "a film that is a page": [Buffer.from(`\0\0\0\u0018ftypisom${page}`), "video/mp4"],
  "a film of an unknown brand": [
    Buffer.from(`\0\0\0\u0018ftyphtml${page}`),
    "application/octet-stream",
  ],
  "a picture": [picture, "image/png"],
};

const address = (place: number): string => `https://cdn4.telesco.pe/file/${place}.jpg`;

/** A channel whose posts show these files, each kept. */
async function served(files: readonly Buffer[], media: Partial<Media> = {}) {
  const posts = files.map((_, place) =>
    post(place + 1, {
      media: [{ kind: "photo", width: 800, height: 450, url: address(place), ...media }],
    }),
  );
  const here = await serveArchive([
    {
      channel: { name: "garden" },
      posts,
      span: { from: 1, to: files.length },
      at: "2026-01-05T00:00:00Z",
    },
  ]);
  onTestFinished(async () => here[Symbol.asyncDispose]());
  await keepFiles(
    here.archive,
    "garden",
    Object.fromEntries(files.map((bytes, place) => [address(place), bytes])),
  );
  return here;
}

test("each file is served as what its bytes are, and never as a page", async () => {
  const { app } = await served(Object.values(kinds).map(([bytes]) => bytes));
  for (const [what, [bytes, type]] of Object.entries(kinds)) {
    const answer = await app.request(`/media/${sha256Of(bytes)}`);
    const { headers } = answer;
    expect({ what, status: answer.status, type: headers.get("content-type") }).toEqual({
      what,
      status: 200,
      type,
    });
    expect(headers.get("content-disposition")).toMatch(
      type === "application/octet-stream" ? /^attachment; / : /^inline; /,
    );
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")).toMatch(/^default-src 'none'.*; sandbox$/);
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect(headers.get("cache-control")).toMatch(/^private, .*immutable$/);
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
  }
});

test("a browser that opens such a file runs nothing of it, and shows pictures on the page of their post", async () => {
  const { app } = await served(Object.values(kinds).map(([bytes]) => bytes));
  const server = await startServer({ app, host: "127.0.0.1", port: 0 });
  onTestFinished(async () => server.close());
  const browser = await launchBrowser();
  onTestFinished(async () => browser.close());
  const tab = await browser.newPage({ bypassCSP: true });
  const trouble: string[] = [];
  tab.on("dialog", (dialog) => {
    trouble.push(dialog.message());
    void dialog.dismiss();
  });
  for (const [what, [bytes]] of Object.entries(kinds)) {
    const file = `${server.url}/media/${sha256Of(bytes)}`;
    // A file to be saved makes the browser leave the page as it was, and say so.
    const came = await tab.goto(file).then(() => "shown", String);
    expect(came).toMatch(/^shown$|Download|ERR_ABORTED/);
    expect({ what, ran: await tab.title() }).not.toEqual({ what, ran: "run" });
    const drawn = await tab.locator("h1", { hasText: "a page" }).count();
    expect({ what, drawn }).toEqual({ what, drawn: 0 });
    // Even a page of ours that forgot its policy could not take it for a script.
    await tab.goto(`${server.url}/channels`);
    await tab.addScriptTag({ url: file }).catch(() => undefined);
    expect({ what, ran: await tab.title() }).not.toEqual({ what, ran: "run" });
  }
  expect(trouble).toEqual([]);

  const shownAt = Object.keys(kinds).indexOf("a picture") + 1;
  await tab.goto(`${server.url}/c/garden/${shownAt}`);
  const image = tab.locator(".post img");
  await image.scrollIntoViewIfNeeded();
  await expect
    .poll(async () => tab.evaluate("document.querySelector('.post img').naturalWidth"))
    .toBe(800);
  expect(await image.getAttribute("alt")).toBe("photo");
  expect(await image.getAttribute("loading")).toBe("lazy");
});

test("ranges, tags and heads are answered as a player asks", async () => {
  const bytes = Buffer.from(`ID3${"0123456789".repeat(100)}`);
  const { app } = await served([bytes], { kind: "voice" });
  const file = `/media/${sha256Of(bytes)}`;
  const asked = async (headers: Record<string, string>, method = "GET") => {
    const answer = await app.request(file, { method, headers });
    const body = Buffer.from(await answer.arrayBuffer()).toString();
    return { status: answer.status, range: answer.headers.get("content-range"), body };
  };
  const whole = bytes.toString();
  expect(await asked({ range: "bytes=3-12" })).toEqual({
    status: 206,
    range: "bytes 3-12/1003",
    body: "0123456789",
  });
  expect(await asked({ range: "bytes=1000-" })).toMatchObject({ status: 206, body: "789" });
  expect(await asked({ range: "bytes=-4" })).toMatchObject({ status: 206, body: "6789" });
  expect(await asked({ range: "bytes=-5000" })).toMatchObject({ status: 206, body: whole });
  expect(await asked({ range: "bytes=1003-" })).toEqual({
    status: 416,
    range: "bytes */1003",
    body: "",
  });
  for (const range of ["bytes=0-1,5-9", "bytes=9-3", "lines=1-2", "bytes=-", "bytes=x-"])
    expect(await asked({ range })).toMatchObject({ status: 200, range: null, body: whole });
  const tag = `"${sha256Of(bytes)}"`;
  expect(await asked({ range: "bytes=0-0", "if-range": tag })).toMatchObject({ status: 206 });
  expect(await asked({ range: "bytes=0-0", "if-range": '"other"' })).toMatchObject({ status: 200 });
  expect(await asked({ "if-none-match": tag })).toEqual({ status: 304, range: null, body: "" });
  expect(await asked({}, "HEAD")).toEqual({ status: 200, range: null, body: "" });
});

test.each([
  [
    "a byte is another",
    (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -1), Buffer.from("x")]),
  ],
  ["the end is missing", (bytes: Buffer) => bytes.subarray(0, bytes.length - 5)],
  ["nothing is left", () => Buffer.alloc(0)],
])(
  "a file of which %s is not served for what it was, before or after it was shown",
  async (_, harm) => {
    const { app, archive } = await served([picture]);
    const hash = sha256Of(picture);
    const path = archive.media.folder.file(hash);
    const asked = async (method: string, headers: Record<string, string> = {}) => {
      const answer = await app.request(`/media/${hash}`, { method, headers });
      return [answer.status, answer.headers.get("cache-control")];
    };
    for (let time = 1; time <= 2; time += 1) {
      writeFileSync(path, harm(picture));
      utimesSync(path, time, time);
      expect(await asked("GET")).toEqual([503, "no-store"]);
      expect(await asked("HEAD")).toEqual([503, "no-store"]);
      expect(await asked("GET", { range: "bytes=0-3" })).toEqual([503, "no-store"]);
      writeFileSync(path, picture);
      utimesSync(path, time + 10, time + 10);
      expect((await asked("GET"))[0]).toBe(200);
    }
  },
);

test("what is no hash of a kept file leads nowhere", async () => {
  const { app, archive } = await served([picture]);
  const hash = sha256Of(picture);
  for (const path of [
    "0".repeat(64),
    hash.toUpperCase(),
    hash.slice(1),
    "..%2f..%2farchive.db",
    "%2e%2e%2farchive.db",
    `..%2fmedia%2f${hash.slice(0, 2)}%2f${hash.slice(2)}`,
    "parts%2f1",
    `${hash}%00`,
  ])
    expect({ path, status: (await app.request(`/media/${path}`)).status }).toEqual({
      path,
      status: 404,
    });
  await archive.media.folder.remove(hash);
  expect((await app.request(`/media/${hash}`)).status).toBe(404);
});

test("a key that is limited to channels sees the files of their posts and no others", async () => {
  const { archive, app } = await served([picture]);
  const key = async (channel: string) => {
    const grant = { scopes: ["read"] as const, channels: [channel], origins: [] };
    const { secret } = await archive.keys.create(grant);
    const headers = { authorization: `Bearer ${secret}` };
    return (await app.request(`/media/${sha256Of(picture)}`, { headers })).status;
  };
  expect(await key("GARDEN")).toBe(200);
  expect(await key("paper_room")).toBe(404);
});

test("a channel gets a policy of its own, and says what is kept", async () => {
  const { app, json } = await served([picture]);
  const path = "/api/v1/channels/garden/media";
  const put = async (body: object) =>
    app.request(path, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  expect(await json(path)).toMatchObject({ kinds: "off", own: {}, files: { kept: 1, failed: 0 } });
  const answer = await put({ kinds: "photo,thumbnail", maxMegabytes: 2.5 });
  expect(await answer.json()).toMatchObject({
    kinds: "photo,thumbnail",
    maxMegabytes: 2.5,
    own: { kinds: "photo,thumbnail", maxMegabytes: 2.5 },
  });
  for (const wrong of [{ kinds: "papers" }, { maxMegabytes: 0 }, { maxMegabytes: 5000 }])
    expect((await put(wrong)).status).toBe(400);
  expect(await (await put({})).json()).toMatchObject({ kinds: "off", own: {} });
});

/** A channel of one post. */
const reading = (name: string, avatarUrl?: string) => ({
  channel: { name, title: `The ${name}`, ...(avatarUrl !== undefined && { avatarUrl }) },
  posts: [post(1, { channel: name, text: "Tulips" })],
  span: { from: 1, to: 1 },
  at: "2026-01-20T00:00:00Z",
});

test("a channel's picture is shown from here where it is kept, and a drawn mark where none is", async () => {
  await using here = await serveArchive([
    reading("garden", address(1)),
    reading("hedge", address(2)),
    reading("meadow"),
    reading("pond", address(3)),
  ]);
  await keepFiles(here.archive, "garden", { [address(1)]: picture });
  // What its host sends is no picture; of the next nothing came.
  await keepFiles(here.archive, "hedge", { [address(2)]: Buffer.from(page) });
  await keepFiles(here.archive, "pond", {});
  const sha256 = sha256Of(picture);
  const known = (await here.json("/api/v1/channels")) as {
    readonly channels: readonly { readonly avatar?: object }[];
  };
  expect(known.channels.map(({ avatar }) => avatar)).toEqual([
    { url: `/media/${sha256}`, sha256, type: "image/png", bytes: picture.length },
    expect.objectContaining({ type: "application/octet-stream" }),
    undefined,
    undefined,
  ]);
  expect(await here.json("/api/v1/channels/garden/media")).toMatchObject({
    files: { kept: 1, bytes: picture.length },
  });
  expect(await here.json("/api/v1/channels/pond/media")).toMatchObject({ files: { failed: 1 } });

  const drawn = `<img src="/media/${sha256}"`;
  for (const path of [
    "/?q=tulips+in:garden",
    "/c/garden",
    "/c/garden/1",
    "/embed/garden/1",
    "/compare?q=tulips+in:garden",
    "/channels",
  ]) {
    const html = await here.page(path);
    const $ = load(html);
    expect([path, html.replaceAll(/\s+/g, " ").includes(drawn)]).toEqual([path, true]);
    expect([path, html.match(/<img[^>]+src="https?:/)]).toEqual([path, null]);
    expect($(".face img").attr()).toMatchObject({ alt: "", width: "160", height: "160" });
  }
  for (const [channel, letter] of [
    ["hedge", "T"],
    ["meadow", "T"],
    ["pond", "T"],
  ]) {
    const $ = load(await here.page(`/c/${channel}`));
    expect([channel, $(".who .face").text().trim(), $("img").length]).toEqual([channel, letter, 0]);
  }
  const $ = load(await here.page("/channels"));
  expect(
    $(".face")
      .toArray()
      .map((one) => $(one).find("img").length),
  ).toEqual([1, 0, 0, 0]);
});

test("a link's picture is shown from here where it is kept, and of another host is none", async () => {
  const preview = { url: "https://example.org/", site: "Example", title: "A page" };
  await using here = await serveArchive([
    {
      channel: { name: "garden", title: "Garden" },
      posts: [
        post(1, { text: "One", preview: { ...preview, imageUrl: address(1) } }),
        post(2, { text: "Two", preview: { ...preview, imageUrl: "https://cdn.example/2.jpg" } }),
        post(3, { text: "Three", preview: { ...preview, imageUrl: address(3) } }),
      ],
      span: { from: 1, to: 3 },
      at: "2026-01-20T00:00:00Z",
    },
  ]);
  const html = Buffer.from(page);
  await keepFiles(here.archive, "garden", { [address(1)]: picture, [address(3)]: html });
  const sha256 = sha256Of(picture);
  expect(await here.json("/api/v1/channels/garden/posts/1")).toMatchObject({
    preview: {
      kept: { url: `/media/${sha256}`, sha256, type: "image/png", bytes: picture.length },
    },
  });
  for (const path of ["/c/garden/1", "/?q=one", "/c/garden", "/embed/garden/1"]) {
    const drawn = await here.page(path);
    expect([path, drawn.includes(`<img src="/media/${sha256}"`)]).toEqual([path, true]);
    expect(drawn).not.toMatch(/<img[^>]+src="https?:/);
  }
  // What is no picture is not drawn as one, and an address of another host is never asked.
  for (const path of ["/c/garden/2", "/c/garden/3"]) {
    const [drawn = ""] = (await here.page(path)).split('id="context"');
    expect(drawn).toContain('class="linked"');
    expect(drawn).not.toContain("<img");
  }
  expect(await here.page("/c/garden/1")).toContain(
    `<meta property="og:image" content="http://localhost/media/${sha256}"`,
  );
});
