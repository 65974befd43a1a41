import type { Instant } from "../../../scraper/post.ts";
import type { Origin } from "../origins.ts";
import type { Generated } from "kysely";
import type { MediaWant } from "../media/media-policy.ts";

/** The archive's own row: who it is, and the next numbers to give. */
export interface ArchiveTable {
  id: number;
  archive_id: string;
  created_at: string;
  /** Position of the newest change. */
  position: number;
  last_post_no: number;
  last_body_no: number;
}

export interface ChannelTable {
  no: number;
  name: string;
  /** The name in lower case: Telegram's names differ in more than case. */
  name_key: string;
  title: string;
  description: string | null;
  avatar_url: string | null;
  verified: number;
  /** JSON of `Channel["labels"]`. */
  labels: string | null;
  chat_id: number | null;
  /** JSON of `Channel["counters"]`. */
  counters: string;
  added_at: string;
  last_read_at: string | null;
  posts: number;
  deleted: number;
  first_id: number | null;
  newest_id: number | null;
  oldest: string | null;
  newest: string | null;
  /** How many ids a page has spanned. */
  spanned: number;
  /** How many ids are kept though no page has spanned them (imports). */
  unspanned_kept: number;
}

export interface PostTable {
  no: number;
  channel_no: number;
  id: number;
  kind: "kept" | "service" | "deleted";
  published_at: string;
  origin: Origin;
  hash: string;
  /** JSON: the post without counters, addresses, and what its key tells. */
  content: string;
  /** JSON: views, reactions, percentages, voters. */
  counters: string;
  /** JSON: addresses whose tokens change at each read. */
  addresses: string;
  /** The raw page where this version was first seen. */
  body_no: number | null;
  versions: number;
  version_seen_at: string;
  first_seen_at: string;
  last_seen_at: string;
  counters_at: string;
  sampled_at: string;
  first_absent_at: string | null;
  last_absent_at: string | null;
  absent_checks: number;
  deleted_at: string | null;
  /** Position of its newest change. */
  position: number;
  /** CRC-32 of all this but the position and the last sight (`rowSum`); null until whoever writes the row sets it. */
  sum: number | null;
}

/** The other ids of an album. `gone_at`: it is no longer part of it. */
export interface MemberTable {
  channel_no: number;
  id: number;
  post_no: number;
  gone_at: string | null;
}

/** Versions that were followed by another; the current one is the post's row. */
export interface VersionTable {
  post_no: number;
  number: number;
  hash: string;
  content: string;
  counters: string;
  addresses: string;
  body_no: number | null;
  seen_at: string;
  last_seen_at: string;
}

/** Something that was seen to happen to a post; never changed once written. */
export interface PostChangeTable {
  /** Given by the database, in the order of saving; never again. */
  no: Generated<number>;
  post_no: number;
  channel_no: number;
  kind: "edited" | "deleted" | "returned";
  /** The version after it. */
  version: number;
  at: string;
  /** When the post was last seen as it was before. */
  last_seen_at: string;
  /** How many looks did not find the post: of a deletion and a return. */
  absent_checks: number;
  /** Since when it counted as deleted: of a deletion and a return. */
  deleted_at: string | null;
  /** CRC-32 of all this but the number (`changeSum`). */
  sum: number;
}

export interface SampleTable {
  post_no: number;
  at: string;
  counters: string;
}

/** What a channel's page said of the channel last on a UTC day. */
interface ChannelSampleTable {
  channel_no: number;
  day: string;
  /** JSON of `Channel["counters"]`. */
  counters: string;
}

/** Ids that pages have spanned; rows of a channel do not overlap, and neighbours of one UTC day are one. */
interface SpanTable {
  channel_no: number;
  from_id: number;
  to_id: number;
  read_at: string;
}

/** A page as read, compressed with zstd. */
interface BodyTable {
  no: number;
  channel_no: number | null;
  /** The channel's name as asked, also where no channel is kept. */
  channel: string;
  url: string;
  read_at: string;
  /** Set when the page could not be understood. */
  why: string | null;
  from_id: number | null;
  to_id: number | null;
  /** Version of the program that read posts from it. */
  parser: string | null;
  bytes: Uint8Array;
  /** Something was cut out of it since, or, where `bytes` is empty, all of it. */
  purged_at: string | null;
  /** Of the answer that brought it; null where it was no answer, or is not what it was. */
  status: number | null;
  /** JSON of `[name, value]` pairs; null where `status` is. */
  headers: string | null;
}

/** Keys that no longer have a post: purged, or moved with their album. */
interface TombstoneTable {
  channel: string;
  id: number;
  position: number;
}

/** A key of the HTTP side: what it may do, and the SHA-256 of itself. Lists are JSON. */
export interface KeyTable {
  id: string;
  hash: string;
  scopes: string;
  channels: string;
  origins: string;
  created_at: string;
  expires_at: string | null;
  revoked_at: string | null;
  /** Of the secret before the last rotation, and until when it is still good. */
  previous_hash: string | null;
  previous_until: string | null;
}

/** What a query found at one time, kept to be cited. */
export interface ResultSetTable {
  sha256: string;
  query: string;
  cited_at: string;
  posts: number;
  position: number;
  analyzer: string;
  /** The entry of the journal that tells of it; null for one from before there was a journal. */
  journal_no: number | null;
  /** Which posts, with what content, and a CRC-32 of that and of all else here, compressed with zstd. */
  marks: Uint8Array;
}

/** An order to remove something for good, and how far it got. */
export interface PurgeTable {
  no: number;
  kind: "post" | "channel" | "author";
  /** Lower case; null: every channel. */
  channel: string | null;
  /** A fingerprint of the author's name: the name itself is not kept. */
  author: string | null;
  asked_at: string;
  step: "find" | "quotes" | "bodies" | "posts" | "sets" | "scrub" | "done";
  /** Of the step: the last row looked at. */
  cursor: number;
  posts: number;
  pages_cut: number;
  pages_dropped: number;
  done_at: string | null;
}

/** Ids that were purged and are not kept again. Ranges of a channel do not overlap. */
interface PurgedTable {
  channel: string;
  from_id: number;
  to_id: number;
  at: string;
  purge_no: number;
}

/** Backups made by the clock. One row: who makes them now, and how the last one went. */
interface BackupTable {
  id: number;
  holder: string | null;
  held_until: string | null;
  last_at: string | null;
  tried_at: string | null;
  error: string | null;
}

/** A message to a webhook, waiting or ended. Times have milliseconds. */
export interface DeliveryTable {
  /** Given by the database, in the order they were added. */
  no: Generated<number>;
  id: string;
  /** Whose message it is. */
  source: string;
  url: string;
  secret: string;
  event: string;
  /** What is sent, byte for byte; empty once it has ended. */
  body: string;
  state: "waiting" | "sent" | "given-up";
  /** How often it was tried, the try under way included. */
  tries: number;
  added_at: string;
  due_at: string;
  /** Until then a sender is at it; `lease` is which. */
  leased_until: string | null;
  lease: string | null;
  tried_at: string | null;
  /** What the last try came to, in words. */
  answer: string | null;
}

/** Addresses that answered 410: nothing is sent to them any more. */
interface WebhookGoneTable {
  url: string;
  at: string;
}

/** A query that is asked again as the archive grows. */
export interface SavedSearchTable {
  no: Generated<number>;
  id: string;
  name: string;
  query: string;
  url: string | null;
  secret: string | null;
  created_at: string;
  paused_at: string | null;
  /** Changes of the archive up to here were looked at. */
  position: number;
  /** How many posts matched since it was saved. */
  matches: number;
  matched_at: string | null;
}

/** Where people are told, beside webhooks. */
export interface TargetTable {
  id: string;
  kind: string;
  name: string;
  /** JSON, secrets included. */
  fields: string;
  /** JSON: a list. */
  hears: string;
  digest: string;
  quiet: string;
  zone: string;
  created_at: Instant;
  paused_at: Instant | null;
  /** Changes of posts up to this number were told. */
  changes_no: number;
  missed: number;
}

/** Every post a saved search has ever matched, those from before it was saved included. */
interface SavedMatchTable {
  search_no: number;
  post_no: number;
}

/** One file that a post or a channel shows: a piece of media or its small picture, as it was at one time. */
export interface MediaTable {
  no: number;
  /** Null, and `post_id` too, for the channel's own picture. */
  post_no: number | null;
  channel_no: number;
  post_id: number | null;
  /** Which of the post's media, from 0. */
  place: number;
  /** `thumbnail` for the small picture of any kind, `preview` for that of a linked page, `avatar` for the channel's own (both at place 0). */
  kind: MediaWant;
  /** Hash of what the page says of it: another picture in its place has another. Of a channel's own it says nothing. */
  shape: string;
  address: string;
  state: "wanted" | "kept" | "failed" | "too-large" | "refused";
  /** While wanted: its file is about to get its name. */
  sha256: string | null;
  bytes: number | null;
  type: string | null;
  /** What the server calls the content of which a part is here. */
  tag: string | null;
  why: string | null;
  tries: number;
  next_at: string;
  /** Some process is at it, until then. */
  claimed_until: string | null;
}

/** A file in the store, once however many posts show it. */
interface MediaFileTable {
  sha256: string;
  bytes: number;
  type: string;
  kept_at: string;
}

/** What a channel has of its own, and which of its posts were looked at for what is wanted. */
export interface MediaChannelTable {
  channel_no: number;
  kinds: string | null;
  max_bytes: number | null;
  /** The policy under which posts up to `position` were looked at. */
  considered: string;
  position: number;
}

/** One row: what the store holds. */
interface MediaTotalTable {
  id: number;
  files: number;
  bytes: number;
}

/** When a channel is read again; one row a channel. */
export interface ScheduleTable {
  id: string;
  channel: string;
  channel_key: string;
  /** JSON of `Schedule["cadence"]`. */
  cadence: string;
  jitter_seconds: number;
  misfire: "skip" | "once";
  paused: number;
  created_at: string;
  next_due_at: string | null;
}

/** One run of one channel: at most one of a channel is `running`, at most one was made for one due time of a schedule. */
export interface RunTable {
  /** Rises with each run: the order of the ledger. */
  no: number;
  id: string;
  channel: string;
  channel_key: string;
  schedule_id: string | null;
  cause: "schedule" | "asked" | "command" | "retry";
  due_at: string;
  started_at: string | null;
  finished_at: string | null;
  state: "waiting" | "running" | "done" | "failed" | "stopped" | "skipped";
  /** JSON of `RunCounts`. */
  counts: string;
  /** Who works on it, or did last. */
  holder: string | null;
  /** How often it was taken up: who holds an earlier number may save nothing more. */
  fence: number;
  /** With milliseconds: after it anybody may take the run over. */
  lease_until: string | null;
  stop_requested: number;
  /** JSON of `RunTrouble`, while the source does not answer. */
  trouble: string | null;
  retry_of: string | null;
  error_class: string | null;
  error_message: string | null;
  /** JSON of the reasons that the message is made of, where these are told apart. */
  error_reasons: string | null;
}

/** What a run had to say, in order. */
interface RunLineTable {
  run_id: string;
  no: number;
  at: string;
  text: string;
}

/** An entry of the journal, what one transaction did: a link of a chain that only grows. */
export interface JournalTable {
  no: number;
  at: string;
  /** Salted SHA-256 of each thing that it tells, one after the other. */
  digests: Uint8Array;
  /** SHA-256 of the link before it and of all this. */
  link: Uint8Array;
}

/** What an authority says: it knew an entry of a journal at a time. Another archive's came with a package of evidence. */
interface StampTable {
  no: Generated<number>;
  archive_id: string;
  entry: number;
  /** The entry's own: what was stamped. */
  link: Uint8Array;
  authority: string;
  /** By the authority's clock. */
  stamped_at: string;
  /** Its answer as it came (RFC 3161, TimeStampResp in DER). */
  answer: Uint8Array;
}

/** One of the things that an entry tells; gone when that was purged, and the salt with it. */
interface JournalContentTable {
  /** Of the entry. */
  no: number;
  /** Among what the entry tells, from 0. */
  place: number;
  salt: Uint8Array;
  /** JSON of `Event`. */
  content: string;
  channel_no: number | null;
  post_id: number | null;
  body_no: number | null;
}

interface MigrationTable {
  number: number;
  name: string;
  at: string;
}

/** A person who entered with a key, known by the SHA-256 of what their cookie holds. */
interface SessionTable {
  hash: string;
  key_id: string;
  created_at: string;
  expires_at: string;
}

/** Something that was found wrong: suspected, then raised, then cleared. At most one of a kind and subject is open. */
export interface AlertTable {
  id: string;
  kind: string;
  /** A channel's name, or empty. */
  subject: string;
  /** JSON: what was measured. */
  facts: string;
  /** JSON of the reasons that a sentence among the facts is made of. */
  reasons: string | null;
  /** Since when it has been seen without a break. */
  seen_at: string;
  raised_at: string | null;
  /** Since when it is no longer seen. */
  calm_at: string | null;
  cleared_at: string | null;
  /** Somebody said that it need not be told of, and why; it stays open until it is gone. */
  dismissed_at: string | null;
  dismissed_reason: string | null;
}

/** As of when alerts were last judged: what was seen before that is old news. */
interface AlertWatchTable {
  id: number;
  judged_at: string;
}

export interface Tables {
  archive: ArchiveTable;
  channel: ChannelTable;
  channel_sample: ChannelSampleTable;
  post: PostTable;
  member: MemberTable;
  version: VersionTable;
  post_change: PostChangeTable;
  sample: SampleTable;
  span: SpanTable;
  body: BodyTable;
  tombstone: TombstoneTable;
  access_key: KeyTable;
  result_set: ResultSetTable;
  session: SessionTable;
  alert: AlertTable;
  alert_watch: AlertWatchTable;
  purge: PurgeTable;
  purged: PurgedTable;
  backup: BackupTable;
  delivery: DeliveryTable;
  webhook_gone: WebhookGoneTable;
  saved_search: SavedSearchTable;
  saved_match: SavedMatchTable;
  target: TargetTable;
  media: Omit<MediaTable, "no"> & { no: Generated<number> };
  media_file: MediaFileTable;
  media_channel: MediaChannelTable;
  media_total: MediaTotalTable;
  schedule: ScheduleTable;
  run: RunTable;
  run_line: RunLineTable;
  journal: JournalTable;
  journal_content: JournalContentTable;
  stamp: StampTable;
  migration: MigrationTable;
}
