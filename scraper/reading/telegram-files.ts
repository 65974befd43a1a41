import { isOwn } from "./own-hosts.ts";

/** Whether a file of a post may be asked for here: Telegram's own hosts for files, or the source the post was read from. */
export function isTelegramFile(address: string, origin: string): boolean {
  const url = URL.parse(address);
  if (!url || url.username !== "" || url.password !== "") return false;
  if (isOwn(url, origin)) return true;
  return url.protocol === "https:" && url.port === "" && fileHost.test(url.hostname);
}

const fileHost =
  /^cdn\d{1,2}\.(?:telesco\.pe|cdn-telegram\.org|telegram-cdn\.org|telegram\.space)$/;
