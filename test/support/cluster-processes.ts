import { readdir, readFile } from "node:fs/promises";

/** The IDs of this machine's processes whose command line has `text` in it, this process aside. */
export async function processesWith(text: string): Promise<number[]> {
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const matches = await Promise.all(
    ids.map(async (id) => {
      // A process may end, and its folder with it, between the two reads.
      const command = await readFile(`/proc/${id}/cmdline`, "utf8").catch(() => "");
      return id !== process.pid && command.includes(text);
    }),
  );
  return ids.filter((_id, index) => matches[index]);
}
