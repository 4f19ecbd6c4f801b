import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { type Counters, countersFrom } from "./counters.ts";
import type { NetworkNamespace } from "./network-namespace.ts";
import { removalText } from "./ruleset.ts";

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const LIMIT_MS = 20_000;
/** The child's file descriptor that is the namespace. */
const NAMESPACE_FD = 3;

/** Carries out the commands in one transaction: all of them or none. @throws with nft's own words */
export async function change(namespace: NetworkNamespace, commands: string): Promise<void> {
  const { code, stdout, stderr } = await runNft(namespace, ["-f", "-"], commands);
  if (code !== 0) throw new Error(`nft ended with ${code}: ${said(stderr || stdout)}`);
}

/** What our table shows, or undefined where there is none of that name. */
export async function readTable(
  namespace: NetworkNamespace,
  table: string,
): Promise<Counters | undefined> {
  // Listed first, because nft has one exit code for everything that it refuses.
  const tables = await runNft(namespace, ["-j", "list", "tables", "inet"]);
  if (tables.code !== 0) throw new Error(`nft ended with ${tables.code}: ${said(tables.stderr)}`);
  const names = (JSON.parse(tables.stdout) as { nftables: { table?: { name: string } }[] })
    .nftables;
  if (!names.some((item) => item.table?.name === table)) return undefined;
  const listed = await runNft(namespace, ["-j", "list", "table", "inet", table]);
  if (listed.code !== 0) throw new Error(`nft ended with ${listed.code}: ${said(listed.stderr)}`);
  return countersFrom(listed.stdout);
}

/** Removes our table and returns what it showed at the end, undefined where there was none. */
export async function removeTable(
  namespace: NetworkNamespace,
  table: string,
): Promise<Counters | undefined> {
  const counters = await readTable(namespace, table);
  if (counters) await change(namespace, removalText(table));
  return counters;
}

/** nft in that network namespace, without a shell and with nothing of our own environment. nsenter(1) */
async function runNft(
  namespace: NetworkNamespace,
  args: readonly string[],
  input = "",
): Promise<{ code: number | string; stdout: string; stderr: string }> {
  const child = spawn("nsenter", [`--net=/proc/self/fd/${NAMESPACE_FD}`, "--", "nft", ...args], {
    env: { PATH, LC_ALL: "C" },
    stdio: ["pipe", "pipe", "pipe", namespace.fd],
    timeout: LIMIT_MS,
    killSignal: "SIGKILL",
  }) as ChildProcessWithoutNullStreams; // the first three are pipes, which the type of a fourth hides
  const ended = new Promise<number | string>((resolve, reject) => {
    child.once("error", (cause) =>
      reject(new Error(`Cannot start nsenter: ${cause.message}`, { cause })),
    );
    child.once("close", (code, signal) => resolve(code ?? signal ?? "an unknown end"));
  });
  child.stdin.on("error", () => undefined); // it ended before it had read everything, and says why
  child.stdin.end(input);
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}

function said(output: string): string {
  return output.replace(/\s+/g, " ").trim().slice(0, 400) || "it said nothing";
}
