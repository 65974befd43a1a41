/** The primes of XXH32. */
const [prime1, prime2, prime3] = [0x9e3779b1 | 0, 0x85ebca77 | 0, 0xc2b2ae3d | 0];

/**
 * XXH32 (seed 0) of words `from` to `to`, whose count is a multiple of four: any change of one word changes it, any other
 * stays unnoticed once in four thousand million. Two to three times as fast here as the native CRC-32.
 */
export function sumOfWords(words: Int32Array, from: number, to: number): number {
  let a = (prime1 + prime2) | 0;
  let b = prime2;
  let c = 0;
  let d = -prime1 | 0;
  for (let i = from; i < to; i += 4) {
    a = (a + Math.imul(words[i]!, prime2)) | 0;
    a = Math.imul((a << 13) | (a >>> 19), prime1);
    b = (b + Math.imul(words[i + 1]!, prime2)) | 0;
    b = Math.imul((b << 13) | (b >>> 19), prime1);
    c = (c + Math.imul(words[i + 2]!, prime2)) | 0;
    c = Math.imul((c << 13) | (c >>> 19), prime1);
    d = (d + Math.imul(words[i + 3]!, prime2)) | 0;
    d = Math.imul((d << 13) | (d >>> 19), prime1);
  }
  let sum = (turned(a, 1) + turned(b, 7) + turned(c, 12) + turned(d, 18)) | 0;
  sum = (sum + (to - from) * 4) | 0;
  sum = Math.imul(sum ^ (sum >>> 15), prime2);
  sum = Math.imul(sum ^ (sum >>> 13), prime3);
  return (sum ^ (sum >>> 16)) >>> 0;
}

const turned = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

/**
 * What of page 1 differs between a file and its copy that says the same: the counter of changes, the cookie of the schema,
 * the counter again and SQLite's own version. Whatever they hold, the answers are the same.
 */
const volatileBytes: readonly (readonly [from: number, to: number])[] = [
  [24, 28],
  [40, 44],
  [92, 100],
];

/** The sum of page `number` (from 1), which lies at `at` bytes in `bytes`. */
export function sumOfPage(
  bytes: Buffer,
  { number, at, size }: { readonly number: number; readonly at: number; readonly size: number },
): number {
  const page =
    number === 1 ? Buffer.from(bytes.subarray(at, at + size)) : bytes.subarray(at, at + size);
  if (number === 1) for (const [from, to] of volatileBytes) page.fill(0, from, to);
  return sumOfWords(new Int32Array(page.buffer, page.byteOffset, size / 4), 0, size / 4);
}
