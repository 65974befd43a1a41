import { hash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { ArchivedPost } from "../../../archive/posts/archived-post.ts";
import type { Analyzer } from "../../analysis/analyzer.ts";
import {
  addressesOf,
  earlierTexts,
  hasOf,
  isOf,
  labelsOf,
  secondsOf,
  searchedTexts,
  type IndexChange,
  type SetAside,
} from "../../document.ts";
import { countNames, countsOf } from "../../query/counts.ts";
import { flagsOf } from "./post-columns.ts";
import { isSpellable } from "./spelling.ts";
import {
  columnNames,
  earlierColumnNames,
  formTerm,
  indexedText,
  type IndexedText,
} from "./terms.ts";
import { packed } from "./packed.ts";
import { wordSetOf } from "./word-set.ts";

/** Words, classes and labels known to be in the index already; forgotten when they get too many. */
const mostRemembered = 200_000;

/** Writes changes into one open index. */
export class IndexWriter {
  readonly #db: DatabaseSync;
  readonly #analyzer: Analyzer;
  readonly #emptyLog: () => boolean;
  readonly #sql: ReturnType<typeof statements>;
  readonly #words = new Set<string>();
  readonly #newForms: string[] = [];
  readonly #classes = new Set<string>();
  readonly #labels = new Map<string, number>();

  constructor(
    db: DatabaseSync,
    analyzer: Analyzer,
    options: {
      /** Removes what the log still holds; false when readers kept it from that. */
      readonly emptyLog: () => boolean;
    },
  ) {
    this.#db = db;
    this.#analyzer = analyzer;
    this.#emptyLog = options.emptyLog;
    this.#sql = statements(db);
  }

  /** One transaction; nothing when the index stands at `to` or beyond. What is purged leaves no byte behind. */
  apply(changes: readonly IndexChange[], to: number): void {
    let purged = 0;
    this.#payScrub();
    this.#db.exec("begin immediate");
    try {
      if (this.#meta("position") >= to) {
        this.#db.exec("rollback");
        return;
      }
      const seq = this.#meta("seq") + 1;
      let added = 0;
      for (const change of changes) {
        if (change.kind === "put") added += this.#put(change, seq);
        else if (change.kind === "purge") purged += this.#purge(change, seq);
        else added -= this.#leaveOut(change, seq);
      }
      this.#writeWords(seq);
      this.#sql.setMeta.run(String(to), "position");
      this.#sql.setMeta.run(String(seq), "seq");
      this.#sql.setMeta.run(String(this.#meta("posts") + added - purged), "posts");
      if (purged > 0) this.#sql.oweScrub.run();
      this.#db.exec("commit");
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec("rollback");
      this.#forget();
      throw error;
    }
    this.#payScrub();
    if (this.#words.size > mostRemembered) this.#forget();
  }

  /** How many posts there are more. */
  #put(
    { post, earlier: versions = [], changedAt }: Extract<IndexChange, { kind: "put" }>,
    seq: number,
  ): number {
    const { row, other, putPost } = this.#sql;
    this.#sql.takeUp.run(post.channel, post.id);
    const texts = searchedTexts(post);
    const addresses = addressesOf(post);
    const earlier = earlierTexts(versions);
    const written = [...texts, "", ...addresses, "", ...earlier.texts, "", ...earlier.addresses];
    const digest = hash("sha1", written.join("\0"), "base64").slice(0, 16);
    const known = row.get(post.no) as { digest: string; gone: number } | undefined;
    const channel = this.#label("channel", post.channel);
    const twin =
      known === undefined ? (other.get(channel, post.id) as { no: number } | undefined) : undefined;
    const replaced = twin === undefined ? 0 : this.#remove(twin.no, seq);

    const labels = labelsOf(post).map(({ kind, value }) => this.#label(kind, value));
    putPost.run({
      no: post.no,
      seq,
      channel,
      id: post.id,
      date: secondsOf(post.publishedAt),
      ...countsOf(post, null),
      changed: changedAt === undefined ? null : secondsOf(changedAt),
      flags: flagsOf([...hasOf(post), ...isOf(post)]),
      lang: post.language === undefined ? 0 : this.#label("lang", post.language),
      labels: labels.length === 0 ? null : labels.join(","),
      digest,
    });
    if (known?.digest !== digest) {
      if (known !== undefined) this.#removeText(post.no);
      const text = indexedText(this.#analyzer, { texts, addresses });
      this.#write(post.no, text, this.#sql.now);
      this.#writeWordSet(post, text);
      if (versions.length > 0)
        this.#write(post.no, indexedText(this.#analyzer, earlier), this.#sql.earlier);
    }
    return (known === undefined || known.gone === 1 ? 1 : 0) - replaced;
  }

  #write(
    no: number,
    { columns, stretches, lettered, ambiguous, forms }: IndexedText,
    sql: ReturnType<typeof textStatements>,
  ): void {
    sql.insertText.run(no, ...columns.slice(0, sql.columns));
    if (stretches.length > 0) sql.insertJoined.run(no, stretches.join(" "));
    if (lettered.length > 0) sql.insertLetters.run(no, packed(lettered));
    this.#learn(ambiguous, forms);
  }

  /** What copies are told by: the words of a post's text, or of the question of its poll. */
  #writeWordSet({ no, text, poll }: ArchivedPost, { firstText }: IndexedText): void {
    const told = text === "" ? poll?.question : text;
    if (told === undefined) return;
    const words = wordSetOf(told, firstText.words, firstText.classes);
    if (words !== undefined) this.#sql.insertWordSet.run(no, words);
  }

  #learn(ambiguous: ReadonlyMap<string, readonly string[]>, forms: ReadonlySet<string>): void {
    for (const [term, keys] of ambiguous) {
      if (this.#classes.has(term)) continue;
      this.#classes.add(term);
      for (const key of keys) this.#sql.addClass.run(key, term);
    }
    for (const form of forms) {
      if (this.#words.has(form) || !isSpellable(form)) continue;
      this.#words.add(form);
      this.#newForms.push(formTerm(form).slice(1));
    }
  }

  /** The forms that are new to the whole index, told to the readers in one row. */
  #writeWords(seq: number): void {
    const forms = this.#newForms.splice(0).toSorted();
    const unknown = forms.filter((form) => this.#sql.addWord.run(form).changes > 0);
    if (unknown.length > 0) this.#sql.tellWords.run(seq, unknown.join(" "));
  }

  /** How many posts there are less. */
  #purge({ channel, id }: { channel: string; id: number }, seq: number): number {
    this.#sql.takeUp.run(channel, id);
    const label = this.#sql.channel.get(channel) as { label: number } | undefined;
    if (label === undefined) return 0;
    const post = this.#sql.other.get(label.label, id) as { no: number } | undefined;
    return post === undefined ? 0 : this.#remove(post.no, seq);
  }

  /** How many posts there are less: an older version of a post that cannot be indexed is none of it. */
  #leaveOut({ channel, id, why }: SetAside, seq: number): number {
    const removed = this.#purge({ channel, id }, seq);
    this.#sql.setAside.run(channel, id, why);
    return removed;
  }

  #remove(no: number, seq: number): number {
    this.#sql.clearPost.run(seq, no);
    this.#removeText(no);
    return 1;
  }

  #removeText(no: number): void {
    this.#sql.deleteWordSet.run(no);
    for (const sql of [this.#sql.now, this.#sql.earlier]) {
      sql.deleteText.run(no);
      sql.deleteJoined.run(no);
      sql.deleteLetters.run(no);
    }
  }

  #label(kind: string, value: string): number {
    const name = `${kind} ${value}`;
    let label = this.#labels.get(name);
    if (label === undefined) {
      this.#sql.addLabel.run(kind, value);
      ({ label } = this.#sql.label.get(kind, value) as { label: number });
      this.#labels.set(name, label);
    }
    return label;
  }

  #meta(key: string): number {
    return Number((this.#sql.meta.get(key) as { value: string }).value);
  }

  #forget(): void {
    this.#words.clear();
    this.#newForms.length = 0;
    this.#classes.clear();
    this.#labels.clear();
  }

  /** What was purged in a transaction is owed a scrub, whatever became of the process that purged it. */
  #payScrub(): void {
    if (this.#sql.owedScrub.get() === undefined) return;
    this.#scrub(this.#meta("seq"));
    if (this.#emptyLog()) this.#sql.paidScrub.run();
  }

  /** Rewrites the file without what no post has any more. */
  #scrub(seq: number): void {
    this.#forget();
    const used = new Set<string>();
    const lists = this.#db.prepare("select distinct labels from posts where labels is not null");
    for (const { labels } of lists.iterate() as Iterable<{ labels: string }>) {
      for (const label of labels.split(",")) used.add(label);
    }
    this.#db.exec(`
      begin immediate;
      insert into texts (texts) values ('optimize');
      insert into earlier (earlier) values ('optimize');
      delete from words where not exists (select 1 from terms where term = '=' || form)
        and not exists (select 1 from earlier_terms where term = '=' || form);
      delete from new_words;
      insert into new_words (seq, forms) select ${seq}, group_concat(form, ' ') from words having count(*) > 0;
      delete from ambiguous where not exists (select 1 from terms where term = class)
        and not exists (select 1 from earlier_terms where term = class);
    `);
    this.#sql.dropLabels.run(JSON.stringify([...used].map(Number)));
    this.#db.exec("commit; vacuum");
  }
}

function textStatements(
  db: DatabaseSync,
  {
    texts,
    prefix,
    columns,
  }: { readonly texts: string; readonly prefix: string; readonly columns: readonly string[] },
) {
  return {
    columns: columns.length,
    deleteText: db.prepare(`delete from ${texts} where rowid = ?`),
    insertText: db.prepare(
      `insert into ${texts} (rowid, ${columns.join(", ")}) values (?${", ?".repeat(columns.length)})`,
    ),
    deleteJoined: db.prepare(`delete from ${prefix}joined where no = ?`),
    insertJoined: db.prepare(`insert into ${prefix}joined (no, stretches) values (?, ?)`),
    deleteLetters: db.prepare(`delete from ${prefix}letters where no = ?`),
    insertLetters: db.prepare(`insert into ${prefix}letters (no, lettered) values (?, ?)`),
  };
}

function statements(db: DatabaseSync) {
  return {
    meta: db.prepare("select value from meta where key = ?"),
    setMeta: db.prepare("update meta set value = ? where key = ?"),
    oweScrub: db.prepare("insert or replace into meta (key, value) values ('scrub', 'owed')"),
    owedScrub: db.prepare("select value from meta where key = 'scrub'"),
    paidScrub: db.prepare("delete from meta where key = 'scrub'"),
    row: db.prepare("select digest, gone from posts where no = ?"),
    other: db.prepare("select no from posts where channel = ? and id = ? and gone = 0"),
    putPost: db.prepare(
      `insert into posts (no, seq, gone, channel, id, date, ${countNames.join(", ")}, changed, flags, lang, labels, digest)
       values ($no, $seq, 0, $channel, $id, $date, ${countNames.map((name) => `$${name}`).join(", ")}, $changed, $flags, $lang, $labels, $digest)
       on conflict (no) do update set seq = $seq, gone = 0, channel = $channel, id = $id, date = $date,
         ${countNames.map((name) => `${name} = $${name}`).join(", ")}, changed = $changed, flags = $flags, lang = $lang, labels = $labels, digest = $digest`,
    ),
    clearPost: db.prepare(
      `update posts set seq = ?, gone = 1, channel = 0, id = 0, date = 0, ${countNames.map((name) => `${name} = null`).join(", ")}, changed = null,
         flags = 0, lang = 0, labels = null, digest = '' where no = ?`,
    ),
    now: textStatements(db, { texts: "texts", prefix: "", columns: columnNames }),
    earlier: textStatements(db, {
      texts: "earlier",
      prefix: "earlier_",
      columns: earlierColumnNames,
    }),
    deleteWordSet: db.prepare("delete from copies where no = ?"),
    insertWordSet: db.prepare("insert into copies (no, words) values (?, ?)"),
    addWord: db.prepare("insert or ignore into words (form) values (?)"),
    tellWords: db.prepare("insert into new_words (seq, forms) values (?, ?)"),
    addClass: db.prepare("insert or ignore into ambiguous (key, class) values (?, ?)"),
    addLabel: db.prepare("insert or ignore into labels (kind, value) values (?, ?)"),
    label: db.prepare("select label from labels where kind = ? and value = ?"),
    channel: db.prepare(
      "select label from labels where kind = 'channel' and value = ? collate nocase",
    ),
    setAside: db.prepare("insert into set_aside (channel, id, why) values (?, ?, ?)"),
    takeUp: db.prepare("delete from set_aside where channel = ? and id = ?"),
    dropLabels: db.prepare(
      `delete from labels where kind not in ('channel', 'lang') and label not in (select value from json_each(?))`,
    ),
  };
}
