import { ownCommand } from "../../scraper/own-command.ts";
import {
  inFull,
  inWords,
  type ReadingCode,
  readingSentences,
  type Reasons,
  type Told,
} from "../../scraper/reasons.ts";

const goesOn = "What was read is kept; a retry goes on from there.";
const makeRoom = "Nothing was half-written; make room and run again.";
const absent = ({ channel, missing, of }: Told, from: string): string =>
  `@${channel}: ${missing} of ${of} kept posts are missing from ${from}. That many at once are not taken for deletions. ` +
  `Look at the channel; if they are really gone, run: ${ownCommand} archive ${channel} --accept-change`;

/** Why a run ended, or never began, beyond what reading tells, in English. */
const sentences = {
  stopped: () => `Stopped on request. ${goesOn}`,
  "stopped-alone": () =>
    "Stopped on request, after its process had vanished. What was read is kept.",
  interrupted: () => "Stopped. What was read is kept, and the next run goes on from there.",
  "taken-up-by-command": () =>
    "The process that read this channel vanished. What it had read is kept, and a command went on from there.",
  "command-vanished": () =>
    "The command's process vanished. What it had read is kept; run it again to go on.",
  "holders-vanished": ({ holders }) =>
    `${holders} processes in turn took it up and vanished. Look at their logs: reading this channel may be what ends them.`,
  "earlier-waits": ({ due, since }) =>
    `The channel's run due at ${due} had not ended by then (it waits since ${since}).`,
  "earlier-runs": ({ due, since }) =>
    `The channel's run due at ${due} had not ended by then (it runs since ${since}).`,
  "due-missed": ({ from }) => `The due time ${from} passed while no process was there to run.`,
  "dues-missed": ({ count, from }) =>
    `${count} due times from ${from} on passed while no process was there to run.`,
  "many-dues-missed": ({ count, from }) =>
    `More than ${count} due times from ${from} on passed while no process was there to run.`,
  "schedule-removed": () => "Its schedule was removed before it began.",
  "absent-from-page": (told) => absent(told, `one page (${told["url"]})`),
  "absent-from-run": (told) => absent(told, "the pages of this run"),
  "channel-purged": ({ channel, day }) =>
    `@${channel} was purged on ${day} and is not kept again. To keep it from now on: ${ownCommand} purge --lift ${channel}`,
  "disk-full": ({ file }) => `The disk is full: ${file} cannot grow. ${makeRoom}`,
  "disk-to-stay-free": ({ free, least }) =>
    `The disk is full but for ${inFull(free)} MB, and ${inFull(least)} MB are to stay free (BACKSCROLL_DISK_FREE). ${makeRoom}`,
  "disk-full-for-files": ({ folder }) =>
    `The disk is full: there is no room for media in ${folder}. ${makeRoom}`,
  "archive-locked": ({ file }) =>
    `Another process keeps ${file} locked. Nothing was changed; try again when it is done.`,
} as const satisfies Readonly<Record<string, (told: Told) => string>>;

/** Every reason of a run: what reading tells, and what the archive does. */
export type RunCode = ReadingCode | keyof typeof sentences;
const runSentences: Readonly<Record<RunCode, (told: Told) => string>> = {
  ...readingSentences,
  ...sentences,
};
export const runCodes = Object.keys(runSentences) as readonly RunCode[];

/** The reasons as an English sentence. */
export const runSaid = (reasons: Reasons<RunCode>): string => inWords(reasons, runSentences);
