import type { DatabaseSync, StatementSync } from "node:sqlite";
import { hasPath } from "../../addresses.ts";
import type { Analyzer } from "../../analysis/analyzer.ts";
import type { Copies, EngineAnswer, SearchRequest } from "../../port.ts";
import { allOf, anyOf } from "../../query/build.ts";
import { corrected, inChannels } from "../../suggestions/correction.ts";
import { printQuery } from "../../query/print.ts";
import { anOccurrence, onFirstLine } from "../../relevance.ts";
import { lastWord } from "../../query/terms.ts";
import {
  type FieldNode,
  isNumberNode,
  type NearNode,
  type PhraseNode,
  type QueryNode,
  type WordNode,
} from "../../query/tree.ts";
import { Chains } from "./chain.ts";
import { boostsOf, type Boost } from "./boosts.ts";
import { facetsOf, histogramOf } from "./counts.ts";
import { CopyGroups, everyChannel, type Groups } from "./copy-groups.ts";
import { PostColumns } from "./post-columns.ts";
import { PostOrders } from "./post-order.ts";
import { PostSet } from "./post-set.ts";
import { Spelling } from "./spelling.ts";
import { addressTerm, formTerm, quoted } from "./terms.ts";
import { either, joined, type Terms, WordLeaves, type WordLeaf } from "./word-leaf.ts";

/** With more hits than this only the newest so many are ranked, unless all are asked for. */
const rankWithin = 10_000;
/** What an occurrence counts in the ranking, by column: the form, its class, a technical word, its letters, the first line. */
const columnWeights = `${anOccurrence}, ${anOccurrence}, ${1.3 * anOccurrence}, ${anOccurrence}, ${onFirstLine}`;
/** To score so many posts for each that is asked for costs no more than to look their numbers up first. */
const mostInVain = 1.5;
/** Of very many terms so many are looked for at a time. */
const termsAtOnce = 32;
/** Found sets kept for the next page or facet of the same query. */
const answersKept = 8;

interface Found {
  readonly posts: PostSet;
  /** Those that are shown: all, or of copies the earliest. */
  readonly hits: PostSet;
  /** Of `hits`. */
  readonly total: number;
  readonly scored: Map<boolean, Scored>;
}

interface Scored {
  readonly numbers: Uint32Array;
  /** bm25: the less, the better. */
  readonly scores: Float64Array;
  /** Only these hits were ranked; absent when all were. */
  readonly within?: PostSet;
}

/**
 * Answers queries over one state of one index, exactly: full-text terms become sets of posts in FTS5, all else is
 * set algebra and typed arrays in memory.
 */
export class Searcher {
  readonly #analyzer: Analyzer;
  readonly #columns = new PostColumns();
  readonly #db: DatabaseSync;
  readonly #spelling: Spelling;
  readonly #copies: CopyGroups;
  readonly #leaves: WordLeaves;
  readonly #texts: Texts;
  readonly #earlier: Texts;
  readonly #rank: StatementSync;
  readonly #rankAmong: StatementSync;
  readonly #frequency: StatementSync;
  readonly #each: StatementSync;
  #orders = new PostOrders(this.#columns);
  #seq = "";
  readonly #kept = new Map<string, Found>();
  /** The state of the index that `#copies` knows. */
  #copiesSeq = "";
  #hasPrepared = false;
  /** Of the query that is being answered: the only channels that may be told of. */
  #within: SearchRequest["within"];
  /** Of the query that is being answered. */
  #made = new Map<WordNode | PhraseNode, WordLeaf>();

  constructor(db: DatabaseSync, analyzer: Analyzer) {
    this.#db = db;
    this.#analyzer = analyzer;
    this.#spelling = new Spelling(db);
    this.#copies = new CopyGroups(db);
    this.#leaves = new WordLeaves(db, analyzer, this.#spelling);
    this.#texts = textsOf(db, "texts");
    this.#earlier = textsOf(db, "earlier");
    const rank = `select rowid, bm25(texts, ${columnWeights}) from texts where texts match ? and rowid between ? and ?`;
    this.#rank = db.prepare(rank);
    this.#rankAmong = db.prepare(`${rank} and +rowid in (select value from json_each(?))`);
    this.#frequency = db.prepare("select doc from terms where term = ?");
    this.#each = db.prepare("select rowid from texts where texts match ?");
    this.#each.setReturnArrays(true);
    this.#rank.setReturnArrays(true);
    this.#rankAmong.setReturnArrays(true);
  }

  /** `seq` names the state of the index: what was kept of another is dropped. */
  search(request: SearchRequest, seq: string): EngineAnswer {
    this.#refresh(seq);
    this.#made = new Map();
    this.#within = request.within;
    const found = this.#found(request);
    const { posts, hits } = found;
    const total = hits === posts ? found.total : posts.count();
    const page = this.#page(found, request);
    const suggestion = total === 0 ? this.#suggestion(request) : undefined;
    const reached = this.#reached(request.query.root);
    return {
      hits: page.numbers.map((no) => ({
        channel: this.#columns.name(this.#columns.channel[no]!),
        id: this.#columns.id[no]!,
      })),
      total,
      ...(request.query.fold === undefined
        ? {}
        : {
            folded: {
              groups: found.total,
              copies: page.numbers.map((no) => this.#copiesOf(no, posts)),
            },
          }),
      ...(page.rankedWithin === undefined ? {} : { rankedWithin: page.rankedWithin }),
      facets: facetsOf(this.#columns, posts, request.facets),
      ...(request.histogram === undefined
        ? {}
        : { histogram: histogramOf(this.#columns, posts, request.histogram) }),
      ...(reached === undefined ? {} : { reached }),
      ...(suggestion === undefined ? {} : { suggestion }),
    };
  }

  /** Makes some of what telling copies apart needs, ahead of who asks for it; false when all is made. */
  prepareCopies(seq: string): boolean {
    if (this.#hasPrepared) return false;
    this.#refresh(seq);
    const { live, size } = this.#columns;
    const isMore = this.#copies.prepare(size, () => ({
      posts: live.copy(),
      byAge: this.#orders.byAge,
    }));
    this.#hasPrepared = !isMore;
    return isMore;
  }

  #refresh(seq: string): void {
    if (seq === this.#seq) return;
    this.#columns.refresh(this.#db);
    this.#orders = new PostOrders(this.#columns);
    this.#kept.clear();
    this.#seq = seq;
  }

  #reached(root: QueryNode): EngineAnswer["reached"] {
    const typos = positiveLeaves(root).filter(
      (leaf) => leaf.kind === "word" && leaf.mark === "typo",
    );
    if (typos.length === 0) return undefined;
    return new Map(typos.flatMap(({ text }) => this.#leaves.reached(text)));
  }

  #found({ query: { root, fold }, prefixLast, within }: SearchRequest): Found {
    const key = JSON.stringify([root, prefixLast, fold, within]);
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    const posts = this.#posts(root, prefixLast ? lastWord(root) : undefined);
    const hits = fold === undefined ? posts : this.#groupsNow().earliestOf(posts);
    const found = { posts, hits, total: hits.count(), scored: new Map<boolean, Scored>() };
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= answersKept && oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(key, found);
    return found;
  }

  /** Which posts are copies of which, among those that may be told of. */
  #groupsNow(): Groups {
    const within = this.#within;
    const choice =
      JSON.stringify(within?.map((name) => name.toLowerCase()).toSorted()) ?? everyChannel;
    if (this.#copiesSeq !== this.#seq) this.#copies.refresh(this.#columns.size);
    this.#copiesSeq = this.#seq;
    return this.#copies.among(choice, () => this.#visible(), this.#orders.byAge);
  }

  #copiesOf(no: number, posts: PostSet): Copies | undefined {
    const { channel, date } = this.#columns;
    const copies = this.#groupsNow()
      .of(no)
      .filter((other) => other !== no && posts.has(other));
    const [first] = copies;
    if (first === undefined) return undefined;
    return {
      posts: copies.length,
      channels: new Set(copies.map((other) => channel[other]!)).size,
      first: instantOf(date[first]!),
      last: instantOf(date[copies.at(-1)!]!),
    };
  }

  /** The posts of the groups that these are in; of one that may not be told of, none. */
  #copiesOfAny(keys: readonly string[]): PostSet {
    const columns = this.#columns;
    const visible = this.#visible();
    const found = new PostSet(columns.size);
    for (const key of keys) {
      const [channel = "", id] = key.split("/");
      const inChannel = columns.inChannels([channel]).keep(visible);
      inChannel.each((no) => {
        if (columns.id[no] !== Number(id)) return;
        for (const one of this.#groupsNow().of(no)) found.add(one);
      });
    }
    return found;
  }

  /** The posts that may be told of. */
  #visible(): PostSet {
    const { live } = this.#columns;
    return this.#within === undefined ? live : this.#columns.inChannels(this.#within);
  }

  #page(
    found: Found,
    request: SearchRequest,
  ): { numbers: readonly number[]; rankedWithin?: number } {
    const { sort, rankAll, offset, limit } = request;
    if (found.total === 0) return { numbers: [] };
    if (sort !== "relevance")
      return { numbers: this.#orders.slice(found.hits, sort, { offset, limit }) };
    const scored = this.#scored(found, request);
    if (scored === undefined)
      return { numbers: this.#orders.slice(found.hits, "new", { offset, limit }) };
    const best = this.#best(scored, offset + limit).slice(offset);
    if (scored.within === undefined) return { numbers: best };
    const ranked = scored.numbers.length;
    const rest = found.hits.copy().drop(scored.within);
    const window = { offset: Math.max(0, offset - ranked), limit: limit - best.length };
    return {
      numbers: [...best, ...this.#orders.slice(rest, "new", window)],
      ...(rankAll || found.total <= rankWithin ? {} : { rankedWithin: rankWithin }),
    };
  }

  /** The hits' ranking; absent when there are no words to rank by. */
  #scored(
    found: Found,
    { query: { root }, rankAll, prefixLast }: SearchRequest,
  ): Scored | undefined {
    const all = rankAll || found.total <= rankWithin;
    const kept = found.scored.get(all);
    if (kept !== undefined) return kept;
    const goesOn = prefixLast ? lastWord(root) : undefined;
    const match = this.#ranking(root, goesOn);
    const bounds = found.hits.bounds();
    if (match === undefined || bounds === undefined) return undefined;

    const within = all ? found.hits : this.#newest(found.hits, rankWithin);
    const among = this.#ranked(match, within, {
      isFew:
        within.count() <= rankWithin &&
        (match !== this.#expression(root, goesOn) ||
          found.hits.count(within.bounds()) > mostInVain * within.count()),
    }).filter(([no]) => within.has(no));
    const numbers = Uint32Array.from(among, ([no]) => no);
    const scores = Float64Array.from(among, ([, score]) => score);
    const leaf = (node: WordNode | PhraseNode): WordLeaf => this.#leaf(node, goesOn);
    const boosts = boostsOf(root, { all: match, leaf, analyzer: this.#analyzer });
    this.#boost({ numbers, scores, within }, boosts);
    // Hits of another branch of the query have no words to be ranked by; they follow by date.
    const complete = all && numbers.length === found.total;
    const ranked = new PostSet(this.#columns.size);
    for (const no of numbers) ranked.add(no);
    const scored = { numbers, scores, ...(complete ? {} : { within: ranked }) };
    found.scored.set(all, scored);
    return scored;
  }

  /** The posts that a ranking expression finds, perhaps with others than `within`, and their scores. */
  #ranked(
    match: string,
    within: PostSet,
    { isFew }: { readonly isFew: boolean },
  ): readonly (readonly [number, number])[] {
    const { first, last } = within.bounds()!;
    const rows = isFew
      ? this.#rankAmong.all(match, first, last, numbersOf(within))
      : this.#rank.all(match, first, last);
    return rows as unknown as readonly (readonly [number, number])[];
  }

  /** Makes the scores of what is better than its words alone would say better. */
  #boost({ numbers, scores, within }: Required<Scored>, boosts: readonly Boost[]): void {
    const shares = new Float64Array(numbers.length).fill(1);
    const add = ({ expression, share, closer }: Boost, among: PostSet): void => {
      const better = this.#matching(expression, { among });
      for (let i = 0; i < numbers.length; i++) if (better.has(numbers[i]!)) shares[i]! += share;
      if (closer !== undefined) add(closer, better);
    };
    for (const boost of boosts) add(boost, within);
    for (let i = 0; i < numbers.length; i++) scores[i]! *= shares[i]!;
  }

  /** One FTS5 expression with every word that ranks hits, each once; undefined when there are none. */
  #ranking(root: QueryNode, goesOn: WordNode | undefined): string | undefined {
    const ranks = positiveLeaves(root).flatMap((node) => {
      const leaf = this.#leaf(node, goesOn);
      return "rank" in leaf ? [leaf.rank] : [];
    });
    const different = [...new Set(ranks)];
    if (different.length === 0) return undefined;
    const narrow = different.length === ranks.length ? this.#narrow(root, goesOn) : undefined;
    return narrow ?? joined(different, " OR ");
  }

  /**
   * The same such that it looks at few posts besides the hits; undefined when there may be hits that it does not find.
   * Scores are sums over all words of an expression, whatever joins them.
   */
  #narrow(node: QueryNode, goesOn: WordNode | undefined): string | undefined {
    if (node.kind === "word" || node.kind === "phrase") {
      const leaf = this.#leaf(node, goesOn);
      return "rank" in leaf ? leaf.rank : undefined;
    }
    if (node.kind === "near") return this.#narrow(asCondition(node), goesOn);
    if (node.kind !== "and" && node.kind !== "or") return undefined;
    const ranking =
      node.kind === "or"
        ? node.nodes
        : node.nodes.filter((part) => positiveLeaves(part).length > 0);
    const parts = ranking.map((part) => this.#narrow(part, goesOn));
    if (parts.length === 0 || parts.includes(undefined)) return undefined;
    return joined(parts as string[], node.kind === "and" ? " AND " : " OR ");
  }

  #newest(hits: PostSet, limit: number): PostSet {
    const newest = new PostSet(this.#columns.size);
    for (const no of this.#orders.slice(hits, "new", { offset: 0, limit })) newest.add(no);
    return newest;
  }

  /** The best `most`, best first, ties newest first. */
  #best({ numbers, scores }: Scored, most: number): readonly number[] {
    const { newness } = this.#orders;
    const better = (a: number, b: number): number =>
      scores[a]! - scores[b]! || newness[numbers[a]!]! - newness[numbers[b]!]!;
    let best: number[] = [];
    let worst: number | undefined;
    for (let i = 0; i < numbers.length; i++) {
      if (worst !== undefined && better(i, worst) > 0) continue;
      best.push(i);
      if (best.length < 2 * most + 64) continue;
      best = best.toSorted(better).slice(0, most);
      worst = best.at(-1);
    }
    return best
      .toSorted(better)
      .slice(0, most)
      .map((i) => numbers[i]!);
  }

  /** A set of its own: callers may change it. */
  #posts(node: QueryNode, goesOn: WordNode | undefined): PostSet {
    const expression = this.#expression(node, goesOn);
    if (expression !== undefined) return this.#matching(expression);
    switch (node.kind) {
      case "all":
        return this.#columns.live.copy();
      case "not":
        return this.#columns.live.copy().drop(this.#posts(node.node, goesOn));
      case "or":
        return this.#union(node.nodes, goesOn);
      case "and":
        return this.#intersection(node.nodes, goesOn);
      case "field":
        return this.#having(node);
      case "near":
        return this.#near(node, goesOn);
      case "was":
        return this.#ofLeaf(this.#leaf(node.node, undefined), this.#earlier);
      default:
        return this.#ofLeaf(this.#leaf(node, goesOn), this.#texts);
    }
  }

  #ofLeaf(leaf: WordLeaf, texts: Texts): PostSet {
    const { size } = this.#columns;
    switch (leaf.kind) {
      case "match":
        return this.#matching(leaf.match, { texts });
      case "terms":
        return this.#havingAny(leaf.terms, texts);
      case "chain": {
        const among = this.#matching(leaf.among, { texts });
        const found = texts.chains.among(among, leaf.way, { size });
        return leaf.match === undefined ? found : found.join(this.#matching(leaf.match, { texts }));
      }
      default:
        return new PostSet(size);
    }
  }

  /** Of very many terms some at a time: one expression of them all would look at each for every post. */
  #havingAny(terms: Terms, texts: Texts): PostSet {
    const found = new PostSet(this.#columns.size);
    for (let at = 0; at < terms.length; at += termsAtOnce)
      found.join(this.#matching(either(terms.slice(at, at + termsAtOnce)), { texts }));
    return found;
  }

  #near(node: NearNode, goesOn: WordNode | undefined): PostSet {
    const { size } = this.#columns;
    const leaf = this.#leaves.near(node, goesOn);
    if (leaf === undefined) return new PostSet(size);
    const { match, among, sides, between } = leaf;
    const found = match === undefined ? new PostSet(size) : this.#matching(match);
    if (among === undefined) return found;
    return found.join(this.#texts.chains.near(this.#matching(among), sides, { between, size }));
  }

  #union(nodes: readonly QueryNode[], goesOn: WordNode | undefined): PostSet {
    const found = new PostSet(this.#columns.size);
    const expressions: string[] = [];
    for (const node of nodes) {
      const expression = this.#expression(node, goesOn);
      if (expression === undefined) found.join(this.#posts(node, goesOn));
      else expressions.push(expression);
    }
    return expressions.length === 0
      ? found
      : found.join(this.#matching(joined(expressions, " OR ")));
  }

  #intersection(nodes: readonly QueryNode[], goesOn: WordNode | undefined): PostSet {
    const wanted: string[] = [];
    const unwanted: string[] = [];
    let found: PostSet | undefined;
    for (const node of nodes) {
      const expression = this.#expression(node.kind === "not" ? node.node : node, goesOn);
      if (expression !== undefined) (node.kind === "not" ? unwanted : wanted).push(expression);
      else {
        const posts = this.#posts(node, goesOn);
        found = found === undefined ? posts : found.keep(posts);
      }
    }
    const without = unwanted.length === 0 ? undefined : joined(unwanted, " OR ");
    if (wanted.length === 0) {
      found ??= this.#columns.live.copy();
      return without === undefined ? found : found.drop(this.#matching(without, { among: found }));
    }
    const words = joined(wanted, " AND ");
    const matching = this.#matching(without === undefined ? words : `(${words} NOT ${without})`, {
      among: found,
    });
    return found === undefined ? matching : matching.keep(found);
  }

  #having(node: FieldNode): PostSet {
    const columns = this.#columns;
    if (isNumberNode(node)) {
      const numbers = columns.numbers(node.field);
      return columns.where((no) =>
        node.ranges.some(
          ({ min = -Infinity, max = Infinity }) => numbers[no]! >= min && numbers[no]! <= max,
        ),
      );
    }
    switch (node.field) {
      case "channel":
        return columns.inChannels(node.values);
      case "lang":
        return columns.inLanguages(node.values);
      case "has":
      case "is":
        return columns.withFlags(node.values);
      case "date":
        return columns.where((no) => {
          const at = columns.date[no]! * 1000;
          return node.ranges.some(({ from = -Infinity, to = Infinity }) => at >= from && at < to);
        });
      case "link":
        return this.#linkedTo(node.values);
      case "copies":
        return this.#copiesOfAny(node.values);
      default:
        return columns.labelled(node.field, node.values);
    }
  }

  #linkedTo(values: readonly string[]): PostSet {
    const hosts = values.filter((value) => !hasPath(value));
    const addresses = values.filter(hasPath).map((address) => quoted(addressTerm(address)));
    const found = this.#columns.labelled("link", hosts);
    return addresses.length === 0 ? found : found.join(this.#matching(joined(addresses, " OR ")));
  }

  /** One FTS5 expression for the whole node, when it is of words alone. */
  #expression(node: QueryNode, goesOn: WordNode | undefined): string | undefined {
    if (node.kind === "word" || node.kind === "phrase") {
      const leaf = this.#leaf(node, goesOn);
      return leaf.kind === "match" ? leaf.match : undefined;
    }
    if (node.kind === "or") {
      const parts = node.nodes.map((part) => this.#expression(part, goesOn));
      return parts.includes(undefined) ? undefined : joined(parts as string[], " OR ");
    }
    if (node.kind !== "and") return undefined;
    const wanted = node.nodes.filter((part) => part.kind !== "not");
    const unwanted = node.nodes.flatMap((part) => (part.kind === "not" ? [part.node] : []));
    if (wanted.length === 0) return undefined;
    const yes = wanted.map((part) => this.#expression(part, goesOn));
    const no = unwanted.map((part) => this.#expression(part, goesOn));
    if (yes.includes(undefined) || no.includes(undefined)) return undefined;
    const words = joined(yes as string[], " AND ");
    return no.length === 0 ? words : `(${words} NOT ${joined(no as string[], " OR ")})`;
  }

  #leaf(
    node: Extract<QueryNode, { kind: "word" | "phrase" }>,
    goesOn: WordNode | undefined,
  ): WordLeaf {
    const made =
      this.#made.get(node) ??
      (node.kind === "phrase"
        ? this.#leaves.phrase(node)
        : this.#leaves.word(node, node === goesOn));
    this.#made.set(node, made);
    return made;
  }

  /** Looks no further than the posts of `among` reach. */
  #matching(
    expression: string,
    {
      among,
      texts = this.#texts,
    }: { readonly among?: PostSet | undefined; readonly texts?: Texts } = {},
  ): PostSet {
    const found = new PostSet(this.#columns.size);
    const bounds = among === undefined ? { first: 0, last: this.#columns.size } : among.bounds();
    if (bounds === undefined) return found;
    const { numbers } = texts.match.get(expression, bounds.first, bounds.last) as {
      numbers: Uint8Array | null;
    };
    if (numbers === null) return found;
    let no = 0;
    for (let i = 0; i < numbers.length; i++) {
      const digit = numbers[i]! - digitZero;
      if (digit >= 0) no = no * 10 + digit;
      else {
        found.add(no);
        no = 0;
      }
    }
    found.add(no);
    return found.keep(this.#columns.live);
  }

  #hasAny(node: QueryNode): boolean {
    const expression = this.#expression(node, undefined);
    if (expression === undefined) return this.#posts(node, undefined).count() > 0;
    const rows = this.#each.iterate(expression) as unknown as Iterable<readonly [number]>;
    for (const [no] of rows) if (this.#columns.live.has(no)) return true;
    return false;
  }

  #suggestion({ query, prefixLast, within }: SearchRequest): EngineAnswer["suggestion"] {
    /** How many posts have it: for a form as it is the index itself knows. */
    const count = (node: QueryNode): number =>
      within === undefined && node.kind === "word" && node.mark === "exact"
        ? ((this.#frequency.get(formTerm(node.text)) as { doc: number } | undefined)?.doc ?? 0)
        : this.#posts(inChannels(node, within), undefined).count();
    const has = (node: QueryNode): number => (this.#hasAny(inChannels(node, within)) ? 1 : 0);
    const correcting = corrected(query.root, {
      analyzer: this.#analyzer,
      near: (form, edits) => this.#spelling.near(form, edits),
    });
    let step = correcting.next();
    while (step.done !== true) {
      const { nodes, isAny = false } = step.value;
      step = correcting.next(nodes.map(isAny ? has : count));
    }
    const root = step.value;
    if (root === undefined) return undefined;
    const total = this.#posts(root, prefixLast ? lastWord(root) : undefined).count();
    return total === 0 ? undefined : { query: printQuery({ ...query, root }), total };
  }
}

/** Full texts: of the posts as they are, or of their earlier versions. */
interface Texts {
  /** The numbers of the posts that an expression finds, within bounds. */
  readonly match: StatementSync;
  readonly chains: Chains;
}

function textsOf(db: DatabaseSync, of: "texts" | "earlier"): Texts {
  return {
    // One text of all numbers crosses into JavaScript five times faster than a row for each, and is read faster as bytes.
    match: db.prepare(
      `select cast(group_concat(rowid) as blob) as numbers from ${of} where ${of} match ? and rowid between ? and ?`,
    ),
    chains: new Chains(db, of),
  };
}

/** @param seconds since 1970 */
function instantOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}

/** The sign "0" in ASCII, where a comma comes before the digits. */
const digitZero = 48;

function numbersOf(posts: PostSet): string {
  const numbers: number[] = [];
  posts.each((no) => numbers.push(no));
  return JSON.stringify(numbers);
}

/** Both sides, wherever they stand. */
function asCondition({ sides }: NearNode): QueryNode {
  return allOf(sides.map(anyOf));
}

/** Words and phrases that a hit may owe its place to. */
function positiveLeaves(
  node: QueryNode,
): readonly Extract<QueryNode, { kind: "word" | "phrase" }>[] {
  if (node.kind === "word" || node.kind === "phrase") return [node];
  if (node.kind === "near") return node.sides.flat();
  return node.kind === "and" || node.kind === "or" ? node.nodes.flatMap(positiveLeaves) : [];
}
