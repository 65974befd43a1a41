import { domainToASCII, domainToUnicode } from "node:url";
import { isFieldName, readTag } from "./fields.ts";
import { isKeyword, nearAt } from "./tokens.ts";
import {
  type FieldNode,
  type NearNode,
  type NearSide,
  type NumberRange,
  type PhraseNode,
  type Query,
  type QueryNode,
  type WasNode,
  type WordNode,
  isNumberNode,
} from "./tree.ts";

/** The canonical text of a query: parsing it again gives the same tree. */
export function printQuery({ root, sort, fold }: Pick<Query, "root" | "sort" | "fold">): string {
  const shown = [
    ...(sort === undefined ? [] : [`sort:${sort}`]),
    ...(fold === undefined ? [] : [`fold:${fold}`]),
  ];
  if (shown.length === 0) return printNode(root);
  return [...(root.kind === "all" ? [] : [printPart(root, "and")]), ...shown].join(" ");
}

/** The canonical text of one node, fit to stand alone. */
export function printNode(node: QueryNode): string {
  switch (node.kind) {
    case "all":
      return "";
    case "and":
      return node.nodes.map((part) => printPart(part, "and")).reduce(besides);
    case "or":
      return node.nodes.map((part) => printPart(part, "or")).join(" OR ");
    case "not":
      return printNot(node.node);
    case "word":
      return printWord(node);
    case "phrase":
      return printPhrase(node);
    case "near":
      return printNear(node);
    case "was":
      return printWas(node);
    default:
      return printField(node);
  }
}

/** Two parts side by side; digits that would be one number with what stands before them are put in parentheses. */
function besides(before: string, next: string): string {
  const goesOn = endsInGroup.test(before) && /^\d{3}(?![\p{L}\p{N}]|[.,'’]\d)/u.test(next);
  const isMarked = /(?:^|[\s(])[^\s\p{L}\p{N}]*[№§]$/u.test(before) && /^\d/.test(next);
  return `${before} ${goesOn || isMarked ? `(${next})` : next}`;
}

const endsInGroup = /(?:^|[\s(])[^\s\p{L}\p{N}]*\d{1,3}(?: \d{3})*$/u;

function printPart(node: QueryNode, inside: "and" | "or" | "not"): string {
  const text = printNode(node);
  return (node.kind === "and" || node.kind === "or") && node.kind !== inside ? `(${text})` : text;
}

/** After a minus no word is a keyword, so one such as `OR` stands behind two when it is searched. */
function printNot(node: QueryNode): string {
  return isPlainKeyword(node) ? `-${node.text}` : `-${printPart(node, "not")}`;
}

const isPlainKeyword = (node: QueryNode): node is WordNode =>
  node.kind === "word" && node.mark === undefined && isKeyword(node.text);

function printNear({ sides: [one, other], between }: NearNode): string {
  return `${printSide(one)} NEAR/${between} ${printSide(other)}`;
}

function printSide(side: NearSide): string {
  const text = side.map(printNode).join(" OR ");
  return side.length > 1 || isPlainKeyword(side[0]!) ? `(${text})` : text;
}

/** Nothing is an operator behind the colon, but a sign could be taken for a mark. */
function printWas({ node }: WasNode): string {
  return `was:${isPlainKeyword(node) ? node.text : printNode(node)}`;
}

function printWord({ text, mark }: WordNode): string {
  const body = text
    .replaceAll(/[\\"“”„‟«»()|]/g, String.raw`\$&`)
    .replaceAll("*", mark === "pattern" ? "*" : String.raw`\*`)
    .replace(/~$/, mark === "prefix" || mark === "typo" ? "~" : String.raw`\~`);
  switch (mark) {
    case "exact":
    case "letters":
      return `${markSigns[mark]}${body.replace(/^[=‘]/, String.raw`\$&`)}`;
    case "prefix":
      return `${plainStart(body)}*`;
    case "typo":
      return `${plainStart(body)}~`;
    default:
      if (nearAt(body, 0) !== undefined) return body.replace("/", String.raw`\/`);
      return isKeyword(text) ? `--${text}` : plainStart(body);
  }
}

/** Makes plain what would begin a field, a tag, an exclusion or an exact word. */
function plainStart(body: string): string {
  if (/^[-−–=‘]/.test(body) || readTag(body) !== undefined) return `\\${body}`;
  const [, name] = /^(\p{L}[\p{L}\p{N}_-]*):/u.exec(body) ?? [];
  if (name === undefined || !isFieldName(name.toLowerCase())) return body;
  return `${name}\\${body.slice(name.length)}`;
}

function printPhrase({ text, mark, slop }: PhraseNode): string {
  const body = text.replaceAll(/[\\"*]/g, String.raw`\$&`);
  return `${mark === undefined ? "" : markSigns[mark]}"${body}"${slop > 0 ? `~${slop}` : ""}`;
}

const markSigns = { exact: "=", letters: "==" } as const;

function printField(node: FieldNode): string {
  if (isNumberNode(node))
    return `${node.field}:${node.ranges.map((range) => printRange(range)).join(",")}`;
  return node.field === "date" ? node.typed : printNames(node);
}

type NameNode = Extract<FieldNode, { readonly values: readonly string[] }>;

function printNames({ field, values }: NameNode): string {
  const [value, second] = values;
  if (value !== undefined && second === undefined) {
    if (field === "tag") return `#${value}`;
    if (field === "cashtag") return `$${value.toUpperCase()}`;
    if (field === "mentions" && /^[a-z]\w{2,}$/.test(value)) return `@${value}`;
  }
  const name = field === "channel" ? "in" : field;
  const shown = field === "link" ? values.map((host) => readableHost(host)) : values;
  const print = field === "link" || field === "copies" ? printAddress : printValue;
  return `${name}:${shown.map((each) => print(each)).join(",")}`;
}

/** `xn--…` as people read it, where that leads back to the same host. */
function readableHost(host: string): string {
  const readable = domainToUnicode(host);
  return domainToASCII(readable) === host && /^[\p{L}\p{N}\p{M}.-]+$/u.test(readable)
    ? readable
    : host;
}

function printAddress(value: string): string {
  return /^[^\s\p{Cc},()|\\"“”„‟«»]+$/u.test(value) ? value : printValue(value);
}

function printValue(value: string): string {
  return /^[\p{L}\p{N}_][\p{L}\p{N}\p{M}_.-]*$/u.test(value)
    ? value
    : `"${value.replaceAll(/[\\"]/g, String.raw`\$&`)}"`;
}

function printRange({ min, max }: NumberRange): string {
  if (min === undefined) return `<=${max ?? 0}`;
  if (max === undefined) return `>=${min}`;
  return min === max ? String(min) : `${min}..${max}`;
}
