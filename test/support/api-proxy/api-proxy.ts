import { once } from "node:events";
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { createServer, type Socket } from "node:net";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { type Dispatcher, Pool } from "undici";
import type { ControlPlane } from "../../cluster/control-plane.ts";
import { type Cut, CutHere, type Fate, PASS } from "./fate.ts";
import { callerOf, labelOf, type ProxiedRequest } from "./request.ts";

/** A write that the API server has answered. */
export interface AnsweredWrite extends ProxiedRequest {
  code: number;
}

/**
 * Stands between programs and a control plane's API server, with that server's own certificate, so that its authority is
 * believed. `decide` says what becomes of each request; every write that was answered is in `writes`.
 */
export interface ApiProxy extends AsyncDisposable {
  readonly server: string;
  decide: (request: ProxiedRequest) => Fate;
  readonly writes: AnsweredWrite[];
  /** How many requests of any kind have come. */
  readonly requests: number;
  /** Cuts every connection that there is now. */
  cutAll(how: Cut): void;
  /** The watches that are open now. */
  readonly watches: readonly ProxiedRequest[];
}

/** Not forwarded: they belong to one connection. https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1 */
const HOP_BY_HOP = ["connection", "keep-alive", "transfer-encoding", "accept-encoding", "host"];
const WRITES = ["POST", "PUT", "PATCH", "DELETE"];

export async function startApiProxy(controlPlane: ControlPlane): Promise<ApiProxy> {
  const certificates = join(dirname(controlPlane.kubeconfig), "certificates");
  const [cert, key] = await Promise.all([
    readFile(join(certificates, "apiserver.crt")),
    readFile(join(certificates, "apiserver.key")),
  ]);
  const upstream = new Pool(controlPlane.server, {
    connect: { ca: controlPlane.ca },
    connections: null,
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const raw = new Map<number, Socket>();
  const muted = new Set<Socket>();
  const writes: AnsweredWrite[] = [];
  const watches = new Set<ProxiedRequest>();
  let requests = 0;

  const tls = createTlsServer({ cert, key }, (incoming, outgoing) => {
    serve(incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  tls.keepAliveTimeout = 600_000;
  tls.requestTimeout = 0;
  tls.on("tlsClientError", () => undefined);
  // The TCP socket is kept, because only on it can a reset be sent.
  const listener = createServer((socket) => {
    const port = socket.remotePort ?? 0;
    raw.set(port, socket);
    socket.on("error", () => undefined);
    socket.on("close", () => raw.delete(port));
    tls.emit("connection", socket);
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as { port: number };

  const proxy: ApiProxy = {
    server: `https://127.0.0.1:${port}`,
    decide: () => PASS,
    writes,
    get requests() {
      return requests;
    },
    get watches() {
      return [...watches];
    },
    cutAll: (how) => {
      for (const socket of raw.values()) cut(socket, how);
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of raw.values()) socket.destroy();
      listener.close();
      await upstream.destroy();
    },
  };

  function cut(socket: Socket | undefined, how: Cut): void {
    if (!socket) return;
    if (how === "reset") socket.resetAndDestroy();
    else muted.add(socket);
  }

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const socket = raw.get(incoming.socket.remotePort ?? 0);
    const request = await requestOf(incoming);
    requests += 1;
    if (socket && muted.has(socket)) return;
    const gone = new AbortController();
    outgoing.once("close", () => gone.abort());
    const fate = proxy.decide(request);
    if (fate.kind === "answer") return answer(outgoing, fate);
    if (fate.kind === "before") {
      await fate.first?.();
      return cut(socket, fate.cut);
    }
    if (fate.kind === "delayed") await delay(fate.ms);
    if (request.isWatch) watches.add(request);
    try {
      const response = await forward(incoming, request, request.isWrite ? undefined : gone.signal);
      if (request.isWrite) {
        // Whole before it is told: what a killed client could not know of has happened nevertheless.
        const whole = Buffer.from(await response.body.arrayBuffer());
        writes.push({ ...request, code: response.statusCode });
        if (fate.kind === "after") {
          await fate.first?.(response.statusCode);
          return cut(socket, fate.cut);
        }
        if (socket && muted.has(socket)) return;
        head(outgoing, response);
        outgoing.end(whole);
        return;
      }
      if (fate.kind === "after") {
        await response.body.dump();
        await fate.first?.(response.statusCode);
        return cut(socket, fate.cut);
      }
      const change = fate.kind === "changed" ? fate.change : undefined;
      await pipe(response, { outgoing, socket, change });
    } finally {
      watches.delete(request);
    }
  }

  function forward(
    incoming: IncomingMessage,
    request: ProxiedRequest,
    signal: AbortSignal | undefined,
  ): Promise<Dispatcher.ResponseData> {
    const headers = Object.fromEntries(
      Object.entries(incoming.headers).filter(([name]) => !HOP_BY_HOP.includes(name)),
    );
    return upstream.request({
      method: request.method as Dispatcher.HttpMethod,
      path: incoming.url ?? "/",
      headers: headers as Record<string, string>,
      ...(request.body ? { body: request.body } : {}),
      ...(signal ? { signal } : {}),
    });
  }

  async function pipe(
    response: Dispatcher.ResponseData,
    to: {
      outgoing: ServerResponse;
      socket: Socket | undefined;
      change: ((bytes: AsyncIterable<Buffer>) => AsyncIterable<Buffer>) | undefined;
    },
  ): Promise<void> {
    const { outgoing, socket, change } = to;
    head(outgoing, response);
    outgoing.flushHeaders();
    try {
      for await (const chunk of change ? change(response.body) : response.body) {
        if (socket && muted.has(socket)) continue;
        if (!outgoing.write(chunk)) await once(outgoing, "drain").catch(() => undefined);
      }
      if (!(socket && muted.has(socket))) outgoing.end();
    } catch (error) {
      if (error instanceof CutHere) return cut(socket, error.how);
      if (!(socket && muted.has(socket))) incomingGone(outgoing);
    }
  }

  return proxy;
}

async function requestOf(incoming: IncomingMessage): Promise<ProxiedRequest> {
  const body = await text(incoming);
  const url = new URL(incoming.url ?? "/", "https://api");
  const method = incoming.method ?? "GET";
  return {
    caller: callerOf(incoming.headers),
    ...{ method, body },
    path: url.pathname,
    query: url.searchParams,
    isWrite: WRITES.includes(method),
    isWatch: url.searchParams.get("watch") === "true",
    label: labelOf(method, url.pathname, body),
  };
}

function head(outgoing: ServerResponse, { statusCode, headers }: Dispatcher.ResponseData): void {
  const kept = Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name));
  outgoing.writeHead(statusCode, Object.fromEntries(kept));
}

function answer(outgoing: ServerResponse, fate: Fate & { kind: "answer" }): void {
  outgoing.writeHead(fate.code, { "content-type": "application/json", ...fate.headers });
  outgoing.end(JSON.stringify(fate.body ?? {}));
}

/** The server ended in the middle of its answer, and so does the proxy. */
function incomingGone(outgoing: ServerResponse): void {
  outgoing.destroy();
}
