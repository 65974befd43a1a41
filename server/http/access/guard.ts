import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { every } from "hono/combine";
import { createMiddleware } from "hono/factory";
import { matchedRoutes } from "hono/route";
import { secureHeaders } from "hono/secure-headers";
import type { AccessKey, Keys } from "../../archive/access/keys.ts";
import type { Sessions } from "../../archive/access/sessions.ts";
import { isAskedWithin } from "./asked-within.ts";
import { allows, type GuardedRoute, guardedRoute, isWithin, type Rule } from "./access.ts";
import { callerOf, saysTls } from "./caller.ts";
import { hasSecureSession, sessionOf } from "./session-cookie.ts";
import { Limiter, networkOf } from "./limiter.ts";
import { Refusal } from "../problems.ts";

declare module "hono" {
  interface ContextVariableMap {
    /** The origin whose pages may read this answer. */
    readerOrigin?: string;
    /** Whether the answer depends on who asks. */
    takesKey?: boolean;
    /** The only channels this request may see; absent when it may see all. */
    onlyChannels?: readonly string[];
    /** The origins that may frame this answer, when it may be framed. */
    framedBy?: readonly string[];
    /** The key that stands in the address: of a frame, whose site sends no header. */
    keyInAddress?: AccessKey;
    /** A stricter policy than every page's. */
    ownPolicy?: string;
    /** Whether it came over TLS, as far as a trusted proxy or the browser's origin tells. */
    overTls?: boolean;
    /** Whether reading takes no key from where this is asked. */
    readsFreely?: boolean;
    /** What whoever asks may do: for pages, which show no control that would be refused. */
    may?: (rule: Rule) => boolean;
    /** The key whose session this browser has. */
    entered?: AccessKey;
  }
}

export interface GuardSettings {
  /** The address the server is bound to: on a loopback one all is open to this machine. */
  readonly host: string;
  /** Whether reading takes a key beyond this machine. */
  readonly read?: "open" | "key";
  /** Requests a minute from one address. */
  readonly limit?: number | undefined;
  /** Proxies whose word on who asks is taken. */
  readonly trustedProxies?: readonly string[];
}

const largestBodyBytes = 64 * 1024;
const limitBeyondLoopback = 120;
const keyLimitFactor = 20;
const preflightSeconds = 7200;
const readings: readonly Rule[] = ["search", "read", "export"];
const probed = ["/health", "/widget/"];

const policy = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", "data:"],
  mediaSrc: ["'self'"],
  connectSrc: ["'self'"],
  formAction: ["'self'"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
  requireTrustedTypesFor: ["'script'"],
};

const secure = secureHeaders({
  contentSecurityPolicy: policy,
  xFrameOptions: "DENY",
  // `no-referrer` would make browsers send `Origin: null` with our own forms.
  referrerPolicy: "same-origin",
  strictTransportSecurity: false,
  permissionsPolicy: { camera: [], microphone: [], geolocation: [], browsingTopics: [] },
});

/**
 * What every answer says to a browser: nothing from elsewhere, nothing inline, no frame, no guessing of types; and
 * which page of another site may read it, if any.
 */
export const headers = every(
  createMiddleware(async (c, next) => {
    await next();
    const { headers: own } = c.res;
    const { readerOrigin, framedBy, ownPolicy } = c.var;
    if (ownPolicy !== undefined)
      own.set("Content-Security-Policy", `${ownPolicy}; frame-ancestors 'none'`);
    if (framedBy && framedBy.length > 0) {
      const policies = own.get("Content-Security-Policy") ?? "";
      const ancestors = `frame-ancestors ${framedBy.join(" ")}`;
      own.set("Content-Security-Policy", policies.replace("frame-ancestors 'none'", ancestors));
      own.delete("X-Frame-Options");
    }
    // A widget's script asks with `no-cors` whether the server is there at all.
    if (probed.some((path) => c.req.path.startsWith(path)))
      own.set("Cross-Origin-Resource-Policy", "cross-origin");
    if (c.get("takesKey") === true) own.append("Vary", "Authorization");
    if (!isApi(c)) return;
    own.append("Vary", "Origin");
    if (readerOrigin === undefined) return;
    own.set("Access-Control-Allow-Origin", readerOrigin);
    own.set("Access-Control-Expose-Headers", "Retry-After, ETag");
  }),
  secure,
);

/**
 * Who may ask what. On a loopback address only its own names are answered (a stranger's name that resolves here is
 * refused) and all is open to this machine. Elsewhere changes take a key, and reading too when so set. Pages of other
 * sites always need a key that names their origin.
 */
export function guard(options: {
  readonly settings: GuardSettings;
  readonly keys: Keys;
  readonly sessions: Sessions;
  readonly now: () => number;
}) {
  const { settings, keys, sessions } = options;
  const { read = "open", trustedProxies = [] } = settings;
  const local = opensToThisMachine(settings);
  const limit = settings.limit ?? (local ? undefined : limitBeyondLoopback);
  const limiter = new Limiter(options.now);
  const caller = callerOf(trustedProxies);
  const proxyTls = saysTls(trustedProxies);

  const asked = createMiddleware(async (c, next): Promise<Response | void> => {
    const host = c.req.header("host") ?? new URL(c.req.url).host;
    if (local && !isLoopback(hostname(host)))
      throw new Refusal({
        kind: "wrong-host",
        status: 421,
        detail: "Ask for it as 127.0.0.1, [::1] or localhost.",
      });
    const foreign = foreignOrigin(c, host);
    if (isPreflight(c)) return preflight(c, foreign);
    const route = guardedRoute(matchedRoutes(c));
    const rule = route?.rule ?? "open";
    const inAddress = keyInAddressOf(c);
    const bearer = bearerOf(c) ?? inAddress;
    c.set("takesKey", rule !== "open" || bearer !== undefined);
    c.set("overTls", proxyTls(c) || (c.req.header("origin") ?? "").startsWith("https://"));
    const sent = bearer === undefined ? undefined : await keys.find(bearer);
    if (sent && inAddress !== undefined) c.set("keyInAddress", sent);
    if (foreign !== undefined) await openTo(c, foreign, sent);
    if (rule !== "open" || isChange(c)) slowDown(c, sent);
    if (isForged(c, foreign)) throw foreignRefused(sent !== undefined);
    const entered = local || bearer !== undefined ? undefined : await enteredBy(c);
    const isFree = (asked: Rule): boolean =>
      asked === "open" || local || (read === "open" && readings.includes(asked));
    c.set("readsFreely", isFree("read"));
    c.set("may", (asked) => isFree(asked) || allows((sent ?? entered)?.scopes ?? [], asked));
    // A key that is sent is meant, also where none is needed; a session only adds to what is free.
    const meant = sent ?? (isFree("read") ? undefined : entered);
    if (meant && meant.channels.length > 0) c.set("onlyChannels", meant.channels);
    if (rule !== "open") {
      const free = (foreign === undefined || !isApi(c)) && isFree(rule);
      const key = sent ?? (free ? undefined : entered);
      if (bearer !== undefined && !key) throw unknownKey();
      if (!key && !free) throw keyNeeded(rule);
      if (key) {
        c.set("keyId", key.id);
        if (!allows(key.scopes, rule)) throw wrongScope(rule);
        if (key.channels.length > 0 && route) keepWithin(c, route, key.channels);
      }
    }
    await next();
    return undefined;
  });

  /**
   * The live key whose session the browser has. Only our own pages carry one: not a page of another site, nor one of
   * another port or subdomain, whose cookies browsers do not tell from ours; and a change must prove where it came from.
   */
  async function enteredBy(c: Context): Promise<AccessKey | undefined> {
    const session = sessionOf(c);
    if (session === undefined || !isOurOwn(c)) return undefined;
    const id = await sessions.keyOf(session);
    const key = id === undefined ? undefined : await keys.get(id);
    if (key) c.set("entered", key);
    return key;
  }

  /** Names the page that may read the answer, good or bad: one of the key's own, or, with no good key, of any live key. */
  async function openTo(c: Context, origin: string, key: AccessKey | undefined): Promise<void> {
    if (!isApi(c)) return;
    const known = key ? key.origins.includes(origin) : await keys.knowsOrigin(origin);
    if (known) c.set("readerOrigin", origin);
  }

  async function preflight(c: Context, origin: string | undefined): Promise<Response> {
    const allowed = origin !== undefined && isApi(c) && (await keys.knowsOrigin(origin));
    if (!allowed) throw foreignRefused(false);
    c.set("readerOrigin", origin);
    return c.body(null, 204, {
      "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE",
      "Access-Control-Allow-Headers": "Authorization, Content-Type",
      "Access-Control-Max-Age": String(preflightSeconds),
    });
  }

  function slowDown(c: Context, key: AccessKey | undefined): void {
    if (limit === undefined || isAskedWithin(c.req.raw)) return;
    const waits = [
      limiter.take(`address ${networkOf(caller(c))}`, limit),
      key ? limiter.take(`key ${key.id}`, limit * keyLimitFactor) : 0,
    ];
    const seconds = Math.max(...waits);
    if (seconds === 0) return;
    throw new Refusal(
      {
        kind: "too-many-requests",
        status: 429,
        detail: `Too many requests from here. Ask again in ${seconds} s.`,
      },
      { "Retry-After": String(seconds) },
    );
  }

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
  return every(asked, bounded);
}

/** Whether all is open to this machine: bound to a loopback address, with no proxy that hands on requests from outside. */
export const opensToThisMachine = ({ host, trustedProxies = [] }: GuardSettings): boolean =>
  isLoopback(host) && trustedProxies.length === 0;

/** @throws Refusal when this route could show other channels. */
function keepWithin(c: Context, route: GuardedRoute, channels: readonly string[]): void {
  if (!isWithin(channels, route, c.req.path)) throw wrongChannel(channels);
  c.set("onlyChannels", channels);
}

/** The origin of a page of another site, whatever it says of itself; an opaque origin is one too. */
function foreignOrigin(c: Context, host: string): string | undefined {
  const origin = c.req.header("origin");
  if (origin === undefined) return undefined;
  return hostOf(origin) === host.toLowerCase() ? undefined : origin;
}

const isPreflight = (c: Context): boolean =>
  c.req.method === "OPTIONS" && c.req.header("access-control-request-method") !== undefined;

const isChange = (c: Context): boolean => !["GET", "HEAD", "OPTIONS"].includes(c.req.method);

const isApi = (c: Context): boolean => c.req.path.startsWith("/api/");

/** A page of another site that no key names, or a form it sent from a browser that tells no origin. */
function isForged(c: Context, foreign: string | undefined): boolean {
  if (foreign !== undefined && c.get("readerOrigin") === undefined) return isChange(c) || isApi(c);
  const site = c.req.header("sec-fetch-site") ?? "";
  return isChange(c) && bearerOf(c) === undefined && ["cross-site", "same-site"].includes(site);
}

/** Whether a request is our own page's, or typed by its reader. A page under TLS has no twin without. */
function isOurOwn(c: Context): boolean {
  const site = c.req.header("sec-fetch-site");
  const origin = c.req.header("origin");
  const host = c.req.header("host") ?? new URL(c.req.url).host;
  if (origin !== undefined && hostOf(origin) !== host.toLowerCase()) return false;
  if (origin?.startsWith("http:") === true && hasSecureSession(c)) return false;
  if (!isChange(c)) return site === undefined || site === "same-origin" || site === "none";
  return site === "same-origin" || (site === undefined && origin !== undefined);
}

/** Only a frame takes its key from the address, where it stays in histories: it has no other way. */
function keyInAddressOf(c: Context): string | undefined {
  if (!c.req.path.startsWith("/embed/")) return undefined;
  return c.req.query("key") || undefined;
}

function bearerOf(c: Context): string | undefined {
  const [, key] = /^Bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "") ?? [];
  return key;
}

/** Whether only this machine reaches the address. */
const isLoopback = (host: string): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i.test(host.replace(/\.$/, ""));

const hostname = (host: string): string => host.replace(/:\d+$/, "");

/** The host of an origin; an opaque origin (`null`) has none and matches nothing. */
const hostOf = (origin: string): string | undefined =>
  URL.canParse(origin) ? new URL(origin).host : undefined;

const foreignRefused = (withKey: boolean): Refusal =>
  new Refusal({
    kind: "foreign-origin",
    status: 403,
    detail: withKey
      ? "This key is not for pages of that site. Its owner can name the site's origin when making a key."
      : "This came from a page of another site. Open Backscroll's own page and do it there, or use a key that names the site.",
  });

const bearerWanted = { "WWW-Authenticate": 'Bearer realm="Backscroll"' };

const unknownKey = (): Refusal =>
  new Refusal(
    {
      kind: "unknown-key",
      status: 401,
      detail: "This key is not known here: it was mistyped, has expired or was revoked.",
    },
    bearerWanted,
  );

const keyNeeded = (rule: Rule): Refusal =>
  new Refusal(
    {
      kind: "key-needed",
      status: 401,
      detail: `This takes a key with the scope ${scopeFor(rule)}, sent as \`Authorization: Bearer …\`.`,
    },
    bearerWanted,
  );

const scopeFor = (rule: Rule): string => (rule === "watch" ? "read" : rule);

/** Says which channels a key is for. */
export const wrongChannel = (channels: readonly string[]): Refusal =>
  new Refusal({
    kind: "wrong-channel",
    status: 403,
    detail: `This key is for ${channels.map((name) => `@${name}`).join(", ")} only.`,
  });

const wrongScope = (rule: Rule): Refusal =>
  new Refusal({
    kind: "wrong-scope",
    status: 403,
    detail: `This takes a key with the scope ${scopeFor(rule)}, and this key has another.`,
  });
