#!/usr/bin/env python3
"""Checks a package of evidence that Backscroll made, and names what was changed in it. Needs Python 3.8 or newer, and nothing else.
  python3 verify.py                  the folder that this file was unpacked to, or the one package that lies there
  python3 verify.py FILE|FOLDER
Ends with 0 when all is as it was written, with 1 when something is not, with 2 when there is nothing to check.
"""
import gzip
import hashlib
import json
import os
import re
import struct
import sys

MANIFEST = "datapackage.json"
DIGEST = "datapackage-digest.json"
WARC = "archive/pages.warc.gz"
OF_THE_WAY = {"content-encoding", "content-length", "transfer-encoding"}
faults = []


def changed(file, what):
    faults.append(f"CHANGED {file}: {what}")


def sha256(*parts):
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode() if isinstance(part, str) else part)
    return digest.hexdigest()


def stop(sentence):
    print(sentence, file=sys.stderr)
    sys.exit(2)


def place_to_check(arguments):
    if arguments:
        return arguments[0] if os.path.exists(arguments[0]) else stop(f"There is no {arguments[0]}.")
    here = os.path.dirname(os.path.abspath(__file__))
    if os.path.exists(os.path.join(here, MANIFEST)):
        return here
    packages = [name for name in os.listdir(here) if name.endswith(".wacz")]
    if len(packages) == 1:
        return os.path.join(here, packages[0])
    return stop("Name the package: python3 verify.py FILE")


class Folder:
    is_whole = True

    def __init__(self, folder):
        self.folder = folder

    def read(self, name):
        path = os.path.join(self.folder, *name.split("/"))
        if not os.path.exists(path):
            return None
        with open(path, "rb") as file:
            return file.read()

    def others(self, _known):
        return []


class Zip:
    """Files are stored as they are; the comment is the hash of all bytes before it."""

    def __init__(self, place):
        with open(place, "rb") as file:
            data = file.read()
        comment = len("sha256:") + 64
        self.is_whole = data[-comment:] == f"sha256:{sha256(data[:-64])}".encode()
        self.files = {}
        end = len(data) - comment - 22
        try:
            (count,) = struct.unpack_from("<H", data, end + 10)
            (at,) = struct.unpack_from("<I", data, end + 16)
            for _ in range(count):
                (size,) = struct.unpack_from("<I", data, at + 24)
                name, extra, said = struct.unpack_from("<HHH", data, at + 28)
                (local,) = struct.unpack_from("<I", data, at + 42)
                begins = local + 30 + sum(struct.unpack_from("<HH", data, local + 26))
                named = data[at + 46 : at + 46 + name].decode(errors="replace")
                self.files[named] = data[begins : begins + size]
                at += 46 + name + extra + said
        except struct.error:
            changed(place, "its list of files, at its end")

    def read(self, name):
        return self.files.get(name)

    def others(self, known):
        return [name for name in self.files if name not in known]


def text_of(value):
    """JSON as JavaScript writes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def parsed(data):
    try:
        return json.loads(data)
    except (TypeError, ValueError):
        return None


def check_manifest():
    """The manifest, when it is what was written: only then can anything be held to it."""
    data = pack.read(MANIFEST)
    digest = pack.read(DIGEST)
    if data is None:
        return changed(MANIFEST, "it is missing")

    def digest_of(digest_hash):
        told = {"path": MANIFEST, "hash": digest_hash, "check": sha256(digest_hash)[:16]}
        return f"{text_of(told)}\n".encode()

    if digest != digest_of(f"sha256:{sha256(data)}"):
        said = re.search(rb"sha256:[0-9a-f]{64}", digest or b"")
        if said and digest == digest_of(said.group().decode()):
            return changed(MANIFEST, "it is not the one that was written; nothing can be held to it")
        changed(DIGEST, "it is missing" if digest is None else "it is not what was written")
    manifest = parsed(data)
    return changed(MANIFEST, "it cannot be read") if manifest is None else manifest


def check_files(resources):
    for resource in resources:
        path = resource["path"]
        data = pack.read(path)
        if data is None:
            changed(path, "it is missing")
        elif f"sha256:{sha256(data)}" != resource["hash"]:
            size = resource["bytes"]
            where = locate(path, data)
            if not where:
                where = ["bytes of it" if len(data) == size else f"{len(data)} bytes instead of {size}"]
            for what in where:
                changed(path, what)
    known = {resource["path"] for resource in resources} | {MANIFEST, DIGEST}
    for name in pack.others(known):
        changed(name, "it is not in the manifest")


def locate(path, data):
    """The records or lines of a changed file that are not what was written."""
    if path == WARC:
        return locate_records(data)
    sums = (parsed(pack.read("lines.json")) or {}).get(path)
    if not isinstance(sums, list):
        return []
    lines = data.split(b"\n")
    where = []
    for at, line_sum in enumerate(sums):
        line = lines[at] if at < len(lines) else b""
        if sha256(line)[:16] != line_sum:
            where.append(f"line {at + 1}{label_of(line.decode(errors='replace'))}")
    return where[:100]


def label_of(line):
    entry = re.search(r'^{"no":(\d+),', line)
    if entry:
        return f" (entry {entry.group(1)})"
    post = re.search(r'"channel":"(\w+)","id":(\d+)', line)
    if post:
        return f" ({post.group(1)}/{post.group(2)})"
    url = re.search(r'"url":"([^"]*)"', line)
    return f" ({url.group(1)})" if url else ""


def locate_records(data):
    where = []
    records = indexed()
    for record in records:
        offset, length = record["offset"], record["length"]
        if f"sha256:{sha256(data[offset : offset + length])}" != record["recordDigest"]:
            where.append(f"the record of {record['url']}, read {record['time']}")
    if not where and records:
        where.append("its first record, of the file itself")
    return where


def indexed():
    records = []
    for line in (pack.read("indexes/index.cdx") or b"").decode(errors="replace").split("\n"):
        found = re.match(r"^\S+ (\d{14}) (.*)$", line)
        facts = parsed(found.group(2)) if found else None
        if facts:
            numbers = {"offset": int(facts["offset"]), "length": int(facts["length"])}
            records.append({**facts, "time": found.group(1), **numbers})
    return records


def lines_of(path):
    return [json.loads(line) for line in pack.read(path).decode().split("\n") if line != ""]


def check_meaning(evidence):
    """That the files belong together: the journal holds what the package shows, and leads to its head."""
    links, events = check_journal(evidence["head"])
    pages = check_pages(events)
    versions = check_posts(events, evidence)
    stamps = [stamp for stamp in evidence["stamps"] if check_stamp(stamp, links)]
    if faults or not pack.is_whole:
        return
    head = evidence["head"]
    print(
        f"{evidence['posts']} posts in {versions} versions, {pages} pages, "
        f"the journal of archive {evidence['archive']} up to entry {head['entry']}:"
    )
    print(f"  {head['hash']}")
    for stamp in stamps:
        print(
            f"Entry {stamp['entry']} was known to {stamp['authority']} at {stamp['stampedAt']}. "
            "Its signature is checked by:\n"
            f"  openssl ts -verify -digest {stamp['hash']} -in {stamp['path']} "
            "-CAfile CERTIFICATE_OF_THE_AUTHORITY"
        )
    print("All is as it was written.")


def check_journal(head):
    file = "journal.jsonl"
    first, *entries = lines_of(file)
    link = bytes.fromhex(first["before"]["hash"])
    last = first["before"]["entry"]
    links = {}
    events = []
    for entry in entries:
        no = entry["no"]
        if no != last + 1:
            changed(file, f"entry {last + 1} is missing")
        last = no
        digests = bytes.fromhex(entry["digests"])
        for told in entry["told"]:
            digest = sha256(bytes.fromhex(told["salt"]), told["content"])
            place = told["place"] * 32
            if digest != digests[place : place + 32].hex():
                changed(file, f"entry {no} does not tell what was written")
            events.append({**json.loads(told["content"]), "entry": no})
        link = bytes.fromhex(sha256(link, digests, f"{no} {entry['at']}"))
        links[no] = link.hex()
    if links.get(head["entry"]) != head["hash"]:
        changed(file, f"its entries do not lead to the head, entry {head['entry']}")
    return links, events


def check_pages(events):
    told = {event["page"]: event for event in events if event["what"] in ("page", "page cut")}
    _, *pages = lines_of("pages/pages.jsonl")
    warc = pack.read(WARC)
    records = {}
    for found in indexed():
        packed = warc[found["offset"] : found["offset"] + found["length"]]
        record = record_in(gzip.decompress(packed))
        records[int(record["fields"].get("backscroll-page", "0"))] = record
    for page in pages:
        no = page["page"]
        where = f"the record of {page['url']}, read {page['ts']}"
        record = records.get(no)
        event = told.get(no)
        status, headers = page.get("status"), page.get("headers")
        headers_hash = None if headers is None else sha256(text_of(headers))
        if record is None:
            changed(WARC, f"{where} is missing")
        elif event is None or event.get("sha256") != sha256(record["payload"]):
            changed(WARC, f"{where} is not what the journal tells")
        elif event["what"] == "page" and (event["url"] != page["url"] or event["readAt"] != page["ts"]):
            changed("pages/pages.jsonl", f"page {no} has another address or time than the journal tells")
        elif event.get("status") != status or event.get("headers") != headers_hash:
            changed("pages/pages.jsonl", f"page {no} has other status or headers than the journal tells")
        elif headers is not None and not is_head(record["head"], status, headers):
            changed(WARC, f"{where} has other status or headers than the journal tells")
    return len(pages)


def is_head(head, status, headers):
    first, *lines = head
    due = [
        f"{'x-archive-orig-' if name.lower() in OF_THE_WAY else ''}{name}: {value}"
        for name, value in headers
    ]
    said = [line for line in lines if not line.lower().startswith("content-length:")]
    return first.startswith(f"HTTP/1.1 {status} ") and due == said


def record_in(data):
    """A WARC record: its fields, the head of its HTTP answer where it has one, and its payload."""
    ends = data.index(b"\r\n\r\n")
    fields = {}
    for line in data[:ends].decode().split("\r\n")[1:]:
        name, _, value = line.partition(":")
        fields[name.lower()] = value.strip()
    block = data[ends + 4 : ends + 4 + int(fields["content-length"])]
    if fields["warc-type"] != "response":
        return {"fields": fields, "head": [], "payload": block}
    ends = block.index(b"\r\n\r\n")
    head = block[:ends].decode().split("\r\n")
    return {"fields": fields, "head": head, "payload": block[ends + 4 :]}


def check_posts(events, evidence):
    file = "posts.jsonl"
    posts = lines_of(file)
    told = {}
    joined = set()
    for event in events:
        if "id" not in event:
            continue
        name = f"{event['channel'].lower()}/{event['id']}"
        if event["what"] == "joined":
            joined.add(name)
        told.setdefault(name, []).extend(event.get("hashes", []))
    versions = 0
    for post in posts:
        name = f"{post['channel']}/{post['id']}"
        own = [f"{post['channel'].lower()}/{one}" for one in post["ids"]]
        hashes = {digest for one in [*own, *joined] for digest in told.get(one, [])}
        every = [(one["post"], one["hash"]) for one in post.get("earlier", [])]
        for content, digest in [*every, (post, post["hash"])]:
            versions += 1
            if hash_of(content) != digest:
                changed(file, f"{name}: a version does not give its hash")
            elif digest not in hashes:
                changed(file, f"{name}: the journal tells of no such version")
    if len(posts) != evidence["posts"]:
        changed(file, f"{len(posts)} posts instead of {evidence['posts']}")
    ordered = sorted(posts, key=lambda post: (post["channel"], post["id"]))
    lines = "".join(f"{post['channel']}/{post['id']} {post['hash']}\n" for post in ordered)
    if sha256(lines) != evidence["sha256"]:
        changed(file, "its posts are not the set that the manifest names")
    return versions


MEDIA = "kind width height durationSeconds fileName size performer title emoji latitude longitude address phone price"


def hash_of(post):
    """SHA-256 of the canonical JSON (RFC 8785) of exactly the parts whose change makes a version."""
    parts = {name: post[name] for name in ("text", "entities", "forward", "reply", "buttons", "author", "edited") if name in post}
    parts["media"] = [pick(one, MEDIA.split()) for one in post["media"]]
    if "preview" in post:
        parts["preview"] = pick(post["preview"], ("url", "site", "title", "description"))
    if "poll" in post:
        poll = post["poll"]
        parts["poll"] = {"question": poll["question"], "options": [one["text"] for one in poll["options"]]}
    return sha256(canonical(parts))


def pick(whole, names):
    return {name: whole[name] for name in names if name in whole}


def canonical(value):
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{text_of(name)}:{canonical(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    return number(value) if isinstance(value, float) else text_of(value)


def number(value):
    """A fraction as JavaScript writes it."""
    if value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    digits = repr(value)
    if "e" not in digits:
        return digits
    mantissa, exponent = digits.split("e")
    power = int(exponent)
    if -7 <= power < 0:
        sign = "-" if mantissa.startswith("-") else ""
        return f"{sign}0.{'0' * (-power - 1)}{mantissa.lstrip('-').replace('.', '')}"
    return f"{mantissa}e{'+' if power > 0 else '-'}{abs(power)}"


def check_stamp(stamp, links):
    """That it is of this entry: the authority's signature is for openssl to check."""
    path = stamp["path"]
    if links.get(stamp["entry"]) != stamp["hash"]:
        changed(path, f"it is not of entry {stamp['entry']} of the journal")
    elif b"\x04\x20" + bytes.fromhex(stamp["hash"]) not in (pack.read(path) or b""):
        changed(path, "it stamps something else")
    else:
        return True
    return False


place = place_to_check(sys.argv[1:])
pack = Folder(place) if os.path.isdir(place) else Zip(place)
told = check_manifest()
if told is not None:
    check_files(told["resources"])
    if not faults:
        check_meaning(told["evidence"])
if not pack.is_whole and not faults:
    changed(place, "bytes between its files, of the ZIP itself: names, times or sums")
for fault in faults:
    print(fault)
if faults:
    print(f"{len(faults)} found. This is not what was written.")
sys.exit(1 if faults else 0)
