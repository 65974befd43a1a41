/** A counter as Telegram prints it: `146`, `3.42K`, `39.9K`, `132K`, `18.9M`. */
export function shownCount(count: number): string {
  if (count < 1_000) return String(count);
  const [unit, letter] = count < 1_000_000 ? [1_000, "K"] : [1_000_000, "M"];
  const scaled = count / unit;
  const digits = scaled < 10 ? 2 : scaled < 100 ? 1 : 0;
  const scale = 10 ** digits;
  return `${Math.floor(scaled * scale + 1e-9) / scale}${letter}`;
}

/** The number a reader takes from `shownCount`: 18,923,456 is 18,900,000. */
export function roundedCount(count: number): number {
  const shown = shownCount(count);
  const number = Number.parseFloat(shown);
  if (shown.endsWith("K")) return Math.round(number * 1_000);
  if (shown.endsWith("M")) return Math.round(number * 1_000_000);
  return number;
}

/** Seconds as Telegram prints a duration: `0:58`, `1:02:05`. */
export function shownDuration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

const two = (part: number) => String(part).padStart(2, "0");
