/** Whether `url` may be asked on behalf of `origin`: Telegram's names for the same pages, else that origin alone. */
export function isOwn(url: URL, origin: string): boolean {
  if (url.username !== "" || url.password !== "") return false;
  if (url.origin === origin) return true;
  return telegram(new URL(origin)) && telegram(url);
}

function telegram(url: URL): boolean {
  return (
    url.protocol === "https:" &&
    url.port === "" &&
    (["t.me", "telegram.me", "telegram.dog"].includes(url.hostname) ||
      url.hostname.endsWith(".t.me"))
  );
}

/** The address of a path at the source. @throws TypeError when the path would lead anywhere else. */
export function addressOf(path: string, origin: string): URL {
  const url = new URL(origin + path);
  if (!path.startsWith("/") || url.origin !== origin || !isOwn(url, origin))
    throw new TypeError(`“${path}” is not a path at ${origin}.`);
  return url;
}
