/** `?` shows which keys do what on a page, and hides it again. */
document.addEventListener("keydown", (event) => {
  const { key, target, ctrlKey, metaKey, altKey, isComposing } = event;
  if (key !== "?" || ctrlKey || metaKey || altKey || isComposing) return;
  if (target instanceof Element && target.closest("input, textarea, select, dialog")) return;
  event.preventDefault();
  document.querySelector<HTMLElement>("#keyboard")?.togglePopover();
});
