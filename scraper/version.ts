import manifest from "#manifest" with { type: "json" };

/** The program's version, as its help, its API and its manifests say it. */
export const { version } = manifest;
