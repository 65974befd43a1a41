import type { Breaking } from "./breaking.ts";

const archive = ["test/server/archive/archive.test.ts"];
const purge = ["test/server/archive/purge.test.ts"];
const damage = ["test/server/http/damaged-while-served.test.ts"];
const imports = ["test/server/archive/import/import-file.test.ts"];
const encodings = ["test/server/archive/import/encodings.test.ts"];
const html = ["test/server/archive/import/desktop-html.test.ts"];
const others = ["test/server/archive/import/other-programs.test.ts"];
const evidence = ["test/server/export/evidence.test.ts"];
const stamps = ["test/server/jobs/time-stamp.test.ts"];
const heads = ["test/server/archive/kept-head.test.ts"];
const journal = ["test/server/archive/journal.test.ts"];
const lines = ["test/server/archive/import/archive-lines.test.ts"];

/** What the archive keeps, and what it takes out for good. */
export const archiveBreakings: readonly Breaking[] = [
  {
    wrong: "who only reads loads what takes pages in",
    text: "// What writes, checks and copies is loaded when it is asked for: a search needs none of it.",
    becomes: 'import "./take-in.ts";',
    tests: ["test/server/commands/what-is-loaded.test.ts"],
  },
  {
    wrong: "a purged channel's picture stays",
    text: 'await tx.deleteFrom("media").where("channel_no", "=", channel.no).execute();',
    becomes: "",
    tests: purge,
  },
  {
    wrong: "the journal remembers what was purged",
    text: "await forgetPosts(tx, channel.no, { from, to });",
    becomes: "",
    tests: journal,
  },
  {
    wrong: "an entry of the journal does not hold the one before",
    text: "Buffer.concat([before, digests, Buffer.from(`${no} ${at}`)])",
    becomes: "Buffer.concat([digests, Buffer.from(`${no} ${at}`)])",
    tests: journal,
  },
  {
    wrong: "all that the journal tells has one salt",
    text: "const all = randomBytes(count * saltBytes);",
    becomes: "const all = Buffer.alloc(count * saltBytes, randomBytes(1));",
    tests: journal,
  },
  {
    wrong: "the journal tells of no edits",
    text: 'else if (outcome === "edited") noted.push(says("edited"));',
    becomes: 'else if (outcome === "edited") noted.push();',
    tests: journal,
  },
  {
    wrong: "verify believes whatever the journal tells",
    text: "if (!told.every(({ place, salt, content }) => tells(entry, place, digestOf(salt, content))))",
    becomes: "if (told.some(({ place }) => place < 0))",
    tests: journal,
  },
  {
    wrong: "a cookie is kept with its page",
    text: "if (!isName.test(name) || secrets.has(name.toLowerCase())) continue;",
    becomes: "if (!isName.test(name)) continue;",
    tests: heads,
  },
  {
    wrong: "a page that was cut keeps the head of the whole",
    text: ".set({ bytes, purged_at: change.at, status: null, headers: null })",
    becomes: ".set({ bytes, purged_at: change.at })",
    tests: heads,
  },
  {
    wrong: "a package of evidence that was changed is taken in",
    text: 'if (hash !== `sha256:${sum.digest("hex")}`) throw refuse(`${path} is not what was written`);',
    becomes: 'if (hash === "") throw refuse(`${path} is not what was written`);',
    tests: evidence,
  },
  {
    wrong: "a version that is taken back has no page",
    text: "return page === undefined ? version : { ...version, page };",
    becomes: "return version;",
    tests: evidence,
  },
  {
    wrong: "a package tells of all posts of an entry, salts and all",
    text: '.where("post.no", "in", some)',
    becomes: '.where("post.no", ">", 0)',
    tests: evidence,
  },
  {
    wrong: "a time stamp of another question is kept",
    text: "if (!told.slice(4).some((one) => isOf(one, asked.nonce)))",
    becomes: "if (told.length === 0)",
    tests: stamps,
  },
  {
    wrong: "a time stamp is kept though its signature does not hold",
    text: 'if (!isSigned) throw new Error("its signature does not hold");',
    becomes: "",
    tests: stamps,
  },
  {
    wrong: "an older page overwrites a newer one",
    text: "if (rank < 0 || (rank === 0 && at < row.last_seen_at))",
    becomes: "if (rank < 0)",
    tests: archive,
  },
  {
    wrong: "a version's evidence is replaced by a page that says the same",
    text: "body_no: same && !retold ? row.body_no : bodyNo,",
    becomes: "body_no: bodyNo,",
    tests: archive,
  },
  {
    wrong: "a version counts as first seen whenever its counters move",
    text: "version_seen_at: same ? row.version_seen_at : at,",
    becomes: "version_seen_at: at,",
    tests: archive,
  },
  {
    wrong: "an edit makes no version",
    text: "versions: same ? row.versions : row.versions + 1,",
    becomes: "versions: row.versions,",
    tests: archive,
  },
  {
    wrong: "a post is called deleted on its first miss",
    text: "const deleted = utcDay(at) > utcDay(first);",
    becomes: "const deleted = utcDay(at) >= utcDay(first);",
    tests: archive,
  },
  {
    wrong: "counters are sampled at each read",
    text: "if (now.at.slice(0, slot) === row.sampled_at.slice(0, slot)) return undefined;",
    becomes: "",
    tests: archive,
  },
  {
    wrong: "a page that lost most of its posts is believed",
    text: "const massAbsenceShare = 0.2;",
    becomes: "const massAbsenceShare = 0.95;",
    tests: archive,
  },
  {
    wrong: "of a large archive only the posts are looked at, not their lists",
    text: "refuseUnsoundTable(raw, { table: String(name), file });",
    becomes: "",
    tests: damage,
  },
  {
    wrong: "of a large archive a post that is not what was kept is passed over",
    text: "const wrong = rows.find((row) => !isAsWritten(row));",
    becomes: "const wrong = rows.find(() => false);",
    tests: damage,
  },
  {
    wrong: "a damaged archive that was put right stays refused",
    text: "this.#damage = undefined;",
    becomes: "",
    tests: damage,
  },
  {
    wrong: "another file in a damaged archive's place is taken for it",
    text: "if (idOf(file) !== this.#opened) {",
    becomes: "if (false as boolean) {",
    tests: damage,
  },
  {
    wrong: "spans of different days become one",
    text: "if (last && last.to + 1 === span.from && sameDay(last, span))",
    becomes: "if (last && last.to + 1 === span.from)",
    tests: archive,
  },
  {
    wrong: "an earlier read takes the place of a later one",
    text: "const later = spans.filter((span) => span.readAt > read.readAt);",
    becomes: "const later = spans.filter(() => false);",
    tests: archive,
  },
  {
    wrong: "a gap takes in the first id after it",
    text: "if (from > next) gaps.push({ from: next, to: from - 1 });",
    becomes: "if (from > next) gaps.push({ from: next, to: from });",
    tests: archive,
  },
  {
    wrong: "the recent window is ten posts",
    text: "const windowPosts = 100;",
    becomes: "const windowPosts = 10;",
    tests: archive,
  },
  {
    wrong: "a part that left its album is still classed as part",
    text: 'const present = table === "member" ? sql`and gone_at is null` : sql``;',
    becomes: "const present = sql``;",
    tests: archive,
  },
  {
    wrong: "a page that says the same as an export makes a version",
    text: 'if (row.kind === "service" || wordsOf(row) === wordsOf(next.parts)) return true;',
    becomes: "",
    tests: imports,
  },
  {
    wrong: "the other parts of a purged author's new album are kept",
    text: "await addPurged(tx, post.ids, { channel, at: page.at, purgeNo: order.no });",
    becomes: "await addPurged(tx, [post.id], { channel, at: page.at, purgeNo: order.no });",
    tests: purge,
  },
  {
    wrong: "an unreadable page is cut in a purge and not dropped",
    text: "if (row.why !== null && (!cut || cut.pieces > 0)) return undefined;",
    becomes: "",
    tests: purge,
  },
  {
    wrong: "a reply goes on quoting a purged post",
    text: "if (!byAuthor && !(target && (await gone.any(target.channel, [target.id])))) continue;",
    becomes: "if (!byAuthor) continue;",
    tests: purge,
  },
  {
    wrong: "a cited set goes on saying what a purged post's content was",
    text: "  await eraseMarks(tx, isGone, file);",
    becomes: "",
    tests: purge,
  },
  {
    wrong: "a message with a purged post is sent all the same",
    text: "  await eraseMessages(tx, isGone);",
    becomes: "",
    tests: purge,
  },
  {
    wrong: "the notice that a purged post was pinned stays",
    text: "if (await isNoticeOf(tx, order, row)) await purgeRow(tx, order, row);",
    becomes: "",
    tests: purge,
  },
  {
    wrong: "what was purged stays in the free pages of the file",
    text: "await scrub(parts.file, options);",
    becomes: "",
    tests: purge,
  },
  {
    wrong: "a purged channel is read and kept again",
    text: "if (order) throw new ChannelPurged(channel, order.asked_at);",
    becomes: "",
    tests: purge,
  },
  {
    wrong: "the earlier versions of an author's posts are not looked at",
    text: "const contents = [row, ...past.filter((version) => version.post_no === row.no)];",
    becomes: "const contents = [row];",
    tests: purge,
  },
  {
    wrong: "a version that another archive saw before ours is put behind it",
    text: "sights.toSorted((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)))",
    becomes: "sights",
    tests: lines,
  },
  {
    wrong: "the same file taken in twice makes another version",
    text: ".filter(({ hash, at }) => !seenHere(hash, at)),",
    becomes: ".filter(() => true),",
    tests: lines,
  },
  {
    wrong: "a told deletion holds though the post was seen after it",
    text: "if (deleted.confirmedAt >= row.last_seen_at)",
    becomes: "if (deleted.confirmedAt !== row.last_seen_at)",
    tests: lines,
  },
  {
    wrong: "a line that was changed after its export is taken",
    text: "return isAltered\n",
    becomes: 'return isAltered && !JSON.stringify(versions).includes("\\uFFFD")\n',
    tests: lines,
  },
  {
    wrong: "a file in another encoding is taken with � for each letter",
    text: "if (isWhole ? isUtf8(bytes) : isBeginningOfUtf8(bytes)) return;",
    becomes: "if (isWhole || bytes.length > 0) return;",
    tests: encodings,
  },
  {
    wrong: "an export of another channel is merged under the name",
    text: "if (shifts.some((shift) => number - shift === -known)) return known;",
    becomes: "if (shifts.length > 0) return known;",
    tests: ["test/server/archive/import/other-channel.test.ts"],
  },
  {
    wrong: "a line's address leads to another host",
    text: "const stray = strayAddress(post) ?? contradictionOf(post);",
    becomes: "const stray = contradictionOf(post);",
    tests: lines,
  },
  {
    wrong: "a file is refused for a letter across the end of what is looked at first",
    text: 'new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });',
    becomes: 'new TextDecoder("utf-8", { fatal: true }).decode(bytes);',
    tests: encodings,
  },
  {
    wrong: "a line far behind that is not UTF-8 is taken with � for each letter",
    text: 'if (!piece.isUtf8) return "its bytes are not UTF-8";',
    becomes: "",
    tests: encodings,
  },
  {
    wrong: "half of a sign becomes � without a word",
    text: 'if (typeof value === "string") return value.isWellFormed();',
    becomes: 'if (typeof value === "string") return true;',
    tests: encodings,
  },
  {
    wrong: "what was purged comes back with an import",
    text: "if (posts.length < one.versions.length) return [];",
    becomes: "",
    tests: lines,
  },
  {
    wrong: "an HTML export's local time is taken for UTC",
    text: 'return parseInstant(`${local}${zone ?? "Z"}`);',
    becomes: "return parseInstant(`${local}Z`);",
    tests: html,
  },
  {
    wrong: "a forwarded message that goes on loses whom it is from",
    text: 'forwarded && (origin?.name ?? before?.["forwarded_from"])',
    becomes: "forwarded && origin?.name",
    tests: html,
  },
  {
    wrong: "a group's HTML export is taken for a channel's",
    text: 'if (senders.length > 0 && !senders.includes(title ?? ""))',
    becomes: "if (false as boolean)",
    tests: html,
  },
  {
    wrong: "line breaks that snscrape left out make a version",
    text: 'text.replaceAll(/\\s|\\u200D|\\uFE0F/gu, "")',
    becomes: 'text.replaceAll(/\\u200D|\\uFE0F/gu, "")',
    tests: others,
  },
  {
    wrong: "a poorer source that says something else is counted as equal",
    text: "else if (decision.otherwise) count.otherwise++;",
    becomes: "",
    tests: others,
  },
  {
    wrong: "the regular look at a small archive passes over what its posts say",
    text: "this.#reading(async (reader) => lookInParts(reader, { file, rests }));",
    becomes: "this.#reading(async (reader) => refuseUnsound(reader, file));",
    tests: ["test/server/archive/archive-damage.test.ts"],
  },
];
