import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { channelName } from "../../scraper/channel-name.ts";
import { UsageError } from "../../scraper/errors.ts";

describe("a channel's name", () => {
  test.each([
    "durov",
    "@durov",
    "  @durov \n",
    "durov/",
    "durov/12",
    "t.me/durov",
    "T.ME/durov",
    "//t.me/durov",
    "www.t.me/durov",
    "http://t.me/durov",
    "https://t.me/durov/",
    "https://t.me//durov",
    "https://t.me:443/durov",
    "https://t.me/@durov",
    "https://t.me/durov?start=1",
    "https://t.me/durov#x",
    "https://t.me/durov/12",
    "https://t.me/durov/12?single&comment=4",
    "https://t.me/s/durov",
    "https://t.me/s/durov/12?before=9&q=https://evil.example",
    "HTTPS://T.me/s/durov?before=12",
    "telegram.me/durov",
    "https://telegram.dog/s/durov",
    "durov.t.me",
    "https://durov.t.me/12",
    "http://durov.t.me/s/12?x",
    "tg://resolve?domain=durov",
    "tg://resolve?domain=durov&post=12",
    "tg://resolve/?post=12&domain=durov#x",
    "tg:resolve?domain=durov",
    "https://web.telegram.org/k/#@durov",
    "https://web.telegram.org/a/#@durov",
    "(https://t.me/durov)",
    "<https://t.me/durov>,",
    "«t.me/durov».",
    "\u200e@durov\u200b",
    "\ufeffhttps://t.me/durov",
    "t.me/%40durov",
    "https://t.me/%40durov/12",
    "https://t.me/s/%40durov",
    "tg://resolve?domain=@durov",
    "tg://resolve?domain=%40durov&post=3",
    "https://web.telegram.org/#/im?p=@durov",
    "web.telegram.org/#/im?p=@durov",
    "https://web.telegram.org/#/im?p=%40durov",
    "https://web.telegram.org/#/im?tab=1&p=@durov&x=1",
    "https://webk.telegram.org/#@durov",
    "https://web.telegram.org/k/#?tgaddr=tg%3A%2F%2Fresolve%3Fdomain%3Ddurov",
    "https://web.telegram.org/a/#?tgaddr=tg%3A%2F%2Fresolve%3Fdomain%3Ddurov%26post%3D12",
    "https://web.telegram.org/a/#?tgaddr=tg://resolve?domain=durov&post=12",
    "[durov](https://t.me/durov)",
    "[Pavel Durov](https://t.me/durov/12).",
    "[Дуров](<t.me/s/durov>)",
    '[durov](https://t.me/durov "his channel")',
    "[@durov](tg://resolve?domain=durov)",
    "t.me/durov…",
    "https://t.me/durov...",
    "t.me/durov?",
    "t.me/durov!?",
    "@durov…",
    "‘t.me/durov’",
    "{t.me/durov}",
    "**@durov**",
    "• @durov",
    "* https://t.me/durov",
    "t.me/durov。",
    "@durov，",
    "https://t.me/boost/durov",
    "t.me/boost/@durov",
    "https://t.me/durov?boost",
    "tg://boost?domain=durov",
    "https://t.me/durov/12/34?comment=5",
    "https://t.me/durov/s/3",
    "https://t.me/durov?voicechat=abc",
    "https://t.me/durov?livestream",
    "tg://resolve?domain=durov&story=3",
    "t.me/%64urov",
    "https://t.me/s/%64%75rov/12",
    "https://t.me/%64%75%72%6F%76?before=9",
    "tg://resolve?domain=%64urov",
    "https://%64urov.t.me/12",
    "durov.t.me:443",
  ])("is read from %j", (typed) => {
    expect(channelName(typed)).toBe("durov");
  });

  test.each(["abcd", "a_1_b", `a${"b".repeat(31)}`, "Share", "login1", "DUROV"])(
    "is kept as typed: %s",
    (name) => {
      expect(channelName(name)).toBe(name);
      expect(channelName(`https://t.me/s/${name}x`.slice(0, -1))).toBe(name);
    },
  );

  test.each([
    ["", /missing/],
    ["durov.telegram.me", /no address of Telegram's.*Write @durov or durov\.t\.me/],
    ["https://durov.telegram.dog/12", /no address of Telegram's.*Write @durov or durov\.t\.me/],
    ["t.me/%2564urov", /not a channel's name/],
    ["t.me/%2e%2e%2fdurov", /not a channel's name/],
    ["t.me/%d0%b4urov", /not a channel's name/],
    ["%64urov", /not a channel's name/],
    ["   ", /missing/],
    ["@", /not a channel's name/],
    ["abc", /4 to 32/],
    [`a${"b".repeat(32)}`, /4 to 32/],
    ["a".repeat(301), /too long/],
    ["1durov", /begins with a letter/],
    ["_durov", /begins with a letter/],
    ["durov_", /single underscores/],
    ["du__rov", /single underscores/],
    ["du-rov", /Latin letters, digits/],
    ["du rov", /characters/],
    ["dürov", /look Latin/],
    ["durоv", /look Latin/],
    ["дуров", /look Latin/],
    ["ｄｕｒｏｖ", /look Latin/],
    ["ｔ．ｍｅ/durov", /look Latin/],
    ["t。me/durov", /look Latin/],
    ["durov\u0000", /characters/],
    ["durov\r\nHost: evil", /characters/],
    ["12345", /is a number/],
    ["-1001234567890", /is a number/],
    ["+79991234567", /is a number/],
    ["https://t.me/12345", /is a number/],
    ["https://t.me/+AbCdEf", /private chat/],
    ["https://t.me/%2BAbCdEf", /private chat/],
    ["t.me/joinchat/AbCdEf", /private chat/],
    ["telegram.me/joinchat/AbCdEf", /private chat/],
    ["https://t.me/c/123456/7", /private chat/],
    ["+AbCdEfGh", /private chat/],
    ["tg://join?invite=AbCdEf", /private chat/],
    ["tg://privatepost?channel=1&post=2", /private chat/],
    ["https://t.me/addstickers/Animals", /not to a channel/],
    ["https://t.me/share/url?url=https://t.me/durov", /not to a channel/],
    ["https://t.me/joinchat", /not to a channel/],
    ["https://t.me/s/", /not to a channel/],
    ["https://t.me/boost", /not to a channel/],
    ["https://t.me/boost?c=1234567", /not to a channel/],
    ["tg://boost?channel=1234567", /not a link to a channel/],
    ["https://web.telegram.org/#/im?p=c1234567_89", /not a link to a channel|not a channel's name/],
    ["https://web.telegram.org/#/im", /not a link to a channel/],
    ["https://web.telegram.org/k/#-1234567", /not a link to a channel/],
    ["[durov](https://evil.example/durov)", /not a link to a channel/],
    ["[t.me/durov](https://evil.example/)", /not a link to a channel/],
    ["[durov]()", /not a channel's name|characters|missing/],
    ["t.me/durov%E2%80%A6", /not a channel's name/],
    ["@durov and @other", /characters/],
    ["…", /missing/],
    ["t.me", /not a link to a channel/],
    ["https://t.me/", /not a link to a channel/],
    ["https://www.t.me", /not a link to a channel/],
    ["http://127.0.0.1:8080/s/durov", /not a link to a channel/],
  ])("is refused in words: %j", (typed, sentence) => {
    expect(() => channelName(typed)).toThrow(UsageError);
    expect(() => channelName(typed)).toThrow(sentence);
  });

  test.each(hostile())("never leads to another host: %j", (typed) => {
    expect(leadsElsewhere(typed)).toBe(false);
    expect(() => channelName(typed)).toThrow(UsageError);
  });

  test("never leads to another host, whatever is typed", () => {
    const pieces = fc.constantFrom(
      ..."https:// http: // / \\ @ : ? # . .. %2f %00 t.me durov evil.example s/ tg://resolve?domain= & = \t \n [::1] 127.0.0.1 localhost ｔ xn--".split(
        " ",
      ),
    );
    const typed = fc.oneof(
      fc.string(),
      fc.string({ unit: "binary" }),
      fc
        .array(fc.oneof(pieces, fc.string({ maxLength: 3 })), { maxLength: 9 })
        .map((p) => p.join("")),
    );
    fc.assert(
      fc.property(typed, (text) => {
        expect(leadsElsewhere(text)).toBe(false);
      }),
      { numRuns: 5_000 },
    );
  });
});

/** Whether the name read from it, put into an address, changes anything but the path's second part. */
function leadsElsewhere(typed: string): boolean {
  try {
    const name = channelName(typed);
    const url = new URL(`https://t.me/s/${name}?before=2`);
    return url.href !== `https://t.me/s/${name}?before=2` || !/^[A-Za-z]\w*$/.test(name);
  } catch (error) {
    if (error instanceof UsageError) return false;
    throw error;
  }
}

function hostile(): string[] {
  const hosts = [
    "evil.example",
    "127.0.0.1",
    "127.1",
    "0",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "localhost",
    "169.254.169.254",
    "t.me.evil.example",
    "evil-t.me",
    "xn--t-7fa.me",
    "t.me%2eevil.example",
    "telegram.org",
  ];
  return [
    ...hosts.flatMap((host) => [
      `http://${host}/durov`,
      `${host}:80/s/durov`,
      `https://t.me@${host}/durov`,
      `https://t.me:pw@${host}/s/durov`,
      `https://t.me\\@${host}/durov`,
    ]),
    "https://user@t.me/durov",
    "https://user:pw@t.me/durov",
    "https://t.me:8443/durov",
    "https:\\\\t.me\\durov",
    "ftp://t.me/durov",
    "file:///etc/passwd",
    "javascript:alert(1)//t.me/durov",
    "data:text/html,t.me/durov",
    "https://t.me/../evil",
    "https://t.me/s/../../durov/..",
    "https://t.me/%2e%2e/durov",
    "https://t.me/..;/durov",
    "t.me/durov%00",
    "t.me/durov%0d%0aHost:evil",
    "//evil.example/durov",
    "///evil.example/durov",
    "\\\\evil.example\\durov",
    "@evil.example",
    "durov@evil.example",
    "durov.t.me.evil.example",
    "evil.example/t.me/durov",
    "evil.example?t.me/durov",
    "evil.example#t.me/durov",
    "https://evil.example/https://t.me/durov",
    "a.b.t.me/durov",
    "127.0.0.1#.t.me",
    "evil.example\\.t.me",
    "tg://resolve?domain=evil.example",
    "tg://resolve?domain=/../x",
    "tg://resolve?domain=durov@evil.example",
    "tg://evil.example/resolve?domain=durov",
    "https://web.telegram.org/k/#@evil.example",
    "https://web.telegram.org.evil.example/k/#@durov",
    "https://t.me/s/durov@evil.example",
    "https://t.me/s/http://evil.example",
    "[t.me/durov](http://127.0.0.1/durov)",
    "https://web.telegram.org.evil.example/#/im?p=@durov",
    "https://web.telegram.org/#/im?p=@evil.example",
    "https://web.telegram.org/k/#?tgaddr=https%3A%2F%2Fevil.example%3Fdomain%3Ddurov",
    "https://t.me/boost/evil.example",
    "tg://boost?domain=evil.example",
    ".t.me",
    "..",
    "../../etc/passwd",
  ];
}
