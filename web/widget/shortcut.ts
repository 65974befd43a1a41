const mod = /Mac|iP/.test(navigator.platform) ? "meta" : "ctrl";

/** `mod+k` is Ctrl+K, on Apple's machines ⌘K. A single key does not work where one types; it may take Shift to type it. */
export function isShortcut(event: KeyboardEvent, shortcut: string): boolean {
  const names = shortcut.toLowerCase().replace("mod", mod).split("+");
  const key = names.pop();
  const alone = !names[0];
  return (
    !event.defaultPrevented &&
    // By its place too, for other alphabets; what a browser fills in by itself has neither.
    [event.key, event.code?.slice(3)].some((one) => one?.toLowerCase() === key) &&
    (["alt", "ctrl", "meta", "shift"] as const).every(
      (one) => event[`${one}Key`] === names.includes(one) || (alone && one === "shift"),
    ) &&
    !(
      alone &&
      (event.composedPath()[0] as Element).closest?.("input,textarea,select,[contenteditable]")
    )
  );
}
