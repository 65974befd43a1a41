import { isIPv6 } from "node:net";

const mostCallers = 10_000;
const minuteMs = 60_000;

interface Bucket {
  readonly left: number;
  readonly at: number;
}

/** Counts requests by who asks: so many a minute, all of them at once or spread. Forgets whoever asked longest ago. */
export class Limiter {
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes one request of `caller`; 0, or how many seconds to wait until the next is taken. */
  take(caller: string, perMinute: number): number {
    const now = this.#now();
    const { left, at } = this.#buckets.get(caller) ?? { left: perMinute, at: now };
    const full = Math.min(perMinute, left + (Math.max(0, now - at) / minuteMs) * perMinute);
    this.#buckets.delete(caller);
    this.#buckets.set(caller, { left: full >= 1 ? full - 1 : full, at: now });
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > mostCallers && oldest !== undefined) this.#buckets.delete(oldest);
    return full >= 1 ? 0 : Math.ceil((((1 - full) / perMinute) * minuteMs) / 1000);
  }
}

/** Who an address is for counting: itself, or its /64, which is what one IPv6 customer has. */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "");
  if (!isIPv6(plain)) return plain;
  const [head = "", tail] = plain.split("::");
  const first = head === "" ? [] : head.split(":");
  const last = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const groups = [...first, ...Array.from({ length: zeros }, () => "0"), ...last];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}
