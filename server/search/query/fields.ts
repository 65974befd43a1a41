import { domainToASCII } from "node:url";
import { addressOf, hasPath, withoutWww } from "../addresses.ts";
import type { FaultCode } from "./faults.ts";
import { QuerySyntaxError } from "./query-errors.ts";
import { dateInterval, momentAgo } from "./dates.ts";
import { countNames, type CountName } from "./counts.ts";
import { hasValues, isNumberField, isValues, sorts } from "./tree.ts";
import type { FieldNode, Fold, NumberField, NumberRange, Sort, Span } from "./tree.ts";

/** One of the values in `name:a,b`. */
export interface FieldItem {
  readonly text: string;
  readonly at: Span;
}

export interface TypedField {
  /** Lower case, one of `fieldNames`. */
  readonly name: string;
  readonly items: readonly FieldItem[];
  readonly at: Span;
}

type NameField = Exclude<
  Extract<FieldNode, { readonly values: readonly string[] }>["field"],
  "has" | "is"
>;

/** What each name a person may type stands for. */
const fields = new Map<string, FieldNode["field"]>(
  Object.entries({
    in: "channel",
    channel: "channel",
    from: "channel",
    author: "author",
    fwd: "fwd",
    link: "link",
    mentions: "mentions",
    tag: "tag",
    cashtag: "cashtag",
    lang: "lang",
    has: "has",
    is: "is",
    before: "date",
    after: "date",
    on: "date",
    during: "date",
    age: "date",
    ...(Object.fromEntries(countNames.map((name) => [name, name])) as Record<CountName, CountName>),
    id: "id",
    copies: "copies",
  } as const),
);

const besides = ["channel", "from", "cashtag"];
/** What a person is offered to type: each field by its usual name, with its values where these are few. */
export const offeredFields: readonly OfferedField[] = [
  ...[...fields.keys()].filter((name) => !besides.includes(name)).map(offered),
  { name: "sort", values: sorts },
  { name: "fold", values: ["copies"] },
];

interface OfferedField {
  readonly name: string;
  readonly values?: readonly string[];
}

function offered(name: string): OfferedField {
  if (name === "has") return { name, values: hasValues };
  if (name === "is") return { name, values: isValues };
  return name === "lang" ? { name, values: ["ru", "uk", "en"] } : { name };
}

/** Whether `name:` (lower case) is a field, `sort`, `fold` and `was` included. */
export function isFieldName(name: string): boolean {
  return ofAnswer.test(`${name}:`) || name === "was" || fields.has(name);
}

/** Begins with what is no condition, but says how hits are shown. */
export const ofAnswer = /^(?:sort|fold):/i;

/** The node of a typed field. @throws QuerySyntaxError at the value it cannot have. */
export function fieldNode(typed: TypedField, now: Date): FieldNode {
  const { at, items } = typed;
  const field = fields.get(typed.name);
  if (field === undefined) throw new RangeError(`${typed.name}: is no field of a query.`);
  if (isNumberField(field))
    return { kind: "field", at, field, ranges: items.map((item) => numberRange(field, item)) };
  switch (field) {
    case "date":
      return {
        kind: "field",
        at,
        field,
        ranges: items.map((item) => dateRange(typed.name, item, now)),
        typed: `${typed.name}:${items.map((item) => dateText(typed.name, item.text)).join(",")}`,
      };
    case "has":
      return {
        kind: "field",
        at,
        field,
        values: unique(items.map((i) => oneOf(hasValues, typed.name, i))),
      };
    case "is":
      return {
        kind: "field",
        at,
        field,
        values: unique(items.map((i) => oneOf(isValues, typed.name, i))),
      };
    default:
      return {
        kind: "field",
        at,
        field,
        values: unique(items.map((i) => nameValue(field, typed.name, i))),
      };
  }
}

/** The order a `sort:` asks for. @throws QuerySyntaxError when there is no such order. */
export function sortOf({ name, items, at }: TypedField): Sort {
  const [item, second] = items;
  if (item === undefined || second !== undefined) {
    throw new QuerySyntaxError("one-value-only", at, { field: name, values: sorts.join(", ") });
  }
  return oneOf(sorts, name, item);
}

/** What a `fold:` asks to be folded. @throws QuerySyntaxError when it cannot be. */
export function foldOf({ name, items, at }: TypedField): Fold {
  const [item, second] = items;
  if (item === undefined || second !== undefined) {
    throw new QuerySyntaxError("one-value-only", at, { field: name, values: folds.join(", ") });
  }
  return oneOf(folds, name, item);
}

export const folds = ["copies"] as const satisfies readonly Fold[];

function unique<Value>(values: readonly Value[]): readonly Value[] {
  return [...new Set(values)];
}

function oneOf<Value extends string>(
  allowed: readonly Value[],
  name: string,
  item: FieldItem,
): Value {
  const wanted = item.text.toLowerCase();
  const value = allowed.find((each) => each === wanted);
  if (value !== undefined) return value;
  throw new QuerySyntaxError("none-of", item.at, {
    field: name,
    value: item.text,
    values: allowed.join(", "),
  });
}

const names: Readonly<
  Record<NameField, { readonly wrong: FaultCode; value(text: string): string | undefined }>
> = {
  channel: { wrong: "not-a-channel", value: channelName },
  mentions: { wrong: "not-a-mention", value: channelName },
  author: { wrong: "not-an-author", value: personName },
  fwd: { wrong: "not-an-origin", value: personName },
  link: { wrong: "not-a-host", value: linkTarget },
  tag: { wrong: "not-a-tag", value: (text) => tagName(text.replace(/^#/, "")) },
  cashtag: { wrong: "not-a-cashtag", value: cashtagName },
  lang: { wrong: "not-a-language", value: languageCode },
  copies: { wrong: "not-a-post", value: postKey },
};

function nameValue(field: NameField, name: string, item: FieldItem): string {
  const value = names[field].value(item.text);
  if (value !== undefined) return value;
  throw new QuerySyntaxError(names[field].wrong, item.at, { field: name, value: item.text });
}

function channelName(text: string): string | undefined {
  const name = text.replace(/^(?:https?:\/\/)?(?:t\.me|telegram\.me)\/(?:s\/)?|^@/i, "");
  return /^[a-z0-9_]{2,64}$/i.test(name) ? name.toLowerCase() : undefined;
}

/** `channel/id`, also as the end of an address of t.me. */
function postKey(text: string): string | undefined {
  const [, channel = "", id = ""] = /^(.+)\/([1-9]\d{0,14})$/.exec(text) ?? [];
  const name = channelName(channel);
  return name === undefined ? undefined : `${name}/${id}`;
}

function personName(text: string): string | undefined {
  const name = text.replace(/^@/, "").trim().replaceAll(/\s+/gu, " ").toLowerCase();
  return /[\p{L}\p{N}\p{S}]/u.test(name) ? name : undefined;
}

/** An address with a path as links are compared by it, or a host. */
function linkTarget(text: string): string | undefined {
  const address = addressOf(text);
  if (address !== undefined && hasPath(address)) return address;
  const typed = address ?? text.replace(/^https?:\/\//i, "").replace(/\/$/, "");
  const host = /[/?#:@]/.test(typed) ? "" : withoutWww(domainToASCII(typed));
  return /^(?:[a-z0-9_-]+\.)*[a-z0-9_-]+$/.test(host) ? host : undefined;
}

/** `#tag`, `$TAG` or `@name` and what stands after it. */
export interface Tag {
  readonly field: "tag" | "cashtag" | "mentions";
  readonly value: string;
  readonly mark: string;
}

/** Reads a word as a tag, with the punctuation of a sentence after it; undefined when Telegram would make none of it. */
export function readTag(word: string): Tag | undefined {
  const [, sign, name = "", mark = ""] = /^([#$@])(.+?)[.,;:!?…]*([*~]?)$/u.exec(word) ?? [];
  const tag = sign === "#" ? tagName(name) : undefined;
  if (tag !== undefined) return { field: "tag", value: tag, mark };
  const cashtag = sign === "$" ? cashtagName(name) : undefined;
  if (cashtag !== undefined) return { field: "cashtag", value: cashtag, mark };
  if (sign !== "@" || !/^[a-z]\w{2,}$/i.test(name)) return undefined;
  return { field: "mentions", value: name.toLowerCase(), mark };
}

function tagName(text: string): string | undefined {
  return /^[\p{L}\p{N}\p{M}_·\u200c]*[\p{L}_][\p{L}\p{N}\p{M}_·\u200c]*$/u.test(text)
    ? text.toLowerCase()
    : undefined;
}

function cashtagName(text: string): string | undefined {
  return /^\$?[a-z]{1,8}$/i.test(text) ? text.replace("$", "").toLowerCase() : undefined;
}

const languages = new Intl.DisplayNames("en", { type: "language", fallback: "none" });
function languageCode(text: string): string | undefined {
  const code = text.toLowerCase();
  return /^[a-z]{2}$/.test(code) && languages.of(code) !== undefined ? code : undefined;
}

interface Bounds {
  readonly sign?: ">" | ">=" | "<" | "<=";
  readonly low?: string;
  readonly high?: string;
}

/** `>n`, `a..b`, `a..`, `..b`; a plain value is both its ends. */
function boundsOf(text: string): Bounds | undefined {
  const [, sign, value] = /^(>=|<=|[<>≥≤])(.+)$/.exec(text) ?? [];
  if (sign !== undefined && value !== undefined) {
    const ascii = sign.replace("≥", ">=").replace("≤", "<=") as ">" | ">=" | "<" | "<=";
    return { sign: ascii, low: value, high: value };
  }
  const dots = text.indexOf("..");
  if (dots === -1) return { low: text, high: text };
  const low = text.slice(0, dots);
  const high = text.slice(dots + 2);
  if (low === "" && high === "") return undefined;
  return { ...(low === "" ? {} : { low }), ...(high === "" ? {} : { high }) };
}

const numberUnits = new Map<string, number>(
  Object.entries({
    "": 1,
    k: 1e3,
    к: 1e3,
    m: 1e6,
    м: 1e6,
  }),
);

/** A count as people write it: `1500`, `10k`, `1.5M`. */
function countOf(text: string): number | undefined {
  const [, digits, unit] = /^(\d{1,15}(?:\.\d+)?)([kкmм]?)$/iu.exec(text) ?? [];
  const count = Number(digits ?? Number.NaN) * (numberUnits.get(unit?.toLowerCase() ?? "") ?? 1);
  const whole = Math.round(count);
  return Number.isSafeInteger(whole) && Math.abs(whole - count) < 1e-6 ? whole : undefined;
}

function numberRange(field: NumberField, item: FieldItem): NumberRange {
  const bounds = boundsOf(item.text);
  const low = bounds?.low === undefined ? undefined : countOf(bounds.low);
  const high = bounds?.high === undefined ? undefined : countOf(bounds.high);
  const unread =
    (bounds?.low !== undefined && low === undefined) ||
    (bounds?.high !== undefined && high === undefined);
  if (bounds === undefined || unread) {
    throw new QuerySyntaxError("not-a-number", item.at, { field, value: item.text });
  }
  const range = numbersWithin(bounds.sign, low, high);
  const least = field === "id" ? 1 : 0;
  if ((range.max ?? Number.MAX_SAFE_INTEGER) < Math.max(least, range.min ?? least)) {
    throw new QuerySyntaxError("no-number-in-it", item.at, { field, value: item.text });
  }
  return range;
}

function numbersWithin(sign: Bounds["sign"], low?: number, high?: number): NumberRange {
  if (sign?.startsWith(">")) return { min: (low ?? 0) + (sign === ">" ? 1 : 0) };
  if (sign?.startsWith("<")) return { max: (high ?? 0) - (sign === "<" ? 1 : 0) };
  return {
    ...(low === undefined ? {} : { min: low }),
    ...(high === undefined ? {} : { max: high }),
  };
}

interface DateRange {
  readonly from?: number;
  readonly to?: number;
}

function dateRange(name: string, item: FieldItem, now: Date): DateRange {
  const range = name === "age" ? ageRange(item.text, now) : calendarRange(name, item.text);
  if (range === undefined) {
    throw new QuerySyntaxError(wrongDate(name), item.at, { field: name, value: item.text });
  }
  if (range.from !== undefined && range.to !== undefined && range.from >= range.to) {
    throw new QuerySyntaxError("no-date-in-it", item.at, { field: name, value: item.text });
  }
  return range;
}

function wrongDate(name: string): FaultCode {
  if (name === "age") return "not-an-age";
  return name === "after" || name === "before" ? "not-a-date" : "not-a-period";
}

function calendarRange(name: string, text: string): DateRange | undefined {
  if (name === "after" || name === "before") {
    const from = dateInterval(text)?.from;
    if (from === undefined) return undefined;
    return name === "after" ? { from } : { to: from };
  }
  const bounds = boundsOf(text);
  const low = bounds?.low === undefined ? undefined : dateInterval(bounds.low);
  const high = bounds?.high === undefined ? undefined : dateInterval(bounds.high);
  const unread =
    (bounds?.low !== undefined && low === undefined) ||
    (bounds?.high !== undefined && high === undefined);
  if (bounds === undefined || unread) return undefined;
  switch (bounds.sign) {
    case ">":
      return between(low?.to, undefined);
    case ">=":
      return between(low?.from, undefined);
    case "<":
      return between(undefined, high?.from);
    case "<=":
      return between(undefined, high?.to);
    default:
      return between(low?.from, high?.to);
  }
}

/** A plain age is "at most": nobody means posts of exactly seven days. */
function ageRange(text: string, now: Date): DateRange | undefined {
  const bounds = boundsOf(text);
  const low = bounds?.low === undefined ? undefined : momentAgo(bounds.low, now);
  const high = bounds?.high === undefined ? undefined : momentAgo(bounds.high, now);
  const unread =
    (bounds?.low !== undefined && low === undefined) ||
    (bounds?.high !== undefined && high === undefined);
  if (bounds === undefined || unread) return undefined;
  if (bounds.sign?.startsWith(">")) return between(undefined, low);
  return between(high, bounds.low === bounds.high ? undefined : low);
}

function between(from: number | undefined, to: number | undefined): DateRange {
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

function dateText(name: string, text: string): string {
  const ascii = text.replace("≥", ">=").replace("≤", "<=");
  return name === "age" ? ascii.toLowerCase() : ascii.toUpperCase();
}
