import MimeNode from "nodemailer/lib/mime-node";
import SmtpConnection from "nodemailer/lib/smtp-connection";
import type { NodemailerError } from "nodemailer";
import { Unreachable, UsageError } from "../../../scraper/errors.ts";
import {
  isInside,
  type PublicRequest,
  publicSocket,
} from "../../../scraper/reading/public-fetch.ts";

export interface Mail {
  /** The same at every try: receivers know by it a mail that came twice. */
  readonly id: string;
  readonly from: string;
  /** One address, or several with commas. */
  readonly to: string;
  readonly subject: string;
  /** Plain text. */
  readonly text: string;
}

export interface MailServer {
  /** `smtp://mail.example.org:587`; at port 465 TLS from the start, elsewhere by STARTTLS. */
  readonly url: URL;
  readonly login?: { readonly user: string; readonly pass: string };
}

type MailOptions = Pick<PublicRequest, "insideHosts" | "resolve" | "relayFor"> & {
  readonly signal: AbortSignal;
  /** Certificates to trust in place of the system's. */
  readonly ca?: string | undefined;
};

/** A mail server answered, and did not take the mail. */
export class MailRefused extends Error {
  override name = "MailRefused";
  readonly status: number;
  /** At what, in our words: what a server says may repeat what it was told. */
  readonly said: string;
  constructor(status: number, said: string, options: ErrorOptions) {
    super(`A mail server answered ${status}: ${said}`, options);
    this.status = status;
    this.said = said;
  }
}

interface Sent {
  readonly rejected: readonly string[];
}

const portOfTls = "465";

/**
 * Hands a mail to a server, whose address is checked as `publicFetch` checks. Only over TLS with a certificate that counts; a
 * server within the network may be one that offers none. `refused`: for how many receivers it was, where others get it.
 * @throws UsageError for a server that may not be asked; MailRefused; Unreachable; the signal's reason when aborted
 */
export async function sendMail(
  mail: Mail,
  server: MailServer,
  options: MailOptions,
): Promise<{ readonly refused: number }> {
  const { url, login } = server;
  const { signal, ca } = options;
  const message = messageOf(mail);
  try {
    const bytes = await message.build();
    const smtp = new SmtpConnection({
      connection: await publicSocket(url, options),
      host: url.hostname.replace(/^\[|\]$/g, ""),
      secure: url.port === portOfTls,
      requireTLS: !isInside(url, options),
      ...(ca !== undefined && { tls: { ca } }),
    });
    const close = (): void => smtp.close();
    const ended = new Promise<never>((_, reject) => {
      smtp.once("error", reject).once("end", () => reject(new Error("It ended the connection.")));
    });
    /** One step of the talk; a connection that ends, ends it. */
    const step = async <T>(
      start: (then: (error?: Error | null, result?: T) => void) => void,
    ): Promise<T | undefined> =>
      Promise.race([
        ended,
        new Promise<T | undefined>((resolve, reject) => {
          start((error, result) => (error ? reject(error) : resolve(result)));
        }),
      ]);
    signal.addEventListener("abort", close, { once: true });
    try {
      await step((then) => smtp.connect(then));
      // A copy: the library writes into what it is given.
      if (login) await step((then) => smtp.login({ ...login }, then));
      const sent = await step<Sent>((then) => smtp.send(message.getEnvelope(), bytes, then));
      smtp.quit();
      return { refused: sent?.rejected.length ?? 0 };
    } finally {
      signal.removeEventListener("abort", close);
      close();
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof UsageError || error instanceof Unreachable) throw error;
    throw faultOf(url, error);
  }
}

/** Line breaks in what goes into a header are taken out by the library. */
function messageOf({ id, from, to, subject, text }: Mail): MimeNode {
  const domain = /@([^@>\s]+)/.exec(from)?.[1] ?? "localhost";
  return new MimeNode("text/plain; charset=utf-8").setContent(text).setHeader({
    From: from,
    To: to,
    Subject: subject,
    "Message-ID": `<${id}@${domain}>`,
    // So that nobody's “I am away” answers.
    "Auto-Submitted": "auto-generated",
  });
}

function faultOf(url: URL, error: unknown): MailRefused | Unreachable {
  const { responseCode, command = "the mail", message } = error as NodemailerError;
  return responseCode === undefined
    ? new Unreachable(`${url.host} took no mail: ${message}`, { cause: error })
    : new MailRefused(responseCode, `${command} was refused`, { cause: error });
}
