/** What a file gave. `known`: its posts that were kept already. */
export interface Imported {
  readonly channel: string;
  readonly new: number;
  readonly known: number;
  /** Sentences for the operator: what was left out, and why. */
  readonly warnings: readonly string[];
}

export interface ImportOptions {
  /** The channel's name, where the file does not tell it. */
  readonly channel?: string;
  readonly signal?: AbortSignal;
}
