import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server as NetServer } from "node:net";
import type { LookupFunction } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createServer as createSocksServer } from "@pondwader/socks5-server";
import { Server } from "proxy-chain";
import { onTestFinished } from "vitest";
import { emptyFolder } from "./help.ts";

/** A proxy on this machine that leads every name to this machine, and leaves by an address by which nobody else asks. */
export interface TestProxy {
  /** For a setting: with user and password, where it wants them. */
  readonly address: string;
  readonly port: number;
  /** What it was asked to lead to, `host:port`, once a request or tunnel. */
  readonly led: () => readonly string[];
}

/** By it proxies ask; whoever asks past them does so by another. On other systems there is but one. */
export const proxyExit = process.platform === "linux" ? "127.0.0.2" : "127.0.0.1";

const proxyUser = "кроншнеп";
export const proxyPassword = "Avocet:0123/456789@Canary";
const login = `${encodeURIComponent(proxyUser)}:${encodeURIComponent(proxyPassword)}@`;

const tlsFile = (name: string): string =>
  join(import.meta.dirname, "fixtures", "tls", `${name}.pem`);
export const testCertificate = tlsFile("certificate");
export const testTls = {
  key: readFileSync(tlsFile("key"), "utf8"),
  cert: readFileSync(testCertificate, "utf8"),
};

/** Every name is this machine's, as only the proxy knows. */
const toThisMachine: LookupFunction = (_name, { all }, done) =>
  all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4);

/** HTTP by `proxy-chain`, SOCKS5 by `@pondwader/socks5-server`. */
export async function startProxy(
  kind: "http" | "https" | "socks5",
  { wantsLogin = false }: { readonly wantsLogin?: boolean } = {},
): Promise<TestProxy> {
  const led: string[] = [];
  const port = await (kind === "socks5" ? startSocks : startHttp)({ kind, wantsLogin, led });
  const host = kind === "https" ? "localhost" : "127.0.0.1";
  return {
    address: `${kind}://${wantsLogin ? login : ""}${host}:${port}`,
    port,
    led: () => led,
  };
}

interface Wanted {
  readonly kind: "http" | "https" | "socks5";
  readonly wantsLogin: boolean;
  readonly led: string[];
}

async function startHttp({ kind, wantsLogin, led }: Wanted): Promise<number> {
  const server = new Server({
    host: "127.0.0.1",
    port: 0,
    ...(kind === "https" ? { serverType: kind, httpsOptions: testTls } : { serverType: "http" }),
    prepareRequestFunction: ({ username, password, hostname, port }) => {
      if (wantsLogin && (username !== proxyUser || password !== proxyPassword))
        return { requestAuthentication: true };
      led.push(`${hostname}:${port}`);
      return {
        localAddress: proxyExit,
        dnsLookup: toThisMachine as typeof import("node:dns").lookup,
      };
    },
  });
  await server.listen();
  onTestFinished(async () => server.close(true));
  return server.port;
}

async function startSocks({ wantsLogin, led }: Wanted): Promise<number> {
  const socks = createSocksServer(
    wantsLogin ? { auth: { username: proxyUser, password: proxyPassword } } : {},
  );
  socks.setConnectionHandler(({ destAddress, destPort, socket }, tell) => {
    led.push(`${destAddress}:${destPort}`);
    const onward = connect({
      host: destAddress,
      port: destPort,
      lookup: toThisMachine,
      localAddress: proxyExit,
    });
    onward.once("connect", () => {
      tell("REQUEST_GRANTED");
      socket.pipe(onward).pipe(socket);
    });
    onward.on("error", () => socket.destroy());
    socket.on("error", () => onward.destroy()).on("close", () => onward.destroy());
  });
  return listen(createServer((socket) => socks._handleConnection(socket)));
}

async function listen(server: NetServer): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** Debian's proxies, where they are installed. */
export const debians = {
  tinyproxy: "/usr/bin/tinyproxy",
  danted: "/usr/sbin/danted",
} as const;
export const isInstalled = (name: keyof typeof debians): boolean => existsSync(debians[name]);

const debianLogin = "avocet:0123456789";

/** A free port, as far as can be told. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** tinyproxy with a login, dante without one: its logins are the system's users. */
export async function startDebians(name: keyof typeof debians): Promise<TestProxy> {
  const port = await freePort();
  const folder = emptyFolder();
  const [config, log] = [join(folder, "config"), join(folder, "log")];
  const [user, password] = debianLogin.split(":");
  const texts = {
    tinyproxy: [
      `Port ${port}`,
      "Listen 127.0.0.1",
      `Bind ${proxyExit}`,
      `LogFile "${log}"`,
      "LogLevel Connect",
      "Allow 127.0.0.1",
      `BasicAuth ${user} ${password}`,
    ],
    danted: [
      `logoutput: ${log}`,
      `internal: 127.0.0.1 port = ${port}`,
      `external: ${proxyExit}`,
      "socksmethod: none",
      "clientmethod: none",
      "client pass { from: 127.0.0.0/8 to: 0.0.0.0/0 }",
      "socks pass { from: 127.0.0.0/8 to: 0.0.0.0/0 log: connect }",
    ],
  };
  writeFileSync(config, `${texts[name].join("\n")}\n`);
  writeFileSync(log, "");
  const args = name === "tinyproxy" ? ["-d", "-c", config] : ["-f", config];
  const child = spawn(debians[name], args, { stdio: "ignore" });
  onTestFinished(async () => {
    child.kill();
    if (child.exitCode === null) await once(child, "exit");
  });
  await answers(port);
  const led = {
    tinyproxy: / (?:CONNECT|GET) (?:http:\/\/)?([\w.-]+:\d+)/g,
    danted: / pass\(\d\): tcp\/connect \[: .* -> [\d.]+ ([\d.]+\.\d+)$/gm,
  };
  return {
    address:
      name === "tinyproxy"
        ? `http://${debianLogin}@127.0.0.1:${port}`
        : `socks5://127.0.0.1:${port}`,
    port,
    led: () =>
      // Dante writes down what it found the name to stand for.
      [...readFileSync(log, "utf8").matchAll(led[name])].map(([, where = ""]) =>
        where.replace(/^127\.0\.0\.1\./, "localhost:"),
      ),
  };
}

async function answers(port: number): Promise<void> {
  for (let tries = 0; tries < 50; tries += 1) {
    const socket = connect(port, "127.0.0.1");
    const isThere = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isThere) return;
    await sleep(100);
  }
  throw new Error(`Nothing listens at ${port}.`);
}
