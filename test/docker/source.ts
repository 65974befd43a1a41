/** The stand-in of the source as a service of the compose file: two channels, one to begin with and one for later. */
import { makeTruth } from "../../demo/make-truth.ts";
import { startStandIn } from "../../demo/stand-in.ts";

const source = await startStandIn({
  host: "0.0.0.0",
  port: 8099,
  channels: [
    makeTruth({ channel: "first_channel", posts: 2000, seed: 1 }),
    makeTruth({ channel: "later_channel", posts: 200, seed: 2 }),
  ],
});
console.log(`Stands in at ${source.origin}`);
process.on("SIGTERM", () => process.exit());
