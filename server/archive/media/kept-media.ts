import type { Media, Post } from "../../../scraper/post.ts";
import type { ArchivedMedia, KeptFile } from "./archived-media.ts";
import type { Database } from "../database.ts";
import { shapeOf } from "./media-files.ts";
import { mediaTypeOf } from "./media-type.ts";
import type { MediaTable } from "../schema/schema.ts";

/** The posts with what is kept of their media. */
export async function withKeptMedia<P extends Post & { readonly no: number }>(
  db: Database,
  posts: readonly P[],
): Promise<readonly (P & { readonly media: readonly ArchivedMedia[] })[]> {
  const nos = posts.flatMap(({ no, media }) => (media.length > 0 ? [no] : []));
  if (nos.length === 0) return posts;
  const rows = await db
    .selectFrom("media")
    .where("post_no", "in", nos)
    .select(["post_no", "place", "kind", "shape", "state", "sha256", "bytes", "type"])
    .execute();
  const byPost = Map.groupBy(rows, (row) => row.post_no);
  return posts.map((post) =>
    post.media.length === 0
      ? post
      : {
          ...post,
          media: post.media.map((media, place) =>
            archivedMedia(
              media,
              (byPost.get(post.no) ?? []).filter((row) => row.place === place),
            ),
          ),
        },
  );
}

type Row = Pick<MediaTable, "kind" | "shape" | "state" | "sha256" | "bytes" | "type">;

function archivedMedia(media: Media, rows: readonly Row[]): ArchivedMedia {
  if (rows.length === 0) return media;
  const shape = shapeOf(media);
  const of = (kind: string): Row | undefined =>
    rows.find((row) => row.kind === kind && row.shape === shape);
  const whole = of(media.kind);
  const kept = keptFile(whole);
  const keptThumbnail = keptFile(of("thumbnail"));
  const notKept = whole && reasons[whole.state];
  return {
    ...media,
    ...(kept && { kept }),
    ...(keptThumbnail && { keptThumbnail }),
    ...(notKept && { notKept }),
  };
}

const reasons = {
  kept: undefined,
  wanted: "waiting",
  failed: "failed",
  "too-large": "too-large",
  refused: "refused",
} as const;

function keptFile(row: Row | undefined): KeptFile | undefined {
  if (row?.state !== "kept" || row.sha256 === null || row.bytes === null) return undefined;
  const { sha256, bytes, type } = row;
  return { url: mediaPath(sha256), sha256, type: mediaTypeOf(type ?? ""), bytes };
}

const mediaPath = (sha256: string): string => `/media/${sha256}`;
