export const logLevels = ["debug", "info", "warn", "error", "off"] as const;
export const logFormats = ["json", "text"] as const;

/** What is logged and how; a format that is not given follows from where it goes. */
export interface LogSetting {
  readonly level?: (typeof logLevels)[number];
  readonly format?: (typeof logFormats)[number];
}
