import type { SlowFile } from "../archive/runs/run.ts";
import type { OnTrouble } from "./trouble.ts";

/** Without a byte for so long a file is spoken of, as a page is. */
const silenceMs = 3_000;
/** So is one that takes so long, though bytes come. */
const longMs = 10_000;
const againMs = 30_000;
const lookEveryMs = 1_000;

/** One file on its way, as far as whoever fetches it knows. */
export interface FileWatch {
  /** The host was asked. */
  readonly asked: () => void;
  /** What is here before the first byte comes, and how much there is, where the host tells. */
  readonly begun: (here: number, ofBytes: number | undefined) => void;
  readonly came: (bytes: number) => void;
  readonly ended: () => void;
}

/** Tells of files that do not come, of each again while it lasts; `undefined` when the last of them has ended. Times are real ones. */
export function slowFiles(onTrouble: OnTrouble, mostMs: number): (url: string) => FileWatch {
  const told = new Set<FileWatch>();
  return (url) => {
    let askedAt = 0;
    let lastAt = 0;
    let toldAt: number | undefined;
    let bytes = 0;
    let ofBytes: number | undefined;
    let looking: NodeJS.Timeout | undefined;
    const look = (): void => {
      const now = performance.now();
      if (toldAt !== undefined && now - toldAt < againMs) return;
      if (now - lastAt < silenceMs && now - askedAt < longMs) return;
      toldAt = now;
      told.add(watch);
      const seconds = Math.round((now - askedAt) / 1000);
      const file: SlowFile = { kind: "file", url, seconds, bytes, mostSeconds: mostMs / 1000 };
      onTrouble({ ...file, ...(ofBytes !== undefined && { ofBytes }) });
    };
    const watch: FileWatch = {
      asked: () => {
        clearInterval(looking);
        askedAt = lastAt = performance.now();
        looking = setInterval(look, lookEveryMs);
      },
      begun: (here, whole) => {
        bytes = here;
        ofBytes = whole;
        lastAt = performance.now();
      },
      came: (more) => {
        bytes += more;
        lastAt = performance.now();
      },
      ended: () => {
        clearInterval(looking);
        if (told.delete(watch) && told.size === 0) onTrouble(undefined);
      },
    };
    return watch;
  };
}
