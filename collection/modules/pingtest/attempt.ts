import { execFile } from "node:child_process";
import { get as httpGet } from "node:http";
import { get as httpsGet } from "node:https";
import { connect } from "node:net";
import type { Endpoint } from "./endpoint.ts";

/** One attempt: how long the answer took, or why there was none. */
export type Attempt = { latencyMs: number } | { lost: string };

/** This machine cannot make such attempts at all, which says nothing of the endpoint. */
export class CannotAttempt extends Error {
  override readonly name = "CannotAttempt";
}

export interface AttemptOptions {
  timeoutMs: number;
  expectStatus: readonly number[] | undefined;
}

/** Asks the endpoint once, over a new connection. @throws CannotAttempt */
export function attempt(endpoint: Endpoint, options: AttemptOptions): Promise<Attempt> {
  switch (endpoint.kind) {
    case "http":
      return attemptHttp(endpoint.url, options);
    case "tcp":
      return attemptTcp(endpoint, options);
    case "icmp":
      return attemptIcmp(endpoint.host, options);
  }
}

/** Until the answer's header is there; its body does not matter. */
function attemptHttp(url: URL, { timeoutMs, expectStatus }: AttemptOptions): Promise<Attempt> {
  const began = performance.now();
  const get = url.protocol === "https:" ? httpsGet : httpGet;
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const request = get(url, { agent: false, signal }, (response) => {
      const { statusCode = 0 } = response;
      const latencyMs = performance.now() - began;
      const isExpected = expectStatus
        ? expectStatus.includes(statusCode)
        : statusCode >= 200 && statusCode < 400;
      resolve(isExpected ? { latencyMs } : { lost: `HTTP status ${statusCode}` });
      response.destroy();
    });
    request.on("error", (error) => resolve({ lost: reasonOf(error, signal, timeoutMs) }));
  });
}

/** Until the connection is made. */
function attemptTcp(
  { host, port }: { host: string; port: number },
  { timeoutMs }: AttemptOptions,
): Promise<Attempt> {
  const began = performance.now();
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const socket = connect({ host, port, signal }, () => {
      resolve({ latencyMs: performance.now() - began });
      socket.destroy();
    });
    socket.on("error", (error) => resolve({ lost: reasonOf(error, signal, timeoutMs) }));
  });
}

function reasonOf(error: Error, signal: AbortSignal, timeoutMs: number): string {
  if (signal.aborted) return `no answer within ${timeoutMs} ms`;
  // A host with several addresses gives an AggregateError without a message of its own.
  return error.message || (error as NodeJS.ErrnoException).code || error.name;
}

/** By the program ping, because Node.js has no ICMP. Exit code 1 means no answer, 2 any other trouble: ping(8). */
function attemptIcmp(host: string, { timeoutMs }: AttemptOptions): Promise<Attempt> {
  const seconds = (timeoutMs / 1000).toFixed(3);
  const options = ["-n", "-q", "-c", "1", "-W", seconds, "--", host];
  return new Promise((resolve, reject) => {
    execFile(
      "ping",
      options,
      { env: { PATH: SYSTEM_PATH, LC_ALL: "C" }, timeout: timeoutMs + 2000 },
      (error, stdout, stderr) => {
        const [, latency] = /= ([\d.]+)\//.exec(stdout) ?? [];
        const said = stderr.trim().replace(/\s*\n\s*/g, "; ");
        if (!error && latency) return resolve({ latencyMs: Number(latency) });
        if (error?.code === "ENOENT")
          return reject(new CannotAttempt("The program ping is missing."));
        if (/not permitted|denied|missing cap_net_raw/i.test(said))
          return reject(new CannotAttempt(`ICMP is not allowed here: ${said}`));
        resolve({ lost: said || `no answer within ${timeoutMs} ms` });
      },
    );
  });
}

const SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
