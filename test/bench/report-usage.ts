/** Preloaded into a measured process: writes what it cost to the file it is told, when it ends. */
import { writeFileSync } from "node:fs";

const file = process.env["USAGE_FILE"];
process.on("exit", () => {
  if (file === undefined) return;
  const { user, system } = process.cpuUsage();
  const { maxRSS } = process.resourceUsage();
  writeFileSync(
    file,
    JSON.stringify({
      cpuMs: (user + system) / 1000,
      wallMs: performance.now(),
      maxRssMb: maxRSS / 1024,
    }),
  );
});
