import { UsageError } from "./errors.ts";

/**
 * The checked name of the channel a person means, in any form people paste: `@durov`, `durov`, `t.me/durov/12`,
 * `https://t.me/s/durov?before=9`, `durov.t.me`, `telegram.me/durov`, `tg://resolve?domain=durov`, a link of Telegram Web, a link
 * to boost the channel, a link as Markdown writes it, with the marks of the sentence around it.
 * What comes out is letters, digits and `_` only, so it can stand in any path. @throws UsageError with a sentence.
 */
export function channelName(typed: string): string {
  const visible = typed.replaceAll(invisible, "").trim();
  const text = plainLetters(
    (markdownLink.exec(visible)?.groups?.["address"] ?? visible).replace(around, ""),
  );
  if (text === "") throw new UsageError("A channel's name is missing. Write it as @durov.");
  if (text.length > LONGEST_LINK)
    throw new UsageError(`“${text.slice(0, 60)}…” is too long to be a channel's name or link.`);
  if (foreignLetters.test(text))
    throw new UsageError(
      `“${shown(text)}” holds characters that a channel's name cannot have (perhaps letters that only look Latin). Type it anew as @name.`,
    );
  const name = nameIn(text);
  if (validName.test(name)) return name;
  throw new UsageError(
    /^[+-]?\d+$/.test(name)
      ? `“${shown(text)}” is a number. A public channel has a name: write it as @durov.`
      : `“${shown(name)}” is not a channel's name: it takes 4 to 32 Latin letters, digits and single underscores, and begins with a letter.`,
  );
}

/** Letters, digits and `_` that a link writes as `%64`: browsers and Telegram read them so. All other signs stay as they are. */
function plainLetters(text: string): string {
  if (!/[./:]/.test(text)) return text;
  return text.replaceAll(/%(?:3\d|[46][1-9a-f]|[57][\da]|5f)/gi, (sign) =>
    decodeURIComponent(sign),
  );
}

function nameIn(text: string): string {
  if (invitation.test(text))
    throw new UsageError(
      `“${shown(text)}” leads to a private chat. Only public channels can be read without an account.`,
    );
  for (const form of forms) {
    const { name, preview } = form.exec(text)?.groups ?? {};
    if (name === undefined) continue;
    if (form === telegramLink && !preview && notChannels.has(name.toLowerCase()))
      throw new UsageError(`“${shown(text)}” is a link of Telegram, but not to a channel.`);
    return name;
  }
  const named = nameAsHost.exec(text)?.groups?.["name"];
  if (named !== undefined)
    throw new UsageError(
      `“${shown(text)}” is no address of Telegram's: names stand before .t.me only. Write @${shown(named)} or ${shown(named)}.t.me.`,
    );
  if (/^(?:[a-z][a-z+.-]*:|[^/]*[.:\\])/i.test(text))
    throw new UsageError(
      `“${shown(text)}” is not a link to a channel. Write @durov or https://t.me/durov.`,
    );
  return text;
}

/** Telegram's rule for names; five letters are the least one can register, four are sold. */
const validName = /^(?=.{4,32}$)[A-Za-z](?:_?[A-Za-z0-9])*$/;

const scheme = "(?:(?:https?:)?//)?";
const hosts = String.raw`(?:www\.)?(?:t\.me|telegram\.(?:me|dog))(?::443)?`;
const at = "(?:@|%40)?";
const name = String.raw`(?<name>[^/?#&@:\\]+)`;
const rest = String.raw`(?:[/?#].*)?$`;
const telegramLink = new RegExp(`^${scheme}${hosts}/+(?<preview>s/+)?${at}${name}${rest}`, "i");
const web = `${scheme}web[akz]?\\.telegram\\.org/(?:[akz]/)?#`;
const forms = [
  new RegExp(`^@?(?<name>[^/?#@:.\\\\]+)(?:/+\\d*)?$`, "i"),
  new RegExp(`^${scheme}${hosts}/+boost/+${at}${name}${rest}`, "i"),
  telegramLink,
  new RegExp(`^${scheme}(?!www\\.)(?<name>[a-z0-9_]+)\\.t\\.me(?::443)?${rest}`, "i"),
  new RegExp(`^tg:(?://)?(?:resolve|boost)/?\\?(?:[^#]*&)?domain=${at}${name}(?:[&#].*)?$`, "i"),
  new RegExp(`^${web}@${name}${rest}`, "i"),
  new RegExp(`^${web}/im\\?(?:[^#]*&)?p=(?:@|%40)(?<name>[a-z]\\w*)(?:[&#].*)?$`, "i"),
  // tgaddr=tg://resolve?domain=durov, escaped
  new RegExp(
    `^${web}\\?tgaddr=tg(?::|%3a)(?:/|%2f){0,2}resolve(?:\\?|%3f)domain(?:=|%3d)${at}(?<name>[a-z]\\w*)(?:(?:&|%26|#).*)?$`,
    "i",
  ),
];
/** `durov.telegram.me`: only t.me has channels for hosts. */
const nameAsHost = new RegExp(
  `^${scheme}(?!www\\.)(?<name>[a-z0-9_]+)\\.telegram\\.(?:me|dog)${rest}`,
  "i",
);
const invitation = new RegExp(
  `^(?:${scheme}${hosts}/+(?:joinchat/|c/|\\+|%2b)|\\+(?=.*\\D)\\S|tg:(?://)?(?:join|privatepost)\\b)`,
  "iu",
);
/** First parts of paths that mean something else than a channel. */
const notChannels = new Set(
  `joinchat addstickers addemoji addtheme addlist share socks proxy setlanguage confirmphone iv login bg invoice boost
   giftcode contact nft stars call msg s c m`.split(/\s+/),
);

/** `[any words](address)`, and the stop of its sentence: where it leads counts, not what it says. */
const markdownLink = /^\[[^\]]*\]\(\s*<?(?<address>[^\s<>()]+)[^()]*\)[.,;:!?…]*$/u;

/** Brackets, quotes, stops and marks of the sentence that a link was copied from. */
const around = /^[(<[{«“‘"'`*•]+\s*|\s*[)>\]}»”’"'`*.,;:!?…。，、！？]+$/gu;

/** Marks that come along when text is copied from a message: zero-width and direction marks. */
const invisible = /[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;
// oxlint-disable-next-line no-control-regex -- control characters are among what is refused
const foreignLetters = /[^\x21-\x7e]/;
const LONGEST_LINK = 300;

function shown(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, "�").slice(0, 80);
}
