/**
 * A minimal word graph as `dawgdic` writes it and npm `az` ships it: bytes (windows-1251) lead from node to
 * node, a node may end a word with a number. Read in place from the file's bytes, nothing is unpacked.
 */
export class Dawg {
  readonly #units: Int32Array;
  readonly #guide: Uint8Array;

  constructor(file: Buffer) {
    const units = file.readUInt32LE(0);
    this.#units = new Int32Array(file.buffer, file.byteOffset + 4, units);
    const guide = file.readUInt32LE(4 + units * 4) * 2;
    this.#guide = new Uint8Array(file.buffer, file.byteOffset + 8 + units * 4, guide);
  }

  /** The node one byte further, or `missing`. */
  follow(node: number, byte: number): number {
    const next = node ^ this.#offset(node) ^ byte;
    return (this.#units[next]! & labelMask) === byte ? next : missing;
  }

  followText(node: number, text: string): number {
    let at = node;
    for (let i = 0; i < text.length && at !== missing; i++) {
      const byte = windows1251(text.charCodeAt(i));
      at = byte === missing ? missing : this.follow(at, byte);
    }
    return at;
  }

  /** The number a word ending here carries. */
  value(node: number): number | undefined {
    if ((this.#units[node]! & hasValue) === 0) return undefined;
    return this.#units[node ^ this.#offset(node)]! & 0x7fffffff;
  }

  /** Every record of `length` bytes below the node, handed over in one reused array. */
  records(node: number, length: number, found: (bytes: Uint8Array) => void): void {
    const bytes = new Uint8Array(length);
    const walk = (at: number, depth: number): void => {
      if (depth === length) {
        found(bytes);
        return;
      }
      let label = this.#guide[at * 2]!;
      while (label !== 0) {
        const child = this.follow(at, label);
        if (child === missing) return;
        bytes[depth] = label;
        walk(child, depth + 1);
        label = this.#guide[child * 2 + 1]!;
      }
    };
    walk(node, 0);
  }

  #offset(node: number): number {
    const unit = this.#units[node]!;
    return (unit >>> 10) << ((unit & extended) >>> 6);
  }
}

/** No such node. */
export const missing = -1;
export const root = 0;

/** A UTF-16 unit as the byte the graphs are written in, for the letters their words have. */
export function windows1251(code: number): number {
  if (code < 128) return code;
  if (code >= 0x430 && code <= 0x44f) return code - 0x350;
  return code === 0x451 ? 0xb8 : missing;
}

const labelMask = 0x800000ff | 0;
const hasValue = 1 << 8;
const extended = 1 << 9;
