import type { Breaking } from "./breaking.ts";

const ledger = ["test/server/archive/runs/run-ledger.test.ts"];
const cadence = ["test/server/jobs/cadence.test.ts"];
const webhooks = ["test/server/jobs/send-messages.test.ts"];
const targets = ["test/server/http/api/targets.test.ts"];
const alerts = ["test/server/jobs/alerts.test.ts"];

const backups = ["test/server/jobs/backups.test.ts"];
const saved = ["test/server/jobs/match-saved.test.ts"];
const shownPictures = ["test/server/http/api/media.test.ts"];
const oneRunner = ["test/server/commands/one-runner.test.ts"];

/** What happens by the clock: runs, schedules, messages, files. */
export const workBreakings: readonly Breaking[] = [
  {
    wrong: "what the sentence of a failed run is made of is not kept",
    text: "error_reasons: error?.reasons ? JSON.stringify(error.reasons) : null,",
    becomes: "error_reasons: null,",
    tests: ["test/server/jobs/scheduler.test.ts"],
  },
  {
    wrong: "a reason is said without what it came of",
    text: 'fill(told.get(code) ?? "", { ...facts, because }, manner),',
    becomes: 'fill(told.get(code) ?? "", { ...facts, because: because && "" }, manner),',
    tests: ["test/web/parts/reasons.test.ts"],
  },
  {
    wrong: "of a post that only links to a page, no picture is wanted",
    text: '/"media"|"image"/.test(row.addresses)',
    becomes: '/"media"/.test(row.addresses)',
    tests: shownPictures,
  },
  {
    wrong: "a link's file is drawn as a picture whatever it is",
    text: 'preview.kept?.type.startsWith("image/") &&',
    becomes: "preview.kept &&",
    tests: shownPictures,
  },
  {
    wrong: "a channel's picture is fetched once and never again",
    text: "if (newest && newest.next_at > weekAgo) return;",
    becomes: "if (newest) return;",
    tests: ["test/server/jobs/media.test.ts"],
  },
  {
    wrong: "a channel's file is drawn as a picture whatever it is",
    text: 'avatar?.type.startsWith("image/") ?',
    becomes: "avatar ?",
    tests: shownPictures,
  },
  {
    wrong: "a holder whose lease was taken over goes on saving",
    text: '.where("fence", "=", lease.fence)',
    becomes: "",
    tests: ledger,
  },
  {
    wrong: "a due time is written down by each process",
    text: "if (moved.numUpdatedRows === 0n) return false;",
    becomes: "",
    tests: ledger,
  },
  {
    wrong: "a channel is read by two holders at once",
    text: "if (other && isHeld) return { busy: runOf(other) };",
    becomes: "",
    tests: ledger,
  },
  {
    wrong: "a waiting run is taken up before it is due",
    text: '.where("r.due_at", "<=", now)',
    becomes: "",
    tests: ledger,
  },
  {
    wrong: "of a channel two waiting runs are taken up at once",
    text: "return rows.filter(({ channel_key: key }) => !seen.has(key) && seen.add(key)).slice(0, limit);",
    becomes: "return rows.slice(0, limit);",
    tests: ledger,
  },
  {
    wrong: "a run that is held is stopped under its holder",
    text: "if (isHeld) await writeRow(tx, row, { stop_requested: 1 });",
    becomes: 'if (isHeld) await writeRow(tx, row, { state: "stopped", ...stopped });',
    tests: ledger,
  },
  {
    wrong: "runs may wait without bound",
    text: "if (waiting >= mostWaiting)",
    becomes: "if (false as boolean)",
    tests: ledger,
  },
  {
    wrong: "a due time that was missed runs although it should be skipped",
    text: 'const leftOut = isLate && schedule.misfire === "skip" ? count : count - 1;',
    becomes: "const leftOut = count - 1;",
    tests: cadence,
  },
  {
    wrong: "an hour that occurs twice is due twice",
    text: 'fixedTimeRule: "no-wildcard",',
    becomes: "",
    tests: cadence,
  },
  {
    wrong: "an adaptive schedule reads a channel each minute",
    text: "leastMs: 15 * minuteMs,",
    becomes: "leastMs: minuteMs,",
    tests: cadence,
  },
  {
    wrong: "a day that never comes is taken",
    text: 'if (!first)\n    throw new UsageError(`"${expression}" never comes',
    becomes: 'if (false as boolean)\n    throw new UsageError(`"${expression}" never comes',
    tests: cadence,
  },
  {
    wrong: "a message's time is not signed",
    text: 'const mac = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");',
    becomes: 'const mac = createHmac("sha256", key).update(`${id}.${body}`).digest("base64");',
    tests: webhooks,
  },
  {
    wrong: "an address that is gone is sent to again",
    text: "if (status === 410)",
    becomes: "if (status === 411)",
    tests: webhooks,
  },
  {
    wrong: "a message is sent for ever",
    text: "const mostTries = 12;",
    becomes: "const mostTries = 1_000;",
    tests: webhooks,
  },
  {
    wrong: "a message may be sent into the network",
    text: "if (isIP(bare) > 0 && !isInside(url, options) && !isPublicAddress(bare)) throw inside(url);",
    becomes: "",
    tests: webhooks,
  },
  {
    wrong: "a silence of the usual length raises an alert",
    text: "const silenceFactor = 2;",
    becomes: "const silenceFactor = 0.5;",
    tests: alerts,
  },
  {
    wrong: "a channel that was silent when it was added raises an alert",
    text: "if (silentSeconds <= limit || secondsBetween(newest, addedAt) > limit) return [];",
    becomes: "if (silentSeconds <= limit) return [];",
    tests: alerts,
  },
  {
    wrong: "no backup of another day or week stays",
    text: "      stay.add(name);\n",
    becomes: "",
    tests: backups,
  },
  {
    wrong: "a backup that does not pass its check stays",
    text: "if (finding === undefined) return;",
    becomes: "return;",
    tests: backups,
  },
  {
    wrong: "a message of a saved search holds any number of posts",
    text: "const postsInMessage = 20;",
    becomes: "const postsInMessage = 2_000;",
    tests: saved,
  },
  {
    wrong: "a post in a message is of any length",
    text: "const charactersOfPost = 2_000;",
    becomes: "const charactersOfPost = 2_000_000;",
    tests: saved,
  },
  {
    wrong: "a run of a schedule fetches no files",
    text: "await archiveChannel({ archive, reader, fetchMedia }, name, {",
    becomes: "await archiveChannel({ archive, reader }, name, {",
    tests: oneRunner,
  },
  {
    wrong: "a webhook inside the network is refused without the setting that would allow it",
    text: "if (!(error instanceof InsideNetwork)) return error.message;",
    becomes: "if (error.message !== undefined) return error.message;",
    tests: ["test/server/http/api/saved-searches.test.ts"],
  },
  {
    wrong: "a target's secrets are shown",
    text: "const isPlain = (name: string): boolean => Object.hasOwn(known, name) && !known[name]?.secret;",
    becomes: "const isPlain = (name: string): boolean => Object.hasOwn(known, name);",
    tests: targets,
  },
  {
    wrong: "a secret that a server repeats is kept with its answer",
    text: '.reduce((text, secret) => text.replaceAll(secret, "…"), said);',
    becomes: ".reduce((text) => text, said);",
    tests: targets,
  },
  {
    wrong: "a post notifies everybody of a Discord channel",
    text: "allowed_mentions: { parse: [] },",
    becomes: 'allowed_mentions: { parse: ["everyone"] },',
    tests: targets,
  },
  {
    wrong: "a post notifies whom it names in Telegram",
    text: 'text.replaceAll("@", "@\\u2060")',
    becomes: "text",
    tests: targets,
  },
  {
    wrong: "a post holds Slack's own signs",
    text: "text.replaceAll(/[&<>]/g, (sign) => entities.get(sign) ?? sign);",
    becomes: "text;",
    tests: targets,
  },
  {
    wrong: "a mailbox brings headers of its own",
    text: "if (all.length > most || !all.every((one) => mailbox.test(one)))",
    becomes: "if (all.length > most)",
    tests: targets,
  },
  {
    wrong: "a mail goes out without TLS to where it must have it",
    text: "requireTLS: !isInside(url, options),",
    becomes: "",
    tests: ["test/server/jobs/targets/send-mail.test.ts"],
  },
];
