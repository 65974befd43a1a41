import { type StandInOptions, answerTo } from "../demo/stand-in.ts";
import { withoutClass } from "../demo/faults.ts";
import { Unreachable } from "../scraper/errors.ts";
import type { PageSource } from "../scraper/source.ts";

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
    get: (path) => {
      asked += 1;
      const fault = options.faults?.({ number: asked, path });
      const first = answerTo(path, options, { pretendEmpty: fault?.kind === "empty" });
      const elsewhere = first.headers?.["location"];
      const page = elsewhere === undefined ? first : answerTo(elsewhere, options);
      const url = `https://t.me${elsewhere ?? path}`;
      const answer = (body: string, status = page.status) =>
        Promise.resolve({ url, status, headers: {}, body: encoder.encode(body) });
      switch (fault?.kind) {
        case undefined:
        case "empty":
          return answer(page.body);
        case "status":
          return Promise.resolve({
            url,
            status: fault.status,
            headers: fault.retryAfter === undefined ? {} : { "retry-after": fault.retryAfter },
            body: encoder.encode("<html></html>"),
          });
        case "cut":
          return answer(page.body.slice(0, Math.floor(page.body.length * fault.share)));
        case "layout":
          return answer(withoutClass(page.body, fault.from, fault.to));
        case "reset":
          return Promise.reject(new Unreachable("the line was dropped"));
        default:
          throw new Error("This fault needs a network.");
      }
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
