import type { PostAnswer } from "../../server/contract/kept-post.ts";
import type { IconName } from "./icons.ts";

export type Media = PostAnswer["media"][number];

/** The sign of each kind. */
export const mediaIcons: Readonly<Record<Media["kind"], IconName>> = {
  photo: "photo",
  video: "video",
  gif: "video",
  round: "video",
  voice: "sound",
  audio: "sound",
  file: "file",
  sticker: "sticker",
  location: "place",
  contact: "person",
};
