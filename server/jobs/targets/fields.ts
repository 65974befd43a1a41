import { isIP } from "node:net";
import { isInside } from "../../../scraper/reading/public-fetch.ts";
import { webhookAddress } from "../../search/webhook-address.ts";
import { BadParameter } from "../../search/query/query-errors.ts";

/** One thing to be known of a target of some kind. */
export interface Field {
  /** Shown never again. */
  readonly secret?: true;
  readonly optional?: true;
  /** What stands where nothing is typed. */
  readonly otherwise?: string;
  /** The value as it is kept. @throws BadParameter, which names `name` and never a secret */
  readonly check: (value: string, of: Asked) => string;
}

interface Asked {
  readonly name: string;
  /** Hosts within the network that may be sent to. */
  readonly insideHosts?: readonly string[];
}

const longest = 1_000;

/** A text that looks so. */
export const text =
  (like: RegExp, takes: string): Field["check"] =>
  (value, { name }) => {
    if (value.length > longest || !like.test(value))
      throw new BadParameter(name, `${name}: takes ${takes}.`);
    return value;
  };

/** A whole address of the web; what is secret goes over TLS, but within the network. */
export const address: Field["check"] = (value, { name, insideHosts = [] }) => {
  if (value.length > longest)
    throw new BadParameter(name, `${name}: takes ${longest} characters at most.`);
  const whole = webhookAddress(value, insideHosts, name);
  const url = new URL(whole);
  if (url.protocol !== "https:" && !isInside(url, { insideHosts }))
    throw new BadParameter(name, `${name}: takes an address that begins with https://.`);
  return whole;
};

/** The address of a server, below which its paths are. */
export const server: Field["check"] = (value, of) => address(value, of).replace(/\/+$/, "");

/** `mail.example.org:587` */
export const mailServer: Field["check"] = (value, { name, insideHosts = [] }) => {
  const [, host = "", port = "587"] =
    /^([\w.-]{1,253}|\[[\da-fA-F:.]+\])(?::(\d{1,5}))?$/.exec(value) ?? [];
  const isPort = Number(port) >= 1 && Number(port) <= 65_535;
  if (host === "" || !isPort)
    throw new BadParameter(name, `${name}: takes a host and a port, like mail.example.org:587.`);
  const normal = `${host.toLowerCase()}:${port}`;
  // Numbers are judged as those of web addresses are.
  if (isIP(host.replace(/^\[|\]$/g, "")) > 0 && !insideHosts.includes(normal))
    webhookAddress(`http://${normal}`, insideHosts, name);
  return normal;
};

const mailbox = /^[^\s@<>()[\]\\,;:"]{1,64}@[^\s@<>()[\]\\,;:"]{1,255}$/;

/** One mailbox, or several with commas. */
export const mailboxes =
  (most: number): Field["check"] =>
  (value, { name }) => {
    const all = value.split(",").map((one) => one.trim());
    if (all.length > most || !all.every((one) => mailbox.test(one)))
      throw new BadParameter(
        name,
        `${name}: takes ${most === 1 ? "one address" : `up to ${most} addresses with commas`}, like reader@example.org.`,
      );
    return all.join(", ");
  };
