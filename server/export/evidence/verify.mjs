#!/usr/bin/env node
// Checks a package of evidence that Backscroll made, and names what was changed in it. Needs Node 20 or newer, and nothing else.
//   node verify.mjs                  the folder that this file was unpacked to, or the one package that lies there
//   node verify.mjs FILE|FOLDER
// Ends with 0 when all is as it was written, with 1 when something is not, with 2 when there is nothing to check.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

const manifestName = "datapackage.json";
const digestName = "datapackage-digest.json";
const warcName = "archive/pages.warc.gz";
const ofTheWay = new Set(["content-encoding", "content-length", "transfer-encoding"]);
const faults = [];
const changed = (file, what) => faults.push(`CHANGED ${file}: ${what}`);
const sha256 = (...parts) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
};

const place = placeToCheck(process.argv[2]);
const pack = statSync(place).isDirectory() ? openFolder(place) : openZip(readFileSync(place));
const manifest = checkManifest();
if (manifest) {
  checkFiles(manifest);
  if (faults.length === 0) checkMeaning(manifest);
}
if (pack.isWhole === false && faults.length === 0)
  changed(place, "bytes between its files, of the ZIP itself: names, times or sums");
for (const fault of faults) console.log(fault);
if (faults.length > 0) console.log(`${faults.length} found. This is not what was written.`);
process.exitCode = faults.length > 0 ? 1 : 0;

function placeToCheck(named) {
  if (named !== undefined) {
    if (existsSync(named)) return named;
    return stop(`There is no ${named}.`);
  }
  const here = dirname(fileURLToPath(import.meta.url));
  if (existsSync(join(here, manifestName))) return here;
  const packages = readdirSync(here).filter((name) => name.endsWith(".wacz"));
  if (packages.length === 1) return join(here, packages[0]);
  return stop(`Name the package: node verify.mjs FILE`);
}

function stop(sentence) {
  console.error(sentence);
  process.exit(2);
}

function openFolder(folder) {
  const read = (name) =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name)) : undefined;
  return { read, others: () => [] };
}

/** A ZIP whose files are stored as they are, and whose comment is the hash of all bytes before it. */
function openZip(bytes) {
  const comment = "sha256:".length + 64;
  const isWhole =
    bytes.subarray(-comment).toString("latin1") === `sha256:${sha256(bytes.subarray(0, -64))}`;
  const files = new Map();
  const end = bytes.length - comment - 22;
  try {
    const count = bytes.readUInt16LE(end + 10);
    let at = bytes.readUInt32LE(end + 16);
    for (let n = 0; n < count; n += 1) {
      const size = bytes.readUInt32LE(at + 24);
      const [name, extra, said] = [28, 30, 32].map((from) => bytes.readUInt16LE(at + from));
      const local = bytes.readUInt32LE(at + 42);
      const begins = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
      files.set(
        bytes.subarray(at + 46, at + 46 + name).toString(),
        bytes.subarray(begins, begins + size),
      );
      at += 46 + name + extra + said;
    }
  } catch {
    changed(place, "its list of files, at its end");
  }
  return {
    isWhole,
    read: (name) => files.get(name),
    others: (known) => [...files.keys()].filter((name) => !known.has(name)),
  };
}

/** The manifest, when it is what was written: only then can anything be held to it. */
function checkManifest() {
  const text = pack.read(manifestName);
  const digest = pack.read(digestName)?.toString();
  if (!text) return void changed(manifestName, "it is missing");
  const digestOf = (hash) =>
    `${JSON.stringify({ path: manifestName, hash, check: sha256(hash).slice(0, 16) })}\n`;
  const hash = `sha256:${sha256(text)}`;
  if (digest !== digestOf(hash)) {
    const [said] = /sha256:[0-9a-f]{64}/.exec(digest ?? "") ?? [];
    if (said !== undefined && digest === digestOf(said))
      return void changed(
        manifestName,
        "it is not the one that was written; nothing can be held to it",
      );
    changed(digestName, digest === undefined ? "it is missing" : "it is not what was written");
  }
  try {
    return JSON.parse(text.toString());
  } catch {
    return void changed(manifestName, "it cannot be read");
  }
}

function checkFiles({ resources }) {
  for (const { path, hash, bytes: size } of resources) {
    const bytes = pack.read(path);
    if (!bytes) changed(path, "it is missing");
    else if (`sha256:${sha256(bytes)}` !== hash) {
      const where = locate(path, bytes);
      if (where.length === 0)
        where.push(
          bytes.length === size ? "bytes of it" : `${bytes.length} bytes instead of ${size}`,
        );
      for (const what of where) changed(path, what);
    }
  }
  const known = new Set([...resources.map(({ path }) => path), manifestName, digestName]);
  for (const name of pack.others(known)) changed(name, "it is not in the manifest");
}

/** The records or lines of a changed file that are not what was written. */
function locate(path, bytes) {
  if (path === warcName) return locateRecords(bytes);
  const sums = parsed(pack.read("lines.json"))?.[path];
  if (!Array.isArray(sums)) return [];
  const lines = bytes.toString("latin1").split("\n");
  const where = [];
  for (const [at, sum] of sums.entries()) {
    const line = Buffer.from(lines[at] ?? "", "latin1");
    if (sha256(line).slice(0, 16) !== sum) where.push(`line ${at + 1}${labelOf(line.toString())}`);
  }
  return where.slice(0, 100);
}

function labelOf(line) {
  const [, channel, id] = /"channel":"(\w+)","id":(\d+)/.exec(line) ?? [];
  const [, url] = /"url":"([^"]*)"/.exec(line) ?? [];
  const [, no] = /^{"no":(\d+),/.exec(line) ?? [];
  if (channel !== undefined && no === undefined) return ` (${channel}/${id})`;
  if (no !== undefined) return ` (entry ${no})`;
  return url === undefined ? "" : ` (${url})`;
}

function locateRecords(bytes) {
  const where = [];
  let first = Infinity;
  for (const { url, time, offset, length, recordDigest } of indexed()) {
    first = Math.min(first, offset);
    if (`sha256:${sha256(bytes.subarray(offset, offset + length))}` !== recordDigest)
      where.push(`the record of ${url}, read ${time}`);
  }
  if (where.length === 0 && Number.isFinite(first))
    where.push("its first record, of the file itself");
  return where;
}

function indexed() {
  const lines = pack.read("indexes/index.cdx")?.toString().split("\n") ?? [];
  return lines.flatMap((line) => {
    const [, time, json] = /^\S+ (\d{14}) (.*)$/.exec(line) ?? [];
    const facts = json === undefined ? undefined : parsed(json);
    if (!facts) return [];
    return [{ ...facts, time, offset: Number(facts.offset), length: Number(facts.length) }];
  });
}

function parsed(text) {
  try {
    return JSON.parse(text.toString());
  } catch {
    return undefined;
  }
}

function linesOf(path) {
  const lines = pack.read(path).toString().split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
}

/** That the files belong together: the journal holds what the package shows, and leads to its head. */
function checkMeaning({ evidence }) {
  const { links, events } = checkJournal(evidence);
  const pages = checkPages(events);
  const versions = checkPosts(events, evidence);
  const stamps = evidence.stamps.filter((stamp) => checkStamp(stamp, links));
  if (faults.length > 0 || pack.isWhole === false) return;
  console.log(
    `${evidence.posts} posts in ${versions} versions, ${pages} pages, the journal of archive ${evidence.archive} up to entry ${evidence.head.entry}:`,
  );
  console.log(`  ${evidence.head.hash}`);
  for (const { authority, entry, stampedAt, hash, path } of stamps)
    console.log(
      `Entry ${entry} was known to ${authority} at ${stampedAt}. Its signature is checked by:\n  openssl ts -verify -digest ${hash} -in ${path} -CAfile CERTIFICATE_OF_THE_AUTHORITY`,
    );
  console.log("All is as it was written.");
}

function checkJournal({ head }) {
  const file = "journal.jsonl";
  const [{ before }, ...entries] = linesOf(file);
  let link = Buffer.from(before.hash, "hex");
  let last = before.entry;
  const links = new Map();
  const events = [];
  for (const { no, at, digests, told } of entries) {
    if (no !== last + 1) changed(file, `entry ${last + 1} is missing`);
    last = no;
    const all = Buffer.from(digests, "hex");
    for (const { place, salt, content } of told) {
      const digest = sha256(Buffer.from(salt, "hex"), content);
      if (digest !== all.subarray(place * 32, place * 32 + 32).toString("hex"))
        changed(file, `entry ${no} does not tell what was written`);
      events.push({ ...JSON.parse(content), entry: no });
    }
    link = Buffer.from(sha256(link, all, `${no} ${at}`), "hex");
    links.set(no, link.toString("hex"));
  }
  if (links.get(head.entry) !== head.hash)
    changed(file, `its entries do not lead to the head, entry ${head.entry}`);
  return { links, events };
}

function checkPages(events) {
  const told = new Map(
    events
      .filter(({ what }) => what === "page" || what === "page cut")
      .map((event) => [event.page, event]),
  );
  const [, ...pages] = linesOf("pages/pages.jsonl");
  const warc = pack.read(warcName);
  const records = new Map(
    indexed().map(({ offset, length }) => {
      const record = recordIn(gunzipSync(warc.subarray(offset, offset + length)));
      return [Number(record.fields.get("backscroll-page")), record];
    }),
  );
  for (const { page, url, ts, status, headers } of pages) {
    const where = `the record of ${url}, read ${ts}`;
    const record = records.get(page);
    const event = told.get(page);
    if (!record) changed(warcName, `${where} is missing`);
    else if (!event || event.sha256 !== sha256(record.payload))
      changed(warcName, `${where} is not what the journal tells`);
    else if (event.what === "page" && (event.url !== url || event.readAt !== ts))
      changed(
        "pages/pages.jsonl",
        `page ${page} has another address or time than the journal tells`,
      );
    else if (
      event.status !== status ||
      event.headers !== (headers && sha256(JSON.stringify(headers)))
    )
      changed(
        "pages/pages.jsonl",
        `page ${page} has other status or headers than the journal tells`,
      );
    else if (headers && !isHead(record, { status, headers }))
      changed(warcName, `${where} has other status or headers than the journal tells`);
  }
  return pages.length;
}

function isHead({ head }, { status, headers }) {
  const [first, ...lines] = head;
  const due = headers.map(
    ([name, value]) =>
      `${ofTheWay.has(name.toLowerCase()) ? `x-archive-orig-${name}` : name}: ${value}`,
  );
  const said = lines.filter((line) => !/^content-length:/i.test(line));
  return first.startsWith(`HTTP/1.1 ${status} `) && due.join("\n") === said.join("\n");
}

/** A WARC record: its fields, the head of its HTTP answer where it has one, and its payload. */
function recordIn(bytes) {
  const cut = (from) => bytes.indexOf("\r\n\r\n", from);
  const lines = bytes.subarray(0, cut(0)).toString().split("\r\n").slice(1);
  const fields = new Map(
    lines.map((line) => [
      line.slice(0, line.indexOf(":")).toLowerCase(),
      line.slice(line.indexOf(":") + 1).trim(),
    ]),
  );
  const begins = cut(0) + 4;
  const ends = begins + Number(fields.get("content-length"));
  if (fields.get("warc-type") !== "response")
    return { fields, head: [], payload: bytes.subarray(begins, ends) };
  const headEnds = cut(begins);
  const head = bytes.subarray(begins, headEnds).toString().split("\r\n");
  return { fields, head, payload: bytes.subarray(headEnds + 4, ends) };
}

function order(a, b) {
  return a < b ? -1 : Number(a > b);
}

function checkPosts(events, { posts: count, sha256: setHash }) {
  const file = "posts.jsonl";
  const posts = linesOf(file);
  const told = new Map();
  const joined = new Set();
  for (const { what, channel, id, hashes = [] } of events) {
    if (id === undefined) continue;
    const name = `${channel.toLowerCase()}/${id}`;
    if (what === "joined") joined.add(name);
    told.set(name, [...(told.get(name) ?? []), ...hashes]);
  }
  let versions = 0;
  for (const post of posts) {
    const name = `${post.channel}/${post.id}`;
    const own = post.ids.map((id) => `${post.channel.toLowerCase()}/${id}`);
    const hashes = new Set([...own, ...joined].flatMap((one) => told.get(one) ?? []));
    const all = [...(post.earlier ?? []).map((one) => [one.post, one.hash]), [post, post.hash]];
    for (const [content, hash] of all) {
      versions += 1;
      if (hashOf(content) !== hash) changed(file, `${name}: a version does not give its hash`);
      else if (!hashes.has(hash)) changed(file, `${name}: the journal tells of no such version`);
    }
  }
  if (posts.length !== count) changed(file, `${posts.length} posts instead of ${count}`);
  const set = posts
    .toSorted((a, b) => order(a.channel, b.channel) || a.id - b.id)
    .map(({ channel, id, hash }) => `${channel}/${id} ${hash}\n`);
  if (sha256(set.join("")) !== setHash)
    changed(file, "its posts are not the set that the manifest names");
  return versions;
}

/** SHA-256 of the canonical JSON (RFC 8785) of exactly the parts whose change makes a version. */
function hashOf(post) {
  const mediaParts = [
    "kind",
    "width",
    "height",
    "durationSeconds",
    "fileName",
    "size",
    "performer",
    "title",
  ];
  mediaParts.push("emoji", "latitude", "longitude", "address", "phone", "price");
  const { text, entities, media, preview, forward, reply, poll, buttons, author, edited } = post;
  return sha256(
    canonical({
      text,
      entities,
      media: media.map((one) => pick(one, ...mediaParts)),
      preview: pick(preview, "url", "site", "title", "description"),
      forward,
      reply,
      poll: poll && { question: poll.question, options: poll.options.map((option) => option.text) },
      buttons,
      author,
      edited,
    }),
  );
}

function pick(from, ...names) {
  return from && Object.fromEntries(names.map((name) => [name, from[name]]));
}

function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.keys(value)
    .toSorted()
    .filter((name) => value[name] !== undefined);
  return `{${fields.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}

/** That it is of this entry: the authority's signature is for openssl to check. */
function checkStamp({ path, entry, hash }, links) {
  const imprint = Buffer.concat([Buffer.from([0x04, 0x20]), Buffer.from(hash, "hex")]);
  if (links.get(entry) !== hash) changed(path, `it is not of entry ${entry} of the journal`);
  else if (!pack.read(path)?.includes(imprint)) changed(path, "it stamps something else");
  else return true;
  return false;
}
