import type { PostKey } from "../../../scraper/post.ts";

/** One post as a set names it: which, with what content, and whether it was marked as deleted. */
export interface PostMark extends PostKey {
  /** SHA-256 of its content, hex. */
  readonly hash: string;
  readonly deleted: boolean;
}

/** Marks as another process takes them: plain arrays, one place a post. */
export interface PackedMarks {
  readonly names: readonly string[];
  readonly channels: Uint16Array;
  readonly ids: Uint32Array;
  readonly deleted: Uint8Array;
  readonly hashes: Uint8Array;
}

const hashBytes = 32;

/** Many marks in little memory: some 40 bytes each. */
export class PostMarks {
  readonly #names: string[] = [];
  #channels: Uint16Array = new Uint16Array(1024);
  #ids: Uint32Array = new Uint32Array(1024);
  #deleted: Uint8Array = new Uint8Array(1024);
  #hashes: Buffer = Buffer.alloc(1024 * hashBytes);
  #length = 0;

  static unpack({ names, channels, ids, deleted, hashes }: PackedMarks): PostMarks {
    const marks = new PostMarks();
    marks.#names.push(...names);
    marks.#channels = channels;
    marks.#ids = ids;
    marks.#deleted = deleted;
    marks.#hashes = Buffer.from(hashes.buffer, hashes.byteOffset, hashes.byteLength);
    marks.#length = ids.length;
    return marks;
  }

  pack(): PackedMarks {
    const end = this.#length;
    return {
      names: this.#names,
      channels: this.#channels.subarray(0, end),
      ids: this.#ids.subarray(0, end),
      deleted: this.#deleted.subarray(0, end),
      hashes: this.#hashes.subarray(0, end * hashBytes),
    };
  }

  get length(): number {
    return this.#length;
  }

  push({ channel, id, hash, deleted }: PostMark): void {
    if (this.#length === this.#ids.length) this.#grow();
    const at = this.#length++;
    this.#channels[at] = this.#nameNo(channel);
    this.#ids[at] = id;
    this.#deleted[at] = deleted ? 1 : 0;
    this.#hashes.write(hash, at * hashBytes, "hex");
  }

  /** The marks of these places, in order. */
  slice(from: number, to: number): readonly PostMark[] {
    const end = Math.min(to, this.#length);
    return Array.from({ length: Math.max(0, end - from) }, (_, place) => this.#at(from + place));
  }

  /** By channel, then id. */
  *inOrder(): Generator<PostMark> {
    const places = Uint32Array.from({ length: this.#length }, (_, place) => place);
    const names = this.#names.toSorted();
    const ranks = this.#names.map((name) => names.indexOf(name));
    const rank = (place: number): number => ranks[this.#channels[place] ?? 0] ?? 0;
    places.sort((a, b) => rank(a) - rank(b) || (this.#ids[a] ?? 0) - (this.#ids[b] ?? 0));
    for (const place of places) yield this.#at(place);
  }

  #at(place: number): PostMark {
    return {
      channel: this.#names[this.#channels[place] ?? 0] ?? "",
      id: this.#ids[place] ?? 0,
      hash: this.#hashes.toString("hex", place * hashBytes, (place + 1) * hashBytes),
      deleted: this.#deleted[place] === 1,
    };
  }

  #nameNo(channel: string): number {
    const last = this.#channels[this.#length - 1] ?? 0;
    if (this.#names[last] === channel) return last;
    const known = this.#names.indexOf(channel);
    return known === -1 ? this.#names.push(channel) - 1 : known;
  }

  #grow(): void {
    const length = this.#length * 2;
    this.#channels = grown(new Uint16Array(length), this.#channels);
    this.#ids = grown(new Uint32Array(length), this.#ids);
    this.#deleted = grown(new Uint8Array(length), this.#deleted);
    this.#hashes = grown(Buffer.alloc(length * hashBytes), this.#hashes);
  }
}

function grown<T extends Uint8Array | Uint16Array | Uint32Array>(to: T, from: T): T {
  to.set(from);
  return to;
}
