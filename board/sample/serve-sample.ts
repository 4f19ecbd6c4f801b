import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type BoardConfig, DEFAULTS } from "../config/config.ts";
import { renderBadge } from "./render-badge.ts";

/** A server of sample badges on loopback, and the configuration of a board that shows them. */
export interface SampleBadges extends AsyncDisposable {
  readonly origin: string;
  readonly config: BoardConfig;
  close(): Promise<void>;
}

type Serve = (response: ServerResponse) => void;

const badge =
  (label: string, message: string, color: string): Serve =>
  (response) => {
    response.writeHead(200, { "content-type": "image/svg+xml", "cache-control": "no-cache" });
    response.end(renderBadge(label, message, color));
  };

/** A sign-in page in place of a badge, as private projects answer. */
const signIn: Serve = (response) => {
  response.writeHead(200, { "content-type": "text/html" });
  response.end(
    "<!doctype html><title>Sign in</title><p>Is the build passing? Sign in to see it.</p>",
  );
};

const json: Serve = (response) => {
  response.writeHead(200, { "content-type": "application/json" });
  response.end('{"schemaVersion":1,"label":"uptime","message":"99.98%","color":"brightgreen"}');
};

/** Ends the connection without an answer, like a host that is gone. */
const dead: Serve = (response) => response.destroy();

/** Group, label and answer of each sample: every state, and the ways in which a badge can fail to say one. */
const SAMPLES: ReadonlyArray<readonly [group: string, label: string, serve: Serve]> = [
  ["Shop", "Storefront", badge("build", "passing", "#4b0")],
  ["Shop", "Checkout", badge("tests", "3 failed, 120 passed", "#dd4343")],
  ["Shop", "Payments", badge("pipeline", "passed", "#4c1")],
  ["Shop", "Search index", badge("build", "running", "#007ec6")],
  ["Shop", "Recommendations", badge("build", "unstable", "#dfb317")],
  ["Platform", "Operator", badge("CI", "passing", "#4b0")],
  ["Platform", "Cluster images", badge("container", "ready", "#97ca00")],
  ["Platform", "Nightly soak", badge("nightly", "cancelled", "#fe7d37")],
  ["Platform", "Windows agents", badge("build", "skipped", "#9f9f9f")],
  ["Platform", "Coverage", badge("coverage", "91%", "#67ac09")],
  ["Platform", "Uptime", json],
  ["Partners", "Private pipeline", signIn],
  ["Partners", "Retired server", dead],
  ["Partners", "Mirror", badge("build", "passing", "#4b0")],
  ["Partners", "Licence", badge("license", "Apache-2.0", "#007ec6")],
];

/** Starts the sample server on a free port of 127.0.0.1. Its tiles have no links: the server is gone when the page is read. */
export async function startSampleBadges(): Promise<SampleBadges> {
  const server = createServer((request, response) => {
    const at = /^\/badge\/(\d{1,3})\.svg$/u.exec(request.url ?? "")?.[1];
    const serve = at === undefined ? undefined : SAMPLES[Number(at)]?.[2];
    if (serve !== undefined) serve(response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo; // listening on TCP, so it is one
  const origin = `http://127.0.0.1:${port}`;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { origin, config: sampleConfig(origin), close, [Symbol.asyncDispose]: close };
}

function sampleConfig(origin: string): BoardConfig {
  const badges = SAMPLES.map(([group, label], at) => {
    return { group, label, badge: `${origin}/badge/${at}.svg` };
  });
  const groups = [...Map.groupBy(badges, ({ group }) => group)].map(([name, members]) => ({
    name,
    badges: members.map(({ label, badge: address }) => ({ label, badge: address })),
  }));
  const allowPrivate = [new URL(origin).host];
  return { ...DEFAULTS, title: "Sample board", allowPrivate, groups };
}
