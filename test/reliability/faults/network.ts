import type { Fate } from "../../support/api-proxy/fate.ts";
import type { ProxiedRequest } from "../../support/api-proxy/request.ts";
import {
  byteByByte,
  cutAfterBytes,
  cutWithinCharacter,
} from "../../support/api-proxy/stream-changes.ts";
import type { Actor } from "../harness/crash-points.ts";
import type { ProofWorld } from "../harness/proof-world.ts";
import type { Fault } from "./fault.ts";
import { FirstTimes } from "./first-times.ts";

/** Every open watch is asked for anew, so that what a fault does to watches is done to all. */
const rewatch = (world: ProofWorld) => world.proxy.cutAll("reset");

/** Does something to the first watch of each resource and no more: a reflector that is cut again and again waits ever longer. */
function firstWatches(fateOf: () => Fate) {
  const first = new FirstTimes();
  return ({ isWatch, path }: ProxiedRequest, who: Actor | undefined) =>
    isWatch && who && first.isFirst(`${who} ${path}`) ? fateOf() : undefined;
}

/** Does something to the first write of each kind of both programs; the role's own program does not try again. */
function firstWrites(fate: Fate) {
  const first = new FirstTimes();
  return ({ isWrite, label, caller }: ProxiedRequest, who: Actor | undefined) =>
    isWrite && who && caller.agent !== "effect" && first.isFirst(`${who} ${label}`)
      ? fate
      : undefined;
}

/** What a network does to connections. */
export const networkFaults = (): Fault[] => [
  {
    name: "every connection is reset while the fault is injected",
    whenTold: { event: "playStarted", act: async (world) => world.proxy.cutAll("reset") },
  },
  {
    name: "the first watch of each resource is cut in the middle of a line",
    before: rewatch,
    disturb: firstWatches(() => ({ kind: "changed", change: cutAfterBytes(700, "reset") })),
  },
  {
    name: "the first watch of each resource is cut within a UTF-8 sequence",
    before: rewatch,
    disturb: firstWatches(() => ({ kind: "changed", change: cutWithinCharacter("reset") })),
  },
  {
    name: "every watch comes byte by byte",
    before: rewatch,
    disturb: ({ isWatch }) => (isWatch ? { kind: "changed", change: byteByByte } : undefined),
  },
  {
    name: "each kind of write is reset once before it is forwarded",
    disturb: firstWrites({ kind: "before", cut: "reset" }),
  },
  {
    name: "each kind of write is applied once without an answer",
    disturb: firstWrites({ kind: "after", cut: "reset" }),
  },
  {
    name: "every answer comes half a second late",
    disturb: ({ isWatch }) => (isWatch ? undefined : { kind: "delayed", ms: 500 }),
  },
  {
    name: "every connection of the operator falls silent without an end (half open)",
    isLong: true,
    action: { spec: { timeout: "5m", startDeadline: "5m" } },
    before: (world) => world.proxy.cutAll("silence"),
  },
];
