/** Every format of an export: its name for people, what the answer says it is, and whether it is text. */
const formats = {
  jsonl: { name: "JSONL", type: "application/x-ndjson; charset=utf-8", isText: true },
  csv: { name: "CSV", type: "text/csv; charset=utf-8; header=present", isText: true },
  parquet: { name: "Parquet", type: "application/vnd.apache.parquet", isText: false },
  atom: { name: "Atom", type: "application/atom+xml; charset=utf-8", isText: true },
} as const satisfies Readonly<
  Record<string, { readonly name: string; readonly type: string; readonly isText: boolean }>
>;

export type ExportFormat = keyof typeof formats;
export const exportFormats = Object.keys(formats) as [ExportFormat, ...ExportFormat[]];

/** What a format is. */
export const formatOf = (format: ExportFormat): (typeof formats)[ExportFormat] => formats[format];
