import type { PostAnswer } from "../../server/contract/kept-post.ts";
import type { IconName } from "./icons.ts";

export type Media = PostAnswer["media"][number];

/** The sign of a kind; one that has none of its own is shown as a file. */
export const mediaIcon = (kind: Media["kind"]): IconName => own[kind] ?? "file";

const own: Readonly<Partial<Record<Media["kind"], IconName>>> = {
  photo: "photo",
  video: "video",
  gif: "video",
  round: "video",
  voice: "sound",
  audio: "sound",
  sticker: "sticker",
  location: "place",
  contact: "person",
};
