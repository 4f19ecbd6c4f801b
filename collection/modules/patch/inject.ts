import { isDeepStrictEqual } from "node:util";
import { ApiError } from "../../../kubernetes/errors.ts";
import type { Resource } from "../../../kubernetes/resources.ts";
import type { GiveEvidence } from "../ansible/evidence-client.ts";
import type { UndoClient } from "../ansible/undo-client.ts";
import { placesOf } from "./change.ts";
import { essenceOf } from "./essence.ts";
import { placesNotInForce } from "./in-force.ts";
import type { Objects } from "./objects.ts";
import type { Patch } from "./patch-content.ts";
import { named, placesText } from "./places.ts";
import { ATTEMPTS, changeDone, type Prediction, predict, refusal } from "./prediction.ts";
import type { Order } from "./request.ts";

export interface Parts {
  objects: Objects;
  giveEvidence: GiveEvidence;
  records: UndoClient;
}

const EVIDENCE_PLACES = 8; // a report has room for little more than 100 bytes of each of 32 targets

/**
 * Patches one object, of exactly the version that the prediction is about, after it recorded how to undo that. Somebody else's
 * write in between means a new prediction and a new record. Returns what the record that stays says, once it was read back.
 *
 * @throws if the server refuses the patch, or the change is not to be seen; where it may have been made, its record stays open.
 */
export async function inject(parts: Parts, first: Prediction, patch: Patch): Promise<Order> {
  const { objects } = parts;
  const { target } = first;
  const record = recorder(parts.records, first);
  let prediction = first;
  for (let attempt = 1; ; attempt++) {
    const kept = await record(prediction);
    const options = { version: prediction.before.metadata, dryRun: false };
    const after = await objects.patch(target, patch, options).catch((error) => {
      if (error instanceof ApiError && error.code < 500) return error;
      throw error; // it may have been done
    });
    if (!(after instanceof ApiError)) {
      return seen(parts, await exactly({ record, kept, prediction, after }));
    }
    await kept.close("The change was never made.");
    if (after.reason !== "Conflict" || attempt === ATTEMPTS) throw refusal(target, after);
    prediction = await predict(objects, target, patch);
  }
}

/** An undo record that is stored; `close` is for one that is of no use. */
interface Kept {
  order: Order;
  close: (message: string) => Promise<void>;
}

type Recorder = (prediction: Prediction) => Promise<Kept>;

/** Each record of a target has another id, because a stored one never changes. */
function recorder(records: UndoClient, { target }: Prediction): Recorder {
  let count = 0;
  return async ({ change }) => {
    const order = { id: `patch/${target.uid}/${++count}`, target, change };
    const { id } = order;
    const args = { state: "restored", ...order };
    await records.undo({ id, targetUID: target.uid, module: "pystol.actions.patch", args });
    return { order, close: (message) => records.undone({ id, state: "Done", message }) };
  };
}

/** What the server did may differ from its dry run, by a value that it draws anew each time: then the record is replaced. */
async function exactly(done: {
  record: Recorder;
  kept: Kept;
  prediction: Prediction;
  after: Resource;
}): Promise<{ order: Order; before: Resource }> {
  const { record, kept, prediction, after } = done;
  const { before } = prediction;
  const change = changeDone(before, after);
  if (isDeepStrictEqual(change, prediction.change)) return { order: kept.order, before };
  if (!change) throw new Error(`The patch changed nothing of ${named(prediction.target)}.`);
  const { order } = await record({ ...prediction, change });
  await kept.close("Replaced by a record of what the server really did.");
  return { order, before };
}

async function seen(
  parts: Parts,
  { order, before }: { order: Order; before: Resource },
): Promise<Order> {
  const { target, change } = order;
  const now = await parts.objects.read(target);
  const lost = now ? placesNotInForce(essenceOf(now), change) : ["all of it"];
  if (lost.length > 0) {
    throw new Error(
      `${named(target)} was patched, but somebody else changed it again at once: ${placesText(lost)}.`,
    );
  }
  const changed = placesOf(change);
  const generation = { before: before.metadata.generation, after: now?.metadata.generation };
  await parts.giveEvidence({
    phase: "injected",
    target,
    outcome: "patched",
    evidence: {
      changed: changed.slice(0, EVIDENCE_PLACES),
      changedCount: changed.length,
      ...(generation.before === undefined ? {} : { generation }),
    },
  });
  return order;
}
