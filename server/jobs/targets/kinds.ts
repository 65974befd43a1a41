import { discord } from "./discord.ts";
import { email } from "./email.ts";
import type { TargetKind } from "./kind.ts";
import { type KindName, kindNames } from "./kind-names.ts";
import { matrix } from "./matrix.ts";
import { ntfy } from "./ntfy.ts";
import { slack } from "./slack.ts";
import { telegram } from "./telegram.ts";
import { webhook } from "./webhook.ts";

/** What each kind asks for and does; the words of its fields are in `web/words/*.json`. */
const kinds: Readonly<Record<KindName, TargetKind>> = {
  webhook,
  ntfy,
  telegram,
  slack,
  discord,
  matrix,
  email,
};

/** A kind by its name; `undefined` for one that this program does not know. */
export const kindOf = (name: string): TargetKind | undefined =>
  kindNames.filter((one) => one === name).map((one) => kinds[one])[0];
