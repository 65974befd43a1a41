import { allOf, anyOf, noneOf } from "./build.ts";
import { fieldNode, foldOf, isFieldName, ofAnswer, readTag, sortOf } from "./fields.ts";
import type { FieldItem, TypedField } from "./fields.ts";
import { isLongPattern, isPlainPattern } from "../word-pattern.ts";
import { warning, type FaultCode, type FaultData, type QueryWarning } from "./faults.ts";
import { plainWithCapsLock } from "./caps-lock.ts";
import { QuerySyntaxError } from "./query-errors.ts";
import { checkBounds, maxCharacters } from "./terms.ts";
import {
  closingQuote,
  isMinus,
  isQuote,
  isSearchable,
  isSpace,
  keywordAt,
  keywordLength,
  nearAt,
  opensPhrase,
  opensQuote,
  readChars,
  resemblesNear,
  spacedNumberAt,
} from "./tokens.ts";
import type { Chars } from "./tokens.ts";
import { alternativesOf } from "./rewrite.ts";
import type { Fold, Mark, NearSide, Query, QueryNode, Sort, Span } from "./tree.ts";

const maxDepth = 64;
const maxSlop = 100;
const maxBetween = 50;

/**
 * Reads what was typed into the search box. Whatever of it cannot count is named in a warning.
 * `now` is what ages are measured from. @throws QuerySyntaxError, and nothing else.
 */
export function parseQuery(text: string, { now = new Date() }: { now?: Date } = {}): Query {
  if (text.length > maxCharacters) {
    throw new QuerySyntaxError(
      "query-too-long",
      { start: maxCharacters, end: text.length },
      { length: String(text.length), most: String(maxCharacters) },
    );
  }
  const query = plainWithCapsLock(new Parser(text.toWellFormed(), now).query());
  checkBounds(query);
  return query;
}

/** Goes through the text once, from left to right; one method for each line of the grammar. */
class Parser {
  readonly #text: string;
  readonly #now: Date;
  readonly #warnings: QueryWarning[] = [];
  #sort: Sort | undefined;
  #fold: Fold | undefined;
  #at = 0;
  #depth = 0;
  #exclusions = 0;

  constructor(text: string, now: Date) {
    this.#text = text;
    this.#now = now;
  }

  query(): Query {
    const root = this.#or() ?? { kind: "all" };
    return {
      root,
      ...(this.#sort === undefined ? {} : { sort: this.#sort }),
      ...(this.#fold === undefined ? {} : { fold: this.#fold }),
      warnings: this.#warnings.toSorted((a, b) => a.at.start - b.at.start),
    };
  }

  #or(): QueryNode | undefined {
    const nodes: QueryNode[] = [];
    let operator: Span | undefined;
    for (;;) {
      const node = this.#and();
      if (node !== undefined) nodes.push(node);
      else if (operator !== undefined) this.#leaveOut(operator, "left-out-alone");
      const next = this.#takeOr();
      if (next === undefined) break;
      if (node === undefined && operator === undefined) this.#leaveOut(next, "left-out-alone");
      operator = next;
    }
    return nodes.length === 0 ? undefined : anyOf(nodes);
  }

  #and(): QueryNode | undefined {
    const nodes: QueryNode[] = [];
    for (;;) {
      this.#skipSpace();
      const char = this.#char();
      if (char === "" || this.#isOr()) break;
      if (char === ")") {
        if (this.#depth > 0) break;
        this.#at += 1;
        this.#leaveOut(this.#from(this.#at - 1), "left-out-not-opened");
        continue;
      }
      const node = this.#not();
      if (node !== undefined) nodes.push(node);
    }
    return nodes.length === 0 ? undefined : allOf(nodes);
  }

  #not(): QueryNode | undefined {
    const start = this.#at;
    let negative = false;
    let last: "minus" | "keyword" | undefined;
    for (;;) {
      if (isMinus(this.#char()) && !this.#endsAtom(this.#at + 1)) {
        this.#at += 1;
        last = "minus";
      } else if (last !== "minus" && keywordAt(this.#text, this.#at) === "NOT") {
        this.#at += keywordLength(this.#text, this.#at);
        this.#skipSpace();
        last = "keyword";
      } else break;
      negative = !negative;
    }
    if (last === "keyword" && (this.#endsAtom(this.#at) || this.#isOr())) {
      this.#leaveOut(
        { start, end: this.#text.slice(0, this.#at).trimEnd().length },
        "left-out-last",
      );
      return undefined;
    }
    if (last !== undefined) this.#exclusions += 1;
    const node = this.#near();
    if (last !== undefined) this.#exclusions -= 1;
    return node !== undefined && negative ? noneOf(node) : node;
  }

  #near(): QueryNode | undefined {
    const start = this.#at;
    const one = this.#atom();
    const ofOne = this.#from(start);
    const operator = this.#takeNear();
    if (operator === undefined) return one;
    const from = this.#at;
    const other = this.#atom();
    const ofOther = this.#from(from);
    const third = this.#takeNear();
    if (third !== undefined) throw new QuerySyntaxError("near-twice", third.at);
    for (const at of [ofOne, ofOther]) {
      if (ofAnswer.test(this.#text.slice(at.start))) throw new QuerySyntaxError("near-side", at);
    }
    if (one === undefined || other === undefined) {
      this.#leaveOut(operator.at, "left-out-alone");
      return one ?? other;
    }
    const sides = [this.#side(one, ofOne), this.#side(other, ofOther)] as const;
    return { kind: "near", sides, between: operator.between, at: this.#from(start) };
  }

  /** The operator that stands here with something after it. */
  #takeNear(): { readonly between: number; readonly at: Span } | undefined {
    const before = this.#at;
    this.#skipSpace();
    const start = this.#at;
    const near = nearAt(this.#text, start);
    if (near === undefined) {
      this.#at = before;
      return undefined;
    }
    this.#at += near.length;
    const at = this.#from(start);
    this.#skipSpace();
    if (this.#endsAtom(this.#at) || this.#isOr()) {
      this.#at = before;
      return undefined;
    }
    if (near.between < 1 || near.between > maxBetween) {
      throw new QuerySyntaxError("near-range", at, { most: String(maxBetween) });
    }
    const exclusion = this.#exclusionAt(this.#at);
    if (exclusion !== undefined) throw new QuerySyntaxError("near-side", exclusion);
    return { between: near.between, at };
  }

  #exclusionAt(start: number): Span | undefined {
    if (isMinus(this.#text.charAt(start))) return { start, end: start + 1 };
    if (keywordAt(this.#text, start) !== "NOT") return undefined;
    return { start, end: start + keywordLength(this.#text, start) };
  }

  /** @throws QuerySyntaxError unless it is a word, a phrase, or alternatives of them. */
  #side(node: QueryNode, at: Span): NearSide {
    const other = node.kind === "or" ? node.nodes.find((part) => !isSide(part)) : node;
    if (other === undefined || isSide(other)) return alternativesOf(node);
    const place = "at" in other ? other.at : at;
    throw new QuerySyntaxError(other.kind === "near" ? "near-twice" : "near-side", place);
  }

  #atom(): QueryNode | undefined {
    const char = this.#char();
    if (char === "(") return this.#group();
    if (char === "»") {
      this.#at += 1;
      return this.#leaveOut(this.#from(this.#at - 1), "left-out-not-opened");
    }
    const { signs, mark } = this.#mark();
    if (opensPhrase(this.#text, this.#at + signs)) return this.#phrase(signs, mark);
    const name = this.#fieldName();
    if (name !== undefined && isFieldName(name.toLowerCase())) return this.#field(name);
    return this.#word();
  }

  #group(): QueryNode | undefined {
    const open = this.#at;
    if (this.#depth === maxDepth) {
      throw new QuerySyntaxError(
        "nested-too-deep",
        { start: open, end: open + 1 },
        { most: String(maxDepth) },
      );
    }
    this.#at += 1;
    this.#depth += 1;
    const node = this.#or();
    this.#depth -= 1;
    const inside = this.#text.slice(open + 1, this.#at);
    if (this.#char() === ")") this.#at += 1;
    else {
      const at = { start: open, end: open + 1 };
      this.#warn("parenthesis-open", at);
    }
    if (node === undefined && inside.trim() === "") {
      this.#leaveOut(this.#from(open), "left-out-empty");
    }
    return node;
  }

  /** The mark that begins a word or phrase here, and its length; nothing when nothing follows it. */
  #mark(): { readonly signs: number; readonly mark?: Mark } {
    for (const [sign, mark] of marks) {
      if (this.#text.startsWith(sign, this.#at) && !this.#endsAtom(this.#at + sign.length))
        return { signs: sign.length, mark };
    }
    return { signs: 0 };
  }

  #phrase(signs: number, mark: Mark | undefined): QueryNode | undefined {
    const start = this.#at;
    this.#at += signs;
    const { text, hasStar } = this.#quoted();
    const slop = this.#slop();
    const at = this.#from(start);
    if (!isSearchable(text)) return this.#leaveOut(at, "left-out-no-word");
    if (hasStar) this.#warn("star-as-text", at);
    return { kind: "phrase", text, ...(mark && { mark }), slop, at };
  }

  /** What stands in the quotes that open here, and whether a `*` without a backslash does. */
  #quoted(): { readonly text: string; readonly hasStar: boolean } {
    const open = this.#at;
    const close = closingQuote(this.#text, open);
    const end = close ?? this.#text.length;
    if (close === undefined) {
      const at = { start: open, end: open + 1 };
      this.#warn("quote-open", at);
    }
    const chars = readChars(this.#text, open + 1, (_, at) => at >= end);
    this.#at = close === undefined ? end : end + 1;
    return {
      text: chars.text.replaceAll(/\p{White_Space}+/gu, " ").trim(),
      hasStar: hasStar(chars),
    };
  }

  #slop(): number {
    if (this.#char() !== "~") return 0;
    const start = this.#at;
    const digits = /^\d+/.exec(this.#text.slice(start + 1))?.[0] ?? "";
    this.#at += 1 + digits.length;
    if (digits === "") {
      this.#leaveOut(this.#from(start), "left-out-no-number");
      return 0;
    }
    if (Number(digits) > maxSlop) {
      throw new QuerySyntaxError("phrase-too-loose", this.#from(start), { most: String(maxSlop) });
    }
    return Number(digits);
  }

  /** The name before a colon, known as a field or not. */
  #fieldName(): string | undefined {
    const pattern = /(\p{L}[\p{L}\p{N}_-]*):/uy;
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text)?.[1];
  }

  #field(typedName: string): QueryNode | undefined {
    const start = this.#at;
    this.#at += typedName.length + 1;
    if (typedName.toLowerCase() === "was") return this.#was(start);
    const items = this.#fieldItems();
    const field: TypedField = { name: typedName.toLowerCase(), items, at: this.#from(start) };
    const empty = items.find((item) => item.text === "");
    if (empty !== undefined) {
      throw new QuerySyntaxError(
        "field-empty",
        { start, end: Math.max(empty.at.end, this.#at) },
        { field: field.name },
      );
    }
    if (field.name === "sort") this.#takeSort(field);
    else if (field.name === "fold") this.#takeFold(field);
    else return fieldNode(field, this.#now);
    return undefined;
  }

  /** One word or phrase with its mark. */
  #was(start: number): QueryNode | undefined {
    if (this.#endsAtom(this.#at)) {
      throw new QuerySyntaxError("field-empty", this.#from(start), { field: "was" });
    }
    const { signs, mark } = this.#mark();
    const node = opensPhrase(this.#text, this.#at + signs)
      ? this.#phrase(signs, mark)
      : this.#word();
    const at = this.#from(start);
    if (node === undefined && this.#at > start + "was:".length) return undefined;
    if (node?.kind === "word" || node?.kind === "phrase") return { kind: "was", node, at };
    throw new QuerySyntaxError("was-takes-one", { start, end: Math.max(this.#at, start + 4) });
  }

  #takeFold(field: TypedField): void {
    const fold = foldOf(field);
    if (this.#exclusions > 0) throw new QuerySyntaxError("fold-excluded", field.at);
    this.#fold = fold;
  }

  #takeSort(field: TypedField): void {
    const sort = sortOf(field);
    if (this.#exclusions > 0) {
      throw new QuerySyntaxError("sort-excluded", field.at);
    }
    if (this.#sort !== undefined && this.#sort !== sort) {
      this.#warn("one-order", field.at, { sort });
    }
    this.#sort = sort;
  }

  #fieldItems(): FieldItem[] {
    const items: FieldItem[] = [];
    for (;;) {
      items.push(this.#fieldItem());
      if (this.#char() !== ",") return items;
      this.#at += 1;
    }
  }

  #fieldItem(): FieldItem {
    const start = this.#at;
    if (opensQuote(this.#char())) {
      const { text } = this.#quoted();
      return { text, at: this.#from(start) };
    }
    const { text, end } = readChars(this.#text, start, (char) => char === "," || endsWord(char));
    this.#at = end;
    return { text, at: this.#from(start) };
  }

  #word(): QueryNode | undefined {
    const start = this.#at;
    const { signs, mark } = this.#mark();
    this.#at += signs;
    const chars = this.#wordChars();
    const at = this.#from(start);
    if (mark === undefined) {
      const tag = this.#tag(chars, at);
      if (tag !== undefined) return tag;
      this.#warnOfField(start);
    }
    return this.#marked(chars, mark, at);
  }

  #wordChars(): Chars {
    const chars = this.#spacedNumber() ?? this.#charsToSpace();
    this.#at = chars.end;
    return chars;
  }

  /** `1 000 000`, with what signs stand before and after it, is one word. */
  #spacedNumber(): Chars | undefined {
    const end = spacedNumberAt(this.#text, this.#at);
    if (end === undefined) return undefined;
    const tail = readChars(this.#text, end, endsWord);
    const before = this.#text.slice(this.#at, end);
    if (/\d$/.test(before) && /[\p{L}\p{N}*~]/u.test(tail.text)) return undefined;
    const number = before.replaceAll(/\s/g, " ").replaceAll("\\", "");
    const escaped = new Set(Array.from(tail.escaped, (at) => at + number.length));
    return { text: number + tail.text, escaped, end: tail.end };
  }

  /** In an address, parentheses that come in pairs belong to it. */
  #charsToSpace(): Chars {
    const isAddress = /^[a-z][a-z0-9+.-]*:\/\//i.test(this.#text.slice(this.#at, this.#at + 40));
    let open = 0;
    return readChars(this.#text, this.#at, (char) => {
      if (isAddress && char === "(") open += 1;
      else if (isAddress && char === ")" && open > 0) open -= 1;
      else return endsWord(char);
      return false;
    });
  }

  #tag({ text, escaped }: Chars, at: Span): QueryNode | undefined {
    const tag = escaped.size > 0 ? undefined : readTag(text);
    if (tag === undefined) return undefined;
    if (tag.mark !== "") {
      this.#leaveOut({ start: at.end - 1, end: at.end }, "left-out-whole-tag");
    }
    return { kind: "field", field: tag.field, values: [tag.value], at };
  }

  #warnOfField(start: number): void {
    const pattern = /(\p{L}[\p{L}\p{N}_-]*):(?![\s/:()|]|$)/uy;
    pattern.lastIndex = start;
    const name = pattern.exec(this.#text)?.[1];
    if (name === undefined) return;
    this.#warn("no-such-field", { start, end: start + name.length + 1 }, { name });
  }

  #marked(chars: Chars, before: Mark | undefined, at: Span): QueryNode | undefined {
    const last = chars.text.length - 1;
    const sign = last > 0 && !chars.escaped.has(last) ? chars.text.charAt(last) : "";
    const marked = sign === "~" || (sign === "*" && before === undefined);
    const text = marked ? chars.text.slice(0, -1) : chars.text;
    if (!isSearchable(text)) return this.#leaveOut(at, "left-out-no-word");
    const pattern = before === undefined && sign !== "~" ? this.#pattern(chars, at) : undefined;
    if (pattern !== undefined) return pattern;
    if (before !== undefined && sign === "~") {
      this.#leaveOut({ start: at.end - 1, end: at.end }, "left-out-exact");
    }
    this.#warnOfSigns(text, chars, at);
    const mark = before ?? (marked ? endMarks[sign] : undefined);
    return { kind: "word", text, ...(mark && { mark }), at };
  }

  /** A plain word with a `*` before its end; several side by side are one. */
  #pattern(chars: Chars, at: Span): QueryNode | undefined {
    if (!isPattern(chars)) return undefined;
    const text = chars.text.replaceAll(/\*+/g, "*");
    if (/^[^*]+\*$/.test(text))
      return { kind: "word", text: text.slice(0, -1), mark: "prefix", at };
    if (!isPlainPattern(text)) return undefined;
    if (!isLongPattern(text)) throw new QuerySyntaxError("pattern-too-short", at);
    return { kind: "word", text, mark: "pattern", at };
  }

  #warnOfSigns(text: string, { escaped }: Chars, at: Span): void {
    if (hasStar({ text, escaped })) this.#warn("star-as-text", at);
    if (this.#text.slice(at.start, at.end) === "AND") {
      this.#warn("and-is-a-word", at);
    }
    if (resemblesNear(text) && !escaped.has(text.lastIndexOf("/"))) {
      this.#warn("near-is-text", at, { text });
    }
    if (/.~\d+$/.test(text) && !escaped.has(text.lastIndexOf("~"))) {
      this.#warn("typos-numbered", at);
    }
  }

  #takeOr(): Span | undefined {
    this.#skipSpace();
    if (!this.#isOr()) return undefined;
    const start = this.#at;
    if (this.#char() === "|") while (this.#char() === "|") this.#at += 1;
    else this.#at += keywordLength(this.#text, this.#at);
    return this.#from(start);
  }

  #isOr(): boolean {
    return this.#char() === "|" || keywordAt(this.#text, this.#at) === "OR";
  }

  #endsAtom(at: number): boolean {
    const char = this.#text.charAt(at);
    return char === "" || isSpace(char) || char === ")" || char === "|";
  }

  #char(): string {
    return this.#text.charAt(this.#at);
  }

  #skipSpace(): void {
    while (isSpace(this.#char())) this.#at += 1;
  }

  #from(start: number): Span {
    return { start, end: this.#at };
  }

  #leaveOut(at: Span, why: LeftOut): undefined {
    this.#warn(why, at, { text: this.#text.slice(at.start, at.end) });
  }

  #warn(code: FaultCode, at: Span, data?: FaultData): void {
    const said = warning(code, at, data);
    if (this.#warnings.some((one) => one.at.start === at.start && one.message === said.message))
      return;
    this.#warnings.push(said);
  }
}

type LeftOut = Extract<FaultCode, `left-out-${string}`>;

/** Whether there is a `*` without a backslash. */
function hasStar({ text, escaped }: Pick<Chars, "text" | "escaped">): boolean {
  return Array.from(text.matchAll(/\*/g)).some(({ index }) => !escaped.has(index));
}

/** Whether there is a `*`, before the end or several there, and none has a backslash. */
function isPattern({ text, escaped }: Chars): boolean {
  const stars = Array.from(text.matchAll(/\*/g), ({ index }) => index);
  return stars.some((star) => star < text.length - 1) && !stars.some((star) => escaped.has(star));
}

function isSide(node: QueryNode): boolean {
  return node.kind === "word" || node.kind === "phrase";
}

function endsWord(char: string): boolean {
  return isSpace(char) || isQuote(char) || char === "(" || char === ")" || char === "|";
}

const marks = [
  ["==", "letters"],
  ["=", "exact"],
] as const;
const endMarks = { "*": "prefix", "~": "typo" } as const;
