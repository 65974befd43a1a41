import type { ArchivedPost } from "../../../server/archive/posts/archived-post.ts";
import type { CatchUpParts } from "../../../server/search/catch-up.ts";

/** The log of an archive: what a post is now, at the position of its last change. */
export class ArchiveLog {
  readonly #posts = new Map<
    string,
    { position: number; post?: ArchivedPost; channel: string; id: number }
  >();
  position = 0;
  largestRead = 0;

  save(...posts: readonly ArchivedPost[]): this {
    for (const post of posts) {
      const { channel, id } = post;
      this.#posts.set(`${channel}/${id}`, { position: ++this.position, post, channel, id });
    }
    return this;
  }

  purge(channel: string, id: number): this {
    this.#posts.set(`${channel}/${id}`, { position: ++this.position, channel, id });
    return this;
  }

  state: CatchUpParts["archive"]["state"] = async () => {
    const kept = this.#kept();
    const createdAt = "2026-01-01T00:00:00Z";
    const { position } = this;
    return { archiveId: "a", createdAt, posts: kept.length, channels: 1, position };
  };

  changesAfter: CatchUpParts["archive"]["changesAfter"] = async (position, limit) => {
    const after = [...this.#posts.values()]
      .filter((change) => change.position > position)
      .toSorted((a, b) => a.position - b.position)
      .slice(0, limit);
    this.largestRead = Math.max(this.largestRead, after.length);
    return {
      to: after.at(-1)?.position ?? position,
      posts: after.flatMap(({ post }) => post ?? []),
      purged: after.filter(({ post }) => post === undefined),
    };
  };

  earlierVersions: CatchUpParts["archive"]["earlierVersions"] = async () => new Map();

  lastChanges: CatchUpParts["archive"]["lastChanges"] = async () => new Map();

  posts: CatchUpParts["archive"]["posts"] = async (keys) =>
    keys.flatMap(({ channel, id }) => this.#posts.get(`${channel}/${id}`)?.post ?? []);

  channels: CatchUpParts["archive"]["channels"] = async () => {
    const ids = this.#kept().map(({ id }) => id);
    const [firstId, newestId] = [Math.min(...ids), Math.max(...ids)];
    const counted = { posts: ids.length, deleted: 0, firstId, newestId, complete: 1, imported: 0 };
    return [
      {
        name: "lab",
        title: "Lab",
        verified: false,
        counters: {},
        addedAt: "2024-01-01T00:00:00Z",
        ...counted,
      },
    ];
  };

  #kept(): readonly ArchivedPost[] {
    return [...this.#posts.values()].flatMap(({ post }) => post ?? []);
  }
}
