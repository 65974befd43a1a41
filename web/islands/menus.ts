/**
 * A menu is open until something else is done: a click beside it closes it, and so does Escape, which hands the focus
 * back to what opened it. That one menu closes the other is the browser's, by their common name.
 */
const openMenu = (): HTMLDetailsElement | null => document.querySelector("details.menu[open]");

document.addEventListener("click", ({ target }) => {
  const menu = openMenu();
  if (menu && target instanceof Node && !menu.contains(target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  const menu = openMenu();
  if (event.key !== "Escape" || event.isComposing || event.defaultPrevented || !menu) return;
  menu.open = false;
  if (menu.contains(document.activeElement)) menu.querySelector("summary")?.focus();
});
