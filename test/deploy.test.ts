import { spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { Metrics } from "../server/metrics.ts";
import { emptyFolder } from "./help.ts";
import { testCertificate } from "./test-proxies.ts";

const folder = join(import.meta.dirname, "..", "deploy");
const read = (file: string): string => readFileSync(join(folder, file), "utf8");

/** What /metrics says: each series by name, with its labels. */
async function figures(): Promise<ReadonlyMap<string, readonly string[]>> {
  const metrics = new Metrics();
  metrics.answered({ route: "/", method: "GET", status: 200, ms: 1 });
  metrics.searched({ engine: "embedded", ms: 1 });
  metrics.visited({ outcome: "posts", bytes: 1, ms: 1 });
  const counts = { new: 1, edited: 0, unchanged: 0, missed: 0, deleted: 0 };
  metrics.runEnded({ result: "done", counts, before: counts } as never);
  const text = await metrics.text(
    {
      archive: { posts: 1, channels: 1, bytes: 1 },
      disk: { freeBytes: 1, totalBytes: 2 },
      indexes: [{ engine: "embedded", state: "ready", behind: 0, lagSeconds: 0 }],
      paces: [{ name: "garden", lastReadAt: "2026-01-20T00:00:00Z" }],
    } as never,
    {
      runs: { waiting: 0, running: 0 },
      deliveries: { waiting: 0 },
      alerts: [{ kind: "disk-low" }],
    } as never,
  );
  const found = new Map<string, readonly string[]>();
  for (const [, name = "", labels = ""] of text.matchAll(/^(\w+)(?:\{([^}]*)\})? /gm))
    found.set(
      name,
      [...labels.matchAll(/(\w+)="/g)].map(([, label = ""]) => label),
    );
  return found;
}

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert: string; readonly expr: string }[];
  }[];
}
interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly expr: string }[];
  }[];
}

/** Every expression for Prometheus, by what it is for. */
const expressions: readonly (readonly [string, string])[] = [
  ...(parseYaml(read("prometheus-alerts.yml")) as Rules).groups.flatMap(({ rules }) =>
    rules.map(({ alert, expr }) => [alert, expr] as const),
  ),
  ...(JSON.parse(read("grafana-dashboard.json")) as Dashboard).panels.flatMap(
    ({ title, targets }) => targets.map(({ expr }) => [title, expr] as const),
  ),
];
/** Put to a series by who scrapes it. */
const ofScraping = ["job", "instance"];

test("rules and dashboard ask for figures that there are, by labels that they have", async () => {
  const known = await figures();
  expect(expressions.length).toBeGreaterThan(25);
  const wrong = expressions.flatMap(([what, expr]) => {
    const named = [...expr.matchAll(/\b((?:backscroll|process|nodejs)_\w+)(?:\{([^}]*)\})?/g)];
    const grouped = [...expr.matchAll(/\b(?:by|on) \(([^)]*)\)/g)].flatMap(([, list = ""]) =>
      list.split(/, */),
    );
    const labels = named.flatMap(([, name = ""]) => known.get(name) ?? []);
    return [
      ...named.filter(([, name = ""]) => !known.has(name)).map(([, name]) => `${what}: ${name}`),
      ...named.flatMap(([, name = "", list = ""]) =>
        [...list.matchAll(/(\w+)\s*(?:=~|!=|!~|=)/g)]
          .map(([, label = ""]) => label)
          .filter((label) => ![...(known.get(name) ?? []), ...ofScraping].includes(label))
          .map((label) => `${what}: ${name}{${label}}`),
      ),
      ...grouped
        .filter((label) => ![...labels, ...ofScraping].includes(label))
        .map((label) => `${what}: by (${label})`),
      ...(named.length === 0 && !expr.startsWith("up{") ? [`${what}: asks for nothing`] : []),
    ];
  });
  expect(wrong).toEqual([]);
});

test("the dashboard has a panel once, and none lies over another", () => {
  const { panels } = JSON.parse(read("grafana-dashboard.json")) as {
    readonly panels: readonly {
      readonly id: number;
      readonly gridPos: Readonly<Record<"x" | "y" | "w" | "h", number>>;
    }[];
  };
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const taken = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, n) => `${x + (n % w)}/${y + Math.floor(n / w)}`),
  );
  expect(new Set(taken).size).toBe(taken.length);
  expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).toBe(24);
});

const tool = (name: string): string | undefined =>
  ["/usr/bin", "/usr/sbin", "/usr/local/bin"]
    .map((place) => join(place, name))
    .find((path) => existsSync(path));

/** What a program of the system says of a file, and how it ended. */
function ran(name: string, ...args: readonly string[]): { code: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(tool(name) ?? name, args, { encoding: "utf8" });
  return { code: status, said: stdout + stderr };
}

describe.skipIf(!tool("promtool"))("promtool (skipped where it is not installed)", () => {
  test("takes the rules, and each fires when it should and not before", () => {
    expect(ran("promtool", "check", "rules", join(folder, "prometheus-alerts.yml"))).toMatchObject({
      code: 0,
    });
    const tested = ran("promtool", "test", "rules", join(folder, "prometheus-alerts.test.yml"));
    expect(tested).toEqual({ code: 0, said: expect.stringContaining("SUCCESS") as string });
  });

  test("takes every expression of the dashboard", () => {
    const rules = expressions.map(([, expr], n) => ({
      record: `expression:${n}`,
      expr: expr.replaceAll("$__rate_interval", "5m"),
    }));
    const file = join(emptyFolder(), "rules.yml");
    writeFileSync(file, JSON.stringify({ groups: [{ name: "all", rules }] }));
    expect(ran("promtool", "check", "rules", file)).toMatchObject({ code: 0 });
  });
});

test("every rule is tried by the file that tries them", () => {
  const tried = new Set(
    [...read("prometheus-alerts.test.yml").matchAll(/alertname: (\w+)/g)].map(([, name]) => name),
  );
  const rules = (parseYaml(read("prometheus-alerts.yml")) as Rules).groups.flatMap(
    (group) => group.rules,
  );
  expect(rules.map(({ alert }) => alert).filter((name) => !tried.has(name))).toEqual([]);
});

describe.skipIf(!tool("nginx"))("nginx (skipped where it is not installed)", () => {
  test("takes its file", () => {
    const own = emptyFolder();
    const site = read("nginx.conf")
      .replaceAll(/\/etc\/letsencrypt\S+fullchain\.pem/g, testCertificate)
      .replaceAll(
        /\/etc\/letsencrypt\S+privkey\.pem/g,
        testCertificate.replace("certificate", "key"),
      );
    writeFileSync(join(own, "site.conf"), site);
    writeFileSync(
      join(own, "nginx.conf"),
      `pid ${own}/pid; error_log ${own}/errors; events {} http { access_log off; include ${own}/site.conf; }`,
    );
    expect(ran("nginx", "-t", "-c", join(own, "nginx.conf"))).toMatchObject({ code: 0 });
  });
});

describe.skipIf(!tool("caddy"))("Caddy (skipped where it is not installed)", () => {
  test("takes its file", () => {
    const file = join(folder, "Caddyfile");
    expect(ran("caddy", "adapt", "--config", file, "--adapter", "caddyfile")).toMatchObject({
      code: 0,
    });
  });
});

test("the files in deploy are all spoken of in the documents", () => {
  const text = ["operating", "keeping"]
    .map((name) => readFileSync(join(folder, "..", "docs", `${name}.md`), "utf8"))
    .join();
  const files = globSync("*", { cwd: folder }).filter((name) => !name.includes(".test."));
  expect(files.length).toBeGreaterThanOrEqual(4);
  expect(files.filter((name) => !text.includes(`deploy/${name}`))).toEqual([]);
});
