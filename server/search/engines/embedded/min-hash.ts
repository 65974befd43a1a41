import { wordNumbers } from "./word-set.ts";

/** Sets that are 90 % alike meet in one of the bands 988 times of 1,000, those 95 % alike 9,994 of 10,000. */
export const bandCount = 5;
/** Smallest words that make a band: sets that are half alike meet in one of the bands once in seven times. */
const rowsABand = 5;

/** For each row of each band an order of all word numbers. */
const orders = Array.from({ length: bandCount * rowsABand }, (_, row) =>
  Uint32Array.from({ length: wordNumbers }, (_one, number) =>
    mixed(row * wordNumbers + number + 1),
  ),
);

/** The bands of a set of words, a number of 31 bits each, into `bands`: MinHash, where alike sets are likely to share one. */
export function bandsOf(numbers: Uint16Array, bands: Uint32Array): void {
  for (let band = 0; band < bandCount; band++) {
    let value = band;
    for (let row = band * rowsABand; row < (band + 1) * rowsABand; row++) {
      const order = orders[row]!;
      let least = 0xff_ff_ff_ff;
      for (let i = 0; i < numbers.length; i++) {
        const place = order[numbers[i]!]!;
        if (place < least) least = place;
      }
      value = mixed(value ^ least);
    }
    bands[band] = value >>> 1;
  }
}

/** Spreads a number over 32 bits, one to one: the end of MurmurHash3. */
function mixed(number: number): number {
  let hash = number;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85_eb_ca_6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2_b2_ae_35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
