const idsAPage = 8192;

/** Which ids of up to 31 bits were met, a bit each: 256 MB at most, whatever a file tells. */
export class SeenIds {
  readonly #pages = new Map<number, Uint8Array>();

  /** Whether the id was met before; now it is. */
  meet(id: number): boolean {
    const page = Math.floor(id / idsAPage);
    const bits = this.#pages.get(page) ?? new Uint8Array(idsAPage / 8);
    this.#pages.set(page, bits);
    const byte = (id % idsAPage) >> 3;
    const bit = 1 << (id & 7);
    const before = bits[byte] ?? 0;
    bits[byte] = before | bit;
    return (before & bit) !== 0;
  }
}
