import type { Post } from "../../scraper/post.ts";
import { post } from "../server/http/small-archive.ts";

const script = `<script>alert(1)</script>`;
const image = `<img src=x onerror="alert(2)">`;
const quotes = `"'><svg/onload=alert(3)>`;
const override = "\u202E";
const long = "a".repeat(400);

/** Posts whose every text tries to be markup, code, an address that runs, or to turn the direction of the page. */
export const hostilePosts: readonly Post[] = [
  post(1, {
    channel: "hostile",
    text: `${script} ${image} ${quotes} </div></article></main><h1>taken over</h1> javascript:alert(4) link`,
    entities: [
      { type: "link", offset: 0, length: 8, url: "javascript:alert(5)" },
      { type: "link", offset: 9, length: 5, url: "JaVaScRiPt:alert(6)" },
      { type: "link", offset: 15, length: 5, url: "data:text/html,<script>alert(7)</script>" },
      { type: "mention", offset: 26, length: 4, url: `https://t.me/a" onmouseover="alert(8)` },
      { type: "pre", offset: 30, length: 20, language: `"><script>alert(9)</script>` },
      { type: "bold", offset: 40, length: 30 },
      { type: "italic", offset: 50, length: 40 },
    ],
    author: quotes,
    language: `"><script>`,
    reactions: [{ kind: "emoji", emoji: script, count: 3 }],
    notUnderstood: [script],
    rawHtml: script,
  }),
  post(2, {
    channel: "hostile",
    text: `${override}gpj.exe ${long} \u2067turned\u2069 ${"\u0300".repeat(200)}`,
    media: [
      { kind: "file", fileName: `${override}fdp.exe${quotes}`, size: script },
      { kind: "audio", performer: quotes, title: script, durationSeconds: 61 },
      {
        kind: "photo",
        url: "https://cdn.example/beacon.jpg",
        thumbnailUrl: "https://cdn.example/small.jpg",
        width: 1,
        height: 1,
      },
      { kind: "sticker", emoji: image },
    ],
    poll: {
      question: script,
      type: quotes,
      options: [
        { text: image, percent: 900 },
        { text: override, percent: -5 },
      ],
    },
    preview: {
      url: "javascript:alert(10)",
      site: script,
      title: image,
      description: quotes,
      imageUrl: "https://cdn.example/preview.jpg",
    },
    forward: { name: script, url: "javascript:alert(11)", author: quotes },
    reply: { channel: "hostile", id: 1, author: script, text: image },
    buttons: [
      { text: script, url: "javascript:alert(12)" },
      { text: override, url: "https://example.org/" },
    ],
  }),
  post(3, { channel: "hostile", text: "", service: `pinned${script}` }),
  post(4, { channel: "hostile", text: "بحث عن التناظر في الشبكات العصبية link", language: "ar" }),
  post(5, { channel: "hostile", text: "", textState: "withheld" }),
];

export const hostileTitle = `${override}${script}${image}`;
