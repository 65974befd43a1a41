/** A small drawing for the address of any picture: the same address, the same drawing. */
export function pictureOf(path: string): {
  readonly status: 200;
  readonly type: "image/svg+xml";
  readonly body: string;
} {
  let mixed = 2_166_136_261;
  for (const letter of path) mixed = Math.imul(mixed ^ (letter.codePointAt(0) ?? 0), 16_777_619);
  const hue = (mixed >>> 8) % 360;
  const bars = Array.from({ length: 9 }, (_, i) => {
    const height = 40 + ((mixed >>> (i * 3)) & 7) * 32;
    return `<rect x="${70 + i * 74}" y="${380 - height}" width="52" height="${height}" rx="6"/>`;
  });
  return {
    status: 200,
    type: "image/svg+xml",
    body: `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="450" viewBox="0 0 800 450"><rect width="800" height="450" fill="hsl(${hue} 40% 92%)"/><g fill="hsl(${hue} 45% 45%)">${bars.join("")}</g><path d="M60 390H740" stroke="hsl(${hue} 30% 30%)" stroke-width="4"/></svg>\n`,
  };
}
