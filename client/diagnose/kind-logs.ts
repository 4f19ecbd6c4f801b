import { open, readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { type Kind, kind } from "../kind/kind.ts";
import type { Bundle } from "./bundle.ts";
import { fromNextLine } from "./whole-lines.ts";

/** How much of a file is looked at to tell a text. */
const SAMPLE_BYTES = 8192;

/** Has kind write what its nodes say into a folder, as they say it. */
export async function exportKindLogs(
  { program, name }: { program: Kind; name: string },
  { directory, signal }: { directory: string; signal: AbortSignal },
): Promise<void> {
  await kind(program, ["export", "logs", directory, "--name", name], { signal });
}

/** Takes the exported texts into the bundle, the end of each; what is no text is left out. Links are not followed. */
export async function takeKindLogs(
  bundle: Bundle,
  { directory, signal }: { directory: string; signal: AbortSignal },
): Promise<void> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .filter((file) => !isTwice(file))
    .sort((one, other) => depthOf(one) - depthOf(other) || (one < other ? -1 : 1));
  let binaries = 0;
  for (const file of files) {
    signal.throwIfAborted();
    await bundle.part(`kind's ${file}`, async () => {
      const text = await endOf(join(directory, file), bundle.limits.fileBytes);
      if (text === undefined) binaries += 1;
      else await bundle.add(["kind", ...file.split(sep)], text, "end");
    });
  }
  if (binaries > 0)
    bundle.problems.push(`${binaries} files of kind's nodes are no text and are left out`);
}

/** What kind takes from /var/log/containers are the files of its pods under other names. */
function isTwice(path: string): boolean {
  return path.split(sep)[1] === "containers";
}

/** The files of a node come before those of each of its pods. */
function depthOf(path: string): number {
  return path.split(sep).length;
}

/** The end of a text, in whole lines, or undefined where the file is none. */
async function endOf(path: string, bytes: number): Promise<string | undefined> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const from = Math.max(0, size - bytes);
    const { buffer, bytesRead } = await file.read({
      buffer: Buffer.alloc(size - from),
      position: from,
    });
    const data = buffer.subarray(0, bytesRead);
    if (data.subarray(0, SAMPLE_BYTES).includes(0)) return undefined;
    return (from > 0 ? fromNextLine(data) : data).toString("utf8");
  } finally {
    await file.close();
  }
}
