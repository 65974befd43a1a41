import { createHash, randomBytes } from "node:crypto";
import { instant } from "../../../scraper/instant.ts";
import type { Instant } from "../../../scraper/post.ts";
import type { Handles } from "../database.ts";
import type { KeyTable } from "../schema/schema.ts";

/** What a key may do; `admin` may do everything. */
export const scopes = ["search", "read", "export", "scrape", "admin"] as const;
export type Scope = (typeof scopes)[number];

/** What a key is good for. Empty lists of channels do not limit it; without origins no page of another site may use it. */
export interface KeyGrant {
  readonly scopes: readonly Scope[];
  readonly channels: readonly string[];
  readonly origins: readonly string[];
  readonly expiresAt?: Instant;
}

/** A key as it is kept: everything but the key itself. */
export interface AccessKey extends KeyGrant {
  readonly id: string;
  readonly createdAt: Instant;
  readonly revokedAt?: Instant;
  /** Until when the secret before the last rotation is good too. */
  readonly previousUntil?: Instant;
}

const secretBytes = 32;
const secretLetters = 43; // 62^43 > 2^256
const idBytes = 6;
const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** The keys of one archive. A key is shown once, when it is made; what is kept is its SHA-256. */
export class Keys {
  readonly #handles: Handles;

  constructor(options: Handles) {
    this.#handles = options;
  }

  /** Makes a key; `secret` is what the caller shows, and nobody can read it again. */
  async create(grant: KeyGrant): Promise<{ readonly secret: string; readonly key: AccessKey }> {
    const secret = newSecret();
    const row = this.#rowOf(grant, secret);
    await this.#handles.writer().insertInto("access_key").values(row).execute();
    return { secret, key: keyOf(row) };
  }

  /** The first admin key of this archive; `undefined` when one was ever made. */
  async createFirstAdmin(): Promise<string | undefined> {
    const secret = newSecret();
    const row = this.#rowOf({ scopes: ["admin"], channels: [], origins: [] }, secret);
    return this.#handles
      .writer()
      .transaction()
      .execute(async (tx) => {
        const made = await tx.selectFrom("access_key").select("scopes").execute();
        if (made.some((one) => listOf(one.scopes).includes("admin"))) return undefined;
        await tx.insertInto("access_key").values(row).execute();
        return secret;
      });
  }

  /** Every key ever made, oldest first. */
  async list(): Promise<readonly AccessKey[]> {
    const rows = await this.#handles.reader
      .selectFrom("access_key")
      .selectAll()
      .orderBy("created_at")
      .orderBy("id")
      .execute();
    return rows.map(keyOf);
  }

  /** Takes a key back for good, by its id or by itself. `undefined` when there is no such key. */
  async revoke(idOrSecret: string): Promise<AccessKey | undefined> {
    const db = this.#handles.writer();
    await db
      .updateTable("access_key")
      .set({ revoked_at: this.#instant() })
      .where((eb) => eb.or([eb("id", "=", idOrSecret), eb("hash", "=", hashOf(idOrSecret))]))
      .where("revoked_at", "is", null)
      .execute();
    const row = await db
      .selectFrom("access_key")
      .where((eb) => eb.or([eb("id", "=", idOrSecret), eb("hash", "=", hashOf(idOrSecret))]))
      .selectAll()
      .executeTakeFirst();
    return row && keyOf(row);
  }

  /**
   * Gives a live key another secret; the old one stays good for `graceMs`, and without grace ends at once, with every
   * session it began. `undefined` when no live key has this id or secret.
   */
  async rotate(
    idOrSecret: string,
    { graceMs }: { readonly graceMs: number },
  ): Promise<{ readonly secret: string; readonly key: AccessKey } | undefined> {
    const secret = newSecret();
    return this.#handles
      .writer()
      .transaction()
      .execute(async (tx) => {
        const row = await tx
          .selectFrom("access_key")
          .where((eb) => eb.or([eb("id", "=", idOrSecret), eb("hash", "=", hashOf(idOrSecret))]))
          .selectAll()
          .executeTakeFirst();
        if (!row || !this.#isLive(row)) return undefined;
        const until = graceMs > 0 ? this.#instant(graceMs) : null;
        const previous_hash = until === null ? null : row.hash;
        const changed = { hash: hashOf(secret), previous_hash, previous_until: until };
        await tx.updateTable("access_key").set(changed).where("id", "=", row.id).execute();
        if (until === null) await tx.deleteFrom("session").where("key_id", "=", row.id).execute();
        return { secret, key: keyOf({ ...row, ...changed }) };
      });
  }

  /** The live key that this secret is: neither revoked nor expired, nor rotated away. */
  async find(secret: string): Promise<AccessKey | undefined> {
    const hash = hashOf(secret);
    const row = await this.#handles.reader
      .selectFrom("access_key")
      .where((eb) => eb.or([eb("hash", "=", hash), eb("previous_hash", "=", hash)]))
      .selectAll()
      .executeTakeFirst();
    if (!row || !this.#isLive(row)) return undefined;
    const isCurrent = row.hash === hash || (row.previous_until ?? "") > this.#instant();
    return isCurrent ? keyOf(row) : undefined;
  }

  /** The live key of this id. */
  async get(id: string): Promise<AccessKey | undefined> {
    const row = await this.#handles.reader
      .selectFrom("access_key")
      .where("id", "=", id)
      .selectAll()
      .executeTakeFirst();
    return row && this.#isLive(row) ? keyOf(row) : undefined;
  }

  /** Whether some live key may be used by pages of this origin. */
  async knowsOrigin(origin: string): Promise<boolean> {
    const rows = await this.#handles.reader
      .selectFrom("access_key")
      .where("revoked_at", "is", null)
      .where("origins", "<>", "[]")
      .selectAll()
      .execute();
    return rows.some((row) => this.#isLive(row) && listOf(row.origins).includes(origin));
  }

  #rowOf(grant: KeyGrant, secret: string): KeyTable {
    return {
      id: randomBytes(idBytes).toString("hex"),
      hash: hashOf(secret),
      scopes: JSON.stringify(grant.scopes),
      channels: JSON.stringify(grant.channels),
      origins: JSON.stringify(grant.origins),
      created_at: this.#instant(),
      expires_at: grant.expiresAt ?? null,
      revoked_at: null,
      previous_hash: null,
      previous_until: null,
    };
  }

  #isLive({ revoked_at, expires_at }: KeyTable): boolean {
    return revoked_at === null && (expires_at === null || expires_at > this.#instant());
  }

  #instant(laterMs = 0): Instant {
    return instant(this.#handles.now().getTime() + laterMs);
  }
}

/** 256 random bits in letters and digits, so that a double click takes all of it. */
function newSecret(): string {
  let rest = BigInt(`0x${randomBytes(secretBytes).toString("hex")}`);
  let text = "";
  for (let place = 0; place < secretLetters; place += 1) {
    text += letters[Number(rest % 62n)];
    rest /= 62n;
  }
  return `bs_${text}`;
}

/** A fast hash will do: nobody can guess 256 random bits. */
const hashOf = (secret: string): string => createHash("sha256").update(secret).digest("hex");

const listOf = (json: string): readonly string[] => JSON.parse(json) as string[];

function keyOf(row: KeyTable): AccessKey {
  return {
    id: row.id,
    scopes: listOf(row.scopes) as readonly Scope[],
    channels: listOf(row.channels),
    origins: listOf(row.origins),
    createdAt: row.created_at,
    ...(row.expires_at !== null && { expiresAt: row.expires_at }),
    ...(row.revoked_at !== null && { revokedAt: row.revoked_at }),
    ...(row.previous_until !== null && { previousUntil: row.previous_until }),
  };
}
