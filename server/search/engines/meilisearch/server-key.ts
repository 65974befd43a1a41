import { createHmac } from "node:crypto";
import { Meilisearch } from "meilisearch";
import { hasCode } from "./meta.ts";

/** Another set of rights needs another name. */
const keyName = "6f1c7a52-3d0e-4b8a-9c41-5be2f0a7d913";

/** What this program does with a server, and nothing else. */
const rights = [
  "search",
  "documents.add",
  "documents.get",
  "documents.delete",
  "indexes.create",
  "indexes.get",
  "indexes.delete",
  "indexes.swap",
  "indexes.compact",
  "settings.get",
  "settings.update",
  "stats.get",
  "tasks.get",
] as const;

/** The one key that this program searches and writes with, and how to make it known to the server. */
export interface ServerKey {
  readonly apiKey: string;
  readonly grantKey: () => Promise<void>;
}

/** A server's keys follow from its master key and their names, so ours is known before the server is there. */
export function serverKey(url: string, masterKey: string): ServerKey {
  return {
    apiKey: createHmac("sha256", masterKey).update(keyName).digest("hex"),
    grantKey: async () => {
      const admin = new Meilisearch({ host: url, apiKey: masterKey, timeout: grantMs });
      try {
        await admin.createKey({
          uid: keyName,
          name: "Backscroll",
          description: "Searches and writes the indexes of Backscroll. Nobody else holds it.",
          actions: [...rights],
          indexes: ["backscroll*"],
          expiresAt: null,
        });
      } catch (error) {
        if (!hasCode(error, "api_key_already_exists")) throw error;
      }
    },
  };
}
const grantMs = 10_000;
