import { inEnglish, type Fault, type FaultCode, type FaultData } from "./faults.ts";
import type { Span } from "./span.ts";

/** The query cannot be taken as typed; the sentence says why and what to do, `at` where. */
export class QuerySyntaxError extends Error {
  override name = "QuerySyntaxError";
  readonly fault: Fault;
  readonly at: Span;
  constructor(code: FaultCode, at: Span, data: FaultData = {}) {
    super(inEnglish({ code, data }));
    this.fault = { code, data };
    this.at = at;
  }
}

/** A search parameter beside `q` (`after`, `limit` …) has a value it cannot have. */
export class BadParameter extends Error {
  override name = "BadParameter";
  readonly parameter: string;
  /** Where the parameter is a field of the query. */
  readonly fault?: Fault;
  constructor(
    parameter: string,
    message: string,
    { fault, ...options }: ErrorOptions & { readonly fault?: Fault } = {},
  ) {
    super(message, options);
    this.parameter = parameter;
    if (fault) this.fault = fault;
  }
}
