import type { Database } from "../database.ts";
import type { MediaFolder } from "./media-folder.ts";
import type { Finding } from "../copies/verify.ts";

const filesAStep = 1_000;
const mostFindings = 1_000;

/** Checks every kept file against its hash, and the folder against what is kept. At most 1,000 findings. */
export async function verifyMedia(
  db: Database,
  folder: MediaFolder,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for await (const finding of findings(db, folder, signal)) {
    found.push(finding);
    if (found.length >= mostFindings) break;
  }
  return found;
}

async function* findings(
  db: Database,
  folder: MediaFolder,
  signal?: AbortSignal,
): AsyncGenerator<Finding> {
  let after = "";
  const held = { files: 0, bytes: 0 };
  for (let more = true; more;) {
    signal?.throwIfAborted();
    const rows = await db
      .selectFrom("media_file")
      .where("sha256", ">", after)
      .orderBy("sha256")
      .limit(filesAStep)
      .selectAll()
      .execute();
    for (const { sha256, bytes } of rows) {
      signal?.throwIfAborted();
      held.files += 1;
      held.bytes += bytes;
      const where = `media/${sha256.slice(0, 2)}/${sha256.slice(2)}`;
      const content = await folder.contentOf(sha256);
      if (!content) yield { where, what: "the file is missing" };
      else if (content.sha256 !== sha256)
        yield { where, what: `its content has another hash: ${content.sha256}` };
    }
    after = rows.at(-1)?.sha256 ?? "";
    more = rows.length === filesAStep;
  }
  const total = await db
    .selectFrom("media_total")
    .select(["files", "bytes"])
    .executeTakeFirstOrThrow();
  if (total.files !== held.files || total.bytes !== held.bytes)
    yield {
      where: "media",
      what: `${held.files} files of ${held.bytes} bytes are kept, but ${total.files} of ${total.bytes} were counted`,
    };
  const lost = await db
    .selectFrom("media")
    .leftJoin("media_file", "media_file.sha256", "media.sha256")
    .where("media.state", "=", "kept")
    .where("media_file.sha256", "is", null)
    .limit(mostFindings)
    .select(["media.no", "media.sha256"])
    .execute();
  for (const { no, sha256 } of lost)
    yield { where: `media ${no}`, what: `its file ${sha256} is not among those kept` };
  for await (const one of folder.all()) {
    signal?.throwIfAborted();
    if ("strange" in one) yield { where: `media/${one.strange}`, what: "it is no file of ours" };
    else if (!(await isKnown(db, one.sha256)))
      yield {
        where: `media/${one.sha256.slice(0, 2)}/${one.sha256.slice(2)}`,
        what: "no post and no channel has this file",
      };
  }
}

/** Kept, or about to be by a process that is at it now. */
async function isKnown(db: Database, sha256: string): Promise<boolean> {
  const row = await db
    .selectFrom("media")
    .where("sha256", "=", sha256)
    .select("no")
    .executeTakeFirst();
  return row !== undefined;
}
