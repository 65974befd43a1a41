import { stripTypeScriptTypes } from "node:module";

/** A script as browsers get it. Node runs our own sources the same way without a word; only its function for it warns that it is new. */
export function withoutTypes(source: string): string {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(source);
  } finally {
    process.emitWarning = emitWarning;
  }
}
