import "../widget/module.ts";

/** Draws the widget anew whenever the form beside it changes; without it, the form's button does. */
const form = document.querySelector<HTMLFormElement>("form[data-preview]");
const stage = document.querySelector<HTMLElement>("[data-stage]");
form?.addEventListener("change", () => {
  const given = new FormData(form);
  const element = document.createElement("backscroll-search");
  for (const name of ["channels", "mode", "theme", "lang", "shortcut", "links"]) {
    const value = given.get(name);
    if (typeof value === "string" && value !== "") element.setAttribute(name, value);
  }
  const accent = given.get("accent");
  if (typeof accent === "string" && CSS.supports("color", accent))
    element.style.setProperty("--bs-accent", accent);
  stage?.replaceChildren(element);
});
