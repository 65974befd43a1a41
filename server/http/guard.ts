import { bodyLimit } from "hono/body-limit";
import { every } from "hono/combine";
import { createMiddleware } from "hono/factory";
import { secureHeaders } from "hono/secure-headers";
import { Refusal } from "./problems.ts";

const largestBodyBytes = 64 * 1024;

/** What every answer says to a browser: nothing from elsewhere, nothing inline, no frame, no guessing of types. */
export const headers = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", "data:"],
    connectSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
    requireTrustedTypesFor: ["'script'"],
  },
  xFrameOptions: "DENY",
  // `no-referrer` would make browsers send `Origin: null` with our own forms.
  referrerPolicy: "same-origin",
  strictTransportSecurity: false,
  permissionsPolicy: { camera: [], microphone: [], geolocation: [], browsingTopics: [] },
});

/**
 * Who may ask what. Bound to a loopback address, only its own names are answered (a stranger's name that resolves
 * here is refused) and changes are open; bound elsewhere, nothing can be changed.
 */
export function guard(options: { readonly host: string }) {
  const local = isLoopback(options.host);
  const askedHere = createMiddleware(async (c, next) => {
    const host = c.req.header("host") ?? new URL(c.req.url).host;
    if (local && !isLoopback(hostname(host)))
      throw new Refusal({
        kind: "wrong-host",
        status: 421,
        detail: "Ask for it as 127.0.0.1, [::1] or localhost.",
      });
    const change = !["GET", "HEAD", "OPTIONS"].includes(c.req.method);
    const origin = c.req.header("origin");
    const foreign =
      (origin !== undefined && hostOf(origin) !== host.toLowerCase()) ||
      (change && ["cross-site", "same-site"].includes(c.req.header("sec-fetch-site") ?? ""));
    if (foreign && (change || c.req.path.startsWith("/api/")))
      throw new Refusal({
        kind: "foreign-origin",
        status: 403,
        detail:
          "This came from a page of another site. Open Backscroll's own page and do it there.",
      });
    if (change && !local)
      throw new Refusal({
        kind: "changes-closed",
        status: 403,
        detail:
          "This server listens beyond its own machine, where nothing can be changed. Use the command line there, or serve on 127.0.0.1.",
      });
    await next();
  });
  const bounded = bodyLimit({
    maxSize: largestBodyBytes,
    onError: () => {
      throw new Refusal({
        kind: "body-too-large",
        status: 413,
        detail: `A request may hold ${largestBodyBytes / 1024} KiB at most.`,
      });
    },
  });
  return every(askedHere, bounded);
}

/** Whether only this machine reaches the address. */
export const isLoopback = (host: string): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i.test(host.replace(/\.$/, ""));

const hostname = (host: string): string => host.replace(/:\d+$/, "");

/** The host of an origin; an opaque origin (`null`) has none and matches nothing. */
const hostOf = (origin: string): string | undefined =>
  URL.canParse(origin) ? new URL(origin).host : undefined;
