import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";

/** Under TLS: browsers take this name only with Secure, for this host alone, so no neighbour can set it. */
const secureName = "__Host-backscroll";
/** Without TLS, which browsers let nobody name as above. */
const plainName = "backscroll";
const shape = /^[\w-]{43}$/;

/** The session a browser sends, if it looks like one. */
export function sessionOf(c: Context): string | undefined {
  const sent = getCookie(c, secureName) ?? (c.get("overTls") ? undefined : getCookie(c, plainName));
  return sent !== undefined && shape.test(sent) ? sent : undefined;
}

export const hasSecureSession = (c: Context): boolean => getCookie(c, secureName) !== undefined;

/** Gives the browser its session until it is closed, or the session ends. Sent by our own pages only, shown to no script. */
export function giveSession(c: Context, secret: string): void {
  const secure = c.get("overTls") === true;
  if (secure && getCookie(c, plainName) !== undefined) deleteCookie(c, plainName, { path: "/" });
  setCookie(c, secure ? secureName : plainName, secret, {
    path: "/",
    httpOnly: true,
    sameSite: "Strict",
    secure,
  });
}

/** Takes the session back from the browser, under whichever name it has it. */
export function forgetSession(c: Context): void {
  if (getCookie(c, secureName) !== undefined)
    deleteCookie(c, secureName, { path: "/", secure: true });
  if (getCookie(c, plainName) !== undefined) deleteCookie(c, plainName, { path: "/" });
}
