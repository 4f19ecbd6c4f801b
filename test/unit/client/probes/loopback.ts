import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Attempt, checker } from "../../../../client/probes/check.ts";
import type { ProbeContext } from "../../../../client/probes/context.ts";
import type { Check, HttpCheck, Probe } from "../../../../client/probes/probe.ts";

/** A server on a port of its own on 127.0.0.1; its end cuts every connection. */
export interface Loopback extends AsyncDisposable {
  port: number;
  url: string;
}

export function serveHttp(listener: RequestListener): Promise<Loopback> {
  return serve(createHttpServer(listener));
}

export function serveTcp(onConnection: (socket: Socket) => void): Promise<Loopback> {
  return serve(createServer(onConnection));
}

async function serve(server: Server): Promise<Loopback> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}/`,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** A port on which nobody listens. */
export async function closedPort(): Promise<number> {
  await using server = await serveTcp(() => undefined);
  return server.port;
}

/** How many connections this process is making, and has not been answered. */
export function connecting(): number {
  return process.getActiveResourcesInfo().filter((name) => name === "ConnectWrap").length;
}

/** A port whose server accepts nothing any more, and whose queue is full: who connects gets no answer at all. */
export async function silentPort(): Promise<{ port: number } & AsyncDisposable> {
  const program =
    "const server = net.createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port))";
  const child = spawn(process.execPath, ["--eval", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [text] = await once(child.stdout, "data");
  const port = Number(text);
  child.kill("SIGSTOP");
  const inQueue = Array.from({ length: 8 }, () => connect(port, "127.0.0.1"));
  for (const socket of inQueue) socket.on("error", () => undefined);
  await Promise.all(inQueue.slice(0, 2).map((socket) => once(socket, "connect")));
  for (const socket of inQueue.slice(2)) socket.destroy(); // the queue has two places
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of inQueue) socket.destroy();
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

/** A context without a cluster, in a folder of its own. */
export async function localContext(
  changes: Partial<ProbeContext> = {},
): Promise<ProbeContext & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), "pystol-probes-"));
  return {
    client: undefined,
    workspace: folder,
    environment: { PATH: process.env.PATH },
    temp: folder,
    signal: new AbortController().signal,
    progress: () => undefined,
    now: () => new Date(),
    ...changes,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** A probe that leaves much time, asks quickly, and allows two failures. */
export function probeOf(check: Check, changes: Partial<Probe> = {}): Probe {
  const when = ["before", "during", "after"] as const;
  const times = { intervalMs: 5, timeoutMs: 5000, failureThreshold: 3 };
  return { name: "shop", check, when, ...times, ...changes };
}

export function httpCheck(url: string, changes: Partial<HttpCheck> = {}): HttpCheck {
  const statuses = [{ from: 200, to: 299 }];
  return { kind: "http", url, method: "GET", headers: {}, statuses, ...changes };
}

/** One check, as probes make it. */
export async function attempt(
  check: Check,
  {
    signal = new AbortController().signal,
    context: changes = {},
    ...probe
  }: Partial<Probe> & { signal?: AbortSignal; context?: Partial<ProbeContext> } = {},
): Promise<Attempt> {
  await using context = await localContext(changes);
  return await checker(context)(probeOf(check, probe), signal);
}
