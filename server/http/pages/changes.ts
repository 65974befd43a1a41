import type { OpenAPIHono } from "@hono/zod-openapi";
import { instant } from "../../../scraper/instant.ts";
import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { changesPage, type ChangesShown } from "../../../web/pages/changes-page.ts";
import type { PostChange } from "../../archive/posts/read-changes.ts";
import { needs } from "../access/access.ts";
import { changeFilter, changesAddress, changesAPage, changesQuery } from "../api/changes-asked.ts";
import { shown } from "../api/posts.ts";
import type { Parts } from "../parts.ts";
import { Refusal, refusalOfInput } from "../problems.ts";
import { frameOf, givenIn, send, allFaces } from "./desk.ts";
import { formOf } from "./form.ts";

const aYearSeconds = 31_536_000;
const cookie = "changes-seen";

/** `/changes`: what was seen to happen to posts, and the mark up to where the reader has seen it. */
export function addChangesPage(app: OpenAPIHono, parts: Parts): void {
  app.get("/changes", needs("read"), (c) => changesRoute(c, parts));
  app.post("/changes", needs("read"), (c) => markSeen(c, parts));
}

async function changesRoute(c: Context, parts: Parts): Promise<Response> {
  const asked = askedIn(c);
  const { page = 1 } = asked;
  const { archive } = parts;
  const within = c.get("onlyChannels");
  const filter = await changeFilter(parts, asked, within);
  const { kinds, ...ofAnyKind } = filter;
  const { channels: _, ...ofAnyChannel } = filter;
  const offset = (page - 1) * changesAPage;
  const [frame, counts, channels, upTo, faces, found] = await Promise.all([
    frameOf(c, parts),
    archive.countChanges(ofAnyKind),
    archive.changedChannels({ ...ofAnyChannel, ...(within && { channels: within }) }),
    archive.lastChange(within ? { channels: within } : {}),
    allFaces(parts),
    archive.postChanges(filter, { offset, limit: changesAPage }),
  ]);
  const visit = visitOf(c, upTo);
  const [perDay, newOnes] = await Promise.all([
    archive.changesByDay({ ...filter, ...daysOf(found, filter.since) }),
    visit && archive.countChanges({ ...filter, afterNo: visit.no }),
  ]);
  const pairs = found.map((change) => ({ no: change.no, change: shown(change) }));
  const total = (kinds ?? (["edited", "deleted", "returned"] as const)).reduce(
    (sum, kind) => sum + counts[kind],
    0,
  );
  const view = {
    frame,
    shown: asked,
    counts,
    channels,
    faces,
    perDay,
    upTo,
    total,
    from: offset + 1,
    changes: pairs.map(({ change }) => change),
    newCount: newOnes && newOnes.edited + newOnes.deleted + newOnes.returned,
    visit: visit && {
      at: visit.at,
      isFirstPage: page === 1,
      unseen: new Set(pairs.filter(({ no }) => no > visit.no).map(({ change }) => change)),
    },
    to: (other: ChangesShown, path = "/changes") => changesAddress(path, other),
  };
  return send(c, changesPage(view));
}

/** The form's answer: the same page, and the cookie that says up to where its changes were seen. */
async function markSeen(c: Context, parts: Parts): Promise<Response> {
  const asked = askedIn(c);
  const upTo = (await formOf(c)).one("upTo") ?? "";
  if (!/^\d{1,15}$/.test(upTo))
    throw new Refusal({
      kind: "bad-request",
      status: 400,
      detail: "upTo takes the number of the newest change that was shown.",
      parameter: "upTo",
    });
  const at = instant(parts.clock());
  setCookie(c, cookie, `${Number(upTo)}.${at}`, {
    path: "/changes",
    maxAge: aYearSeconds,
    sameSite: "Strict",
    httpOnly: true,
    secure: c.get("overTls") === true,
  });
  return c.redirect(changesAddress("/changes", asked), 303);
}

function askedIn(c: Context): ChangesShown {
  const asked = changesQuery.safeParse(givenIn(c));
  if (!asked.success) throw refusalOfInput("query", asked.error);
  return asked.data;
}

/** Up to which change the reader has seen all, and when; a number this archive never gave says nothing of it. */
function visitOf(
  c: Context,
  last: number,
): { readonly no: number; readonly at: string } | undefined {
  const [, no = "", at = ""] =
    /^(\d{1,15})\.(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)$/.exec(getCookie(c, cookie) ?? "") ?? [];
  if (no === "" || Number(no) > last || Number.isNaN(Date.parse(at))) return undefined;
  return { no: Number(no), at };
}

/** The whole days that these changes were seen on, as far as they were asked for. */
function daysOf(
  changes: readonly PostChange[],
  since = "",
): { readonly since?: string; readonly until?: string } {
  const [newest, oldest] = [changes[0], changes.at(-1)];
  if (!newest || !oldest) return {};
  const first = oldest.at.slice(0, 10);
  // Of a day every instant sorts after its name, and before this.
  return { since: since > first ? since : first, until: `${newest.at.slice(0, 10)}U` };
}
