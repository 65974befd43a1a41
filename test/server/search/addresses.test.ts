import { expect, test } from "vitest";
import { addressesAbove, addressesIn, addressOf } from "../../../server/search/addresses.ts";

test.each([
  ["https://www.Example.org/A/", "example.org/a"],
  ["http://example.org:8080", "example.org:8080"],
  ["example.org", "example.org"],
  ["https://example.org/?utm_source=tg&fbclid=1", "example.org"],
  ["https://example.org/a?id=5&utm_medium=x", "example.org/a?id=5"],
  ["https://example.org/s/a?single", "example.org/s/a?single="],
  ["https://t.me/s/Durov/12?single&comment=3", "t.me/durov/12"],
  ["https://telegram.me/s/durov/", "telegram.me/durov"],
  ["https://t.me/s", "t.me/s"],
  ["https://t.me/some_bot?start=x", "t.me/some_bot?start=x"],
  ["https://xn--d1abbgf6aiiy.xn--p1ai/%D0%B0", "президент.рф/а"],
  ["https://example.org/100%25%2F", "example.org/100%25%2f"],
  ["10.0.0.1/admin", "10.0.0.1/admin"],
  ["user@example.org", undefined],
  ["1.2.3", undefined],
  ["10.000₽", undefined],
  ["и/или", undefined],
  ["tg://resolve?domain=durov", undefined],
])("%s is compared as %s", (written, address) => {
  expect(addressOf(written)).toBe(address);
  expect(address === undefined ? undefined : addressOf(address)).toBe(address);
});

test("an address lies below its host, each part of its path and itself without parameters", () => {
  expect(addressesAbove("a.org/b/c?d=1#e")).toEqual([
    "a.org",
    "a.org/b",
    "a.org/b/c",
    "a.org/b/c?d=1",
    "a.org/b/c?d=1#e",
  ]);
});

test("addresses of a text end before the signs of its sentence", () => {
  expect(addressesIn("(см. https://a.org/b), «c.org/d»; и/или e.org. http://f.org/!")).toEqual([
    "a.org/b",
    "c.org/d",
    "f.org",
  ]);
});
