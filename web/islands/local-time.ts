/**
 * A switch that shows times as this reader's clock has them, kept in this browser. UTC stays what pages say, and the
 * tooltip of each time that is shown otherwise.
 */
class LocalTime extends HTMLElement {
  connectedCallback(): void {
    const button = this.querySelector("button");
    if (!button) return;
    const show = (isLocal: boolean): void => {
      button.ariaPressed = String(isLocal);
      for (const time of document.querySelectorAll<HTMLTimeElement>("time[datetime*=T]"))
        if (isLocal) toLocal(time);
        else toUtc(time);
      nameZone(isLocal ? ownZones() : "UTC");
    };
    button.addEventListener("click", () => {
      const isLocal = button.ariaPressed !== "true";
      keep(isLocal);
      show(isLocal);
    });
    document.addEventListener("redrawn", () => {
      if (button.ariaPressed === "true") show(true);
    });
    if (isKept()) show(true);
    else button.ariaPressed = "false";
  }
}

const utcTexts = new WeakMap<HTMLTimeElement, readonly string[]>();

/** The same places of the text hold the local day, hour and zone. */
function toLocal(time: HTMLTimeElement): void {
  if (utcTexts.has(time)) return;
  const at = new Date(time.dateTime);
  if (Number.isNaN(at.getTime())) return;
  const nodes = textsOf(time);
  utcTexts.set(
    time,
    nodes.map((node) => node.data),
  );
  time.title = `${at.toISOString().slice(0, 19).replace("T", " ")} UTC`;
  const shifted = new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString();
  for (const node of nodes)
    node.data = node.data
      .replace(/\d{4}-\d{2}-\d{2}/, shifted.slice(0, 10))
      .replace(/\d{2}:\d{2}:\d{2}/, shifted.slice(11, 19))
      .replace(/\d{2}:\d{2}(?!:)(?<!\d{2}:\d{2}:\d{2})/, shifted.slice(11, 16))
      .replace("UTC", zoneOf(at));
}

function toUtc(time: HTMLTimeElement): void {
  const said = utcTexts.get(time);
  if (!said) return;
  utcTexts.delete(time);
  time.removeAttribute("title");
  for (const [place, node] of textsOf(time).entries()) node.data = said[place] ?? node.data;
}

function textsOf(time: HTMLTimeElement): readonly Text[] {
  const walker = document.createTreeWalker(time, NodeFilter.SHOW_TEXT);
  const nodes: Text[] = [];
  while (walker.nextNode()) nodes.push(walker.currentNode as Text);
  return nodes;
}

/** `UTC+3`, `UTC-3:30` */
function zoneOf(at: Date): string {
  const minutes = -at.getTimezoneOffset();
  const rest = Math.abs(minutes) % 60;
  const hours = Math.trunc(Math.abs(minutes) / 60);
  return `UTC${minutes < 0 ? "-" : "+"}${hours}${rest > 0 ? `:${String(rest).padStart(2, "0")}` : ""}`;
}

/** `UTC+5:30`, or `UTC+2/+3` where clocks are changed: a column holds times of summer and winter alike. */
function ownZones(): string {
  const year = new Date().getFullYear();
  const [winter = "", summer = ""] = [0, 6].map((month) => zoneOf(new Date(year, month, 1)));
  return winter === summer ? winter : `${winter}/${summer.slice(3)}`;
}

/** The heads of times that name no zone themselves, and what folded tables write beside them instead. */
function nameZone(zone: string): void {
  for (const word of document.querySelectorAll("[data-zone]")) word.textContent = zone;
  for (const { dataset } of document.querySelectorAll<HTMLElement>(
    "[data-label*=UTC], [data-utc]",
  )) {
    dataset["utc"] ??= dataset["label"] ?? "";
    dataset["label"] = dataset["utc"].replace("UTC", zone);
  }
}

const localTimeKey = "local-time";

function isKept(): boolean {
  try {
    return localStorage.getItem(localTimeKey) === "on";
  } catch {
    return false;
  }
}

function keep(isLocal: boolean): void {
  try {
    if (isLocal) localStorage.setItem(localTimeKey, "on");
    else localStorage.removeItem(localTimeKey);
  } catch {
    // A browser that keeps nothing shows it for this page alone.
  }
}

customElements.define("local-time", LocalTime);
