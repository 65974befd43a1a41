import type { DatabaseSync } from "node:sqlite";
import { countNames } from "../../query/counts.ts";
import {
  hasValues,
  isValues,
  type HasValue,
  type IsValue,
  type NumberField,
} from "../../query/tree.ts";
import { labelKeys, valueKeys, type Label, type LabelKind } from "../../document.ts";
import { PostSet } from "./post-set.ts";

/** One bit each for `has:` and `is:`. */
const flagBits = new Map<string, number>(
  [...hasValues, ...isValues].map((flag, bit) => [flag, 1 << bit]),
);

export function flagsOf(flags: Iterable<HasValue | IsValue>): number {
  let bits = 0;
  for (const flag of flags) bits |= flagBits.get(flag)!;
  return bits;
}

const rowsAtOnce = 20_000;
interface ColumnName {
  readonly kind: "channel" | "lang";
  readonly value: string;
}
type Row = [
  number,
  number,
  number,
  number,
  number,
  number,
  number | null,
  number,
  number,
  string | null,
  ...(readonly (number | null)[]),
];
/** Where the counts begin in a row. */
const beforeCounts = 10;

/**
 * What is asked of posts besides their words, in typed arrays over post numbers: filters, facets and sorts look at
 * a million posts in milliseconds. About 53 bytes a post. A missing number is NaN, which no comparison matches.
 */
export class PostColumns {
  channel = new Uint32Array(0);
  id = new Float64Array(0);
  /** Seconds since 1970. */
  date = new Float64Array(0);
  /** By the order of `countNames`. */
  #counts = countNames.map(() => new Float64Array(0));
  /** When the last edit, deletion or return was seen, seconds since 1970. */
  changed = new Float64Array(0);
  flags = new Uint32Array(0);
  lang = new Uint32Array(0);
  live = new PostSet(0);
  posts = 0;
  /** Greatest post number, plus one. */
  size = 0;
  #seq = 0;
  /** Runs of label numbers in `#labels`: where each post's begins, and how many. */
  #labelStart = new Uint32Array(0);
  #labelCount = new Uint32Array(0);
  #labels = new Uint32Array(1024);
  #labelsUsed = 0;
  readonly #names: (Label | ColumnName | undefined)[] = [];
  #byKey: Map<string, number[]> | undefined;

  /** Takes in what the index was given since the last call. */
  refresh(db: DatabaseSync): void {
    this.#readLabels(db);
    const newest = db.prepare("select max(seq) seq, max(no) no from posts").get() as {
      seq: number | null;
      no: number | null;
    };
    this.#reserve((newest.no ?? 0) + 1);
    const fields = `no, seq, gone, channel, id, date, changed, flags, lang, labels, ${countNames.join(", ")}`;
    const byNumber = db.prepare(
      `select ${fields} from posts where no > ? order by no limit ${rowsAtOnce}`,
    );
    const bySeq = db.prepare(`select ${fields} from posts where seq > ? order by seq`);
    byNumber.setReturnArrays(true);
    bySeq.setReturnArrays(true);
    if (this.#seq > 0) this.#take(bySeq.all(this.#seq) as unknown as Row[]);
    else {
      for (let last = -1; ;) {
        const rows = byNumber.all(last) as unknown as Row[];
        if (rows.length === 0) break;
        this.#take(rows);
        last = rows.at(-1)![0];
      }
    }
    this.#seq = newest.seq ?? 0;
    this.posts = this.live.count();
  }

  /** Labels are numbered from 1; 0 is none. */
  get labelCount(): number {
    return Math.max(this.#names.length, 1);
  }

  name(label: number): string {
    return this.#names[label]!.value;
  }

  kind(label: number): string | undefined {
    return this.#names[label]?.kind;
  }

  eachLabel(no: number, visit: (label: number) => void): void {
    const start = this.#labelStart[no]!;
    for (let i = start; i < start + this.#labelCount[no]!; i++) visit(this.#labels[i]!);
  }

  /** A number of each post. */
  numbers(name: NumberField | "changed"): Float64Array {
    if (name === "id" || name === "changed") return this[name];
    return this.#counts[countNames.indexOf(name)]!;
  }

  /** The live posts that pass. */
  where(test: (no: number) => boolean): PostSet {
    const found = new PostSet(this.size);
    this.live.each((no) => {
      if (test(no)) found.add(no);
    });
    return found;
  }

  withFlags(flags: Iterable<HasValue | IsValue>): PostSet {
    const bits = flagsOf(flags);
    return this.where((no) => (this.flags[no]! & bits) !== 0);
  }

  inChannels(names: readonly string[]): PostSet {
    const wanted = this.#named("channel", names);
    return this.where((no) => wanted.has(this.channel[no]!));
  }

  inLanguages(names: readonly string[]): PostSet {
    const wanted = this.#named("lang", names);
    return this.where((no) => wanted.has(this.lang[no]!));
  }

  labelled(kind: LabelKind, values: readonly string[]): PostSet {
    const wanted = new Set(values.flatMap((value) => this.#labelsMeant(kind, value)));
    return this.where((no) => {
      const start = this.#labelStart[no]!;
      for (let i = start; i < start + this.#labelCount[no]!; i++) {
        if (wanted.has(this.#labels[i]!)) return true;
      }
      return false;
    });
  }

  #named(kind: "channel" | "lang", names: readonly string[]): ReadonlySet<number> {
    const wanted = new Set(names.map((name) => name.toLowerCase()));
    const found = new Set<number>();
    for (const [label, name] of this.#names.entries()) {
      if (name?.kind === kind && wanted.has(name.value.toLowerCase())) found.add(label);
    }
    return found;
  }

  #labelsMeant(kind: LabelKind, value: string): readonly number[] {
    this.#byKey ??= this.#indexKeys();
    const lists = valueKeys(kind, value).map((key) => this.#byKey!.get(`${kind} ${key}`) ?? []);
    return lists.reduce((meant, list) => {
      const also = new Set(list);
      return meant.filter((label) => also.has(label));
    });
  }

  #indexKeys(): Map<string, number[]> {
    const byKey = new Map<string, number[]>();
    for (const [number, label] of this.#names.entries()) {
      if (label === undefined || isColumnName(label)) continue;
      for (const key of new Set(labelKeys(label))) {
        const list = byKey.get(`${label.kind} ${key}`);
        if (list === undefined) byKey.set(`${label.kind} ${key}`, [number]);
        else list.push(number);
      }
    }
    return byKey;
  }

  #readLabels(db: DatabaseSync): void {
    const rows = db
      .prepare("select label, kind, value from labels where label >= ? order by label")
      .all(this.#names.length) as unknown as { label: number; kind: LabelKind; value: string }[];
    for (const { label, kind, value } of rows) this.#names[label] = { kind, value };
    if (rows.length > 0) this.#byKey = undefined;
  }

  #take(rows: readonly Row[]): void {
    for (const row of rows) {
      const [no, , gone, channel, id, date, changed, flags, lang, labels] = row;
      this.channel[no] = channel;
      this.id[no] = id;
      this.date[no] = date;
      for (let i = 0; i < this.#counts.length; i++)
        this.#counts[i]![no] = Number(row[beforeCounts + i] ?? Number.NaN);
      this.changed[no] = changed ?? Number.NaN;
      this.flags[no] = flags;
      this.lang[no] = lang;
      this.#setLabels(no, labels);
      if (gone === 0) this.live.add(no);
      else this.live.remove(no);
    }
  }

  #setLabels(no: number, list: string | null): void {
    const labels = list === null ? [] : list.split(",");
    this.#labelStart[no] = this.#labelsUsed;
    this.#labelCount[no] = labels.length;
    if (this.#labelsUsed + labels.length > this.#labels.length) {
      this.#labels = grown(this.#labels, this.#labels.length * 2 + labels.length);
    }
    for (const label of labels) this.#labels[this.#labelsUsed++] = Number(label);
  }

  #reserve(size: number): void {
    this.size = Math.max(this.size, size);
    if (size <= this.date.length) return;
    const room = Math.ceil(size * 1.25) + 1024;
    this.channel = grown(this.channel, room);
    this.id = grown(this.id, room);
    this.date = grown(this.date, room);
    this.#counts = this.#counts.map((one) => grown(one, room));
    this.changed = grown(this.changed, room);
    this.flags = grown(this.flags, room);
    this.lang = grown(this.lang, room);
    this.#labelStart = grown(this.#labelStart, room);
    this.#labelCount = grown(this.#labelCount, room);
    this.live = new PostSet(room).join(this.live);
  }
}

function isColumnName(name: Label | ColumnName): name is ColumnName {
  return name.kind === "channel" || name.kind === "lang";
}

function grown<T extends Uint32Array | Float64Array>(array: T, length: number): T {
  const larger = new (array.constructor as new (length: number) => T)(length);
  larger.set(array);
  return larger;
}
