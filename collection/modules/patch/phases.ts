import { hasReason } from "../../../kubernetes/errors.ts";
import type { ModuleResult } from "../ansible/module.ts";
import { placesOf } from "./change.ts";
import { inject, type Parts } from "./inject.ts";
import type { Objects } from "./objects.ts";
import { placesText } from "./places.ts";
import { type Prediction, predict } from "./prediction.ts";
import type { Order, Request } from "./request.ts";
import { restore } from "./restore.ts";
import { problemsSeen } from "./verify.ts";

type RequestOf<State> = Extract<Request, { state: State }>;

/**
 * Patches all targets, or none: what the server would refuse, and where the patch would change nothing, is found before the
 * first is touched.
 *
 * @throws an Error that says all that went wrong.
 */
export async function patchAll(parts: Parts, request: RequestOf<"patched">): Promise<ModuleResult> {
  const predictions = await predictAll(parts.objects, request);
  const orders = await all(predictions, (each) => inject(parts, each, request.patch));
  // As the run's records have it, for whoever verifies.
  return {
    changed: true,
    msg: patchedText(orders),
    undo: orders.map(({ id, ...args }) => ({ id, args })),
  };
}

/** What patchAll would do; nothing is stored. An account that may not even ask the server gets less of an answer. */
export async function wouldPatch(
  objects: Objects,
  request: RequestOf<"patched">,
): Promise<ModuleResult> {
  const names = placesText(request.targets.map(({ name }) => name));
  const would = `Would patch ${names}`;
  try {
    const predictions = await predictAll(objects, request);
    const places = predictions.flatMap(({ change }) => placesOf(change));
    return { changed: true, msg: `${would}; it would change ${placesText([...new Set(places)])}.` };
  } catch (error) {
    if (!hasReason((error as Error).cause, "Forbidden")) throw error;
    const msg = `${would}; what would change is not known, since this account may not patch them, not even in a dry run of the server.`;
    return { changed: true, msg };
  }
}

/** Undoes each of the changes; one that fails does not stop the others. */
export async function restoreAll(
  parts: Parts,
  { orders }: RequestOf<"restored">,
  { checkMode }: { checkMode: boolean },
): Promise<ModuleResult> {
  if (checkMode) {
    return { changed: orders.length > 0, msg: `Would undo ${orders.length} changes.` };
  }
  const results = await all(orders, (order) => restore(parts, order));
  const told = results.map(({ message }) => message).join(" ");
  const failed = results.some(({ state }) => state === "Failed");
  return {
    changed: results.some(({ restored }) => restored.length > 0),
    msg: told || "There is nothing to undo.",
    ...(failed ? { failed, pystol_verdict: "Error" as const } : {}),
  };
}

/** Reads every object back: whether the change is in force, or undone. */
export async function verifyAll(
  objects: Objects,
  request: RequestOf<"verified">,
): Promise<ModuleResult> {
  const problems = await problemsSeen(objects, request);
  if (problems.length > 0) {
    return { changed: false, failed: true, pystol_verdict: "Failed", msg: problems.join(" ") };
  }
  const { orders, phase } = request;
  if (orders.length === 0) return { changed: false, msg: "There is nothing to verify." };
  const undone = `${count(orders.length)} as before: ${namesOf(orders)}.`;
  return { changed: false, msg: phase === "injected" ? patchedText(orders) : undone };
}

function patchedText(orders: readonly Order[]): string {
  const places = new Set(orders.flatMap(({ change }) => placesOf(change)));
  return `${count(orders.length)} patched: ${namesOf(orders)}; changed ${placesText([...places])}.`;
}

function namesOf(orders: readonly Order[]): string {
  return placesText(orders.map(({ target }) => target.name));
}

function predictAll(objects: Objects, request: RequestOf<"patched">): Promise<Prediction[]> {
  return all(request.targets, (target) => predict(objects, target, request.patch));
}

/** All at once, each to its end; the first error's cause is kept, and every one's message. */
async function all<In, Out>(items: readonly In[], act: (item: In) => Promise<Out>): Promise<Out[]> {
  const endings = await Promise.allSettled(items.map(act));
  const errors = endings.flatMap((end) => (end.status === "rejected" ? [end.reason as Error] : []));
  const [first] = errors;
  if (first) {
    const told = errors.slice(0, 5).map(({ message }) => message);
    const more = errors.length > 5 ? ` And ${errors.length - 5} more.` : "";
    throw new Error(`${told.join(" ")}${more}`, { cause: first.cause });
  }
  return endings.flatMap((end) => (end.status === "fulfilled" ? [end.value] : []));
}

function count(objects: number): string {
  return objects === 1 ? "1 object is" : `${objects} objects are`;
}
