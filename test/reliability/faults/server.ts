import { setTimeout as delay } from "node:timers/promises";
import { expect } from "vitest";
import { type Fate, serverError, tooMany, unauthorized } from "../../support/api-proxy/fate.ts";
import { retoldLines } from "../../support/api-proxy/stream-changes.ts";
import { apiServerPid, compactEtcd, restartApiServer } from "../../support/api-server-restart.ts";
import { type ConfigMap, configMaps } from "../harness/config-map.ts";
import { SHOP } from "../harness/fixtures.ts";
import type { ProofWorld } from "../harness/proof-world.ts";
import type { Fault } from "./fault.ts";
import { FewTimes, FirstTimes } from "./first-times.ts";

/** What an API server does to its clients. */
export const serverFaults = (): Fault[] => [
  {
    name: "each kind of write is answered 429 with Retry-After once",
    disturb: onFirstWrites(() => tooMany(1)),
  },
  {
    name: "every write of a status is answered 500 twice",
    disturb: twiceOnStatus(),
  },
  {
    name: "the operator's token expires, and the kubelet has put another in its place",
    before: async (world) => {
      expired = world.account.token;
      await world.account.rotate();
    },
    disturb: (request) =>
      request.caller.token === expired && request.caller.token !== "" ? unauthorized() : undefined,
  },
  {
    name: "the API server is killed while the fault is injected, and started again",
    whenTold: { event: "playStarted", act: restarted },
  },
  {
    name: "the API server is killed before the action is looked at, and started again",
    during: restarted,
  },
  {
    name: "the API server stands still for 20 s while the fault is injected (SIGSTOP)",
    isLong: true,
    // The role's own program does not try again when its request has no answer, and its run says so.
    action: { spec: { timeout: "5m", startDeadline: "5m" }, reports: ["Passed", "Failed"] },
    whenTold: {
      event: "playStarted",
      act: async ({ world }) => {
        const pid = await apiServerPid(world.controlPlane);
        process.kill(pid, "SIGSTOP");
        await delay(20_000);
        process.kill(pid, "SIGCONT");
      },
    },
  },
  {
    name: "etcd is compacted while the operator hears nothing, so that its versions are gone (410)",
    action: { spec: { startDeadline: "5m" } },
    during: compacted,
    // Else nothing was too old, and the fault was none.
    after: async ({ keeper }) => expect(await keeper.log()).toContain('"relist":true'),
  },
  {
    name: "every event is told twice and late, and watches overtake each other",
    before: (world) => world.proxy.cutAll("reset"),
    disturb: ({ isWatch }) =>
      isWatch ? { kind: "changed", change: retoldLines(late()) } : undefined,
  },
];

let expired = "";
const late = twiceAndLate();

function onFirstWrites(fateOf: () => Fate): NonNullable<Fault["disturb"]> {
  const first = new FirstTimes();
  return ({ isWrite, label, caller }, who) =>
    isWrite && who && caller.agent !== "effect" && first.isFirst(`${who} ${label}`)
      ? fateOf()
      : undefined;
}

function twiceOnStatus(): NonNullable<Fault["disturb"]> {
  const few = new FewTimes(2);
  return ({ isWrite, label, caller }, who) =>
    isWrite &&
    who &&
    caller.agent !== "effect" &&
    label.includes("/status") &&
    few.isWithin(`${who} ${label}`)
      ? serverError()
      : undefined;
}

/** Each watch is late by another time. Within one watch the order stays: an API server promises it, and nothing can replace it. */
function twiceAndLate() {
  const delaysMs = [0, 350, 100, 600, 20];
  let watches = 0;
  return () => {
    const afterMs = delaysMs[watches++ % delaysMs.length] ?? 0;
    return (line: string) => [
      { line, afterMs },
      { line, afterMs },
    ];
  };
}

async function restarted(proof: ProofWorld): Promise<void> {
  proof.keep(await restartApiServer(proof.world.controlPlane));
}

/**
 * The operator's watches are held off, meanwhile there is news, the history is compacted and the API server, whose watch cache
 * would still know it, starts anew: the versions at which the operator goes on are too old.
 */
async function compacted(world: ProofWorld): Promise<void> {
  const { decide } = world.proxy;
  world.proxy.decide = (request) =>
    request.isWatch ? { kind: "before", cut: "reset" } : decide(request);
  world.proxy.cutAll("reset");
  const { client, controlPlane } = world.world;
  let version = "";
  for (let count = 0; count < 20; count++) {
    const news = {
      ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "news", namespace: SHOP } },
      data: { count: String(count) },
    } as ConfigMap;
    const told = await client.apply(configMaps, news, { fieldManager: "test" });
    version = told.metadata.resourceVersion ?? "";
  }
  await compactEtcd(controlPlane, version);
  await restarted(world);
  world.proxy.decide = decide;
}
