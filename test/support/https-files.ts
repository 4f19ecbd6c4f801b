import { execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export type Answering = (request: IncomingMessage, response: ServerResponse) => void;

/** An https server on loopback, whose certificate is trusted by who trusts `caFile`. */
export interface HttpsServer extends AsyncDisposable {
  /** "https://127.0.0.1:PORT" */
  url: string;
  caFile: string;
  /** What was asked for, as "METHOD path". */
  asked: string[];
}

/** Starts one. `answer` decides about every request. */
export async function startHttpsServer(answer: Answering): Promise<HttpsServer> {
  const dir = await mkdtemp(join(tmpdir(), "pystol-https-"));
  const [key, certificate] = [join(dir, "key.pem"), join(dir, "certificate.pem")];
  const subject = ["-subj", "/CN=pystol-test", "-addext", "subjectAltName=IP:127.0.0.1"];
  const kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  await run("openssl", ["req", ...kind, ...subject, "-keyout", key, "-out", certificate]);
  const asked: string[] = [];
  const server = createServer(
    { key: await readFile(key), cert: await readFile(certificate) },
    (request, response) => {
      asked.push(`${request.method} ${request.url}`);
      answer(request, response);
    },
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}`,
    caFile: certificate,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Answers like a git server for the repositories below `root`: git's own CGI program, https://git-scm.com/docs/git-http-backend */
export function gitHttpBackend(root: string): Answering {
  return (request, response) => {
    const { pathname, search } = new URL(request.url ?? "/", "https://x");
    const child = spawn("git", ["http-backend"], {
      env: {
        PATH: process.env.PATH,
        GIT_PROJECT_ROOT: root,
        GIT_HTTP_EXPORT_ALL: "1",
        REQUEST_METHOD: request.method,
        PATH_INFO: pathname,
        QUERY_STRING: search.slice(1),
        CONTENT_TYPE: request.headers["content-type"] ?? "",
        HTTP_CONTENT_ENCODING: String(request.headers["content-encoding"] ?? ""),
        GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
      },
      stdio: ["pipe", "pipe", "ignore"],
    });
    request.pipe(child.stdin);
    child.stdin.on("error", () => request.resume()); // it may answer before it has read all
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("close", () => {
      const all = Buffer.concat(chunks);
      const end = all.indexOf("\r\n\r\n");
      const headers = all.toString("latin1", 0, end).split("\r\n");
      for (const header of headers) {
        const [, name = "", value = ""] = /^([^:]+): (.*)$/.exec(header) ?? [];
        if (name === "Status") response.statusCode = Number(value.slice(0, 3));
        else if (name) response.setHeader(name, value);
      }
      response.end(all.subarray(end + 4));
    });
  };
}
