import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { isProgram } from "../../scraper/reading/is-program.ts";

const program = ["/usr/bin/firefox-esr", "/usr/bin/firefox"].find(isProgram);

/** Whether Firefox can be had on this machine. */
export const hasFirefox = program !== undefined;

/** Firefox, led over WebDriver BiDi. */
export interface Firefox extends AsyncDisposable {
  /** One command of the protocol. */
  ask<T>(method: string, parameters: unknown): Promise<T>;
}

/** Opens Firefox without a screen. */
export async function openFirefox(): Promise<Firefox> {
  const profile = await mkdtemp(join(tmpdir(), "backscroll-firefox-"));
  const options = ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port=0"];
  const firefox = spawn(program ?? "firefox", options, { stdio: ["ignore", "ignore", "pipe"] });
  const ended = once(firefox, "exit");
  const close = async (): Promise<void> => {
    firefox.kill("SIGTERM");
    await ended;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const lines = createInterface({ input: firefox.stderr });
    const address = new Promise<string>((then) => {
      lines.on("line", (line) => {
        const [, found] = /WebDriver BiDi listening on (ws:\S+)/.exec(line) ?? [];
        if (found !== undefined) then(`${found}/session`);
      });
    });
    const socket = new WebSocket(await address);
    await once(socket, "open");
    const ask = asking(socket);
    await ask("session.new", { capabilities: {} });
    return {
      ask,
      [Symbol.asyncDispose]: async () => {
        socket.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Answer {
  readonly id: number | null;
  readonly result?: unknown;
  readonly error?: string;
  readonly message?: string;
}

function asking(socket: WebSocket): Firefox["ask"] {
  const waiting = new Map<number, (answer: Answer) => void>();
  socket.addEventListener("message", ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer;
    waiting.get(answer.id ?? 0)?.(answer);
  });
  let asked = 0;
  return async <T>(method: string, parameters: unknown): Promise<T> => {
    const id = (asked += 1);
    const { promise, resolve } = Promise.withResolvers<Answer>();
    waiting.set(id, resolve);
    socket.send(JSON.stringify({ id, method, params: parameters }));
    const { error, message, result } = await promise;
    waiting.delete(id);
    if (error !== undefined) throw new Error(`${method}: ${error}: ${message}`);
    return result as T;
  };
}
