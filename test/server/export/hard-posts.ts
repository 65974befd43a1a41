import type { Post } from "../../../scraper/post.ts";
import { post } from "../http/small-archive.ts";

/** Every sign that some program takes for the end of a line. */
const breaks = ["\n", "\r", "\r\n", "\u2028", "\u2029", "\v", "\f", "\u0085"];
/** What spreadsheets take for the start of a formula, and texts that begin as if they had been made safe already. */
const leads = ["=", "+", "-", "@", "\t=", "\r=", "\n=", "＝", "'=", "''+", "'", '"=', " ="];

const texts: readonly string[] = [
  ...breaks.map((sign) => `before${sign}after`),
  ...breaks.map((sign) => `${sign}=1+1${sign}`),
  `mixed\r\r\n\n\r ${breaks.join("x")}`,
  ...leads.map((lead) => `${lead}SUM(A1:A9)`),
  "-5",
  "0012",
  "1e5",
  "true",
  "NULL",
  "NA",
  "2026-01-01",
  "a,b;c\td|e",
  `he said "so", and 'so', and “so”`,
  `"`,
  `""`,
  `","`,
  `\\"`,
  "\\n is no line break, \\ud83d no sign, \\\\ud83d neither",
  "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 \u{1F1FA}\u{1F1E6}",
  "\u{10FFFF}\u{E000}\uFFFD\uFEFF",
  "\uFEFFbegins with a mark of byte order",
  "مرحبا \u202Egpj.exe\u202C ‏שלום‏",
  "e\u0301 \u00E9 ё ё й",
  "]]> <![CDATA[ <b>&amp;</b> &#13; <!-- --> <?xml?>",
  '{"a":[1,2]}',
  "  two blanks before and after, no-break \u00A0 and tab\t  ",
  "\u0001\u0008\u001B[31m\u007F\u009F",
  "nothing \u0000 ends here",
  "👍".repeat(2_000),
  "Ж".repeat(4_000),
];

/** The archive's clock; no post may be dated more than a day after it. */
export const now = "2099-06-15T12:00:00Z";

const channel = "garden";
const dated = (id: number, own: Partial<Post>): Post =>
  post(id, {
    channel,
    publishedAt: `2026-01-01T00:${String(id % 60).padStart(2, "0")}:00Z`,
    ...own,
  });

/** Posts that are hard to write down so that every reader reads the same, all allowed. */
export const hardPosts: readonly Post[] = [
  ...texts.map((text, place) => dated(place + 1, { text })),
  dated(100, { text: "the first day", publishedAt: "1970-01-01T00:00:00Z" }),
  dated(101, { text: "the last day", publishedAt: "2099-06-16T11:59:59Z" }),
  dated(102, { text: "the end of February", publishedAt: "2096-02-29T23:59:59Z" }),
  dated(103, { text: "an hour that Berlin has twice", publishedAt: "2026-10-25T00:30:00Z" }),
  dated(104, { text: "an hour that New York has not", publishedAt: "2026-03-08T07:30:00Z" }),
  dated(110, { text: "", textState: "empty" }),
  dated(111, { text: "", textState: "withheld" }),
  dated(112, { text: "a caption", author: "=cmd|' /C calc'!A0", views: 5_000_000_000 }),
  dated(113, { text: "", author: "", media: [{ kind: "photo" }, { kind: "video" }], views: 0 }),
  dated(114, {
    text: "#tag @somebody site words mail",
    entities: [
      { type: "hashtag", offset: 0, length: 4, url: "https://t.me/s/garden?q=%23tag" },
      { type: "mention", offset: 5, length: 9, url: "https://t.me/somebody" },
      { type: "link", offset: 15, length: 4, url: "https://example.org/a b?c=d,e" },
      { type: "bold", offset: 20, length: 5 },
      { type: "link", offset: 20, length: 5, url: "https://example.org/second" },
      { type: "link", offset: 26, length: 4, url: "https://example.org/second" },
      { type: "custom_emoji", offset: 26, length: 1, emojiId: "5368324170671202286" },
    ],
    edited: true,
    reactions: [
      { kind: "emoji", emoji: "👍", count: 2_999_999_999 },
      { kind: "emoji", emoji: "half a sign: \uD83D", count: 1 },
      { kind: "custom", emojiId: "9223372036854775807", count: 1 },
    ],
    forward: { name: 'Кто-то,\r\n"другой"' },
    reply: { channel: "garden", id: 7 },
    language: "en",
  }),
  dated(2_147_483_647, { text: "the largest number of a post" }),
];

/** What cannot be known beforehand stands in no row: the hash and when a post was seen. */
export interface HardRow {
  readonly channel: string;
  readonly id: number;
  readonly url: string;
  readonly publishedAt: string;
  readonly author: string | null;
  readonly text: string;
  readonly textState: string;
  readonly media: string;
  readonly views: number | null;
  readonly reactions: number;
  readonly forwardedFrom: string | null;
  readonly replyTo: string | null;
  readonly links: string;
  readonly language: string | null;
  readonly edited: boolean;
  readonly versions: number;
  readonly deletedConfirmedAt: null;
}

const own: Readonly<Record<number, Partial<HardRow>>> = {
  112: { author: "=cmd|' /C calc'!A0", views: 5_000_000_000 },
  113: { author: "", media: "photo video", views: 0 },
  114: {
    links: "https://example.org/a%20b?c=d,e https://example.org/second",
    edited: true,
    reactions: 3_000_000_001,
    forwardedFrom: 'Кто-то,\r\n"другой"',
    replyTo: "garden/7",
    language: "en",
  },
};

/** The rows of `hardPosts` as a table has them, oldest first. */
export const hardRows: readonly HardRow[] = hardPosts
  .map(({ id, text, textState, publishedAt }): HardRow => ({
    channel,
    id,
    url: `https://t.me/garden/${id}`,
    publishedAt,
    author: null,
    text,
    textState,
    media: "",
    views: null,
    reactions: 0,
    forwardedFrom: null,
    replyTo: null,
    links: "",
    language: null,
    edited: false,
    versions: 1,
    deletedConfirmedAt: null,
  }))
  .map((row) => Object.assign(row, own[row.id]))
  .toSorted((a, b) => a.publishedAt.localeCompare(b.publishedAt) || a.id - b.id);
