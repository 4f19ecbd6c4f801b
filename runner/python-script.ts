import { access, constants, open } from "node:fs/promises";
import { basename, delimiter, join } from "node:path";

/**
 * The command that runs a program of `path`, through `start` (ansible/start.py) where it is a script whose first line names a
 * Python interpreter and nothing else, as Debian and pip write them. Any other program is run as it is.
 */
export async function scriptCommand(
  program: string,
  { path = "", start }: { path?: string | undefined; start: string },
): Promise<string[]> {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    const file = join(folder, program);
    const isExecutable = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (!isExecutable) continue;
    const line = (await firstLine(file)) ?? "";
    const [, interpreter] = /^#!\s*(\/\S+)\s*$/.exec(line) ?? [];
    const isPython = interpreter && /^python[\d.]*$/.test(basename(interpreter));
    return isPython ? [interpreter, start, file] : [program];
  }
  return [program];
}

const LONGEST_LINE = 256; // the kernel reads no more of it: execve(2)

/** Undefined if there is no such file that can be read. */
async function firstLine(file: string): Promise<string | undefined> {
  const handle = await open(file).catch(() => undefined);
  try {
    const read = await handle?.read(Buffer.alloc(LONGEST_LINE), 0, LONGEST_LINE, 0);
    return read?.buffer.toString("utf8", 0, read.bytesRead).split("\n")[0];
  } catch {
    return undefined; // a folder of that name
  } finally {
    await handle?.close();
  }
}
