import { postHash } from "../../../scraper/post-hash.ts";
import { postNotAsKept } from "../errors.ts";
import type { ArchivedPost } from "./archived-post.ts";
import { archivedPostOf } from "./post-row.ts";
import { isAsWritten } from "./row-sum.ts";
import type { PostTable } from "../schema/schema.ts";

/** The posts of these rows. @throws ArchiveDamaged when one is not what was kept */
export function soundPosts(
  rows: readonly (PostTable & { readonly channel: string })[],
  file: string,
): readonly ArchivedPost[] {
  return rows.map((row) => {
    let post: ArchivedPost | undefined;
    try {
      post = archivedPostOf(row);
      if (postHash(post) === row.hash && isAsWritten(row)) return post;
    } catch {}
    throw postNotAsKept(row, file);
  });
}
