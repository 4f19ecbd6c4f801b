import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";

/** Where `name` is on the PATH or in one of the `elsewhere` folders; undefined if nowhere. */
export async function findProgram(
  name: string,
  elsewhere: readonly string[] = [],
): Promise<string | undefined> {
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...elsewhere];
  for (const folder of folders.filter((entry) => entry !== "")) {
    const file = join(folder, name);
    if (await isExecutable(file)) return file;
  }
  return undefined;
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
