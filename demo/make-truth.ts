import { instant } from "../scraper/instant.ts";
import type { Post } from "../scraper/post.ts";
import { postKinds, service } from "./post-kinds.ts";
import { Random } from "./random.ts";
import { Truth } from "./truth.ts";

export interface TruthOptions {
  /** How many posts; an album is one. */
  readonly posts: number;
  readonly seed?: number;
  readonly channel?: string;
  /** Names out of `postKinds`; all of them when absent. */
  readonly kinds?: readonly string[];
  /** The first post's moment; the others follow within `spacingSeconds` of each other. */
  readonly from?: string;
  readonly spacingSeconds?: number;
  /** The share of posts with ids missing before them. */
  readonly gaps?: number;
}

/** A channel of seeded posts of every kind: each kind in turn, then by chance; the same seed, the same posts. */
export function makeTruth(options: TruthOptions): Truth {
  const { posts, seed = 1, channel = "vse_vidy", gaps = 0.04 } = options;
  const title = "Все виды 🧪 & «всё»";
  const profile = {
    name: channel,
    title,
    description: "Посты всех видов.\nAll kinds of posts & signs.",
    avatarUrl: `https://cdn4.telesco.pe/file/${"a".repeat(200)}.jpg`,
    verified: true,
    chatId: -(1_000_000_000 + seed),
    subscribers: 12_345,
  };
  return new Truth(
    profile,
    madePosts({ ...options, posts, seed, channel, gaps }, { title, id: 1 }),
  );
}

/** More posts for such a channel, with ids above those it has, the newest of them last. */
export function morePosts(truth: Truth, options: TruthOptions): readonly Post[] {
  const { name, title } = truth.profile;
  const last = truth.posts.at(-1);
  return madePosts(
    { ...options, channel: name, ...(last && { from: last.publishedAt }) },
    { title, id: truth.newestId + 1 },
  );
}

function madePosts(options: TruthOptions, start: { title: string; id: number }): readonly Post[] {
  const { channel = "", seed = 1, gaps = 0, spacingSeconds = 5_400 } = options;
  const random = new Random(seed);
  const names = options.kinds ?? Object.keys(postKinds);
  let time = Date.parse(options.from ?? "2023-01-09T06:30:00Z");
  let next = start.id;
  return Array.from({ length: options.posts }, (_, index) => {
    if (index > 0 && random.chance(gaps)) next += random.whole(1, 4);
    const id = next;
    const name = names[index < names.length ? index : random.whole(0, names.length - 1)] ?? "";
    const kind = postKinds[name];
    if (!kind) throw new Error(`There is no kind of post called ${name}.`);
    time += random.whole(1, spacingSeconds) * 1_000;
    const first = id === 1 && !options.kinds;
    const { parts = 1, ...made } = first
      ? service("created", "Channel created")
      : kind({ channel, title: start.title, id, random });
    next = id + parts;
    return {
      channel,
      id,
      ids: Array.from({ length: parts }, (_, part) => id + part),
      url: `https://t.me/${channel}/${id}`,
      publishedAt: instant(time),
      edited: false,
      text: "",
      textState: "empty",
      entities: [],
      media: [],
      reactions: [],
      buttons: [],
      ...(made.service === undefined && {
        views: random.whole(1, random.pick([90, 9_000, 4_000_000])),
      }),
      ...made,
    };
  });
}
