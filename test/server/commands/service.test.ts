import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { serviceUnit } from "../../../server/commands/service-unit.ts";
import { backscroll, emptyFolder } from "../../help.ts";

const analyze = "/usr/bin/systemd-analyze";
/** Without a systemd that runs, a unit is written only when asked to. */
const user = ["service", "install", "--user", "--force"];

/** `[Section]` and its lines, comments left out. */
function linesOf(unit: string, section: string): readonly string[] {
  const [, text = ""] = new RegExp(`^\\[${section}\\]\\n([^[]*)`, "m").exec(unit) ?? [];
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

/** The lines of a unit of the system, shown and not written. */
const print = async (...more: string[]) => {
  const { code, out } = await backscroll(["service", "install", "--system", "--print", ...more]);
  expect(code).toBe(0);
  return linesOf(out, "Service");
};

/** What the analyzer says of one unit; nothing when all is well. */
function said(unit: string, ...args: readonly string[]): string {
  const folder = emptyFolder();
  const file = join(folder, "backscroll.service");
  writeFileSync(file, unit);
  const env = { XDG_RUNTIME_DIR: folder, HOME: folder };
  const { stdout, stderr } = spawnSync(analyze, [...args, file], { encoding: "utf8", env });
  return stdout + stderr;
}

describe("service install", () => {
  test("writes a unit of the user that serves the data folder it was asked for in, and says how to start it", async () => {
    const home = emptyFolder();
    const data = join(home, "my archive");
    const env = { HOME: home };
    const { code, out, said } = await backscroll([...user, "--data", data, "--port", "8081"], {
      env,
    });
    expect([code, out]).toEqual([0, ""]);
    const file = join(home, ".config/systemd/user/backscroll.service");
    expect(said.split("\n")).toEqual([
      `Wrote ${file}: it serves what is kept in ${data} at http://127.0.0.1:8081.`,
      "Start it, now and whenever this machine starts:",
      "  systemctl --user daemon-reload",
      "  systemctl --user enable --now backscroll",
      "  loginctl enable-linger    # also while you are not logged in",
      "What it says: journalctl --user -u backscroll",
      "Its settings, a line each: ~/.config/backscroll.env",
      "",
    ]);
    expect(statSync(file).mode & 0o777).toBe(0o644);
    const unit = readFileSync(file, "utf8");
    const main = join(import.meta.dirname, "../../../server/main.ts");
    expect(linesOf(unit, "Service")).toEqual(
      expect.arrayContaining([
        `ExecStart=${process.execPath} ${main} serve`,
        `Environment="BACKSCROLL_DATA=${data}"`,
        'Environment="BACKSCROLL_PORT=8081"',
        "EnvironmentFile=-%E/backscroll.env",
        "Restart=on-failure",
        "RestartPreventExitStatus=2",
        "UMask=0077",
      ]),
    );
    expect(linesOf(unit, "Install")).toEqual(["WantedBy=default.target"]);
    // Once more is as good; another one is not replaced unasked.
    expect(await backscroll([...user, "--data", data, "--port", "8081"], { env })).toMatchObject({
      code: 0,
    });
    writeFileSync(file, "[Unit]\nDescription=mine\n");
    const kept = await backscroll(["service", "install", "--user"], { env });
    expect(kept.code).toBe(2);
    expect(readFileSync(file, "utf8")).toBe("[Unit]\nDescription=mine\n");
    expect(existsSync(data)).toBe(false);
  });

  test("refuses what cannot be, in a sentence", async () => {
    const home = emptyFolder();
    const env = { HOME: home };
    const both = await backscroll(["service", "install", "--user", "--system"], { env });
    expect([both.code, both.said]).toEqual([
      2,
      "Give --system or --user, not both: one unit is written.\n",
    ]);
    mkdirSync(join(home, ".config"));
    writeFileSync(join(home, ".config/systemd"), "a file");
    const blocked = await backscroll(user, { env });
    expect([blocked.code, blocked.said]).toEqual([
      2,
      expect.stringContaining("backscroll.service cannot be written"),
    ]);
  });

  test("for the system it runs as a user of its own, in a folder that systemd makes, and may write nowhere else", async () => {
    expect(await print()).toEqual(
      expect.arrayContaining([
        "User=backscroll",
        'Environment="BACKSCROLL_DATA=/var/lib/backscroll"',
        "StateDirectory=backscroll",
        "StateDirectoryMode=0700",
        "ProtectSystem=strict",
        "EnvironmentFile=-/etc/backscroll.env",
        "NoNewPrivileges=yes",
        "CapabilityBoundingSet=",
      ]),
    );
    expect((await print()).filter((line) => line.startsWith("ReadWritePaths"))).toEqual([]);
    const own = await print("--data", "/srv/archive", "--backup", "/mnt/back ups");
    expect(own).toContain('ReadWritePaths="/srv/archive" "/mnt/back ups"');
    expect(own).toContain('Environment="BACKSCROLL_BACKUP=/mnt/back ups"');
    expect(own.filter((line) => line.startsWith("StateDirectory"))).toEqual([]);
  });
});

const odd = {
  command: ["/opt/no de/bin/node", '/opt/100%/"a"/$HOME/main.js'],
  data: '/srv/100% "mine"\\\\',
  settings: { BACKSCROLL_PORT: "8080" },
} as const;

test("signs that systemd reads for itself are written as it wants them", () => {
  const unit = serviceUnit({ scope: "user", ...odd });
  expect(linesOf(unit, "Service")).toEqual(
    expect.arrayContaining([
      String.raw`ExecStart="/opt/no de/bin/node" "/opt/100%%/\"a\"/$$HOME/main.js" serve`,
      String.raw`Environment="BACKSCROLL_DATA=/srv/100%% \"mine\"\\\\"`,
    ]),
  );
});

describe.skipIf(!existsSync(analyze))(
  "systemd (skipped where systemd-analyze is not installed)",
  () => {
    const command = [process.execPath, "/usr/bin/env"];
    const units = {
      system: serviceUnit({ scope: "system", command, data: "/var/lib/backscroll", settings: {} }),
      "system elsewhere": serviceUnit({
        scope: "system",
        command: ["/usr/bin/env"],
        data: odd.data,
        backup: "/mnt/back ups",
        settings: odd.settings,
      }),
      user: serviceUnit({ scope: "user", command, data: odd.data, settings: odd.settings }),
    };

    test.each(Object.entries(units))("takes the unit: %s", (name, unit) => {
      const mode = name === "user" ? ["--user"] : [];
      expect(said(unit, ...mode, "verify", "--man=no").match(/^.*backscroll\.service.*$/gm)).toBe(
        null,
      );
      const broken = unit.replace("RestartSec=5", "RestartSec=soon");
      expect(said(broken, ...mode, "verify", "--man=no")).toMatch(
        /parse sec value, ignoring: soon/,
      );
    });

    test("finds little of the system that the unit is open to", () => {
      const exposure = Number(
        /exposure level for backscroll\.service: ([\d.]+)/.exec(
          said(units.system, "security", "--offline=true", "--no-pager"),
        )?.[1],
      );
      expect(exposure).toBeLessThan(2.5);
      expect(exposure).toBeGreaterThan(0);
    });
  },
);
