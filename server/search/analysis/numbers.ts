/** Digits of a number as a text has them, with the sign that joins each group to the one before. */
interface Group {
  readonly spelling: string;
  readonly joint: string;
}

/** More groups are a list, never one number. */
const mostGroups = 8;

/** Whether these are one number: one to three digits, then groups of three, parted throughout by one sign. */
export function isGrouped(groups: readonly Group[]): boolean {
  const [first, second, ...more] = groups;
  if (first === undefined || second === undefined || groups.length > mostGroups) return false;
  return (
    /^\d{1,3}$/.test(first.spelling) &&
    [second, ...more].every(({ spelling }) => /^\d{3}$/.test(spelling)) &&
    more.every(({ joint }) => joint === second.joint) &&
    !isInternetAddress(groups)
  );
}

/** `195.208.131.189`: four numbers up to 255, none filled up with noughts. */
function isInternetAddress(groups: readonly Group[]): boolean {
  return (
    groups.length === 4 &&
    groups.at(-1)!.joint === "." &&
    groups.every(({ spelling }) => Number(spelling) <= 255 && !/^0\d/.test(spelling))
  );
}

/** Whether the sign parts the groups of a number, if these are of three digits. */
export function isGroupJoint(joint: string): boolean {
  return joint === "." || joint === "," || joint === "'" || isNumberSpace(joint);
}

/** Whether it is the one space that may stand within a number, or between it and its sign. */
export function isNumberSpace(between: string): boolean {
  return between === " " || between === "\u00a0" || between === "\u2009" || between === "\u202f";
}

/** Where the number that begins here in groups parted by one kind of space ends; undefined when none begins. */
export function spacedNumberEnd(text: string, at: number): number | undefined {
  spacedNumber.lastIndex = at;
  if (!spacedNumber.test(text)) return undefined;
  const end = spacedNumber.lastIndex;
  return /^[.,'’]\d/.test(text.slice(end, end + 2)) ? undefined : end;
}

const spacedNumber =
  /\d{1,3}(?=([ \u00a0\u2009\u202f])\d{3}(?![\p{L}\p{N}]))(?:\1\d{3}(?![\p{L}\p{N}])){1,7}/uy;
