import type { Breaking } from "./breaking.ts";

const agents = ["test/server/http/agents/agents.test.ts"];
const embed = ["test/server/http/pages/embed.test.ts"];
const oembed = ["test/server/http/api/oembed.test.ts"];
const guard = ["test/server/http/access/guard.test.ts"];
const keys = ["test/server/http/api/keys.test.ts"];
const enter = ["test/server/http/pages/enter.test.ts"];
const mediaRoutes = ["test/server/http/api/media.test.ts"];
const inside = ["test/network-inside.test.ts"];
const publicFetch = ["test/scraper/reading/public-fetch.test.ts"];
const richTexts = ["test/web/parts/rich-text.test.ts"];

const api = ["test/server/http/api.test.ts"];
const apart = ["test/server/http/access/channels-apart.test.ts"];
const parameters = ["test/server/http/unknown-parameters.test.ts"];
const words = ["test/web/words/words.test.ts"];
const owners = ["test/server/wiring/owner-only.test.ts"];
const pages = ["test/web/pages.test.ts"];

/** Who may do what, and what a browser is told. */
export const edgeBreakings: readonly Breaking[] = [
  {
    wrong: "a tool asks the API as nobody",
    text: 'const handedOn = ["host", "authorization", ',
    becomes: 'const handedOn = ["host", ',
    tests: agents,
  },
  {
    wrong: "a call of a tool counts twice",
    text: "if (limit === undefined || isAskedWithin(c.req.raw)) return;",
    becomes: "if (limit === undefined) return;",
    tests: agents,
  },
  {
    wrong: "signs that nobody sees reach an agent unseen",
    text: "const text = visible(jsonLine(answer));",
    becomes: "const text = jsonLine(answer);",
    tests: agents,
  },
  {
    wrong: "the way back from a post leads to the top of the list",
    text: "listAddress(origin)}#${postAnchor(post)}",
    becomes: "listAddress(origin)}",
    tests: pages,
  },
  {
    wrong: "a post opened from a gallery is looked for among posts without pictures",
    text: "{ ...toParams(given), ...onlySeen(asked) };",
    becomes: "toParams(given);",
    tests: ["test/web/reader-flows.test.ts"],
  },
  {
    wrong: "a picture by itself has no place before it comes",
    text: ".shot-one img {\n  block-size: auto;",
    becomes: ".shot-one img {\n  inline-size: auto;\n  block-size: auto;",
    tests: ["test/web/parts/picture-place.test.ts"],
  },
  {
    wrong: "a framed post of another channel is shown to a limited key",
    text: "if (!maySee(c, key.channel)) throw postNotKept(key);",
    becomes: "",
    tests: embed,
  },
  {
    wrong: "a key in the address opens every page",
    text: 'if (!c.req.path.startsWith("/embed/")) return undefined;',
    becomes: "",
    tests: embed,
  },
  {
    wrong: "a post's text can end the element of its JSON-LD",
    text: "/[<>&\\u2028\\u2029]/g,\n    (sign)",
    becomes: "/[\\u2028\\u2029]/g,\n    (sign)",
    tests: oembed,
  },
  {
    wrong: "an address decides under which name this server is linked to",
    text: "new URL(ownAddress(asked), publicUrl)",
    becomes: "new URL(asked.pathname + asked.search, publicUrl)",
    tests: oembed,
  },
  {
    wrong: "a stranger's host name is answered on a loopback address",
    text: "if (local && !isLoopback(hostname(host)))",
    becomes: "if (false as boolean)",
    tests: guard,
  },
  {
    wrong: "a page of another site may change things",
    text: "if (isForged(c, foreign)) throw foreignRefused(sent !== undefined);",
    becomes: "",
    tests: guard,
  },
  {
    wrong: "a key may do what its scope does not allow",
    text: "if (!allows(key.scopes, rule)) throw wrongScope(rule);",
    becomes: "",
    tests: keys,
  },
  {
    wrong: "a key of one channel sees all",
    text: "if (key.channels.length > 0 && route) keepWithin(c, route, key.channels);",
    becomes: "",
    tests: keys,
  },
  {
    wrong: "a key of one channel exports others",
    text: "{ ...given, ...(within && { within }) },",
    becomes: "given,",
    tests: apart,
  },
  {
    wrong: "a key of one channel is told that another is kept when it asks to export it",
    text: "refuseOthers(within, params.channel);",
    becomes: "",
    tests: apart,
  },
  {
    wrong: "a key of one channel follows others",
    text: "const { root, warnings } = askedResult(given, {",
    becomes:
      "const { root, warnings } = askedResult({ ...given, within: undefined } as SearchParams, {",
    tests: apart,
  },
  {
    wrong: "a key of one channel lists the runs of others",
    text: "    ...(within && { within }),\n  });\n  const runs = found",
    becomes: "  });\n  const runs = found",
    tests: apart,
  },
  {
    wrong: "a parameter that there is not is passed over",
    text: "if (unknown !== undefined) throw unknownParameter(unknown, names ?? []);",
    becomes: "",
    tests: parameters,
  },
  {
    wrong: "what other sites put into links to pages is passed over by the API",
    text: '(name) => !names.includes(name) && (c.req.path.startsWith("/api/") || !isAdded(name)),',
    becomes: "(name) => !names.includes(name) && !isAdded(name),",
    tests: parameters,
  },
  {
    wrong: "an unknown key counts as none",
    text: "if (bearer !== undefined && !key) throw unknownKey();",
    becomes: "",
    tests: keys,
  },
  {
    wrong: "a revoked key goes on",
    text: "return revoked_at === null && (expires_at === null || expires_at > this.#instant());",
    becomes: "return expires_at === null || expires_at > this.#instant();",
    tests: keys,
  },
  {
    wrong: "an expired key goes on",
    text: "return revoked_at === null && (expires_at === null || expires_at > this.#instant());",
    becomes: "return revoked_at === null;",
    tests: keys,
  },
  {
    wrong: "the secret before a rotation is good for ever",
    text: 'const isCurrent = row.hash === hash || (row.previous_until ?? "") > this.#instant();',
    becomes: "const isCurrent = true;",
    tests: keys,
  },
  {
    wrong: "any page's script may run",
    text: "scriptSrc: [\"'self'\"],",
    becomes: "scriptSrc: [\"'self'\", \"'unsafe-inline'\"],",
    tests: guard,
  },
  {
    wrong: "any page may be framed",
    text: "frameAncestors: [\"'none'\"],",
    becomes: 'frameAncestors: ["*"],',
    tests: guard,
  },
  {
    wrong: "text may become markup without a word",
    text: "  requireTrustedTypesFor: [\"'script'\"],\n",
    becomes: "",
    tests: guard,
  },
  {
    wrong: "a request may hold any number of bytes",
    text: "const largestBodyBytes = 64 * 1024;",
    becomes: "const largestBodyBytes = 64 * 1024 * 1024;",
    tests: api,
  },
  {
    wrong: "nobody is slowed down",
    text: "limiter.take(`address ${networkOf(caller(c))}`, limit),",
    becomes: "0,",
    tests: keys,
  },
  {
    wrong: "a session outlives a working day",
    text: "const lastsMs = 12 * 3_600_000;",
    becomes: "const lastsMs = 1_200 * 3_600_000;",
    tests: enter,
  },
  {
    wrong: "a session is good for pages of other sites",
    text: "if (session === undefined || !isOurOwn(c)) return undefined;",
    becomes: "if (session === undefined) return undefined;",
    tests: enter,
  },
  {
    wrong: "a file of no known type is shown",
    text: 'const shownAs = type === "application/octet-stream" ? "attachment" : "inline";',
    becomes: 'const shownAs = "inline";',
    tests: mediaRoutes,
  },
  {
    wrong: "a part of a file is one byte too long",
    text: 'const end = first === "" || last === "" ? bytes - 1 : Math.min(Number(last), bytes - 1);',
    becomes:
      'const end = first === "" || last === "" ? bytes - 1 : Math.min(Number(last) + 1, bytes - 1);',
    tests: mediaRoutes,
  },
  {
    wrong: "a key of one channel gets files of others",
    text: "? await archive.media.find(sha256, channels ? { channels } : {})",
    becomes: "? await archive.media.find(sha256, {})",
    tests: mediaRoutes,
  },
  {
    wrong: "what calls itself a picture is one",
    text: 'if (text.startsWith("\\x89PNG\\r\\n\\x1A\\n")) return "image/png";',
    becomes: 'if (text.includes("PNG")) return "image/png";',
    tests: mediaRoutes,
  },
  {
    wrong: "a restore brings back keys that were revoked",
    text: 'const changeable = ["revoked_at", "hash", "previous_hash", "previous_until"] as const;',
    becomes: 'const changeable = ["previous_until"] as const;',
    tests: ["test/server/archive/copies/restore-keys.test.ts"],
  },
  {
    wrong: "through a proxy any number and name is asked",
    text: "if (relay && !mayBeInside && !isPublicName(url.hostname)) throw inside(url, relay.proxy);",
    becomes: "",
    tests: inside,
  },
  {
    wrong: "the relay leads a browser wherever it likes",
    text: "if (!meant.some((url) => url && leadsTo(url)))",
    becomes: "if (meant.length === 0)",
    tests: inside,
  },
  {
    wrong: "`browser install` downloads past the proxy",
    text: "...(relay && waysThrough(relay))",
    becomes: "",
    tests: ["test/proxy.test.ts"],
  },
  {
    wrong: "a name may lead to this machine",
    text: '"127.0.0.0/8",',
    becomes: "",
    tests: publicFetch,
  },
  {
    wrong: "an IPv4 address in IPv6 clothes leads inside",
    text: "if (mapped !== undefined) return isPublicAddress(mapped);",
    becomes: "if (mapped !== undefined) return true;",
    tests: inside,
  },
  {
    wrong: "a redirect is followed unchecked",
    text: "url = checkedAddress(target, options);",
    becomes: "url = new URL(target);",
    tests: publicFetch,
  },
  {
    wrong: "one public address of a name is enough",
    text: "if (!first || !found.every(({ address }) => isPublicAddress(address)))",
    becomes: "if (!first || !found.some(({ address }) => isPublicAddress(address)))",
    tests: inside,
  },
  {
    wrong: "an answer may be of any size",
    text: "if (bytes > maxBytes)",
    becomes: "if (false as boolean)",
    tests: publicFetch,
  },
  {
    wrong: "an entity beyond the text is drawn",
    text: ".filter(({ from, to }) => from >= 0 && from < to && to <= text.length);",
    becomes: ";",
    tests: richTexts,
  },
  {
    wrong: "a word is not bent by its number",
    text: "fill(node[form] ?? node.other, values, manner);",
    becomes: "fill(node.other, values, manner);",
    tests: words,
  },
  {
    wrong: "a word is bent by another number than its own",
    text: 'manner.rules.select(Number(values[node.by ?? "n"]));',
    becomes: 'manner.rules.select(Number(values["n"]));',
    tests: words,
  },
  {
    wrong: "a number is not written as its language does",
    text: 'return typeof value === "number" ? format(value) : value;',
    becomes: "return String(value);",
    tests: words,
  },
  {
    wrong: "the compiler knows of no number that a text takes",
    text: '  "common.channels": "#n";\n',
    becomes: "",
    tests: words,
  },
  {
    wrong: "what others may read of a data folder stays so",
    text: "process.umask(others);",
    becomes: "process.umask(0o022);",
    tests: owners,
  },
  {
    wrong: "the weeks of a calendar begin a day early",
    text: "const blank = (first.getUTCDay() + 6) % 7;",
    becomes: "const blank = first.getUTCDay();",
    tests: pages,
  },
  {
    wrong: "a calendar draws a day that was not read as an empty one",
    text: '<i class="${isUnread ? "h-unread" : "h0"}"',
    becomes: '<i class="h0"',
    tests: pages,
  },
  {
    wrong: "another view of a result begins at its first page",
    text: 'view: view === "posts" ? "" : view, page: asked.page',
    becomes: 'view: view === "posts" ? "" : view',
    tests: pages,
  },
  {
    wrong: "the order that is chosen is not told from the others",
    text: '${sort === answer.sort ? html`aria-current="true"` : ""}',
    becomes: "",
    tests: pages,
  },
  {
    wrong: "the way back from a post leads to another page of the list",
    text: "const page = Math.ceil(hit / (Number(asked.limit) || usualLimit));",
    becomes: "const page = Math.ceil(hit / usualLimit);",
    tests: pages,
  },
  {
    wrong: "the next hit does not know its place in the list",
    text: "origin.hit + step) :",
    becomes: "origin.hit) :",
    tests: pages,
  },
];
