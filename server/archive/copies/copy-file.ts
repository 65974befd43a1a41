import { chmod, copyFile } from "node:fs/promises";

/** A copy that is its owner's alone: by itself a copy has the rights of what was copied. */
export async function copyForOwner(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  await chmod(to, 0o600);
}
