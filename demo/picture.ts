import { crc32, deflateSync } from "node:zlib";

const width = 800;
const height = 450;

/** A drawing as PNG for the address of any picture: the same address, the same drawing. */
export function pictureOf(path: string): {
  readonly status: 200;
  readonly type: "image/png";
  readonly body: Buffer;
} {
  const name = path.replace(/^.*\//, "");
  let mixed = 2_166_136_261;
  for (const letter of name) mixed = Math.imul(mixed ^ (letter.codePointAt(0) ?? 0), 16_777_619);
  const hue = (mixed >>> 8) % 360;
  const heights = Array.from({ length: 9 }, (_, bar) => 40 + ((mixed >>> (bar * 3)) & 7) * 32);
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) rows[y * (width + 1) + 1 + x] = colourAt(x, y, heights);
  const palette = [colour(hue, 0.4, 0.92), colour(hue, 0.45, 0.45), colour(hue, 0.3, 0.3)].flat();
  return {
    status: 200,
    type: "image/png",
    body: png({ width, height, rows, palette: Buffer.from(palette) }),
  };
}

/** Which of the three colours: ground, bars, the line they stand on. */
function colourAt(x: number, y: number, heights: readonly number[]): 0 | 1 | 2 {
  if (y >= 388 && y < 392 && x >= 60 && x < 740) return 2;
  const bar = Math.floor((x - 70) / 74);
  const tall = heights[bar];
  if (x < 70 || tall === undefined || (x - 70) % 74 >= 52) return 0;
  return y >= 380 - tall && y < 380 ? 1 : 0;
}

/** Hue in degrees, the others from 0 to 1, as three bytes. */
function colour(hue: number, saturation: number, lightness: number): readonly number[] {
  const strength = saturation * Math.min(lightness, 1 - lightness);
  return [0, 8, 4].map((part) => {
    const place = (part + hue / 30) % 12;
    const level = lightness - strength * Math.max(-1, Math.min(place - 3, 9 - place, 1));
    return Math.round(level * 255);
  });
}

/** A PNG of one colour. */
export function plainPng(size: { readonly width: number; readonly height: number }): Buffer {
  const grey = Buffer.alloc(3, 90);
  return png({ ...size, rows: Buffer.alloc((size.width + 1) * size.height), palette: grey });
}

/** `rows`: one byte a pixel, each row led by its filter. */
function png(picture: {
  readonly width: number;
  readonly height: number;
  readonly rows: Buffer;
  readonly palette: Buffer;
}): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(picture.width, 0);
  header.writeUInt32BE(picture.height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1A\n", "latin1"),
    chunk("IHDR", header),
    chunk("PLTE", picture.palette),
    chunk("IDAT", deflateSync(picture.rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** A part of a PNG: its length, its name and content, and a sum of these. */
function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const around = Buffer.alloc(8);
  around.writeUInt32BE(data.length, 0);
  around.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([around.subarray(0, 4), body, around.subarray(4)]);
}
