import type { HistoryPage } from "../../../scraper/reading/history-page.ts";
import type { Channel, Post } from "../../../scraper/post.ts";

export const channel: Channel = {
  name: "Gradient",
  title: "Gradient descent, daily",
  verified: false,
  counters: { subscribers: 1200 },
};

/** A post of ours; only what a test speaks of is given. */
export function post(id: number, with_: Partial<Post> = {}): Post {
  return {
    channel: channel.name,
    id,
    ids: [id],
    url: `https://t.me/Gradient/${id}`,
    publishedAt: `2026-06-15T10:${String(id % 60).padStart(2, "0")}:00Z`,
    edited: false,
    text: `Post number ${id} about gradients`,
    textState: "present",
    entities: [],
    media: [],
    reactions: [],
    buttons: [],
    views: 100,
    ...with_,
  };
}

/** A page that shows these posts and spans their ids, or the range given. */
export function page(posts: readonly Post[], with_: Partial<HistoryPage> = {}): HistoryPage {
  const ids = posts.flatMap((one) => one.ids);
  return {
    channel,
    posts,
    ...(ids.length > 0 && { span: { from: Math.min(...ids), to: Math.max(...ids) } }),
    url: "https://t.me/s/Gradient",
    body: new TextEncoder().encode(`<html>${posts.map(({ text }) => text).join("\n")}</html>`),
    readAt: "2026-06-15T12:00:00Z",
    warnings: [],
    ...with_,
  };
}

/** The posts of these ids, both ends included. */
export function range(
  from: number,
  to: number,
  with_: (id: number) => Partial<Post> = () => ({}),
): readonly Post[] {
  return Array.from({ length: to - from + 1 }, (_, index) =>
    post(from + index, with_(from + index)),
  );
}
