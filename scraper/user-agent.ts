import { version } from "./version.ts";

const [major, minor] = version.split(".");

/** Who asks, where nobody set another name. */
export const defaultUserAgent = `Mozilla/5.0 (compatible; Backscroll/${major}.${minor}; archive of public channels)`;
