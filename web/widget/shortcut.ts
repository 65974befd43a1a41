const isApple = /Mac|iP/.test(navigator.platform);

/** `mod+k` is Ctrl+K, on Apple's machines ⌘K; `off` is none. A single key does not work where one types. */
export function isShortcut(event: KeyboardEvent, shortcut: string): boolean {
  const parts = shortcut.toLowerCase().split("+");
  const key = parts.pop();
  const has = (name: string) => parts.includes(name);
  const ctrl = has("ctrl") || (has("mod") && !isApple);
  const meta = has("meta") || (has("mod") && isApple);
  const field = event.composedPath()[0] as HTMLElement;
  return (
    (event.key.toLowerCase() === key || event.code.toLowerCase() === `key${key}`) &&
    event.ctrlKey === ctrl &&
    event.metaKey === meta &&
    event.altKey === has("alt") &&
    !event.defaultPrevented &&
    (ctrl ||
      meta ||
      has("alt") ||
      !(field.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(field.tagName)))
  );
}

/** How the shortcut is written on the button. */
export function shortcutName(shortcut: string): string {
  return shortcut
    .split("+")
    .map((one) => (one === "mod" ? (isApple ? "⌘" : "Ctrl") : one[0]!.toUpperCase() + one.slice(1)))
    .join(" ");
}
