import type { Breaking } from "./breaking.ts";

const gate = ["test/scraper/reading/gate.test.ts"];
const history = ["test/scraper/reading/history.test.ts"];
const names = ["test/scraper/channel-name.test.ts"];
const counts = ["test/scraper/markup/counts.test.ts"];
const texts = ["test/scraper/markup/text.test.ts"];
const messages = ["test/scraper/markup/message.test.ts", "test/scraper/markup/media.test.ts"];
const robots = ["test/scraper/reading/robots.test.ts"];
const pages = ["test/scraper/reading/page-reader.test.ts"];

const http = ["test/scraper/reading/http-source.test.ts"];
const hosts = ["test/scraper/reading/own-hosts.test.ts"];
const markup = ["test/scraper/markup/page.test.ts"];
const cases = ["test/scraper/cases.test.ts"];
const bounds = ["test/scraper/limits.test.ts"];

/** What is read from the source, and how politely. */
export const scraperBreakings: readonly Breaking[] = [
  {
    wrong: "a source is asked faster than the setting",
    text: "this.#rate = Math.min(this.#ceiling, this.#rate + this.#ceiling * RISE);",
    becomes: "this.#rate += this.#ceiling * RISE;",
    tests: gate,
  },
  {
    wrong: "a pause is not kept by everybody",
    text: "return Math.max(this.#pauseLeft(), this.#lastStart + this.#interval() - now);",
    becomes: "return this.#lastStart + this.#interval() - now;",
    tests: gate,
  },
  {
    wrong: "being told to slow down lowers no rate",
    text: "const FALL = 0.7;",
    becomes: "const FALL = 1;",
    tests: gate,
  },
  {
    wrong: "more requests than the setting are under way",
    text: "while (this.#underWay >= this.concurrency) await abortable(this.#freedPlace(), signal);",
    becomes: "",
    tests: gate,
  },
  {
    wrong: "a redirect costs nothing",
    text: "this.#owed += 1;",
    becomes: "",
    tests: gate,
  },
  {
    wrong: "an empty page ends a history at once",
    text: 'if (below.page.kind === "empty" && window.cutTop) return "above";',
    becomes: 'if (below.page.kind === "empty") return emptyPage(below, walk.channel);',
    tests: history,
  },
  {
    wrong: "a page far above an empty one is taken for proof that nothing lies below",
    text: 'if (last.page.kind === "empty" || lowestId(last.page.posts) === lowest) return last;',
    becomes: "return last;",
    tests: history,
  },
  {
    wrong: "a limit is not kept",
    text: "wanted -= bounded?.posts.length ?? 0;",
    becomes: "",
    tests: history,
  },
  {
    wrong: "an album cut by a page's border is kept in halves",
    text: 'return ids.length > 1 || (media.length > 0 && text === "");',
    becomes: "return false;",
    tests: history,
  },
  {
    wrong: "page 0, which serves the newest again, is asked for",
    text: "if (!Number.isSafeInteger(before) || before < 2)",
    becomes: "if (!Number.isSafeInteger(before))",
    tests: pages,
  },
  {
    wrong: "a redirect to somebody else's host is followed",
    text: "if (!isOwn(target, this.origin))",
    becomes: "if (false as boolean)",
    tests: http,
  },
  {
    wrong: "a host whose name ends like Telegram's is Telegram's",
    text: 'url.hostname.endsWith(".t.me"))',
    becomes: 'url.hostname.endsWith("t.me"))',
    tests: hosts,
  },
  {
    wrong: "one odd post makes a page one of another layout",
    text: "const fewestForAChange = 2;",
    becomes: "const fewestForAChange = 1;",
    tests: markup,
  },
  {
    wrong: "what another channel posted is kept as this one's",
    text: "own: messages.filter((message) => isOwn(keyOf(message))),",
    becomes: "own: messages,",
    tests: cases,
  },
  {
    wrong: "another channel's page is taken for this one's",
    text: "if (page.channel.name.toLowerCase() !== ask.channel.toLowerCase())",
    becomes: "if (false as boolean)",
    tests: pages,
  },
  {
    wrong: "an answer in another encoding than Telegram's is taken",
    text: "if (!isUtf8(body)) return notUtf8(fetched);",
    becomes: "",
    tests: pages,
  },
  {
    wrong: "a private chat's link is taken for a channel",
    text: "if (invitation.test(text))",
    becomes: "if (false as boolean)",
    tests: names,
  },
  {
    wrong: "letters that only look Latin are taken in a name",
    text: "const foreignLetters = /[^\\x21-\\x7e]/;",
    becomes: "const foreignLetters = /[\\x00-\\x1f]/;",
    tests: names,
  },
  {
    wrong: "thousands are read as millions",
    text: '["K", 1_000],',
    becomes: '["K", 1_000_000],',
    tests: counts,
  },
  {
    wrong: "an hour is read as a minute",
    text: 'return countOf(shown.split(":").reduce((seconds, part) => seconds * 60 + Number(part), 0));',
    becomes:
      'return countOf(shown.split(":").slice(-2).reduce((seconds, part) => seconds * 60 + Number(part), 0));',
    tests: counts,
  },
  {
    wrong: "control characters stay in a text",
    text: 'return controls.test(words) ? words.replaceAll(allControls, "") : words;',
    becomes: "return words;",
    tests: texts,
  },
  {
    wrong: "an address that was escaped twice stays so",
    text: 'const href = named ? given.replaceAll("&amp;", "&") : given;',
    becomes: "const href = given;",
    tests: texts,
  },
  {
    wrong: "a line break of the markup is one of the text",
    text: "if (index > 0 || start === line.length) this.#spaceDue = true;",
    becomes: "if (index > 0) this.#lineBreak();",
    tests: texts,
  },
  {
    wrong: "a blurred backdrop is taken for the video",
    text: 'const file = files.find((video) => !classesOf(video).includes("blured")) ?? files[0];',
    becomes: "const file = files[0];",
    tests: messages,
  },
  {
    wrong: "a GIF is taken for a video",
    text: 'kind: plays ? ("video" as const) : ("gif" as const),',
    becomes: 'kind: "video" as const,',
    tests: messages,
  },
  {
    wrong: "music is taken for a file",
    text: 'const music = icon !== undefined && classesOf(icon).includes("audio");',
    becomes: "const music = false;",
    tests: messages,
  },
  {
    wrong: "a robots.txt for others is ours",
    text: 'const meant = named.length > 0 ? named : groups.filter(({ agents }) => agents.includes("*"));',
    becomes: "const meant = groups;",
    tests: robots,
  },
  {
    wrong: "a post may be of the year 3000",
    text: "return text.length === 20 && parseInstant(text) === text && text <= latestInstant(now);",
    becomes: "return text.length === 20 && parseInstant(text) === text;",
    tests: bounds,
  },
  {
    wrong: "30 February is taken for 1 March",
    text: "if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(local)) return undefined;",
    becomes: "if (Number.isNaN(ms)) return undefined;",
    tests: bounds,
  },
  {
    wrong: "a count may be beyond all sense",
    text: "return Number.isSafeInteger(value) && value >= 0 && value <= limits.count;",
    becomes: "return true;",
    tests: bounds,
  },
];
