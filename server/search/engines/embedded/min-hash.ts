import { wordNumbers } from "./word-set.ts";

/** Sets that are 90 % alike meet in one of the bands 988 times of 1,000, those 95 % alike 9,994 of 10,000. */
export const bandCount = 5;
/** Smallest words that make a band: sets that are half alike meet in one of the bands once in seven times. */
const rowsABand = 5;
const rowCount = bandCount * rowsABand;

/** For each row of each band an order of all word numbers; those of one word stand together, as they are read. Made with the first set. */
let orders: Uint16Array | undefined;

function ordersOf(): Uint16Array {
  const places = new Uint16Array(wordNumbers * rowCount);
  for (let row = 0; row < rowCount; row++) {
    const by = Uint32Array.from({ length: wordNumbers }, (_, number) =>
      mixed(row * wordNumbers + number + 1),
    );
    const order = Array.from(by.keys()).toSorted((a, b) => by[a]! - by[b]!);
    for (const [place, number] of order.entries()) places[number * rowCount + row] = place;
  }
  return places;
}

/** The bands of a set of words, a number of 31 bits each, into `bands`: MinHash, where alike sets are likely to share one. */
export function bandsOf(numbers: Uint16Array, bands: Uint32Array): void {
  const places = (orders ??= ordersOf());
  for (let band = 0; band < bandCount; band++) {
    // The five rows of a band, each a variable of its own: in an array they take three times as long.
    let [a, b, c, d, e] = [wordNumbers, wordNumbers, wordNumbers, wordNumbers, wordNumbers];
    for (let i = 0; i < numbers.length; i++) {
      const from = numbers[i]! * rowCount + band * rowsABand;
      a = Math.min(a, places[from]!);
      b = Math.min(b, places[from + 1]!);
      c = Math.min(c, places[from + 2]!);
      d = Math.min(d, places[from + 3]!);
      e = Math.min(e, places[from + 4]!);
    }
    let value = band;
    for (const row of [a, b, c, d, e]) value = mixed(value ^ row);
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
