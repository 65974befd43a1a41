import type { Breaking } from "./breaking.ts";

const parser = ["test/server/search/query/parse.test.ts"];
const analyzer = [
  "test/server/search/analysis/analyzer.test.ts",
  "test/server/search/analysis/tokens.test.ts",
];
const highlights = ["test/server/search/highlight.test.ts", "test/server/search/match.test.ts"];
const engine = ["test/server/search/engines/embedded.test.ts"];
const nearness = ["test/server/search/near-scan.test.ts"];
const earlier = ["test/server/http/api/earlier-versions.test.ts"];
const catchUp = ["test/server/search/catch-up.test.ts"];
const addresses = ["test/server/search/addresses.test.ts"];
const searching = ["test/server/search/search-posts.test.ts"];
const changedOrder = ["test/server/http/api/changed-order.test.ts"];
const sets = ["test/server/http/api/sets.test.ts"];

const exporting = ["test/server/export/export-posts.test.ts"];
const csvChoices = ["test/server/export/csv-choices.test.ts"];
const roundTrip = ["test/server/export/round-trip.test.ts"];

const damage = ["test/server/search/engines/index-damage.test.ts"];

/** What is found, in which order, and what leaves as a file. */
export const searchBreakings: readonly Breaking[] = [
  {
    wrong: "the index is not told when a post last changed",
    text: "...(at !== undefined && { changedAt: at }),\n      };",
    becomes: "};",
    tests: changedOrder,
  },
  {
    wrong: "of what a joined archive tells of the past the index learns nothing",
    text: "isNews(before, next) || history.changes.length > 0",
    becomes: "isNews(before, next)",
    tests: changedOrder,
  },
  {
    wrong: "of several changes the first counts as the last",
    text: 'if (at > (last.get(no) ?? "")) last.set(no, at);',
    becomes: "if (!last.has(no)) last.set(no, at);",
    tests: changedOrder,
  },
  {
    wrong: "a reading of even odds is left out",
    text: "const likely = 0.3;",
    becomes: "const likely = 0.6;",
    tests: analyzer,
  },
  {
    wrong: "a capital does not bring names",
    text: "(capital && reading.isName === true),",
    becomes: "false,",
    tests: analyzer,
  },
  {
    wrong: "a form long out of use joins a word of today",
    text: "((reading.odds ?? 0) >= likely && reading.isArchaic !== true) ||",
    becomes: "(reading.odds ?? 0) >= likely ||",
    tests: analyzer,
  },
  {
    wrong: "letters that only look Latin make another word",
    text: "return latin.test(text) && cyrillic.test(text) ? oneScript(text) : text;",
    becomes: "return text;",
    tests: analyzer,
  },
  {
    wrong: "a letter that looks alike in a designation makes another word",
    text: 'part.length === 1 && /^\\d/.test(written[i + 1] ?? "") ? latinTwin(part) : part,',
    becomes: "part,",
    tests: engine,
  },
  {
    wrong: "digits of any length begin a number in groups",
    text: "/^\\d{1,3}$/.test(first.spelling) &&",
    becomes: "",
    tests: analyzer,
  },
  {
    wrong: "an internet address is a number in groups",
    text: "!isInternetAddress(groups)",
    becomes: "true",
    tests: analyzer,
  },
  {
    wrong: "stress marks make another word",
    text: "const accents = /[\\u0300-\\u036f\\u20d0-\\u20ff]/g;",
    becomes: "const accents = /[\\u20d0-\\u20ff]/g;",
    tests: analyzer,
  },
  {
    wrong: "an \u0451 that was typed settles nothing",
    text: "const exact = this.#russian.readings(spelling);",
    becomes: "const exact = this.#russian.readings(foldYo(spelling));",
    tests: analyzer,
  },
  {
    wrong: "a keyword is read at the start of a longer word",
    text: "if (source.startsWith(word, at) && endsToken(source.charAt(at + word.length))) return meaning;",
    becomes: "if (source.startsWith(word, at)) return meaning;",
    tests: parser,
  },
  {
    wrong: "a minus after a minus is part of the word",
    text: "negative = !negative;",
    becomes: "negative = true;",
    tests: parser,
  },
  {
    wrong: "brackets nest without end",
    text: "const maxDepth = 64;",
    becomes: "const maxDepth = 6_400;",
    tests: parser,
  },
  {
    wrong: "a phrase of any looseness is taken",
    text: "const maxSlop = 100;",
    becomes: "const maxSlop = 100_000;",
    tests: parser,
  },
  {
    wrong: "an open quote is not warned of",
    text: 'this.#warn("quote-open", at);',
    becomes: "",
    tests: parser,
  },
  {
    wrong: "an unknown field is not warned of",
    text: "this.#warnOfField(start);",
    becomes: "",
    tests: parser,
  },
  {
    wrong: "a field without a value is taken",
    text: "if (empty !== undefined) {",
    becomes: "if (false as boolean && empty !== undefined) {",
    tests: parser,
  },
  {
    wrong: "30 February is a day",
    text: "if (shift === undefined || !isOnCalendar(midnight, month, date)) return undefined;",
    becomes: "if (shift === undefined) return undefined;",
    tests: parser,
  },
  {
    wrong: "a printed query loses the parentheses of what is one of several",
    text: '(node.kind === "and" || node.kind === "or") && node.kind !== inside ? `(${text})` : text;',
    becomes: "text;",
    tests: parser,
  },
  {
    wrong: "a zone moves a date the wrong way",
    text: 'return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * minute;',
    becomes: 'return (zone.startsWith("-") ? 1 : -1) * (hours * 60 + minutes) * minute;',
    tests: parser,
  },
  {
    wrong: "a date takes in the first moment after it",
    text: "return node.ranges.some(({ from = -Infinity, to = Infinity }) => at >= from && at < to);",
    becomes:
      "return node.ranges.some(({ from = -Infinity, to = Infinity }) => at >= from && at <= to);",
    tests: engine,
  },
  {
    wrong: "a missing number counts as a large one",
    text: "({ min = -Infinity, max = Infinity }) => numbers[no]! >= min && numbers[no]! <= max,",
    becomes: "({ min = -Infinity }) => numbers[no]! >= min,",
    tests: engine,
  },
  {
    wrong: "an exclusion is looked for and not left out",
    text: "return this.#columns.live.copy().drop(this.#posts(node.node, goesOn));",
    becomes: "return this.#posts(node.node, goesOn);",
    tests: engine,
  },
  {
    wrong: "hits of equal relevance come oldest first",
    text: "scores[a]! - scores[b]! || newness[numbers[a]!]! - newness[numbers[b]!]!;",
    becomes: "scores[a]! - scores[b]! || newness[numbers[b]!]! - newness[numbers[a]!]!;",
    tests: engine,
  },
  {
    wrong: "a word in another form counts like the form typed",
    text: "export const asTyped = 0.3;",
    becomes: "export const asTyped = 0;",
    tests: engine,
  },
  {
    wrong: "words side by side count like words near each other",
    text: "export const sideBySide = 0.6;",
    becomes: "export const sideBySide = 0;",
    tests: engine,
  },
  {
    wrong: "words near each other count like words far apart",
    text: "export const near = 0.4;",
    becomes: "export const near = 0;",
    tests: engine,
  },
  {
    wrong: "NEAR/5 lets one word more stand between",
    text: "if (end === undefined || start - end - 1 > between) continue;",
    becomes: "if (end === undefined || start - end - 2 > between) continue;",
    tests: nearness,
  },
  {
    wrong: "what is marked of NEAR/5 may be a word further away",
    text: "const isBefore = next !== undefined && next - end <= between;",
    becomes: "const isBefore = next !== undefined && next - end <= between + 1;",
    tests: nearness,
  },
  {
    wrong: "a * within a word stands for an apostrophe, too",
    text: "return at <= end && plainWord.test(form) && apostrophesIn(form) === this.#apostrophes;",
    becomes: "return at <= end && plainWord.test(form);",
    tests: engine,
  },
  {
    wrong: "an earlier version is shown that is not the newest with the word",
    text: "const earlier = (await archive.versions(hit)).filter(({ current }) => !current).toReversed();",
    becomes: "const earlier = (await archive.versions(hit)).filter(({ current }) => !current);",
    tests: earlier,
  },
  {
    wrong: "a common noun counts like the name that was typed",
    text: "export const asName = 4;",
    becomes: "export const asName = 0;",
    tests: engine,
  },
  {
    wrong: "the first line counts like any other",
    text: "export const onFirstLine = 2;",
    becomes: "export const onFirstLine = 0;",
    tests: engine,
  },
  {
    wrong: "is:withheld leaves out media that were withheld",
    text: 'if (post.textState === "withheld" || post.mediaWithheld === true) is.add("withheld");',
    becomes: 'if (post.textState === "withheld") is.add("withheld");',
    tests: engine,
  },
  {
    wrong: "what was kept of another state of the index goes on answering",
    text: "this.#kept.clear();",
    becomes: "",
    tests: engine,
  },
  {
    wrong: "marks cut what people see as one character",
    text: 'return { start: graphemeEdge(text, start, "start"), end: graphemeEdge(text, end, "end") };',
    becomes: "return { start, end };",
    tests: highlights,
  },
  {
    wrong: "words of a phrase may stand one further apart",
    text: "return between <= slop && found.length > 0 ? found : undefined;",
    becomes: "return between <= slop + 1 && found.length > 0 ? found : undefined;",
    tests: highlights,
  },
  {
    wrong: "words of NEAR may stand one further apart",
    text: "const isBefore = next !== undefined && next - end <= between;",
    becomes: "const isBefore = next !== undefined && next - end <= between + 1;",
    tests: highlights,
  },
  {
    wrong: "a phrase as typed is marked in any form",
    text: 'if (mark === "exact" || word.exact) return { keys: [], forms: [form] };',
    becomes: 'if (mark === "exact" || word.exact) return { keys, forms: [] };',
    tests: highlights,
  },
  {
    wrong: "a phrase of == has a word in other letters",
    text: "found.delete(stretch);",
    becomes: "void stretch;",
    tests: ["test/server/search/letters-scan.test.ts"],
  },
  {
    wrong: "Caps Lock leaves short words acronyms",
    text: "root: inSmallLetters(query.root, capitals),",
    becomes: "root: inSmallLetters(query.root, shouted),",
    tests: parser,
  },
  {
    wrong: "an excluded word must be in the text",
    text: "return canFail(node.node, isIn);",
    becomes: "return canHold(node.node, isIn);",
    tests: highlights,
  },
  {
    wrong: "a host matches the end of another",
    text: "return hosts.some((each) => host === each || host.endsWith(`.${each}`));",
    becomes: "return hosts.some((each) => host.endsWith(each));",
    tests: highlights,
  },
  {
    wrong: "what lies below an address is not found by it",
    text: "above.push(path.slice(0, at));",
    becomes: "",
    tests: addresses,
  },
  {
    wrong: "a sign that only counts visitors makes another address",
    text: "([name]) => !isTracking(name) && !(isTelegram && display.has(name)),",
    becomes: "([name]) => !(isTelegram && display.has(name)),",
    tests: addresses,
  },
  {
    wrong: "how Telegram shows a post makes another address",
    text: "([name]) => !isTracking(name) && !(isTelegram && display.has(name)),",
    becomes: "([name]) => !isTracking(name),",
    tests: addresses,
  },
  {
    wrong: "an index that owes a scrub is not scrubbed",
    text: 'if (status.state === "missing" || status.scrubOwed) await engine.apply([], 0);',
    becomes: 'if (status.state === "missing") await engine.apply([], 0);',
    tests: catchUp,
  },
  {
    wrong: "an index ahead of its archive is believed",
    text: 'state === "damaged" ||\n    position > archive.position',
    becomes: 'state === "damaged"',
    tests: catchUp,
  },
  {
    wrong: "an engine that is away counts as a post that cannot be indexed",
    text: "if (error instanceof EngineAway) throw error;",
    becomes: "",
    tests: catchUp,
  },
  {
    wrong: "what one of two engines could not do is kept silent",
    text: "if (failure !== undefined) throw failure.error;",
    becomes: "",
    tests: catchUp,
  },
  {
    wrong: "posts set aside are not known any more",
    text: "setAside.push(...(await leaveOut({ changes, target, error })));",
    becomes: "await leaveOut({ changes, target, error });",
    tests: catchUp,
  },
  {
    wrong: "an index that lacks posts is not noticed",
    text: 'if (!known.has(where)) findings.push({ where, what: "it is not in the index" });',
    becomes: "void where;",
    tests: catchUp,
  },
  {
    wrong: "a page of hits may be of any length",
    text: "if (!Number.isInteger(limit) || limit < 1 || limit > maxLimit) {",
    becomes: "if (!Number.isInteger(limit) || limit < 1) {",
    tests: searching,
  },
  {
    wrong: "a channel that is not kept is not warned of",
    text: "...(await strangeChannels(query, { archive, within: params.within })),",
    becomes: "",
    tests: searching,
  },
  {
    wrong: "the order asked for as a parameter gives way to the query's",
    text: "const sort = params.sort ?? asked.sort;",
    becomes: "const sort = asked.sort ?? params.sort;",
    tests: searching,
  },
  {
    wrong: "a set counts edited posts as unchanged",
    text: "else if (!mark.hash.startsWith(then.hash)) changes.edited.push(plain(mark));",
    becomes: "",
    tests: sets,
  },
  {
    wrong: "a page offers every post as the result of signs without a word",
    text: 'if (leavesNothing(params.q ?? "", { analyzer, now })) return "nothing";',
    becomes: "",
    tests: ["test/web/result-actions.test.ts"],
  },
  {
    wrong: "a time in Parquet is the hour on the reader's wall",
    text: 'logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MILLIS" },',
    becomes: 'logical_type: { type: "TIMESTAMP", isAdjustedToUTC: false, unit: "MILLIS" },',
    tests: roundTrip,
  },
  {
    wrong: "a cell of CSV may be a formula",
    text: "rowOf(values, isFormula)",
    becomes: "rowOf(values, () => false)",
    tests: roundTrip,
  },
  {
    wrong: "a quote in a cell of CSV ends it",
    text: "`'${text}` : text).replaceAll('\"', '\"\"')",
    becomes: "`'${text}` : text)",
    tests: roundTrip,
  },
  {
    wrong: "a post that was edited since is exported as it is now",
    text: "const exact = same",
    becomes: "const exact = same || true",
    tests: exporting,
  },
  {
    wrong: "an index that changed while it was listed goes unnoticed",
    text: "if (now.position === position && now.birth === birth) return { marks, position };",
    becomes: "return { marks, position };",
    tests: exporting,
  },
  {
    wrong: "a line break alone leaves a cell of CSV unquoted",
    text: "const text = value.toWellFormed();\n  return `",
    becomes:
      'const text = value.toWellFormed();\n  if (/[\\n\\r]/.test(text) && !/[",]/.test(text) && !isLed(text)) return text;\n  return `',
    tests: roundTrip,
  },
  {
    wrong: "the column of links holds hashtags and mentions",
    text: 'const address = type === "link" ? webAddress(url) : undefined;',
    becomes: "const address = webAddress(url);",
    tests: roundTrip,
  },
  {
    wrong: "an address with a blank becomes two in the column of links",
    text: "return address?.replaceAll(/\\s/g, encodeURIComponent) ?? [];",
    becomes: "return address ?? [];",
    tests: roundTrip,
  },
  {
    wrong: "a line of JSON ends at a sign that JSON lets stand",
    text: ".replaceAll(/[\\u0085\\u2028\\u2029]/g, escaped)",
    becomes: "",
    tests: roundTrip,
  },
  {
    wrong: "half a sign of a post makes all lines of JSON unreadable",
    text: ".replaceAll(/(?<!\\\\)((?:\\\\\\\\)*)\\\\ud[89a-f][0-9a-f]{2}/g, String.raw`$1\\ufffd`)",
    becomes: "",
    tests: roundTrip,
  },
  {
    wrong: "an exported feed changed last in 1970",
    text: "updatedAt: newest ?? head.archiveCreatedAt, isArchive: false",
    becomes: 'updatedAt: "1970-01-01T00:00:00Z", isArchive: false',
    tests: roundTrip,
  },
  {
    wrong: "the feeds of all archives have one id",
    text: "`urn:backscroll:${archiveId}:${encodeURIComponent(query.toWellFormed())}`",
    becomes: "`urn:backscroll:export:${encodeURIComponent(query.toWellFormed())}`",
    tests: roundTrip,
  },
  {
    wrong: "an exported feed does not say where it is",
    text: 'links: self === undefined ? [] : [{ rel: "self", href: self, type: "application/atom+xml" }],',
    becomes: "links: [],",
    tests: roundTrip,
  },
  {
    wrong: "a feed loses the address of a link behind words",
    text: 'html += `${htmlOf(text.slice(told, start))}<a href="${escaped(address)}">${htmlOf(text.slice(start, end))}</a>`;',
    becomes: "html += htmlOf(text.slice(told, end));\n    void address;",
    tests: roundTrip,
  },
  {
    wrong: "what a post says is markup in a feed",
    text: ".map(escaped)",
    becomes: "",
    tests: roundTrip,
  },
  {
    wrong: "a damaged page of an index is believed",
    text: "if (page !== undefined) return damaged(`page ${page} is not what was written`);",
    becomes: "",
    tests: damage,
  },
  {
    wrong: "a file for Excel lacks its mark of byte order",
    text: 'yield `${excel ? byteOrderMark : ""}${row(columns.map(({ name }) => name))}`;',
    becomes: "yield row(columns.map(({ name }) => name));",
    tests: csvChoices,
  },
  {
    wrong: "Excel rounds a long number in a text",
    text: " || guesses.some((guess) => guess.test(text.trim()))",
    becomes: "",
    tests: csvChoices,
  },
  {
    wrong: "a column that there is not is passed over",
    text: "if (!column) return name;",
    becomes: "if (!column) continue;",
    tests: csvChoices,
  },
  {
    wrong: "an index that is still being checked answers",
    text: 'if (health === undefined) return { ...status, state: "checking" };',
    becomes: "if (health === undefined) return status;",
    tests: damage,
  },
  {
    wrong: "posts that share eight words of ten are copies",
    text: "const sharedTenths = 9;",
    becomes: "const sharedTenths = 8;",
    tests: engine,
  },
  {
    wrong: "a post of seven words may be folded",
    text: "const fewestWords = 8;",
    becomes: "const fewestWords = 7;",
    tests: engine,
  },
  {
    wrong: "of copies the latest is shown",
    text: "for (const no of members) {",
    becomes: "for (const no of members.toReversed()) {",
    tests: engine,
  },
  {
    wrong: "a key is told of copies by posts that it may not see",
    text: "this.#within === undefined ? live : this.#columns.inChannels(this.#within);",
    becomes: "live;",
    tests: engine,
  },
  {
    wrong: "an ordinal is a form of its numeral",
    text: "if (!ordinal.test(tag) || ordinal.test(this.#form(paradigm, 0).tag)) return 0;",
    becomes: "if (tag !== undefined) return 0;",
    tests: ["test/server/search/analysis/russian-forms.test.ts"],
  },
  {
    wrong: "a surname with its capital is only the common word it looks like",
    text: "if (seemsSurname(written)) return this.#withName(keys, word.spelling, language);",
    becomes: "",
    tests: ["test/server/search/analysis/russian-forms.test.ts"],
  },
];
