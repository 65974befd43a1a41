import { expect, test } from "vitest";
import { isTelegramFile } from "../../../scraper/reading/telegram-files.ts";

test.each([
  "https://cdn1.telesco.pe/file/a.jpg",
  "https://cdn5.cdn-telegram.org/file/a.mp4?token=x",
  "https://cdn4.telegram-cdn.org/file/a.ogg",
  "https://cdn3.telegram.space/file/a",
  "https://CDN4.telesco.pe:443/file/a",
  "https://t.me/i/a.webp",
])("%s is a file of Telegram's", (address) => {
  expect(isTelegramFile(address, "https://t.me")).toBe(true);
});

test.each([
  "http://cdn4.telesco.pe/file/a.jpg",
  "https://cdn4.telesco.pe:8443/file/a.jpg",
  "https://telesco.pe.example.org/file/a.jpg",
  "https://cdn4.telesco.pe.example.org/a",
  "https://evilcdn4.telesco.pe/a",
  "https://cdn4.telesco.pe@127.0.0.1/a",
  "https://user:word@cdn4.telesco.pe/a",
  "https://127.0.0.1/a",
  "https://t.me:444/a",
  "ftp://cdn4.telesco.pe/a",
  "//cdn4.telesco.pe/a",
  "not an address",
])("%s is not", (address) => {
  expect(isTelegramFile(address, "https://t.me")).toBe(false);
});

test("another source's files may be asked of that very host and port", () => {
  const origin = "http://127.0.0.1:4001";
  expect(isTelegramFile(`${origin}/file/a`, origin)).toBe(true);
  expect(isTelegramFile("http://127.0.0.1:4002/file/a", origin)).toBe(false);
  expect(isTelegramFile("https://t.me/file/a", origin)).toBe(false);
});
