import { wholeSigns } from "../../../scraper/whole-signs.ts";

/** A message that is to be told, as it was kept. */
export interface Message {
  readonly type: string;
  readonly timestamp: string;
  readonly data: unknown;
}

/** What people are told, in plain text that is not ours; each kind of target writes it in its own way. */
export interface Told {
  readonly title: string;
  readonly items: readonly Item[];
}

export interface Item {
  readonly head: string;
  /** Where it is to be seen. */
  readonly url?: string;
  readonly text: string;
}

const charactersOfText = 300;
const charactersOfHead = 120;

interface Post {
  readonly channel: string;
  readonly id: number;
  readonly url: string;
  readonly text: string;
}
type Data = Readonly<Record<string, unknown>>;
type Part = Told & { readonly count: number; readonly what: string };

/** How each event is told, by its name. */
const tellings: Readonly<Record<string, (data: Data, site?: string) => Part>> = {
  "search.matched": ({ search, matches }, site) => {
    const { name } = search as { readonly name: string };
    const posts = matches as readonly (Post & { readonly publishedAt: string })[];
    const items = posts.map((post) => ({
      head: `@${post.channel}/${post.id}, ${post.publishedAt.slice(0, 10)}`,
      url: addressOf(post, site),
      text: post.text,
    }));
    const title = `${name}: ${counted(posts.length, "new post")}`;
    return { title, items, count: posts.length, what: "new post" };
  },
  "alert.raised": (alert) => alerted("Wrong", alert),
  "alert.cleared": (alert) => alerted("Right again", alert),
  "posts.changed": ({ changes }, site) => {
    const seen = changes as readonly (Post & { readonly kind: string; readonly at: string })[];
    const items = seen.map((change) => ({
      head: `@${change.channel}/${change.id} ${doings.get(change.kind) ?? change.kind}`,
      url: addressOf(change, site),
      text: change.text,
    }));
    const title = `${counted(seen.length, "change")} of posts`;
    return { title, items, count: seen.length, what: "change" };
  },
  "target.test": ({ name }) => ({
    title: "A test from Backscroll",
    items: [{ head: String(name), text: "What is told here arrives." }],
    count: 1,
    what: "test",
  }),
};

const doings = new Map<string, string>([
  ["edited", "was edited"],
  ["deleted", "was deleted"],
  ["returned", "is there again"],
]);

function alerted(state: string, { sentence }: Data): Part {
  const items = [{ head: state, text: String(sentence) }];
  return { title: `${state}: ${String(sentence)}`, items, count: 1, what: "alert" };
}

/** One or more messages as one text; `site` is the address the world knows this server by. */
export function toldOf(messages: readonly Message[], site?: string): Told {
  const parts = messages.flatMap(({ type, data }) => {
    const tell = tellings[type];
    return tell ? [tell(data as Data, site)] : [];
  });
  const items = parts.flatMap((part) => part.items).map(bounded);
  const [only] = parts;
  if (only && parts.length === 1) return { title: oneLine(only.title, charactersOfHead), items };
  const sums = [...Map.groupBy(parts, ({ what }) => what)].map(([what, all]) =>
    counted(
      all.reduce((sum, { count }) => sum + count, 0),
      what,
    ),
  );
  return { title: `Backscroll: ${sums.join(", ")}`, items };
}

const counted = (count: number, what: string): string =>
  `${count} ${what}${count === 1 ? "" : "s"}`;

const addressOf = ({ channel, id, url }: Post, site: string | undefined): string =>
  site === undefined ? url : `${site}/c/${encodeURIComponent(channel)}/${id}`;

const bounded = ({ head, text, url }: Item): Item => ({
  ...(url !== undefined && isPlain.test(url) && { url }),
  head: oneLine(head, charactersOfHead),
  text: oneLine(text, charactersOfText),
});

/** An address in which no kind of target sees the end of it. */
const isPlain = /^https?:\/\/[^\s<>()|"'\\]{1,500}$/;

/** Line breaks, control signs, and signs that turn the direction of what follows are a space. */
function oneLine(text: string, most: number): string {
  const line = text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069\s]+/gu, " ").trim();
  return line.length <= most ? line : `${wholeSigns(line, most - 1)}…`;
}

/** The whole of it where it fits, else as many items as do, and how many are left out. */
export function fitted(
  { title, items }: Told,
  kind: {
    /** Of the whole text, as `size` counts. */
    readonly most: number;
    readonly size?: (text: string) => number;
    /** Strangers' text, both, made harmless. Without a title it stands elsewhere. */
    readonly title?: (title: string) => string;
    readonly item: (item: Item) => string;
  },
): string {
  const { most, size = (text) => text.length } = kind;
  let text = kind.title?.(title) ?? "";
  for (const [index, item] of items.entries()) {
    const left = items.length - index - 1;
    const longer = `${text === "" ? "" : `${text}\n\n`}${kind.item(item)}`;
    if (size(left === 0 ? longer : longer + andMore(left)) > most) return text + andMore(left + 1);
    text = longer;
  }
  return text;
}

const andMore = (left: number): string => `\n\n… and ${left} more`;
