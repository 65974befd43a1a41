import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { serve } from "../server/commands/serve.ts";
import { readConfig } from "../server/config.ts";
import { catchUp } from "../server/search/catch-up.ts";
import { Progress } from "../server/terminal.ts";
import { archiveFile, openDesk } from "../server/wiring.ts";
import { archiveSample } from "./archive-sample.ts";
import { startSample } from "./sample.ts";

const folder = "demo-data";
const stop = new AbortController();
process.once("SIGINT", () => stop.abort()).once("SIGTERM", () => stop.abort());

const progress = new Progress(process.stderr, { now: () => performance.now() });
const say = (sentence: string): void => progress.say(sentence);

await forgetEarlierDemo();
await using sample = await startSample();
const { origin } = sample.standIn;
say(`A stand-in of t.me with two sample channels listens at ${origin}. No other network is used.`);

const config = readConfig({ data: folder, source: origin, rate: "1000" }, process.env);
await archiveSample(sample, { file: archiveFile(config), signal: stop.signal, say });
{
  await using desk = await openDesk(config, { inProcess: true });
  await catchUp({ ...desk, signal: stop.signal });
}

const site = `http://${config.host}:${config.port}`;
const [russian, english] = sample.channels;
say(`
Everything is archived and indexed in ./${folder}. Open ${site} and try:

  ${site}/?q=${encodeURIComponent("симметрией")}        every form of a word
  ${site}/?q=${encodeURIComponent('"log-loss" -курс')}  a phrase, and a word left out
  ${site}/?q=has:poll+in:backscroll_notes
  ${site}/?q=is:edited    posts with a history      ${site}/?q=is:deleted    posts that are gone
  ${site}/c/${russian?.profile.name}    ${site}/c/${english?.profile.name}

Ctrl+C ends it.
`);
const session = { config, print: say, progress, signal: stop.signal, styled: false };
process.exitCode = await serve(session);

/** Each demo begins anew; only files the archive and its index made are removed. */
async function forgetEarlierDemo(): Promise<void> {
  await mkdir(folder, { recursive: true });
  const names = await readdir(folder);
  const ours = names.filter((name) => /^(archive|index)\.db/.test(name));
  await Promise.all(ours.map(async (name) => rm(join(folder, name), { recursive: true })));
}
