import type { Archive } from "../archive/archive.ts";
import type { FeedPost } from "./atom.ts";

/** A post as feeds tell it: an edit or a deletion that was seen is an update of its entry. */
export async function feedPost(
  archive: Pick<Archive, "versions">,
  post: FeedPost["post"] & { readonly versions: number; readonly hash: string },
  page?: string,
): Promise<FeedPost> {
  const versions = post.versions > 1 ? await archive.versions(post) : [];
  const shown = versions.findLast(({ hash }) => hash === post.hash);
  const editedAt = shown && shown.version > 1 ? shown.seenAt : undefined;
  const changes = [post.publishedAt, editedAt, post.deleted?.confirmedAt];
  const updatedAt = changes
    .filter((at) => at !== undefined)
    .toSorted()
    .at(-1);
  return {
    post,
    updatedAt: updatedAt ?? post.publishedAt,
    ...(page !== undefined && { page }),
  };
}
