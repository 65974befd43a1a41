/** A query that this engine could not answer, or only by looking at very many posts. */
export class BeyondEngine extends Error {
  override name = "BeyondEngine";
}

/** Which posts are copies of which only the index beside knows. */
export const copiesBeyond = (): BeyondEngine =>
  new BeyondEngine("Copies are told apart by the embedded index.");
