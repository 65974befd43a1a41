/** Programs of others that tests read our output with, and that come without types. */
declare module "@citation-js/core" {
  export const plugins: {
    readonly input: {
      chain(text: string, options: { readonly generateGraph: boolean }): readonly unknown[];
    };
  };
}
declare module "@citation-js/plugin-bibtex";
declare module "parse-prometheus-text-format" {
  export default function parse(text: string): readonly {
    readonly name: string;
    readonly help: string;
    readonly type: string;
    readonly metrics: readonly {
      readonly value?: string;
      readonly count?: string;
      readonly sum?: string;
      readonly labels?: Readonly<Record<string, string>>;
    }[];
  }[];
}
