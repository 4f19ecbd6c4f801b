import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { ExplainedError } from "../explained-error.ts";

/** A running server; `close` ends it and its connections. */
export interface ServedFolder extends AsyncDisposable {
  readonly url: string;
  close(): Promise<void>;
}

export interface ServeOptions {
  readonly dir: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** The address to listen on; 127.0.0.1 where it is missing. */
  readonly host?: string;
}

/** The server could not start; the message says what to do. */
export class ServeError extends ExplainedError {
  override readonly name = "ServeError";
}

const TYPES: Readonly<Record<string, string>> = {
  ".csv": "text/csv; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".xml": "application/xml; charset=utf-8",
};

/**
 * Serves the files of a folder, and nothing outside of it, links followed. Only GET and HEAD. On 127.0.0.1 only for this host's
 * own name, so that no web page can reach it under another; elsewhere under any, since it is then meant to be reached. A file
 * that did not change is answered with 304, texts are sent gzipped. Throws ServeError.
 */
export async function serveFolder(options: ServeOptions): Promise<ServedFolder> {
  const { dir, port, host = LOOPBACK } = options;
  const root = await realpath(dir);
  const server = createServer((request, response) => {
    respond({ root, isLocal: host === LOOPBACK }, request, response).catch(() =>
      response.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(explained(error, options)));
    server.listen(port, host, resolve);
  });
  const { address, family, port: bound } = server.address() as AddressInfo; // listening on TCP, so it is one
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  const name = family === "IPv6" ? `[${address}]` : address;
  return { url: `http://${name}:${bound}/`, close, [Symbol.asyncDispose]: close };
}

const LOOPBACK = "127.0.0.1";

async function respond(
  { root, isLocal }: { readonly root: string; readonly isLocal: boolean },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader("x-content-type-options", "nosniff");
  response.setHeader("cache-control", "no-cache");
  if (isLocal && !/^(?:127\.0\.0\.1|localhost)(?::\d+)?$/u.test(request.headers.host ?? "")) {
    return refuse(response, 403, "this server answers to 127.0.0.1 only");
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("allow", "GET, HEAD");
    return refuse(response, 405, "only GET and HEAD");
  }
  const file = await fileAt(root, request.url ?? "/");
  if (file === undefined) return refuse(response, 404, "there is no such page");
  response.setHeader("etag", file.etag);
  if (request.headers["if-none-match"]?.includes(file.etag)) {
    response.writeHead(304).end();
  } else await send(file, request, response);
}

const SMALLEST_ZIPPED = 1024; // bytes
const ZIPPED = new Set([".css", ".csv", ".html", ".js", ".json", ".svg", ".txt", ".xml"]);

async function send(
  { path, size }: FoundFile,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const isText = ZIPPED.has(extname(path)) && size >= SMALLEST_ZIPPED;
  const isZipped = isText && /\bgzip\b/u.test(String(request.headers["accept-encoding"]));
  if (isText) response.setHeader("vary", "accept-encoding");
  response.writeHead(200, {
    "content-type": TYPES[extname(path)] ?? "application/octet-stream",
    ...(isZipped ? { "content-encoding": "gzip" } : { "content-length": size }),
  });
  if (request.method === "HEAD") response.end();
  else if (isZipped) await pipeline(createReadStream(path), createGzip(), response);
  else await pipeline(createReadStream(path), response);
}

interface FoundFile {
  readonly path: string;
  readonly size: number;
  /** Weak, since it is made of size and time: https://www.rfc-editor.org/rfc/rfc9110#name-etag */
  readonly etag: string;
}

/** The file of a request, inside the root after every link and every ".." is resolved. */
async function fileAt(root: string, url: string): Promise<FoundFile | undefined> {
  try {
    const path = decodeURIComponent(url.replace(/[?#].*$/su, ""));
    const wanted = join(root, path.endsWith("/") ? `${path}index.html` : path);
    const real = await realpath(wanted);
    if (!real.startsWith(root + sep)) return undefined;
    const found = await stat(real);
    const etag = `W/"${found.size.toString(16)}-${Math.round(found.mtimeMs).toString(16)}"`;
    return found.isFile() ? { path: real, size: found.size, etag } : undefined;
  } catch (error) {
    if (error instanceof URIError || isAbsent(error)) return undefined;
    throw error;
  }
}

function isAbsent(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return ["ENOENT", "ENOTDIR", "ENAMETOOLONG", "ELOOP", "EACCES", "ERR_INVALID_ARG_VALUE"].includes(
    code,
  );
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(`${text}\n`);
}

function explained(error: NodeJS.ErrnoException, { port, host = LOOPBACK }: ServeOptions): Error {
  const advice = ADVICE[error.code ?? ""];
  return advice === undefined ? error : new ServeError(advice(port, host), { cause: error });
}

const ADVICE: Readonly<Record<string, (port: number, host: string) => string>> = {
  EADDRINUSE: (port, host) =>
    `Port ${port} of ${host} is in use by another program. Choose another one with --port, or 0 for any free one.`,
  EACCES: (port) =>
    `Port ${port} needs rights that this program does not have. Choose one from 1024 with --port.`,
  EADDRNOTAVAIL: (_, host) =>
    `${host} is no address of this machine. Give one of its own with --host, or 0.0.0.0 for all.`,
  ENOTFOUND: (_, host) =>
    `There is no host ${host}. Give an address of this machine with --host, or 0.0.0.0 for all.`,
};
