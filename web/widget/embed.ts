// Fits the frames of posts to what they hold, on pages of other sites. What it is told is believed of its own server only.

const home = new URL((document.currentScript as HTMLScriptElement).src).origin;
const tallestPx = 20_000;

/** The frames of this page that show a post of that server. */
const framed = (): HTMLIFrameElement[] =>
  [...document.querySelectorAll("iframe")].filter(({ src }) => src.startsWith(`${home}/embed/`));

addEventListener("message", ({ origin, source, data }) => {
  if (origin !== home) return;
  const height: unknown = (data as { backscrollHeight?: unknown } | null)?.backscrollHeight;
  if (typeof height !== "number" || !(height > 0 && height <= tallestPx)) return;
  const frame = framed().find(({ contentWindow }) => contentWindow === source);
  if (!frame) return;
  const border = frame.offsetHeight - frame.clientHeight;
  frame.style.height = `${height + border}px`;
  frame.style.maxHeight = "none";
});

/** Those that were there first have told already, to nobody. The question is no secret, and a frame may still be empty. */
const ask = (): void => {
  for (const { contentWindow } of framed()) contentWindow?.postMessage("backscroll-height", "*");
};
ask();
addEventListener("DOMContentLoaded", ask);
