import { type ChildProcess, spawn } from "node:child_process";
import { globSync } from "node:fs";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import type { Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { isProgram } from "../../scraper/reading/is-program.ts";

/** What WebKit needs here: a driver, its small browser, a screen and a window manager, which gives the window the keys. */
const driver = "/usr/bin/WebKitWebDriver";
const screenServer = "/usr/bin/Xvfb";
const windowManager = "/usr/bin/openbox";
const [smallBrowser] = globSync("/usr/lib/*/webkit2gtk-4.1/MiniBrowser");

/** Whether WebKit can be had on this machine. */
export const hasWebKit =
  smallBrowser !== undefined && [driver, screenServer, windowManager].every(isProgram);

/** A window of WebKit as large as its screen, led over WebDriver. */
export interface WebKitWindow extends AsyncDisposable {
  /** One command of the protocol, below the session. */
  ask<T>(method: "GET" | "POST" | "DELETE", path: string, body?: unknown): Promise<T>;
}

/** Opens a screen of this size in pixels, and WebKit on all of it. */
export async function openWebKit(size: {
  readonly width: number;
  readonly height: number;
}): Promise<WebKitWindow> {
  const started: ChildProcess[] = [];
  const close = async (): Promise<void> => {
    for (const one of started.toReversed()) {
      one.kill("SIGTERM");
      if (one.exitCode === null && one.signalCode === null)
        await Promise.race([new Promise((ended) => one.once("exit", ended)), setTimeout(3_000)]);
    }
  };
  try {
    const screen = spawn(
      screenServer,
      ["-displayfd", "3", "-screen", "0", `${size.width}x${size.height}x24`, "-nolisten", "tcp"],
      { stdio: ["ignore", "ignore", "ignore", "pipe"] },
    );
    started.push(screen);
    const [number] = (await once(screen.stdio[3] as Readable, "data")) as [Buffer];
    const env = {
      ...process.env,
      DISPLAY: `:${String(number).trim()}`,
      GTK_THEME: "Adwaita",
      LIBGL_ALWAYS_SOFTWARE: "1",
      // Its sandbox cannot be had as root; it sees this test's own pages only.
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1",
    };
    started.push(spawn(windowManager, [], { env, stdio: "ignore" }));
    const port = await freePort();
    started.push(spawn(driver, [`--port=${port}`], { env, stdio: "ignore" }));
    const origin = `http://127.0.0.1:${port}`;
    await answering(`${origin}/status`);
    const { sessionId } = await command<{ sessionId: string }>(`${origin}/session`, "POST", {
      capabilities: {
        alwaysMatch: {
          "webkitgtk:browserOptions": {
            binary: smallBrowser,
            args: ["--automation", "--full-screen"],
          },
        },
      },
    });
    const session = `${origin}/session/${sessionId}`;
    return {
      ask: async (method, path, body) => command(session + path, method, body),
      [Symbol.asyncDispose]: async () => {
        await command(session, "DELETE").catch(() => {});
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function command<T>(
  address: string,
  method: "GET" | "POST" | "DELETE",
  body?: unknown,
): Promise<T> {
  const answer = await fetch(address, {
    method,
    ...(method === "POST" && { body: JSON.stringify(body ?? {}) }),
  });
  const { value } = (await answer.json()) as { value: T & { error?: string; message?: string } };
  if (!answer.ok) throw new Error(`${value.error}: ${value.message}`);
  return value;
}

async function answering(address: string): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const isThere = await fetch(address).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isThere) return;
    if (tries > 50) throw new Error(`${address} does not answer.`);
    await setTimeout(100);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((then) => server.listen(0, "127.0.0.1", then));
  const { port } = server.address() as AddressInfo;
  await new Promise((then) => server.close(then));
  return port;
}
