/**
 * Writes one index until it is killed, and prints a sign for each step done. With the seed `log` every step adds a post, and
 * after twelve it waits for its end.
 */
import { createAnalyzer } from "../../../../server/search/analysis/analyzer.ts";
import { openEmbeddedEngine } from "../../../../server/search/engines/embedded/embedded-engine.ts";
import { makePost } from "./contract/make-post.ts";

const [file = "", seed = ""] = process.argv.slice(2);
const analyzer = createAnalyzer();
const engine = await openEmbeddedEngine({ file, archiveId: "a", analyzer, inProcess: true });
const onlyAdds = seed === "log";
const steps = onlyAdds ? 12 : Infinity;

let at = (await engine.status()).position;
for (let step = 0; step < steps; step++) {
  at++;
  if (!onlyAdds && at % 40 === 0) {
    await using rebuild = await engine.rebuild();
    await rebuild.apply([put(at)], at);
    await rebuild.commit();
  } else if (!onlyAdds && at % 15 === 0) {
    await engine.apply([{ kind: "purge", channel: "lab", id: at - 1 }], at);
  } else await engine.apply([put(at)], at);
  process.stdout.write(".");
}
await new Promise(() => setInterval(() => {}, 1_000));

/** A post with words of its own, so that pages change all over the file. */
function put(no: number): { readonly kind: "put"; readonly post: ReturnType<typeof makePost> } {
  const own = Array.from(
    { length: 800 },
    (_, i) => `слово${(no * 7919 + i * 104_729) % 1_000_003}`,
  );
  return { kind: "put", post: makePost(no, { text: `шаг ${own.join(" ")}` }) };
}
