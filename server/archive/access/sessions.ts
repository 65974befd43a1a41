import { createHash, randomBytes } from "node:crypto";
import { instant } from "../../../scraper/instant.ts";
import type { Instant } from "../../../scraper/post.ts";
import type { Database, Handles } from "../database.ts";
import type { AccessKey } from "./keys.ts";

const secretBytes = 32;
const lastsMs = 12 * 3_600_000;
const mostOfOneKey = 50;

/** People who entered with a key, for a working day. What a browser holds is kept as its SHA-256. */
export class Sessions {
  readonly #handles: Handles;

  constructor(options: Handles) {
    this.#handles = options;
  }

  /** Begins a session of this key; `secret` is what the browser gets. A session that the browser had before ends. */
  async begin(
    { id, expiresAt }: AccessKey,
    before: string | undefined,
  ): Promise<{ readonly secret: string; readonly expiresAt: Instant }> {
    const secret = randomBytes(secretBytes).toString("base64url");
    const latest = this.#instant(lastsMs);
    const end = expiresAt !== undefined && expiresAt < latest ? expiresAt : latest;
    await this.#handles
      .writer()
      .transaction()
      .execute(async (tx) => {
        await tx
          .deleteFrom("session")
          .where((eb) =>
            eb.or([
              eb("expires_at", "<=", this.#instant()),
              eb("hash", "=", hashOf(before ?? secret)),
            ]),
          )
          .execute();
        await tx
          .insertInto("session")
          .values({
            hash: hashOf(secret),
            key_id: id,
            created_at: this.#instant(),
            expires_at: end,
          })
          .execute();
        await forgetOldest(tx, id);
      });
    return { secret, expiresAt: end };
  }

  /** The id of the key this session was begun with; whether that key is still good is another question. */
  async keyOf(secret: string): Promise<string | undefined> {
    const row = await this.#handles.reader
      .selectFrom("session")
      .where("hash", "=", hashOf(secret))
      .where("expires_at", ">", this.#instant())
      .select("key_id")
      .executeTakeFirst();
    return row?.key_id;
  }

  async end(secret: string): Promise<void> {
    await this.#handles.writer().deleteFrom("session").where("hash", "=", hashOf(secret)).execute();
  }

  #instant(laterMs = 0): Instant {
    return instant(this.#handles.now().getTime() + laterMs);
  }
}

/** Whoever has the key may enter with it as often as they like; only the newest sessions go on. */
async function forgetOldest(tx: Database, keyId: string): Promise<void> {
  const newest = tx
    .selectFrom("session")
    .where("key_id", "=", keyId)
    .orderBy("expires_at", "desc")
    .select("hash")
    .limit(mostOfOneKey);
  await tx
    .deleteFrom("session")
    .where("key_id", "=", keyId)
    .where("hash", "not in", newest)
    .execute();
}

const hashOf = (secret: string): string => createHash("sha256").update(secret).digest("hex");
