import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  runningServer,
  startOwnServer,
} from "../../../../server/search/engines/meilisearch/own-server.ts";
import { realMeilisearch } from "./meilisearch-server.ts";

describe.skipIf(realMeilisearch() !== "binary")(
  "a Meilisearch of the program's own (not run without a meilisearch on the PATH)",
  () => {
    let folder = "";
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "own-server-"));
    });
    afterEach(() => rmSync(folder, { recursive: true }));
    const start = async () => startOwnServer(folder, { masterKey: undefined });

    it("answers on loopback while it is open, is found by other commands, and is gone afterwards", async () => {
      let url = "";
      {
        await using server = await start();
        ({ url } = server);
        expect(new URL(url).hostname).toBe("127.0.0.1");
        expect(await runningServer(folder, { masterKey: undefined })).toEqual({
          url,
          masterKey: server.masterKey,
        });
        expect((await fetch(`${url}/indexes`)).status).toBe(401);
      }
      await expect(fetch(`${url}/health`)).rejects.toThrow("fetch failed");
      expect(await runningServer(folder, { masterKey: undefined })).toBeUndefined();
    });

    it("keeps its master key for itself, the same at each start", async () => {
      let first = "";
      {
        await using server = await start();
        first = server.masterKey;
      }
      expect(statSync(join(folder, "master-key")).mode & 0o777).toBe(0o600);
      expect(statSync(join(folder, "config.toml")).mode & 0o777).toBe(0o600);
      await using again = await start();
      expect(again.masterKey).toBe(first);
    });

    it("says what to do about an index of another version", async () => {
      {
        await using _server = await start();
      }
      const version = join(folder, "db", "VERSION");
      expect(readFileSync(version, "utf8").trim()).toMatch(/^1\./);
      writeFileSync(version, "1.11.0");
      await expect(start()).rejects.toThrow(/Remove the folder "meilisearch"/);
    });
  },
);
