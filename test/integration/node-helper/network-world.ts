import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { findProgram } from "../../cluster/find-program.ts";

const run = promisify(execFile);
const PORT = 8080;
export const POD = { ip: "10.111.0.2", ip6: "fd11::2", port: PORT, otherPort: PORT + 1 };
export const PEER = { ip: "10.111.0.1", ip6: "fd11::1" };

/**
 * A pod's network namespace with a server in it, and another one with a client, joined by a cable; and a /proc of the node
 * that shows the pod's processes. All of it is taken away at the end.
 */
export interface NetworkWorld extends AsyncDisposable {
  uid: string;
  /** The node's /proc. */
  proc: string;
  /** The process in the pod. */
  pid: number;
  /** Whether the client gets an answer of the pod. */
  reaches(what: { protocol: "tcp" | "udp"; host?: string; port?: number }): Promise<boolean>;
  /** Whether the pod gets an answer of itself, on its own loopback. */
  reachesItself(): Promise<boolean>;
  /** nft in the pod's network namespace. */
  nft(...args: string[]): Promise<string>;
  /** Ends the pod's processes, as when it is deleted. */
  endPod(): Promise<void>;
}

/** Why network namespaces cannot be made here, or undefined. */
export async function whyNoNetwork(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return "needs root, to make network namespaces";
  for (const program of ["ip", "nft", "nsenter"]) {
    if (!(await findProgram(program, ["/usr/sbin", "/sbin"])))
      return `needs the program ${program} (Debian: iproute2, nftables, util-linux)`;
  }
  const name = `pystol-probe-${randomBytes(3).toString("hex")}`;
  try {
    await run("ip", ["netns", "add", name]);
    await run("ip", ["netns", "exec", name, "nft", "list", "ruleset"]);
    return undefined;
  } catch (error) {
    return `cannot make a network namespace with nftables: ${(error as Error).message.trim()}`;
  } finally {
    await run("ip", ["netns", "del", name]).catch(() => undefined);
  }
}

export async function startNetworkWorld(uid: string = randomUUID()): Promise<NetworkWorld> {
  await using cleanup = new AsyncDisposableStack();
  const tag = randomBytes(3).toString("hex");
  const [pod, client] = [`pystol-p${tag}`, `pystol-c${tag}`];
  for (const name of [pod, client]) {
    await run("ip", ["netns", "add", name]);
    cleanup.defer(async () => {
      await run("ip", ["netns", "del", name]);
    });
    await run("ip", ["-n", name, "link", "set", "lo", "up"]);
  }
  const [here, there] = [`pp${tag}`, `pc${tag}`];
  await run("ip", ["-n", pod, "link", "add", here, "type", "veth", "peer", there, "netns", client]);
  for (const [name, link, { ip, ip6 }] of [
    [pod, here, POD],
    [client, there, PEER],
  ] as const) {
    await run("ip", ["-n", name, "addr", "add", `${ip}/24`, "dev", link]);
    await run("ip", ["-n", name, "addr", "add", `${ip6}/64`, "dev", link, "nodad"]);
    await run("ip", ["-n", name, "link", "set", link, "up"]);
  }
  const server = await startServer(pod);
  cleanup.defer(() => end(server));
  const dir = await mkdtemp(join(tmpdir(), "pystol-proc-"));
  cleanup.defer(() => rm(dir, { recursive: true, force: true }));
  await shownProcess(dir, { pid: 1, net: process.pid, cgroup: "0::/init.scope\n", startTime: 1 });
  const cgroup = `0::/kubepods/besteffort/pod${uid}/sandbox\n`;
  const pid = server.pid ?? 0;
  await shownProcess(dir, { pid, net: pid, cgroup, startTime: 10 });
  const kept = cleanup.move();
  return {
    uid,
    pid,
    proc: dir,
    reaches: ({ protocol, host = POD.ip, port = PORT }) => probe(client, { protocol, host, port }),
    reachesItself: () => probe(pod, { protocol: "tcp", host: "127.0.0.1", port: PORT }),
    nft: async (...args) => (await run("ip", ["netns", "exec", pod, "nft", ...args])).stdout,
    endPod: async () => {
      await end(server);
      await rm(join(dir, String(pid)), { recursive: true });
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Shows a process in a folder that stands in for the node's /proc; its network namespace is the real one of `net`. */
export async function shownProcess(
  proc: string,
  { pid, net, cgroup, startTime }: { pid: number; net: number; cgroup: string; startTime: number },
): Promise<void> {
  const folder = join(proc, String(pid));
  await mkdir(join(folder, "ns"), { recursive: true });
  await symlink(`/proc/${net}/ns/net`, join(folder, "ns/net"));
  await writeFile(join(folder, "cgroup"), cgroup);
  const before = Array.from({ length: 18 }, () => "0").join(" ");
  await writeFile(join(folder, "stat"), `${pid} (node) S ${before} ${startTime} 0\n`);
}

/** Answers TCP and UDP on two ports, of IPv4 and IPv6. */
const SERVER = `
const ports = [${PORT}, ${PORT + 1}];
let left = 2 * ports.length;
const ready = () => { if (--left === 0) console.log("ready"); };
for (const port of ports) {
  require("net").createServer((socket) => socket.end("yes")).listen(port, "::", ready);
  const echo = require("dgram").createSocket({ type: "udp6" });
  echo.on("message", (_text, { port: to, address }) => echo.send("yes", to, address)).bind(port, ready);
}`;

/** Prints whether "yes" came back; asks over UDP several times, since the first packet may wait for a neighbour. */
const PROBE = `
const [protocol, host, port] = process.argv.slice(1);
const done = (answer) => { console.log(answer); process.exit(0); };
setTimeout(() => done("no"), 700);
if (protocol === "tcp") {
  require("net").connect(Number(port), host).on("data", () => done("yes")).on("error", () => done("no"));
} else {
  const socket = require("dgram").createSocket(host.includes(":") ? "udp6" : "udp4");
  const ask = () => socket.send("?", Number(port), host);
  socket.on("message", () => done("yes")).on("error", () => done("no"));
  ask();
  setInterval(ask, 100);
}`;

async function startServer(namespace: string): Promise<ChildProcess> {
  // nsenter becomes the server itself: its process ID is the server's.
  const entering = [`--net=/run/netns/${namespace}`, process.execPath, "-e", SERVER];
  const server = spawn("nsenter", entering, { stdio: ["ignore", "pipe", "inherit"] });
  await Promise.race([
    once(server.stdout ?? server, "data"),
    once(server, "exit").then(() => {
      throw new Error("The server in the pod's network namespace ended at once.");
    }),
  ]);
  return server;
}

async function probe(
  namespace: string,
  { protocol, host, port }: { protocol: string; host: string; port: number },
): Promise<boolean> {
  const asking = [process.execPath, "-e", PROBE, "--", protocol, host, String(port)];
  const { stdout } = await run("nsenter", [`--net=/run/netns/${namespace}`, ...asking]);
  return stdout.trim() === "yes";
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}
