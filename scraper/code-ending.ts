import { extname } from "node:path";

/** How our own programs' files end: `.ts` in a checkout, which Node runs as they are, `.js` in a package, which holds them compiled. */
export const codeEnding = extname(import.meta.filename);
