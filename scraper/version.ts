import manifest from "../package.json" with { type: "json" };

/** The program's version, as its help, its API and its manifests say it. */
export const { version } = manifest;
