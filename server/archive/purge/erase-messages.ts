import type { PostKey } from "../../../scraper/post.ts";
import type { Database } from "../database.ts";

/** Messages that wait to be sent and tell of posts that are gone are not sent. */
export async function eraseMessages(
  tx: Database,
  isGone: (key: PostKey) => Promise<boolean>,
): Promise<void> {
  const waiting = await tx
    .selectFrom("delivery")
    .where("body", "<>", "")
    .select(["no", "body"])
    .execute();
  for (const { no, body } of waiting) {
    for (const key of postsNamedIn(JSON.parse(body))) {
      if (!(await isGone(key))) continue;
      await tx.deleteFrom("delivery").where("no", "=", no).execute();
      break;
    }
  }
}

/** Every post that a message names, wherever it stands. */
function postsNamedIn(message: unknown): readonly PostKey[] {
  if (typeof message !== "object" || message === null) return [];
  const inside = Object.values(message).flatMap(postsNamedIn);
  return "channel" in message &&
    typeof message.channel === "string" &&
    "id" in message &&
    typeof message.id === "number"
    ? [{ channel: message.channel, id: message.id }, ...inside]
    : inside;
}
