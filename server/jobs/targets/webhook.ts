import { createHmac } from "node:crypto";
import { webhookAddress } from "../../search/webhook-address.ts";
import type { TargetKind } from "./kind.ts";

/** JSON for programs, as Standard Webhooks (standardwebhooks.com); its secret is ours to make. */
export const webhook: TargetKind = {
  fields: {
    url: { check: (value, { name, insideHosts }) => webhookAddress(value, insideHosts, name) },
  },
  apart: true,
  tell: async ({ fields, id, body }, { ask, now }) => {
    const { url = "", secret = "" } = fields;
    return ask({ url, headers: signatureOf({ id, body, secret }, now), body });
  },
};

/** HMAC-SHA256 over `id.timestamp.body`. */
function signatureOf(
  { id, secret, body }: { readonly id: string; readonly secret: string; readonly body: string },
  now: Date,
): Record<string, string> {
  const timestamp = String(Math.floor(now.getTime() / 1_000));
  const key = secret.startsWith("whsec_")
    ? Buffer.from(secret.slice("whsec_".length), "base64")
    : Buffer.from(secret);
  const mac = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1,${mac}`,
  };
}
