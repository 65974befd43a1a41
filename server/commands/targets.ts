import { readFileSync } from "node:fs";
import { UsageError } from "../../scraper/errors.ts";
import { ownCommand } from "../../scraper/own-command.ts";
import { openRoutes } from "../../scraper/reading/proxy-relay.ts";
import { exitCodes } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { jsonLine } from "../export/json-line.ts";
import { shownFields } from "../http/api/targets.ts";
import type { Target } from "../archive/outgoing/targets.ts";
import { tellNow } from "../jobs/send-messages.ts";
import { kindNames } from "../jobs/targets/kind-names.ts";
import { newTarget } from "../jobs/targets/target-choice.ts";
import { plain, table } from "../terminal.ts";
import { openArchive } from "../wiring/open-desk.ts";
import type { JsonFlag } from "./keep.ts";
import type { Session } from "./session.ts";

export interface TargetFlags extends JsonFlag {
  readonly set?: readonly string[];
  readonly hears?: string;
  readonly digest?: string;
  readonly quiet?: string;
  readonly timezone?: string;
}

/** Adds a target; of a webhook prints the secret, alone on stdout: nothing can show it again. */
export async function addTarget(
  { config, print, progress }: Session,
  { kind, name }: { readonly kind: string; readonly name: string },
  { set = [], hears = "alerts,searches", digest, quiet, timezone: zone, json }: TargetFlags,
): Promise<ExitCode> {
  const fields = Object.fromEntries(set.map(typedField));
  const typed = { name, fields, hears: hears.split(","), digest, quiet, zone };
  const chosen = newTarget(kind, typed, config.webhookInside);
  await using archive = await openArchive(config, { mayMake: true });
  const target = await archive.targets.add({ ...chosen, changesNo: await archive.lastChange({}) });
  const secret = kind === "webhook" ? target.fields["secret"] : undefined;
  if (json) print(jsonLine({ ...shown(target), ...(secret !== undefined && { secret }) }));
  else if (secret !== undefined) print(secret);
  if (!json)
    progress.say(
      `Added as ${target.id}.${secret === undefined ? "" : " The secret is shown this once."} Try it: ${ownCommand} targets test ${target.id}`,
    );
  return exitCodes.done;
}

/** `token=123`, or `token=@file`, which other users of the machine do not see in the list of its programs. */
function typedField(typed: string): readonly [string, string] {
  const [, name = "", value = ""] = /^([^=]+)=(.*)$/s.exec(typed) ?? [];
  if (name === "") throw new UsageError("--set takes a field and its value, like token=123.");
  if (!value.startsWith("@/") && !value.startsWith("@./")) return [name, value];
  try {
    return [name, readFileSync(value.slice(1), "utf8").trim()];
  } catch (error) {
    throw new UsageError(`${value.slice(1)} cannot be read, which --set ${name} names.`, {
      cause: error,
    });
  }
}

export async function listTargets(
  { config, print, progress }: Session,
  { json }: JsonFlag,
): Promise<ExitCode> {
  await using archive = await openArchive(config);
  const targets = await archive.targets.list();
  if (json) for (const target of targets) print(jsonLine(shown(target)));
  else if (targets.length === 0)
    progress.say(
      `There are no targets. Add one: ${ownCommand} targets add ntfy Phone --set topic=… (or ${kindNames.join(", ")})`,
    );
  else
    print(
      table([
        ["id", "kind", "name", "hears", "digest", "quiet", "zone", "state"],
        ...targets.map(({ id, kind, name, hears, digest, quiet, zone, pausedAt }) => [
          id,
          kind,
          plain(name),
          hears.join(" "),
          digest || "at once",
          quiet || "never",
          zone,
          pausedAt === undefined ? "told" : `paused ${pausedAt}`,
        ]),
      ]),
    );
  return exitCodes.done;
}

/** Tells a target at once that this is a test, whether or not a server runs; what did not arrive is code 4. */
export async function testTarget(
  { config, progress, signal }: Session,
  id: string,
): Promise<ExitCode> {
  await using archive = await openArchive(config);
  const target = await archive.targets.get(id);
  if (!target) throw noTarget();
  await using routes = openRoutes({ proxy: config.proxy });
  const message = {
    type: "target.test",
    timestamp: new Date().toISOString(),
    data: { name: target.name },
  };
  const { kind, answer } = await tellNow(target, message, {
    insideHosts: config.webhookInside,
    ...(config.proxy !== undefined && { relayFor: routes.relayFor }),
    signal,
  });
  progress.say(`${kind === "sent" ? "It arrived." : "It did not arrive."} ${plain(answer)}`);
  return kind === "sent" ? exitCodes.done : exitCodes.sourceBusy;
}

export async function removeTarget({ config, progress }: Session, id: string): Promise<ExitCode> {
  await using archive = await openArchive(config);
  if (!(await archive.targets.remove(id))) throw noTarget();
  progress.say(`Removed ${id}.`);
  return exitCodes.done;
}

const noTarget = (): UsageError =>
  new UsageError(`No target has this id. \`${ownCommand} targets list\` names them.`);

/** Without its secrets. */
function shown({ kind, fields, changesNo: _changesNo, ...target }: Target) {
  return { ...target, kind, ...shownFields(kind, fields) };
}
