import { pictureOf } from "../../../demo/picture.ts";
import type { Post } from "../../../scraper/post.ts";
import { noCounts } from "../../../server/archive/runs/run.ts";
import { citeSet } from "../../../server/export/cite-set.ts";
import { findSet } from "../../../server/search/result-set.ts";
import { createAnalyzer } from "../../../server/search/analysis/analyzer.ts";
import { parseQuery } from "../../../server/search/query/parse.ts";
import { saveSearch } from "../../../server/search/save-search.ts";
import { keepFiles } from "../archive/keep-file.ts";
import { sha256Of } from "../jobs/media-host.ts";
import { post, serveArchive, type ServeOptions } from "./small-archive.ts";

const photoOf = (channel: string): string => `https://cdn4.telesco.pe/file/${channel}.jpg`;
const faceOf = (channel: string): string => `https://cdn4.telesco.pe/file/${channel}-face.jpg`;
const pictures = {
  garden: pictureOf("/file/garden.png").body,
  orchard: pictureOf("/file/orchard.png").body,
};
const faces = {
  garden: pictureOf("/file/garden-face.png").body,
  orchard: pictureOf("/file/orchard-face.png").body,
};

/**
 * Two channels with something of everything there is: `garden`, 4 posts; `orchard`, 13 posts, whose words, names and
 * numbers stand nowhere in the other.
 */
export async function serveTwoChannels(options: ServeOptions = {}) {
  const served = await serveArchive(
    [
      {
        channel: {
          name: "garden",
          title: "Garden of notes",
          description: "Beds and paths",
          avatarUrl: faceOf("garden"),
        },
        posts: [
          post(1, { text: "Tulips in April" }),
          post(2, { text: "Roses #spring", views: 10 }),
          post(3, {
            text: "A photo of the pond",
            media: [{ kind: "photo", width: 800, height: 450, url: photoOf("garden") }],
          }),
          post(7, { text: "Tulips again" }),
        ],
        span: { from: 1, to: 7 },
        at: "2026-01-20T00:00:00Z",
      },
      {
        channel: {
          name: "orchard",
          title: "Quincetree",
          description: "Zwetschge",
          avatarUrl: faceOf("orchard"),
        },
        posts: Array.from({ length: 13 }, (_, place) => orchardPost(place + 31_415)),
        span: { from: 31_415, to: 31_427 },
        at: "2026-01-21T00:00:00Z",
      },
      {
        channel: { name: "garden", title: "Garden of notes", avatarUrl: faceOf("garden") },
        posts: [post(7, { text: "Tulips again, edited", edited: true })],
        span: { from: 7, to: 7 },
        at: "2026-01-22T00:00:00Z",
      },
    ],
    options,
  );
  const { archive, engine } = served;
  for (const channel of ["garden", "orchard"] as const) {
    await keepFiles(archive, channel, {
      [photoOf(channel)]: pictures[channel],
      [faceOf(channel)]: faces[channel],
    });
    await served.hasRun(channel, {
      state: "failed",
      counts: { ...noCounts, pages: channel === "orchard" ? 271_828 : 2 },
      error: { class: "Throttled", message: `@${channel} asks for a pause.` },
    });
    const draft = { channel, cadence: { kind: "adaptive" as const }, jitterSeconds: 0 };
    await archive.schedules.set({ ...draft, misfire: "once" }, "2026-02-01T01:00:00Z");
  }
  const parts = { archive, engine, analyzer: createAnalyzer() };
  const now = new Date("2026-02-01T00:00:00Z");
  const found = await findSet(parts, parseQuery("tulips", { now }), {});
  await citeSet(parts, found, now);
  const { search } = await saveSearch(parts, { name: "Quinces", query: "in:orchard" }, { now });
  const runs = await archive.runs.list({ limit: 10 });
  const ofChannel = (name: string): string => runs.find(({ channel }) => channel === name)!.id;
  for (const { id, channel } of runs)
    await archive.runs.say(id, { at: "2026-01-31T00:00:00Z", text: `Reading @${channel}.` });
  return {
    ...served,
    runs: { garden: ofChannel("garden"), orchard: ofChannel("orchard") },
    files: { garden: sha256Of(pictures.garden), orchard: sha256Of(pictures.orchard) },
    faces: { garden: sha256Of(faces.garden), orchard: sha256Of(faces.orchard) },
    set: found.sha256,
    saved: search.id,
  };
}
export type TwoChannels = Awaited<ReturnType<typeof serveTwoChannels>>;

function orchardPost(id: number): Post {
  return post(id, {
    channel: "orchard",
    publishedAt: "2026-01-19T10:00:00Z",
    text: `Quinces and medlars ${id} #orcharding https://pomology.example`,
    author: "Pomona",
    views: 161_803,
    forward: { name: "Garden of notes", channel: "garden", id: 1 },
    ...(id === 31_415 && {
      media: [{ kind: "photo", width: 800, height: 450, url: photoOf("orchard") }],
    }),
  });
}

/** An address of this route that shows something of the channel. */
export function fullAddress(
  path: string,
  channel: "garden" | "orchard",
  kept: Pick<TwoChannels, "runs" | "files" | "set" | "saved">,
): string {
  const id = path.includes("/runs/")
    ? kept.runs[channel]
    : path.includes("/schedules/")
      ? channel
      : path.includes("/saved")
        ? kept.saved
        : channel === "garden"
          ? "7"
          : "31415";
  return path
    .replace(/:channel|:name/, channel)
    .replace(":id", id)
    .replace(":hash", kept.set)
    .replace(":sha256", kept.files[channel])
    .replace(":site", "plain");
}
