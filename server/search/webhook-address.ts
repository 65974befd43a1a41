import { UsageError } from "../../scraper/errors.ts";
import { checkedAddress, InsideNetwork } from "../../scraper/reading/public-fetch.ts";
import { BadParameter } from "./query/query-errors.ts";

/** A webhook inside the network, which no setting allows. */
export class WebhookInside extends BadParameter {}

/** Where messages may be sent to, as a whole address. @throws BadParameter, of the parameter `name` */
export function webhookAddress(
  typed: string,
  insideHosts: readonly string[] = [],
  name = "url",
): string {
  try {
    return checkedAddress(typed, { insideHosts }).href;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const Refused = error instanceof InsideNetwork ? WebhookInside : BadParameter;
    throw new Refused(name, `${name}: ${withRemedy(error)}`, { cause: error });
  }
}

/** Why a message may not be sent; of a host inside the network, also the setting that would allow it. */
export function withRemedy(error: UsageError): string {
  if (!(error instanceof InsideNetwork)) return error.message;
  return `${error.message} If messages may go there, name ${error.host} in BACKSCROLL_WEBHOOK_INSIDE.`;
}
