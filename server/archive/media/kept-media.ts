import { sql } from "kysely";
import type { Media, Post } from "../../../scraper/post.ts";
import type { ArchivedMedia, ArchivedPreview, KeptFile } from "./archived-media.ts";
import type { Database } from "../database.ts";
import { previewShapeOf, shapeOf } from "./shown-media.ts";
import { mediaTypeOf } from "./media-type.ts";
import type { MediaTable } from "../schema/schema.ts";

/** The posts with what is kept of their media. */
export async function withKeptMedia<P extends Post & { readonly no: number }>(
  db: Database,
  posts: readonly P[],
): Promise<readonly (P & KeptParts)[]> {
  const nos = posts.flatMap(({ no, media, preview }) =>
    media.length > 0 || preview?.imageUrl !== undefined ? [no] : [],
  );
  if (nos.length === 0) return posts;
  const rows = await db
    .selectFrom("media")
    .where("post_no", "in", nos)
    .select(["post_no", "place", "kind", "shape", "state", "sha256", "bytes", "type"])
    .execute();
  const byPost = Map.groupBy(rows, (row) => row.post_no);
  return posts.map((post) => {
    const own = byPost.get(post.no) ?? [];
    if (own.length === 0) return post;
    const preview = post.preview && archivedPreview(post.preview, own);
    const media = post.media.map((one, place) =>
      archivedMedia(
        one,
        own.filter((row) => row.place === place && row.kind !== "preview"),
      ),
    );
    return { ...post, media, ...(preview && { preview }) };
  });
}

/** The newest picture kept of each channel, or of one, by the channel's number. */
export async function keptAvatars(
  db: Database,
  channelNo?: number,
): Promise<ReadonlyMap<number, KeptFile>> {
  let query = db
    .selectFrom("media")
    .where("kind", "=", sql.lit("avatar"))
    .where("state", "=", "kept")
    .orderBy("no")
    .select(["channel_no", "state", "sha256", "bytes", "type"]);
  if (channelNo !== undefined) query = query.where("channel_no", "=", channelNo);
  const rows = await query.execute();
  return new Map(
    rows.flatMap((row) => {
      const kept = keptFile(row);
      return kept ? [[row.channel_no, kept]] : [];
    }),
  );
}

interface KeptParts {
  readonly media: readonly ArchivedMedia[];
  readonly preview?: ArchivedPreview;
}

function archivedPreview(
  preview: NonNullable<Post["preview"]>,
  rows: readonly Row[],
): ArchivedPreview {
  const shape = previewShapeOf(preview);
  const kept = keptFile(rows.find((row) => row.kind === "preview" && row.shape === shape));
  return kept ? { ...preview, kept } : preview;
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

function keptFile(row: Omit<Row, "kind" | "shape"> | undefined): KeptFile | undefined {
  if (row?.state !== "kept" || row.sha256 === null || row.bytes === null) return undefined;
  const { sha256, bytes, type } = row;
  return { url: mediaPath(sha256), sha256, type: mediaTypeOf(type ?? ""), bytes };
}

const mediaPath = (sha256: string): string => `/media/${sha256}`;
