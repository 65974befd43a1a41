/** Small numbers in few bytes: seven bits a byte, the last byte of each with the eighth. */
export function packed(numbers: readonly number[]): Uint8Array {
  const bytes: number[] = [];
  for (const number of numbers) {
    let rest = zigzag(number);
    for (; rest > 0x7f; rest >>>= 7) bytes.push(rest & 0x7f);
    bytes.push(rest | 0x80);
  }
  return Uint8Array.from(bytes);
}

export function unpacked(bytes: Uint8Array): readonly number[] {
  const numbers: number[] = [];
  let number = 0;
  let shift = 0;
  for (const byte of bytes) {
    number |= (byte & 0x7f) << shift;
    shift += 7;
    if (byte < 0x80) continue;
    numbers.push((number >>> 1) ^ -(number & 1));
    number = 0;
    shift = 0;
  }
  return numbers;
}

/** 0, -1, 1, -2 … as 0, 1, 2, 3 …: places of technical words go back to where their text begins. */
function zigzag(number: number): number {
  return number < 0 ? -2 * number - 1 : 2 * number;
}
