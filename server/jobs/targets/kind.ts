import type { Field } from "./fields.ts";
import type { Mail, MailServer } from "./send-mail.ts";
import type { Told } from "./told.ts";

/** A kind of target: what is to be known of one, and how it is told. */
export interface TargetKind {
  readonly fields: Readonly<Record<string, Field>>;
  /** It gets each message by itself and as JSON; to all others what is due is told at once, in words. */
  readonly apart?: true;
  readonly tell: (writing: Writing, by: Ways) => Promise<Outcome>;
}

/** What is told, and where. */
interface Writing {
  readonly fields: Readonly<Record<string, string>>;
  /** The same at every try: of the first of the messages that are told at once. */
  readonly id: string;
  /** The bytes of that message, as it was kept. */
  readonly body: string;
  readonly told: Told;
}

/** What a kind tells by. Both throw where nothing answered, or nothing may be sent. */
export interface Ways {
  readonly ask: (request: TellingRequest) => Promise<Outcome>;
  readonly mail: (mail: Mail, server: MailServer) => Promise<Outcome>;
  readonly now: Date;
}

interface TellingRequest {
  readonly method?: "POST" | "PUT";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
  /** The answer says in JSON or in a line why it was refused; else only its status counts. */
  readonly explains?: true;
}

/** What came back: a status as of HTTP; what was said beside it; how long we are asked to wait. */
export interface Outcome {
  readonly status: number;
  readonly said?: string;
  readonly waitMs?: number;
}
