import { readFileSync } from "node:fs";

const lookEveryMs = 1_000;

/**
 * Tells when npm, which started this process, has ended: killed, it hands on no signal. Between the two stands a shell, which
 * lives on, so the shell's parent is looked at too, where the system tells it.
 */
export function whenNpmEnds(tell: () => void): void {
  const started = ancestors();
  const timer = setInterval(() => {
    if (ancestors() === started) return;
    clearInterval(timer);
    tell();
  }, lookEveryMs);
  timer.unref();
}

/** The numbers of the parent and of its parent: another process's as soon as one of them has ended. */
function ancestors(): string {
  return `${process.ppid} ${parentOf(process.ppid)}`;
}

/** From Linux's `/proc`: `4711 (name) S 42 …`. Elsewhere unknown. */
function parentOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1] ?? "";
  } catch {
    return "";
  }
}
