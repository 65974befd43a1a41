import { type StandInOptions, answerTo } from "../demo/stand-in.ts";
import { type Fault, withoutClass } from "../demo/faults.ts";
import { Unreachable } from "../scraper/errors.ts";
import type { PageSource } from "../scraper/reading/source.ts";

/** A stand-in that is asked without a network: the same pages, and those faults that need none. */
export interface InProcessSource extends PageSource {
  /** How often it was asked. */
  readonly asked: number;
}

export function inProcessSource(
  options: Pick<StandInOptions, "channels" | "style" | "faults">,
): InProcessSource {
  let asked = 0;
  const encoder = new TextEncoder();
  return {
    origin: "https://t.me",
    get asked() {
      return asked;
    },
    get: (path, { onRequest } = {}) => {
      asked += 1;
      onRequest?.();
      const fault = options.faults?.({ number: asked, path });
      if (fault?.kind === "reset") return Promise.reject(new Unreachable("the line was dropped"));
      const first = answerTo(path, options, { pretendEmpty: fault?.kind === "empty" });
      const elsewhere = first.headers?.["location"];
      const page = elsewhere === undefined ? first : answerTo(elsewhere, options);
      const { status, headers = {}, text } = withFault(fault, page.body);
      const body = encoder.encode(text);
      return Promise.resolve({
        url: `https://t.me${elsewhere ?? path}`,
        status: status ?? page.status,
        headers,
        body,
        receivedBytes: body.length,
      });
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function withFault(
  fault: Fault | undefined,
  text: string,
): {
  readonly text: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
} {
  switch (fault?.kind) {
    case undefined:
    case "empty":
      return { text };
    case "status": {
      const { status, retryAfter } = fault;
      const headers = retryAfter === undefined ? {} : { "retry-after": retryAfter };
      return { text: "<html></html>", status, headers };
    }
    case "cut":
      return { text: text.slice(0, Math.floor(text.length * fault.share)) };
    case "layout":
      return { text: withoutClass(text, fault.from, fault.to) };
    default:
      throw new Error("This fault needs a network.");
  }
}
