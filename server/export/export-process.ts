/** The program of a process that writes one export to its output and ends, or ends with the process that started it. */
import { once } from "node:events";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Archive } from "../archive/archive.ts";
import { PostMarks } from "../archive/posts/post-marks.ts";
import type { ExportFailure, ExportOrder } from "./export-apart.ts";
import { exportPosts } from "./export-posts.ts";

process.on("disconnect", () => process.exit());
const [order] = (await once(process, "message")) as [ExportOrder];
try {
  await using archive = await Archive.open(order.archive, { readOnly: true });
  const found = { query: order.query, marks: PostMarks.unpack(order.marks) };
  const { format, self, table } = order;
  const chunks = exportPosts(archive, found, {
    format,
    ...table,
    ...(self !== undefined && { self }),
  });
  await pipeline(Readable.from(chunks, { objectMode: true, highWaterMark: 1 }), process.stdout);
  process.disconnect();
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.send?.({ error: message } satisfies ExportFailure, () => process.exit(1));
}
