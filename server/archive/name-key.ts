/** The key a channel is found by, whatever the case it is typed in. */
export function nameKey(name: string): string {
  return name.toLowerCase();
}
