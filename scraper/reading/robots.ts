/** What a robots.txt says to one program about one path. */
export interface RobotsRule {
  readonly allowed: boolean;
  /** The line that settles it, as it stands there; absent when none does. */
  readonly line?: string;
  /** The name its group is for: one of ours, or `*`. */
  readonly agent?: string;
  /** How many seconds it asks to leave between two requests. */
  readonly crawlDelaySeconds?: number;
}

/**
 * Reads a robots.txt (RFC 9309): the groups of the program's own name, else those of `*`; of their rules the one with the
 * longest path, and of equals the one that allows.
 */
export function readRobots(
  text: string,
  asked: { readonly userAgent: string; readonly path: string },
): RobotsRule {
  const groups = groupsOf(text.slice(0, MOST_CHARACTERS));
  const ours = productsOf(asked.userAgent);
  const named = groups.filter(({ agents }) => agents.some((agent) => ours.includes(agent)));
  const meant = named.length > 0 ? named : groups.filter(({ agents }) => agents.includes("*"));
  const rules = meant.flatMap(({ rules: own }) => own);
  const [rule] = rules
    .filter(({ path }) => matches(path, asked.path))
    .toSorted((a, b) => b.path.length - a.path.length || Number(b.allows) - Number(a.allows));
  const agent = meant[0]?.agents.find((one) => one === "*" || ours.includes(one));
  const delay = meant.find(({ delaySeconds }) => delaySeconds !== undefined)?.delaySeconds;
  return {
    allowed: rule?.allows ?? true,
    ...(rule && { line: `${rule.allows ? "Allow" : "Disallow"}: ${rule.path}` }),
    ...(agent !== undefined && { agent }),
    ...(delay !== undefined && { crawlDelaySeconds: delay }),
  };
}

interface Group {
  readonly agents: string[];
  readonly rules: { readonly allows: boolean; readonly path: string }[];
  delaySeconds?: number;
}

function groupsOf(text: string): readonly Group[] {
  const groups: Group[] = [];
  let namesAgents = false;
  for (const line of text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/)) {
    const [, field = "", value = ""] = /^\s*([\w-]+)\s*:\s*([^#]*?)\s*(?:#.*)?$/.exec(line) ?? [];
    const name = field.toLowerCase();
    const group = groups.at(-1);
    if (name === "user-agent") {
      if (group && namesAgents) group.agents.push(value.toLowerCase());
      else groups.push({ agents: [value.toLowerCase()], rules: [] });
      namesAgents = true;
      continue;
    }
    if (!["allow", "disallow", "crawl-delay"].includes(name)) continue;
    namesAgents = false;
    if (name === "crawl-delay") {
      const seconds = Number(value);
      if (group && value !== "" && seconds >= 0 && seconds <= LONGEST_DELAY_SECONDS)
        group.delaySeconds = seconds;
    } else if (value !== "") group?.rules.push({ allows: name === "allow", path: value });
  }
  return groups;
}

/** The names a program goes by: those with a version, but for the one all browsers give. */
function productsOf(userAgent: string): readonly string[] {
  return [...userAgent.matchAll(/([A-Za-z_-]+)\//g)]
    .map(([, name = ""]) => name.toLowerCase())
    .filter((name) => name !== "mozilla");
}

/** `*` stands for anything, `$` at the end for the end; each star is looked for once, so no pattern is slow. */
function matches(pattern: string, path: string): boolean {
  const isEnd = pattern.endsWith("$");
  const [first = "", ...parts] = (isEnd ? pattern.slice(0, -1) : pattern).split("*");
  if (!path.startsWith(first)) return false;
  let at = first.length;
  for (const [index, part] of parts.entries()) {
    const isLast = isEnd && index === parts.length - 1;
    const found = isLast ? path.length - part.length : path.indexOf(part, at);
    if (found < at || !path.startsWith(part, found)) return false;
    at = found + part.length;
  }
  return !isEnd || at === path.length;
}

/** RFC 9309 asks for 500 KiB at least. */
const MOST_CHARACTERS = 512 * 1024;
const LONGEST_DELAY_SECONDS = 86_400;
