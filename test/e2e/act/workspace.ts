import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What the action's bundle reads beside itself. */
const READ = ["crds", "operator", "collection"];
const PIECES = ["action", "action/setup", "action/run", "action/report"];

/**
 * A repository as a user of the action has it, with the action in the folder action/ as it is shipped: its bundle and its metadata,
 * and no source. act copies a repository to where a workflow runs.
 */
export async function actWorkspace(
  root: string,
  folders: Readonly<Record<string, string>>,
): Promise<{ directory: string } & AsyncDisposable> {
  const directory = await mkdtemp(join(tmpdir(), "pystol-act-repository-"));
  for (const piece of PIECES) {
    await mkdir(join(directory, piece), { recursive: true });
    await cp(join(root, piece, "action.yml"), join(directory, piece, "action.yml"));
  }
  await cp(join(root, "action/dist"), join(directory, "action/dist"), { recursive: true });
  for (const folder of READ) await symlink(join(root, folder), join(directory, folder));
  for (const [to, from] of Object.entries(folders))
    await cp(from, join(directory, to), { recursive: true });
  await writeFile(join(directory, ".gitignore"), ".workflows\n");
  await git(directory, "init", "--quiet", "--initial-branch=main");
  await git(directory, "add", "--all");
  const who = ["-c", "user.name=Pystol", "-c", "user.email=pystol@example.org"];
  await git(directory, ...who, "commit", "--quiet", "--message=A shop");
  return {
    directory,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

async function git(directory: string, ...args: string[]): Promise<void> {
  const child = spawn("git", args, { cwd: directory, stdio: "inherit" });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`git ${args.join(" ")} ended with exit code ${code}`);
}
