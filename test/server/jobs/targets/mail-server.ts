import { once } from "node:events";
import type { AddressInfo } from "node:net";
import PostalMime from "postal-mime";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { onTestFinished } from "vitest";
import { testTls } from "../../../test-proxies.ts";

/** A mail as its server got it, read by a parser of others. */
interface Received {
  readonly from: string | undefined;
  readonly to: readonly string[];
  readonly isSecure: boolean;
  readonly user: string | undefined;
  readonly raw: string;
  readonly mail: Awaited<ReturnType<typeof PostalMime.parse>>;
}

export const mailUser = "backscroll@example.org";
export const mailPassword = "Godwit-4711";

/** A mail server of others (`smtp-server`) on loopback, which wants TLS and a login unless told otherwise. */
export async function mailServer(options: SMTPServerOptions = {}) {
  const received: Received[] = [];
  const server = new SMTPServer({
    ...testTls,
    disableReverseLookup: true,
    onAuth: ({ username, password }, _session, done) => {
      if (username === mailUser && password === mailPassword) return done(null, { user: username });
      return done(Object.assign(new Error(`No: ${password}`), { responseCode: 535 }));
    },
    onData: (stream, { envelope, secure, user }, done) => {
      void (async () => {
        const raw = await new Response(ReadableStream.from(stream)).text();
        const { mailFrom, rcptTo } = envelope;
        received.push({
          from: mailFrom ? mailFrom.address : undefined,
          to: rcptTo.map(({ address }) => address),
          isSecure: secure,
          user: typeof user === "string" ? user : undefined,
          raw,
          mail: await PostalMime.parse(raw),
        });
        done();
      })();
    },
    ...options,
  });
  server.on("error", () => {});
  const { server: socket } = server;
  server.listen(0, "127.0.0.1");
  await once(socket, "listening");
  onTestFinished(async () => new Promise<void>((resolve) => server.close(resolve)));
  const { port } = socket.address() as AddressInfo;
  return { port, host: `localhost:${port}`, received };
}
