/** A type that a page may show, told by the first bytes; anything else is bytes to be saved. */
export type MediaType = keyof typeof endings;

const endings = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/gif": "gif",
  "image/webp": "webp",
  "video/mp4": "mp4",
  "video/webm": "webm",
  "audio/ogg": "ogg",
  "audio/mpeg": "mp3",
  "audio/mp4": "m4a",
  "application/octet-stream": "bin",
} as const;

/** Every type there is. */
export const mediaTypes = Object.keys(endings) as readonly MediaType[];

/** How many of a file's first bytes tell its type. */
export const sniffedBytes = 64;

/** The type by signature alone: no name, no header and no word of the sender counts. */
export function sniffType(head: Uint8Array): MediaType {
  const text = Buffer.from(head.subarray(0, sniffedBytes)).toString("latin1");
  if (text.startsWith("\xFF\xD8\xFF")) return "image/jpeg";
  if (text.startsWith("\x89PNG\r\n\x1A\n")) return "image/png";
  if (/^GIF8[79]a/.test(text)) return "image/gif";
  if (/^RIFF[^]{4}WEBPVP8/.test(text)) return "image/webp";
  if (text.startsWith("OggS\0")) return "audio/ogg";
  if (text.startsWith("\x1A\x45\xDF\xA3") && text.includes("webm")) return "video/webm";
  if (text.slice(4, 8) === "ftyp") return ofBrand(text.slice(8, 12));
  if (text.startsWith("ID3") || /^\xFF[\xFB\xF3\xF2]/.test(text)) return "audio/mpeg";
  return "application/octet-stream";
}

function ofBrand(brand: string): MediaType {
  if (brand === "M4A " || brand === "M4B ") return "audio/mp4";
  return /^(?:isom|iso[2-9]|mp4[12]|avc1|dash|M4V |MSNV|3gp\d)$/.test(brand)
    ? "video/mp4"
    : "application/octet-stream";
}

/** The ending a saved file gets. */
export const endingOf = (type: MediaType): string => endings[type];

/** What was kept of a type, as one of ours. */
export const mediaTypeOf = (stored: string): MediaType =>
  Object.hasOwn(endings, stored) ? (stored as MediaType) : "application/octet-stream";
