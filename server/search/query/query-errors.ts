import type { Span } from "./tree.ts";

/** The query cannot be taken as typed; the sentence says why and what to do, `at` where. */
export class QuerySyntaxError extends Error {
  override name = "QuerySyntaxError";
  readonly at: Span;
  constructor(message: string, at: Span) {
    super(message);
    this.at = at;
  }
}

/** A search parameter beside `q` (`after`, `limit` …) has a value it cannot have. */
export class BadParameter extends Error {
  override name = "BadParameter";
  readonly parameter: string;
  constructor(parameter: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.parameter = parameter;
  }
}
