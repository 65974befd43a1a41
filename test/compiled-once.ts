import { tmpdir } from "node:os";
import { join } from "node:path";

/** For the processes that tests start, some thousand: what one of them compiled, the next need not. */
export const compiledOnce = {
  NODE_COMPILE_CACHE: join(tmpdir(), "backscroll-tests-compiled"),
} as const;
