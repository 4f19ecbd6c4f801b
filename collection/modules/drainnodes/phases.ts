import { randomUUID } from "node:crypto";
import type { Client } from "../../../kubernetes/client.ts";
import type { ModuleResult } from "../ansible/module.ts";
import { toleratesCordon } from "./classes.ts";
import { type Parts, uncordon } from "./cordon.ts";
import { drainNodes, refuse, surveys } from "./drain.ts";
import { CORDONED_BY, isCordoned, readNode, targetOf } from "./nodes.ts";
import type { DrainRequest, Request } from "./request.ts";
import { surveyOf } from "./survey.ts";

type RequestOf<State> = Extract<Request, { state: State }>;

/** Drains the nodes; a pass only if every pod that had to go is gone from every one of them. */
export async function drainAll(parts: Parts, request: DrainRequest): Promise<ModuleResult> {
  const results = await drainNodes({ ...parts, mark: randomUUID }, request);
  const remaining = results.flatMap((each) => each.remaining);
  const gone = results.reduce((sum, each) => sum + each.gone, 0);
  const names = results.map(({ name }) => name).join(", ");
  if (remaining.length > 0) {
    const more = remaining.length > 5 ? ` And ${remaining.length - 5} more.` : "";
    const msg = `Not drained within ${request.evictionTimeoutMs / 1000} s: ${remaining.slice(0, 5).join(" ")}${more}`;
    return { changed: true, failed: true, pystol_verdict: "Failed", msg, nodes: results };
  }
  const own = ownText(results.flatMap((each) => each.own));
  const msg = `${countOf(results.length)} drained: ${names}; ${count(gone, "pod")} gone.${own}`;
  return { changed: true, msg, nodes: results };
}

/** What drainAll would do, and what stands against it. */
export async function wouldDrain(client: Client, request: DrainRequest): Promise<ModuleResult> {
  const { targets, policy } = request;
  const found = await surveys(client, targets, policy);
  refuse(found);
  const told = targets.map(({ name }, index) => {
    return `${name} (${count(found[index]?.evict.length ?? 0, "pod")} to evict)`;
  });
  const own = ownText(found.flatMap((each) => each.own));
  return { changed: true, msg: `Would drain ${told.join(", ")}.${own}` };
}

/** Uncordons each of the nodes; one that fails does not stop the others. */
export async function uncordonAll(
  parts: Parts,
  { orders }: RequestOf<"uncordoned">,
  { checkMode }: { checkMode: boolean },
): Promise<ModuleResult> {
  if (checkMode) return { changed: true, msg: `Would uncordon ${count(orders.length, "node")}.` };
  const results = await Promise.all(orders.map((order) => uncordon(parts, order)));
  const failed = results.some(({ state }) => state === "Failed");
  return {
    changed: results.some(({ state }) => state === "Done"),
    msg: results.map(({ message }) => message).join(" ") || "There is no node to uncordon.",
    ...(failed ? { failed, pystol_verdict: "Error" as const } : {}),
  };
}

/** Reads the nodes back: cordoned and without a pod that had to go, or without a cordon of ours. */
export async function verifyAll(
  parts: Parts,
  request: RequestOf<"verified">,
): Promise<ModuleResult> {
  const check = request.phase === "injected" ? problemsWhileHeld : problemsAfter;
  const problems = (
    await Promise.all(request.targets.map((target) => check(parts, target, request.policy)))
  ).flat();
  if (problems.length > 0) {
    return { changed: false, failed: true, pystol_verdict: "Failed", msg: problems.join(" ") };
  }
  const state = request.phase === "injected" ? "drained" : "without a cordon of Pystol";
  const names = request.targets.map(({ name }) => name).join(", ");
  return { changed: false, msg: `${countOf(request.targets.length)} ${state}: ${names}.` };
}

type Check = (
  parts: Parts,
  target: DrainRequest["targets"][number],
  policy: DrainRequest["policy"],
) => Promise<string[]>;

const problemsWhileHeld: Check = async ({ client }, target, policy) => {
  const node = await readNode(client, target);
  if (!node) return [`Node ${target.name} is gone.`];
  if (!isCordoned(node)) return [`Node ${target.name} is not cordoned any more.`];
  const { evict, refusals } = await surveyOf(client, target.name, policy);
  const names = evict
    .filter((pod) => !toleratesCordon(pod))
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  const back = names.length > 0 ? [`Node ${target.name} has ${names.join(", ")} again.`] : [];
  return [...back, ...refusals];
};

const problemsAfter: Check = async ({ client, giveEvidence }, target) => {
  const node = await readNode(client, target);
  if (!node) return [];
  if (node.metadata.annotations?.[CORDONED_BY] !== undefined)
    return [`Node ${target.name} still has the mark of a cordon of Pystol, ${CORDONED_BY}.`];
  const outcome = isCordoned(node) ? "cordonedByOthers" : "uncordoned";
  const evidence = { unschedulable: isCordoned(node) };
  await giveEvidence({ phase: "recovered", target: targetOf(target), outcome, evidence });
  return [];
};

/** A sentence about Pystol's own pods that stay, if there are any. */
function ownText(own: readonly string[]): string {
  if (own.length === 0) return "";
  const more = own.length > 5 ? ` and ${own.length - 5} more` : "";
  return ` Pystol's own pods are left: ${own.slice(0, 5).join(", ")}${more}.`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

function countOf(nodes: number): string {
  return nodes === 1 ? "1 node is" : `${nodes} nodes are`;
}
