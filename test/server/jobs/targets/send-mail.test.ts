import { describe, expect, test } from "vitest";
import { Unreachable, UsageError } from "../../../../scraper/errors.ts";
import { openRoutes } from "../../../../scraper/reading/proxy-relay.ts";
import { MailRefused, sendMail } from "../../../../server/jobs/targets/send-mail.ts";
import { startProxy, testTls } from "../../../test-proxies.ts";
import { mailPassword, mailServer, mailUser } from "./mail-server.ts";

const mail = {
  id: "msg_1",
  from: "Backscroll <backscroll@example.org>",
  to: "reader@example.net, Друга <other@example.net>",
  subject: "Знайдено: «лист»",
  text: "Перший рядок\n.\nЖовтий лист: https://t.me/durov/1\n",
};
const login = { user: mailUser, pass: mailPassword };

/** Sends to a server on this machine, which may be one within the network. */
async function send(
  host: string,
  own: {
    readonly mail?: object;
    readonly login?: typeof login | undefined;
    readonly ms?: number;
  } = {},
): Promise<unknown> {
  return sendMail(
    { ...mail, ...own.mail },
    {
      url: new URL(`smtp://${host}`),
      ...("login" in own ? own.login && { login: own.login } : { login }),
    },
    { insideHosts: [host], ca: testTls.cert, signal: AbortSignal.timeout(own.ms ?? 10_000) },
  );
}

describe("a mail", () => {
  test("arrives over TLS with its login, as it was written", async () => {
    const there = await mailServer();
    await send(there.host);
    const [got] = there.received;
    expect(got).toMatchObject({
      from: "backscroll@example.org",
      to: ["reader@example.net", "other@example.net"],
      isSecure: true,
      user: mailUser,
      mail: {
        messageId: "<msg_1@example.org>",
        subject: "Знайдено: «лист»",
        text: mail.text,
        from: { name: "Backscroll", address: "backscroll@example.org" },
        to: [{ address: "reader@example.net" }, { name: "Друга", address: "other@example.net" }],
      },
    });
  });

  test("is taken by no header that its texts would make", async () => {
    const there = await mailServer();
    const subject = "Лист\r\nBcc: victim@example.net\r\n\r\n<b>body</b>";
    await send(there.host, { mail: { subject } });
    const [got] = there.received;
    expect(got?.to).toEqual(["reader@example.net", "other@example.net"]);
    expect(got?.mail.headers.map(({ key }) => key)).not.toContain("bcc");
    expect(got?.mail).toMatchObject({
      subject: "Лист Bcc: victim@example.net  <b>body</b>",
      text: mail.text,
    });
  });

  test("goes to a server within the network without TLS where it offers none, without a login where none is given", async () => {
    const there = await mailServer({ disabledCommands: ["STARTTLS", "AUTH"] });
    await send(there.host, { login: undefined });
    expect(there.received).toMatchObject([{ isSecure: false, user: undefined }]);
  });

  test("is refused with the server's number, and neither its words nor the password", async () => {
    const there = await mailServer();
    const wrong = { ...login, pass: "Godwit-0000" };
    const refused = await send(there.host, { login: wrong }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(MailRefused);
    expect(refused).toMatchObject({
      message: "A mail server answered 535: AUTH PLAIN was refused",
      status: 535,
    });
    const full = await mailServer({
      onRcptTo: (_to, _session, done) =>
        done(Object.assign(new Error("try later"), { responseCode: 451 })),
    });
    await expect(send(full.host)).rejects.toMatchObject({
      message: "A mail server answered 451: RCPT TO was refused",
    });
  });

  test("is not sent to a server whose certificate is another's, nor to one that says nothing", async () => {
    const there = await mailServer();
    const untrusted = sendMail(
      mail,
      { url: new URL(`smtp://${there.host}`) },
      { insideHosts: [there.host], signal: AbortSignal.timeout(10_000) },
    );
    await expect(untrusted).rejects.toThrow(Unreachable);
    const mute = await mailServer({ onConnect: () => {} });
    await expect(send(mute.host, { ms: 300 })).rejects.toMatchObject({ name: "TimeoutError" });
    expect([...there.received, ...mute.received]).toEqual([]);
  });
});

describe("a mail server's address", () => {
  test("is asked within the network only when it is named", async () => {
    const there = await mailServer();
    const signal = AbortSignal.timeout(10_000);
    for (const host of [there.host, `127.0.0.1:${there.port}`, `[::1]:${there.port}`]) {
      const sent = sendMail(mail, { url: new URL(`smtp://${host}`) }, { signal });
      await expect(sent).rejects.toThrow(UsageError);
      await expect(sent).rejects.toThrow(`${host} is an address inside the network.`);
    }
    expect(there.received).toEqual([]);
  });

  test("is reached through the proxy, and must offer TLS outside the network", async () => {
    const proxy = await startProxy("http");
    const routes = openRoutes({ proxy: proxy.address });
    const to = async (port: number): Promise<unknown> =>
      sendMail(
        mail,
        { url: new URL(`smtp://receiver.backscroll.dev:${port}`), login },
        { ca: testTls.cert, signal: AbortSignal.timeout(10_000), relayFor: routes.relayFor },
      );
    const there = await mailServer();
    await to(there.port);
    expect(proxy.led()).toEqual([`receiver.backscroll.dev:${there.port}`]);
    const plain = await mailServer({ disabledCommands: ["STARTTLS"] });
    await expect(to(plain.port)).rejects.toThrow("answered 500: STARTTLS was refused");
    expect(plain.received).toEqual([]);
    await routes[Symbol.asyncDispose]();
  });
});
