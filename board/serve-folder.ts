import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, sep } from "node:path";
import { pipeline } from "node:stream/promises";

/** A running server; `close` ends it and its connections. */
export interface ServedFolder extends AsyncDisposable {
  readonly url: string;
  close(): Promise<void>;
}

export interface ServeOptions {
  readonly dir: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** The server could not start; the message says what to do. */
export class ServeError extends Error {
  override readonly name = "ServeError";
}

const TYPES: Readonly<Record<string, string>> = {
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
 * Serves the files of a folder on 127.0.0.1, and nothing outside of it, links followed. Only GET and HEAD, and
 * only for this host's own name, so that no web page can reach it under another. Throws ServeError.
 */
export async function serveFolder({ dir, port }: ServeOptions): Promise<ServedFolder> {
  const root = await realpath(dir);
  const server = createServer((request, response) => {
    respond(root, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(explained(error, port)));
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address() as AddressInfo; // listening on TCP, so it is one
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${address.port}/`, close, [Symbol.asyncDispose]: close };
}

async function respond(
  root: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader("x-content-type-options", "nosniff");
  response.setHeader("cache-control", "no-cache");
  if (!/^(?:127\.0\.0\.1|localhost)(?::\d+)?$/u.test(request.headers.host ?? "")) {
    return refuse(response, 403, "this server answers to 127.0.0.1 only");
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("allow", "GET, HEAD");
    return refuse(response, 405, "only GET and HEAD");
  }
  const file = await fileAt(root, request.url ?? "/");
  if (file === undefined) return refuse(response, 404, "there is no such page");
  response.writeHead(200, {
    "content-type": TYPES[extname(file.path)] ?? "application/octet-stream",
    "content-length": file.size,
  });
  if (request.method === "HEAD") response.end();
  else await pipeline(createReadStream(file.path), response);
}

interface FoundFile {
  readonly path: string;
  readonly size: number;
}

/** The file of a request, inside the root after every link and every ".." is resolved. */
async function fileAt(root: string, url: string): Promise<FoundFile | undefined> {
  try {
    const path = decodeURIComponent(url.replace(/[?#].*$/su, ""));
    const wanted = join(root, path.endsWith("/") ? `${path}index.html` : path);
    const real = await realpath(wanted);
    if (!real.startsWith(root + sep)) return undefined;
    const { size, ...stats } = await stat(real).then((found) => ({
      size: found.size,
      isFile: found.isFile(),
    }));
    return stats.isFile ? { path: real, size } : undefined;
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

function explained(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === "EADDRINUSE") {
    return new ServeError(
      `Port ${port} of 127.0.0.1 is in use by another program. Choose another one with --port, or 0 for any free one.`,
      { cause: error },
    );
  }
  if (error.code === "EACCES") {
    return new ServeError(
      `Port ${port} needs rights that this program does not have. Choose one from 1024 with --port.`,
      { cause: error },
    );
  }
  return error;
}
