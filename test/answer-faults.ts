/** What was answered in a test, or drawn on a page, and is not as its schema describes it. */
export const answerFaults: string[] = [];

/** The pages that are drawn from answers of the API; of `web/pages`, without `.ts`. */
export const pagesFromAnswers = [
  "adding-page",
  "changes-page",
  "channel-page",
  "channels-page",
  "compare-page",
  "embed-page",
  "fault-page",
  "keys-page",
  "post-page",
  "problem-page",
  "runs-page",
  "saved-page",
  "schedules-page",
  "search-page",
  "set-page",
  "status-page",
];

let isExpected = false;
/** What a test file keeps is damaged on purpose, so its answers are not held to anything. */
export function expectFaults(): void {
  isExpected = true;
}

/** The faults since the last call, where none were expected. */
export function takeFaults(): readonly string[] {
  const faults = answerFaults.splice(0);
  return isExpected ? [] : faults;
}
