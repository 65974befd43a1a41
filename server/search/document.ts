import type { ArchivedPost } from "../archive/archived-post.ts";

/** One step that brings an index nearer to the archive: this post as it is now, or gone for good. */
export type IndexChange =
  | { readonly kind: "put"; readonly post: ArchivedPost }
  | { readonly kind: "purge"; readonly channel: string; readonly id: number };
