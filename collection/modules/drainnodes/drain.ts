import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "../../../kubernetes/client.ts";
import { ENABLED_LABEL } from "../../../kubernetes/resources.ts";
import type { Pod } from "../pods/pod.ts";
import { PodWatch } from "../pods/pod-watch.ts";
import { toleratesCordon } from "./classes.ts";
import { cordon, type Parts } from "./cordon.ts";
import { type Eviction, evict } from "./evict.ts";
import { isCordoned, type Node, readNode, targetOf } from "./nodes.ts";
import type { DrainRequest, TargetNode } from "./request.ts";
import { onNode, type Survey, surveyOf } from "./survey.ts";

/** What was seen of one node. */
export interface NodeResult {
  name: string;
  drained: boolean;
  gone: number;
  /** A sentence for each pod that is still there, and why, as far as it is known. */
  remaining: string[];
  /** Pods of Pystol's own that were left in place, as namespace/name. */
  own: string[];
}

const REPORTING_MS = 3000; // left of the run's time to say what was seen

/**
 * Drains all the nodes, or none: whatever stands against it is found before the first is cordoned. Then all are cordoned, so
 * that no pod of one goes to another, and all their pods evicted.
 *
 * @throws an Error that names every pod that stands against it.
 */
export async function drainNodes(
  parts: Parts & { mark: () => string },
  request: DrainRequest,
): Promise<NodeResult[]> {
  const { client } = parts;
  const { targets, policy } = request;
  refuse(await surveys(client, targets, policy));
  const before = await allOf(
    targets.map(async (node) => ({ node, ...(await cordon(parts, { node, mark: parts.mark() })) })),
  );
  return await allOf(before.map((each) => drain(parts, each, request)));
}

/** Awaits all, whatever becomes of one, so that nothing is still changing when it throws. @throws what the first was rejected with */
async function allOf<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const endings = await Promise.allSettled(promises);
  return endings.map((ending) => {
    if (ending.status === "rejected") throw ending.reason;
    return ending.value;
  });
}

/** What is on each of the nodes, and what stands against draining it, the node's own sake included. */
export function surveys(
  client: Client,
  targets: readonly TargetNode[],
  policy: DrainRequest["policy"],
): Promise<Survey[]> {
  return Promise.all(
    targets.map(async (target) => {
      const [node, survey] = await Promise.all([
        readNode(client, target),
        surveyOf(client, target.name, policy),
      ]);
      const own = refusalOf(node, target.name);
      return own === undefined ? survey : { ...survey, refusals: [own, ...survey.refusals] };
    }),
  );
}

function refusalOf(node: Node | undefined, name: string): string | undefined {
  if (!node) return `Node ${name} is gone, or another one has its name.`;
  if (node.metadata.labels?.[ENABLED_LABEL] === "true") return undefined;
  return `Node ${name} is not labelled ${ENABLED_LABEL}=true.`;
}

/** @throws an Error with all that stands against draining. */
export function refuse(surveys: readonly Survey[]): void {
  const refusals = surveys.flatMap((survey) => survey.refusals);
  if (refusals.length === 0) return;
  const more = refusals.length > 10 ? ` And ${refusals.length - 10} more.` : "";
  throw new Error(`Draining is refused. ${refusals.slice(0, 10).join(" ")}${more}`);
}

async function drain(
  parts: Parts,
  { node, cordonedBefore }: { node: TargetNode; cordonedBefore: boolean },
  request: DrainRequest,
): Promise<NodeResult> {
  const { client, giveEvidence } = parts;
  const began = Date.now();
  const deadline = deadlineOf(request, began);
  await using watch = await PodWatch.start(client, onNode(node.name));
  const gone = new Set<string>();
  const known = new Set<string>();
  let refused = 0;
  let remaining: string[] = [];
  let survey = await surveyOf(client, node.name, request.policy);
  for (;;) {
    // What was scheduled between the first look and the cordon has to be asked about, too.
    refuse([survey]);
    const todo = [...survey.evict.filter((pod) => !isBack(pod, known)), ...survey.wait];
    if (todo.length === 0 || remaining.length > 0) break;
    if (known.size > 0 && Date.now() >= deadline) {
      // Somebody makes new ones for that very node faster than they go.
      remaining = todo.map(({ metadata }) => `${metadata.namespace}/${metadata.name} came anew.`);
      break;
    }
    for (const { metadata } of todo) known.add(metadata.uid ?? "");
    const all = await leaveAll(parts, todo, { watch, deadline, grace: request.gracePeriodSeconds });
    for (const each of all) refused += each.refused;
    for (const { uid, why } of all) if (why === undefined) gone.add(uid);
    remaining = all.flatMap(({ why }) => why ?? []);
    survey = await surveyOf(client, node.name, request.policy);
  }
  const now = await readNode(client, node);
  const unschedulable = now !== undefined && isCordoned(now);
  const drained = remaining.length === 0 && unschedulable;
  await giveEvidence({
    phase: drained ? "injected" : "observed",
    target: targetOf(node),
    outcome: drained ? "drained" : "notDrained",
    evidence: {
      ...{ unschedulable, cordonedBefore, gone: gone.size, remaining: remaining.length },
      ...{ left: survey.left, askedToWait: refused, tookMs: Date.now() - began },
      cameBack: survey.evict.filter((pod) => isBack(pod, known)).length,
      goneUIDs: [...gone].slice(0, 3),
    },
  });
  if (!unschedulable) remaining.push(`Node ${node.name} is no longer cordoned.`);
  return { name: node.name, drained, gone: gone.size, remaining, own: survey.own };
}

/** A pod that came to the cordoned node all the same would come again and again. */
function isBack(pod: Pod, known: ReadonlySet<string>): boolean {
  return known.size > 0 && !known.has(pod.metadata.uid ?? "") && toleratesCordon(pod);
}

interface Leaving {
  watch: PodWatch;
  deadline: number;
  grace: number | undefined;
}

interface Left {
  uid: string;
  refused: number;
  /** Why it is not gone. */
  why?: string;
}

/** @throws what the first failed with; by then no other is still being evicted. */
async function leaveAll(parts: Parts, pods: readonly Pod[], how: Leaving): Promise<Left[]> {
  const failed = new AbortController();
  const all = await Promise.all(
    pods.map(async (pod) => {
      try {
        return await leave(parts, pod, { ...how, signal: failed.signal });
      } catch (error) {
        failed.abort(error); // has no effect after the first
        return [];
      }
    }),
  );
  failed.signal.throwIfAborted();
  return all.flat();
}

/** Evicts a pod, if it is not on its way out already, and waits until it is gone. */
async function leave(
  { client }: Parts,
  pod: Pod,
  { watch, deadline, grace, signal }: Leaving & { signal: AbortSignal },
): Promise<Left> {
  const { namespace, name, uid = "", deletionTimestamp } = pod.metadata;
  const wait = (ms: number) => delay(ms, undefined, { signal });
  const options = { gracePeriodSeconds: grace, deadline, now: Date.now, wait };
  const eviction: Eviction = deletionTimestamp
    ? { kind: "accepted", refused: 0 }
    : await evict(client, pod, options);
  const { refused } = eviction;
  const place = `${namespace}/${name}`;
  if (eviction.kind === "refused") return { uid, refused, why: `${place}: ${eviction.message}` };
  const isGone = () => !watch.all().some(({ metadata }) => metadata.uid === uid);
  if (await watch.until(isGone, deadline, signal)) return { uid, refused };
  return { uid, refused, why: `${place} was evicted, but is still ending.` };
}

function deadlineOf({ evictionTimeoutMs, deadline }: DrainRequest, began: number): number {
  const own = began + evictionTimeoutMs;
  return deadline === undefined ? own : Math.min(own, deadline - REPORTING_MS);
}
