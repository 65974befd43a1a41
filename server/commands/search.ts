import { UsageError } from "../../scraper/errors.ts";
import { jsonLine } from "../export/json-line.ts";
import { exitCodes } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { snippet } from "../search/highlight.ts";
import { folds } from "../search/query/fields.ts";
import { sorts } from "../search/query/tree.ts";
import type { Fold } from "../search/query/tree.ts";
import { maxLimit, searchPosts } from "../search/search-posts.ts";
import type { SearchHit } from "../search/search-posts.ts";
import { markHits, number, plain } from "../terminal.ts";
import { openDesk } from "../wiring/open-desk.ts";
import { bringUpToDate } from "./bring-up-to-date.ts";
import { wholeNumber } from "./session.ts";
import type { Session } from "./session.ts";
import { ownCommand } from "../../scraper/own-command.ts";

export interface SearchFlags {
  readonly json?: boolean;
  readonly limit?: string;
  readonly sort?: string;
  readonly fold?: string;
}

/** The API's answer: one JSON object on one line, or a list for people. */
export async function search(
  session: Session,
  query: string,
  flags: SearchFlags,
): Promise<ExitCode> {
  const limit = wholeNumber("--limit", flags.limit, maxLimit);
  const sort = sorts.find((one) => one === flags.sort);
  if (flags.sort !== undefined && !sort)
    throw new UsageError(`--sort is "${flags.sort}". It must be one of ${sorts.join(", ")}.`);
  const fold = foldOf(flags.fold);
  await using desk = await openDesk(session.config, { inProcess: true, onlyReads: true });
  await bringUpToDate(session, desk);
  const params = {
    q: query,
    ...(limit !== undefined && { limit }),
    ...(sort && { sort }),
    ...(fold && { fold }),
  };
  const result = await searchPosts(desk, params, { signal: session.signal });
  if (flags.json) {
    session.print(jsonLine(result));
    return exitCodes.done;
  }
  for (const { message } of result.warnings) session.progress.say(plain(message));
  for (const { word, taken, instead = [] } of result.readings)
    for (const { lemma, query: other } of instead)
      session.progress.say(
        plain(
          `${word} was taken for ${taken.map((one) => (one.lemma === word ? `what is written ${word}` : one.lemma)).join(", ")}. For ${lemma} search: ${other}`,
        ),
      );
  for (const hit of result.hits) session.print(describeHit(hit, session.styled));
  const { total, groups, suggestion, tookMs } = result;
  const counted = `${number(total)} posts${groups === undefined ? "" : ` in ${number(groups)} groups of copies`}`;
  session.progress.say(`${counted}. Exact count, ${number(Math.round(tookMs))} ms`);
  if (result.hits.length < (groups ?? total))
    session.progress.say(
      `Shown: the first ${number(result.hits.length)}. --limit takes up to ${maxLimit}; \`${ownCommand} export\` writes all.`,
    );
  if (suggestion)
    session.progress.say(`Spelled ${suggestion.query}: ${number(suggestion.total)} posts`);
  return exitCodes.done;
}

/** What `--fold` says. @throws UsageError */
export function foldOf(typed: string | undefined): Fold | undefined {
  const fold = folds.find((one) => one === typed);
  if (typed !== undefined && !fold)
    throw new UsageError(`--fold is "${typed}". It must be ${folds.join(", ")}.`);
  return fold;
}

function describeHit(hit: SearchHit, styled: boolean): string {
  const texts = [shortened(hit.parts, styled)];
  for (const { version, parts } of hit.earlier ?? [])
    texts.push(`version ${version}: ${shortened(parts, styled)}`);
  if (hit.copies) texts.push(describeCopies(hit.copies));
  const marks = [hit.edited ? "edited" : "", hit.deleted ? "deleted" : ""]
    .filter(Boolean)
    .join(", ");
  return `${hit.publishedAt}  ${hit.channel}/${hit.id}${marks && `  (${marks})`}\n${texts.map((text) => `${text.replaceAll("\n", " ")}\n`).join("")}`;
}

function describeCopies({
  posts,
  channels,
  first,
  last,
  query,
}: NonNullable<SearchHit["copies"]>): string {
  const times = posts === 1 ? `at ${first}` : `${number(posts)} times, ${first} to ${last}`;
  const by = channels === 1 ? "1 channel" : `${number(channels)} channels`;
  return plain(`repeated by ${by}, ${times}: ${query}`);
}

function shortened(text: SearchHit["parts"], styled: boolean): string {
  const { parts, cutBefore, cutAfter } = snippet(text);
  return `${cutBefore ? "…" : ""}${markHits(parts, styled)}${cutAfter ? "…" : ""}`;
}
