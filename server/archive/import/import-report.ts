import type { FileTaken } from "../take-in.ts";
import type { ImportKind } from "./import-kinds.ts";
import type { Imported } from "./imported.ts";
import { hasHalfSign, type JsonText } from "./json-text.ts";

const mostOfAKind = 20;

/** Counts what becomes of the posts of a file, and collects what its reader should be told. */
export class ImportReport {
  read = 0;
  joined = 0;
  repeated = 0;
  refused = 0;
  readonly #taken = { new: 0, changed: 0, equal: 0, otherwise: 0, purged: 0 };
  readonly #warnings: string[] = [];
  readonly #said = new Map<string, number>();
  readonly #noun: string;

  /** `noun`: what the file is a list of: `messages`. */
  constructor(noun: string) {
    this.#noun = noun;
  }

  get new(): number {
    return this.#taken.new;
  }

  add(taken: FileTaken): void {
    for (const name of ["new", "changed", "equal", "otherwise", "purged"] as const)
      this.#taken[name] += taken[name];
  }

  /** `what` was left out because of `why`. */
  refuse(what: string, why: string): void {
    this.refused++;
    this.say(`${what} was left out: ${why}.`, "were left out");
  }

  /** A sentence, one of many of which only the first are told; `inAll` says of all of them what they are. */
  say(sentence: string, inAll: string): void {
    const before = this.#said.get(inAll) ?? 0;
    this.#said.set(inAll, before + 1);
    if (before < mostOfAKind) this.#warnings.push(sentence);
  }

  /** Says so where a piece of the file writes half of a sign: � is kept for it. */
  sayHalfSign(what: string, piece: JsonText): void {
    if (hasHalfSign(piece))
      this.say(`${what} has half of a sign, for which � was kept.`, "have half of a sign");
  }

  get warnings(): readonly string[] {
    const more = [...this.#said].filter(([, many]) => many > mostOfAKind);
    return [
      ...this.#warnings,
      ...more.map(([what, many]) => `${many} ${this.#noun} in all ${what}.`),
    ];
  }

  of(kind: ImportKind, channels: readonly string[]): Imported {
    const { read, joined, repeated, refused } = this;
    return {
      kind,
      channels,
      read,
      ...this.#taken,
      joined,
      repeated,
      refused,
      warnings: this.warnings,
    };
  }
}
