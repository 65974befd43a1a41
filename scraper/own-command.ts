import { basename, dirname } from "node:path";

/** What whoever runs this program types before a command's name; sentences that say how to go on begin with it. */
export const ownCommand = commandFor(process.argv[1]);

/** How the program is called where it was called by this path: `backscroll` where that is a command, else through npx. */
function commandFor(script = ""): string {
  const isCommand = basename(script) === "backscroll" && basename(dirname(script)) !== ".bin";
  return isCommand ? "backscroll" : "npx backscroll";
}
