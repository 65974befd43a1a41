import { isIP } from "node:net";
import { UsageError } from "../scraper/errors.ts";
import { isProgram } from "../scraper/reading/is-program.ts";
import { logFormats, logLevels, type LogSetting } from "./log-setting.ts";

// What a setting may be: each takes what was typed, and throws a UsageError whose sentence says what it must be.

export function origin(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== "/" || url.search || url.username)
    throw new UsageError("It must be a scheme and a host, like https://t.me.");
  return url.origin;
}

export function framingOrigins(value: string): readonly string[] {
  const typed = value
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
  return [...new Set(typed.map((one) => (one === "*" ? one : origin(one))))];
}

export function webAddress(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new UsageError("It must be an address like https://example.org/hook.");
  return url.href;
}

export function logSetting(value: string): LogSetting {
  const typed = value.split(",").map((one) => one.trim());
  const level = logLevels.find((one) => typed.includes(one));
  const format = logFormats.find((one) => typed.includes(one));
  const known = [level, format].filter((one) => one !== undefined);
  if (value !== "" && known.length !== typed.length)
    throw new UsageError(
      `It must be one of ${logLevels.join(", ")}, and json or text, with a comma: \`info,json\`.`,
    );
  return { ...(level && { level }), ...(format && { format }) };
}

/** Of a bare `host:port`, as the usual variables may have it, an HTTP proxy is meant. */
export function proxy(value: string): string {
  const url = URL.parse(/^[a-z\d+.-]+:\/\//i.test(value) ? value : `http://${value}`);
  const [, kind, host] =
    /^(https?|socks5)h?:\/\/(?:[^/@]*@)?([^/?#]+)\/?$/i.exec(url?.href ?? "") ?? [];
  if (!url || kind === undefined || host === undefined || url.hostname === "")
    throw new UsageError(
      "It must be http://, https:// or socks5://, then host and port, like socks5://proxy.example.org:1080; user and password stand before the host, parted by a colon and ended by an @.",
    );
  const [user, password] = [url.username, url.password].map(unescaped);
  if (user === undefined || password === undefined)
    throw new UsageError(
      "Its user or password has a % that begins no escape; write %25 for the sign itself.",
    );
  if (kind === "socks5" ? isLong(user) || isLong(password) : user.includes(":"))
    throw new UsageError(
      kind === "socks5"
        ? "SOCKS5 takes a user and a password of at most 255 bytes each."
        : "HTTP takes no user with a colon in it.",
    );
  const port = url.port === "" ? (kind === "socks5" ? ":1080" : "") : `:${url.port}`;
  const login = url.username + url.password === "" ? "" : `${url.username}:${url.password}@`;
  return `${kind.toLowerCase()}://${login}${url.hostname}${port}`;
}

const isLong = (text: string): boolean => Buffer.byteLength(text) > 255;

function unescaped(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Nothing in it is refused: it is for many programs, and each reads it in its own way. */
export function listed(value: string): readonly string[] {
  return value
    .split(/[\s,]+/)
    .map((one) => one.toLowerCase())
    .filter((one) => one !== "");
}

/** Nothing that could end the header, or that some server would read otherwise. */
export function userAgent(value: string): string {
  if (!/^[!-~](?:[ -~]{0,198}[!-~])?$/.test(value))
    throw new UsageError(
      "It must be one line of at most 200 plain letters, digits and signs (ASCII), without spaces around it.",
    );
  return value;
}

/** `whsec_` and the key in base64, as Standard Webhooks has it, or plain text: libraries differ in what else they make a key of. */
export function webhookSecret(value: string): string {
  const [, told] = /^whsec_(.*)$/.exec(value) ?? [];
  if (told === undefined) {
    if (!/^[ -~]{16,}$/.test(value))
      throw new UsageError(
        "It must be whsec_ and base64, or at least 16 plain letters, digits and signs (ASCII).",
      );
    return value;
  }
  const key = Buffer.from(told, "base64");
  if (key.toString("base64") !== told || key.length < 24 || key.length > 64)
    throw new UsageError("After whsec_ it must be the base64 of 24 to 64 bytes.");
  return value;
}

/** Meilisearch takes no shorter one for a server that others reach. */
export function masterKey(value: string): string {
  if (value.length < 16) throw new UsageError("It must have at least 16 characters.");
  return value;
}

export function addressRanges(value: string): readonly string[] {
  const named = value
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
  for (const one of named) {
    const [address = "", bits, more] = one.split("/");
    const most = isIP(address) === 4 ? 32 : 128;
    if (isIP(address) === 0 || more !== undefined || (bits !== undefined && !isWhole(bits, most)))
      throw new UsageError("It must be addresses or ranges like 10.0.0.0/8, with commas.");
  }
  return named;
}

export function hosts(value: string): readonly string[] {
  const named = value
    .split(",")
    .map((one) => one.trim().toLowerCase())
    .filter((one) => one !== "");
  for (const one of named)
    if (!/^(\[[\da-f:.]+\]|[a-z\d._-]+)(:\d{1,5})?$/.test(one))
      throw new UsageError("It must be hosts like chat.example or 10.0.0.5:8000, with commas.");
  return named;
}

const isWhole = (value: string, most: number): boolean =>
  /^\d{1,3}$/.test(value) && Number(value) <= most;

/** Not empty, and nothing a terminal would not show. */
export function something(what: string): (value: string) => string {
  return (value) => {
    // oxlint-disable-next-line no-control-regex -- control characters are what is refused
    if (value.trim() === "" || /[\u0000-\u001F]/.test(value))
      throw new UsageError(`It must be ${what}.`);
    return value;
  };
}

export function program(value: string): string | undefined {
  if (value === "") return undefined;
  if (!isProgram(value))
    throw new UsageError(
      "There is no program to run there. Correct it, or leave it out to look for a browser.",
    );
  return value;
}

const units = new Map<string, number>(Object.entries({ KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 }));

export function freeSpace(value: string): { readonly bytes?: number; readonly share?: number } {
  if (value === "") return { bytes: 1e9, share: 0.05 };
  if (value === "0") return { bytes: 0 };
  const [, number = "", unit = ""] = /^(\d{1,6}(?:\.\d+)?) ?(%|[KMGT]B)$/i.exec(value) ?? [];
  if (unit === "%" && Number(number) <= 100) return { share: Number(number) / 100 };
  const bytes = Number(number) * (units.get(unit.toUpperCase()) ?? Number.NaN);
  if (number === "" || Number.isNaN(bytes))
    throw new UsageError("It must be a size like 500MB or 2GB, a share of the disk like 5%, or 0.");
  return { bytes };
}

export function hoursOrDays(value: string): number {
  const [, number = "", unit] = /^(\d{1,4})([hd])$/.exec(value) ?? [];
  const hours = Number(number) * (unit === "d" ? 24 : 1);
  if (hours < 1) throw new UsageError("It must be hours or days, like 6h or 1d.");
  return hours * 3_600_000;
}

export function daysAndWeeks(value: string): { readonly days: number; readonly weeks: number } {
  const [, days = "", weeks = "0"] = /^(\d{1,4})d(?: (\d{1,4})w)?$/.exec(value) ?? [];
  if (Number(days) < 1)
    throw new UsageError("It must be days, or days and weeks, like 7d or 7d 4w.");
  return { days: Number(days), weeks: Number(weeks) };
}

export function numberBetween(
  value: string,
  range: { readonly least: number; readonly most: number },
): number {
  const number = /^\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= range.least && number <= range.most))
    throw new UsageError(`It must be a number from ${range.least} to ${range.most}.`);
  return number;
}

export function wholeNumber(
  value: string,
  range: { readonly least: number; readonly most: number },
): number {
  const number = numberBetween(value, range);
  if (!Number.isInteger(number)) throw new UsageError("It must be a whole number.");
  return number;
}

export function oneOf<const T extends string>(value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined)
    throw new UsageError(`It must be ${allowed.map((one) => `"${one}"`).join(" or ")}.`);
  return found;
}
