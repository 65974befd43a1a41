import { Gate, type GateOptions } from "./gate.ts";

/** The gates of one process: one a host, whatever asks it. */
export class Gates {
  readonly #options: GateOptions;
  readonly #gates = new Map<string, Gate>();

  constructor(options: GateOptions = {}) {
    this.#options = options;
  }

  /** The gate of a host (`name` or `name:port`); callers name hosts of a short list only. */
  of(host: string): Gate {
    const known = this.#gates.get(host) ?? new Gate(this.#options);
    this.#gates.set(host, known);
    return known;
  }
}
