import { setTimeout as delay } from "node:timers/promises";
import type { ApiProxy } from "../../test/support/api-proxy/api-proxy.ts";
import { PASS, serverError, tooMany } from "../../test/support/api-proxy/fate.ts";
import type { ProxiedRequest } from "../../test/support/api-proxy/request.ts";
import {
  cutAfterBytes,
  cutWithinCharacter,
  retoldLines,
} from "../../test/support/api-proxy/stream-changes.ts";

const GUST_MS = 3_000;
const CALM_MS = 12_000;

/** What befalls the operator's connections, in turn; each for some seconds. */
const GUSTS: readonly { name: string; begin: (proxy: ApiProxy) => void }[] = [
  { name: "reset", begin: (proxy) => proxy.cutAll("reset") },
  { name: "silence", begin: (proxy) => proxy.cutAll("silence") },
  {
    name: "cut lines",
    begin: (proxy) => {
      proxy.decide = watches({ kind: "changed", change: cutAfterBytes(900, "reset") });
      proxy.cutAll("reset");
    },
  },
  {
    name: "cut characters",
    begin: (proxy) => {
      proxy.decide = watches({ kind: "changed", change: cutWithinCharacter("reset") });
      proxy.cutAll("reset");
    },
  },
  {
    name: "events twice and late",
    begin: (proxy) => {
      const retold = retoldLines((line) => [
        { line, afterMs: 0 },
        { line, afterMs: 150 },
      ]);
      proxy.decide = watches({ kind: "changed", change: retold });
      proxy.cutAll("reset");
    },
  },
  {
    name: "429",
    begin: (proxy) => {
      proxy.decide = ({ isWrite }) => (isWrite ? tooMany(1) : PASS);
    },
  },
  {
    name: "500",
    begin: (proxy) => {
      proxy.decide = ({ isWrite }) => (isWrite ? serverError() : PASS);
    },
  },
  {
    name: "lost answers",
    begin: (proxy) => {
      let count = 0;
      proxy.decide = ({ isWrite }) =>
        isWrite && ++count % 3 === 0 ? { kind: "after", cut: "reset" } : PASS;
    },
  },
];

function watches(fate: ReturnType<ApiProxy["decide"]>): ApiProxy["decide"] {
  return ({ isWatch }: ProxiedRequest) => (isWatch ? fate : PASS);
}

/** One gust after the other until `signal`, with calm between them; returns how many of each there were. */
export async function storm(proxy: ApiProxy, signal: AbortSignal): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let turn = 0; !signal.aborted; turn++) {
    await delay(CALM_MS, undefined, { signal }).catch(() => undefined);
    const gust = GUSTS[turn % GUSTS.length];
    if (signal.aborted || !gust) break;
    counts[gust.name] = (counts[gust.name] ?? 0) + 1;
    gust.begin(proxy);
    await delay(GUST_MS, undefined, { signal }).catch(() => undefined);
    proxy.decide = () => PASS;
    proxy.writes.length = 0; // nobody reads them here
  }
  proxy.decide = () => PASS;
  return counts;
}
