import { OpenAPIHono, type z } from "@hono/zod-openapi";
import type { addingPage } from "../../../web/pages/adding-page.ts";
import type { changesPage } from "../../../web/pages/changes-page.ts";
import type { channelPage } from "../../../web/pages/channel-page.ts";
import type { channelsPage } from "../../../web/pages/channels-page.ts";
import type { comparePage } from "../../../web/pages/compare-page.ts";
import type { embedPage, embedProblemPage } from "../../../web/pages/embed-page.ts";
import type { faultPage } from "../../../web/pages/fault-page.ts";
import type { keysPage } from "../../../web/pages/keys-page.ts";
import type { postPage } from "../../../web/pages/post-page.ts";
import type { problemPage } from "../../../web/pages/problem-page.ts";
import type { runPage, runsPage } from "../../../web/pages/runs-page.ts";
import type { savedPage } from "../../../web/pages/saved-page.ts";
import type { schedulesPage } from "../../../web/pages/schedules-page.ts";
import type { searchPage } from "../../../web/pages/search-page.ts";
import type { setPage } from "../../../web/pages/set-page.ts";
import type { statusPage } from "../../../web/pages/status-page.ts";
import { changeAnswer } from "../../../server/contract/changes.ts";
import { channelAnswer } from "../../../server/contract/channel.ts";
import { contextAnswer } from "../../../server/contract/context.ts";
import { coverageAnswer, unreadPeriod } from "../../../server/contract/coverage.ts";
import { postAnswer } from "../../../server/contract/kept-post.ts";
import { keyAnswer } from "../../../server/contract/key.ts";
import { plan } from "../../../server/contract/plan.ts";
import { problemAnswer } from "../../../server/contract/problem.ts";
import { runAnswer, runLine } from "../../../server/contract/run.ts";
import { channelSampleAnswer, sampleAnswer } from "../../../server/contract/sample.ts";
import { savedAnswer } from "../../../server/contract/saved-search.ts";
import { planAnswer, scheduleAnswer } from "../../../server/contract/schedule.ts";
import { searchAnswer } from "../../../server/contract/search.ts";
import { setAnswer } from "../../../server/contract/set.ts";
import { statusAnswer } from "../../../server/contract/status.ts";
import { versionsAnswer } from "../../../server/contract/versions.ts";
import { answerFaults } from "../../answer-faults.ts";
import { describedBy } from "./held-to-contract.ts";

const schemas = {
  Change: changeAnswer,
  Channel: channelAnswer,
  ChannelSample: channelSampleAnswer,
  Context: contextAnswer,
  Coverage: coverageAnswer,
  Key: keyAnswer,
  Plan: plan,
  PlanPreview: planAnswer,
  Post: postAnswer,
  Problem: problemAnswer,
  ResultSet: setAnswer,
  Run: runAnswer,
  RunLine: runLine,
  Sample: sampleAnswer,
  SavedSearch: savedAnswer,
  Schedule: scheduleAnswer,
  SearchAnswer: searchAnswer,
  Status: statusAnswer,
  UnreadPeriod: unreadPeriod,
  Versions: versionsAnswer,
} satisfies Record<string, z.ZodType>;
type Name = keyof typeof schemas;

/** Values by the schema that describes each of them. */
type Data = { readonly [N in Name]?: readonly unknown[] };
type DataOf<Page extends (...given: never[]) => unknown> = (...given: Parameters<Page>) => Data;

interface Pages {
  readonly addingPage: DataOf<typeof addingPage>;
  readonly changesPage: DataOf<typeof changesPage>;
  readonly channelPage: DataOf<typeof channelPage>;
  readonly channelsPage: DataOf<typeof channelsPage>;
  readonly comparePage: DataOf<typeof comparePage>;
  readonly embedPage: DataOf<typeof embedPage>;
  readonly embedProblemPage: DataOf<typeof embedProblemPage>;
  readonly faultPage: DataOf<typeof faultPage>;
  readonly keysPage: DataOf<typeof keysPage>;
  readonly postPage: DataOf<typeof postPage>;
  readonly problemPage: DataOf<typeof problemPage>;
  readonly runPage: DataOf<typeof runPage>;
  readonly runsPage: DataOf<typeof runsPage>;
  readonly savedPage: DataOf<typeof savedPage>;
  readonly schedulesPage: DataOf<typeof schedulesPage>;
  readonly searchPage: DataOf<typeof searchPage>;
  readonly setPage: DataOf<typeof setPage>;
  readonly statusPage: DataOf<typeof statusPage>;
}

const dataOf: Pages = {
  addingPage: ({ run, kept, found }) => ({
    Channel: given(kept?.channel),
    Coverage: given(kept?.coverage),
    Run: given(run),
    SearchAnswer: given(found),
  }),
  changesPage: ({ changes }) => ({ Change: changes }),
  channelPage: ({ channel, content }) => ({
    Channel: [channel],
    ...("stretch" in content && { SearchAnswer: [content.stretch.answer] }),
    ...("unread" in content && { UnreadPeriod: content.unread }),
    ...("changes" in content && { Change: content.changes }),
    ...("runs" in content && { Run: content.runs }),
    ...("about" in content && {
      Coverage: given(content.about.coverage),
      SearchAnswer: given(content.about.posts),
      UnreadPeriod: content.about.unread,
      ChannelSample: content.about.samples,
    }),
  }),
  channelsPage: ({ channels, coverage, runs }) => ({
    Channel: channels,
    Coverage: [...coverage.values()],
    Run: runs,
  }),
  comparePage: ({ unread, fault }) => ({
    UnreadPeriod: unread,
    Problem: given(fault?.problem),
  }),
  embedPage: (_, { post }) => ({ Post: [post] }),
  embedProblemPage: (_, problem) => ({ Problem: [problem] }),
  faultPage: (_, __, problem) => ({ Problem: [problem] }),
  // A key's state is made for the page.
  keysPage: ({ keys }) => ({ Key: keys.map((key) => ({ ...key, state: undefined })) }),
  postPage: ({ channel, context, coverage, versions, samples }) => ({
    Channel: given(channel),
    Context: [context],
    Coverage: given(coverage),
    Versions: [{ versions }],
    Sample: samples,
  }),
  problemPage: (_, problem) => ({ Problem: [problem] }),
  runPage: ({ run, lines, last }) => ({ Run: [run, ...last], RunLine: lines }),
  runsPage: ({ open, ended, plan: planned }) => ({ Run: [...open, ...ended], Plan: [planned] }),
  savedPage: ({ searches, form }) => ({ SavedSearch: searches, Problem: given(form.fault) }),
  schedulesPage: ({ schedules, plan: planned, form }) => ({
    Schedule: schedules,
    Plan: [planned],
    PlanPreview: given(form.preview),
  }),
  searchPage: ({ answer, unread }) => ({ SearchAnswer: [answer], UnreadPeriod: unread }),
  setPage: (_, set) => ({ ResultSet: [set] }),
  statusPage: ({ status }) => ({ Status: [status] }),
};

const given = (value: unknown): readonly unknown[] => (value === undefined ? [] : [value]);

const judge = ((): ReturnType<typeof describedBy> => {
  const app = new OpenAPIHono();
  for (const [name, schema] of Object.entries(schemas)) app.openAPIRegistry.register(name, schema);
  return describedBy(app);
})();

/** The same module of pages; what each is drawn from is held to its schema. */
export function holdPages(module: Record<string, unknown>): Record<string, unknown> {
  const drawn = Object.entries(module).map(([name, page]) => {
    const data = Object.entries(dataOf).find(([one]) => one === name)?.[1] as DataOf<
      (...all: unknown[]) => unknown
    >;
    if (data === undefined || typeof page !== "function") return [name, page];
    return [
      name,
      (...all: unknown[]): unknown => {
        hold(name, data(...all));
        return page(...all);
      },
    ];
  });
  return Object.fromEntries(drawn) as Record<string, unknown>;
}

function hold(page: string, data: Data): void {
  for (const [name, values] of Object.entries(data))
    for (const value of values)
      for (const fault of judge.faults(
        { $ref: `#/components/schemas/${name}` },
        JSON.parse(JSON.stringify(value)),
      ))
        answerFaults.push(`${page}, ${name}: ${fault}`);
}
