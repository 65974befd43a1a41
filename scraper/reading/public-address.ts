import { BlockList, isIP } from "node:net";

/** Whether an IP address is one of the public internet: not this machine, not this network, not reserved, no tunnel to those. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !reserved4.check(address);
    case 6: {
      const [, mapped] = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(address) ?? [];
      if (mapped !== undefined) return isPublicAddress(mapped);
      return global6.check(address, "ipv6") && !reserved6.check(address, "ipv6");
    }
    default:
      return false;
  }
}

/**
 * Whether a name can be one of the public internet, as far as its text tells: no number, none of the names that networks
 * keep for themselves. For whoever cannot look it up, because a proxy does.
 */
export function isPublicName(hostname: string): boolean {
  const name = hostname.toLowerCase().replace(/\.$/, "");
  const last = name.slice(name.lastIndexOf(".") + 1);
  return (
    name.length <= LONGEST_NAME &&
    /^[a-z\d_-]{1,63}(?:\.[a-z\d_-]{1,63})+$/.test(name) &&
    /[a-z]/.test(last) &&
    !ownNames.has(last) &&
    !name.endsWith(".home.arpa")
  );
}

const LONGEST_NAME = 253;

/** Kept for inside by RFC 2606, 6761, 6762, 8375 and ICANN, or used there so widely that nobody gets them. */
const ownNames = new Set(
  "localhost local localdomain internal intranet private lan home corp mail invalid test example onion arpa".split(
    " ",
  ),
);

/** IANA's registry of special IPv4 addresses, with multicast and what is kept for the future. */
const reserved4 = listOf("ipv4", [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/3",
]);

/** All that IANA gives out to be reached by everybody lies in here; mapped and translated IPv4 do not. */
const global6 = listOf("ipv6", ["2000::/3"]);

/** But for protocols (Teredo among them), examples, and 6to4, which lead to any IPv4 address. */
const reserved6 = listOf("ipv6", ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"]);

function listOf(family: "ipv4" | "ipv6", ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = "", bits] = range.split("/");
    list.addSubnet(network, Number(bits), family);
  }
  return list;
}
