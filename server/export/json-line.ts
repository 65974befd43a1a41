/**
 * A value as JSON on one line, whatever a reader takes for the end of a line: U+0085, U+2028 and U+2029, which JSON lets
 * stand, are escaped; half a surrogate pair, which strict readers refuse together with the whole file, becomes U+FFFD.
 */
export const jsonLine = (value: unknown): string =>
  JSON.stringify(value)
    .replaceAll(/[\u0085\u2028\u2029]/g, escaped)
    .replaceAll(/(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g, String.raw`$1\ufffd`);

const escaped = (sign: string): string =>
  String.raw`\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`;
