import { ApiError, hasReason } from "../../../kubernetes/errors.ts";
import type { Undone } from "../ansible/undo-client.ts";
import { essenceOf } from "./essence.ts";
import { fence } from "./fence.ts";
import type { Parts } from "./inject.ts";
import { operationsBetween } from "./operations.ts";
import { named, placesText } from "./places.ts";
import { ATTEMPTS } from "./prediction.ts";
import type { Order } from "./request.ts";
import { type Restoration, restorationOf } from "./restoration.ts";

/** What came of undoing one change. */
export interface Undoing {
  state: Undone["state"];
  message: string;
  /** Where it was undone, this time. */
  restored: string[];
}

/**
 * Undoes one change, says so to the runner, and gives evidence of its end. Only what still has our value is restored; never
 * throws for what went wrong with the object, but for a runner that takes no answer.
 */
export async function restore(parts: Parts, { id, target, change }: Order): Promise<Undoing> {
  const undoing = await undo(parts, { id, target, change }).catch(
    (error: Error): Undoing => ({ state: "Failed", message: error.message, restored: [] }),
  );
  const { state, message, restored } = undoing;
  if (state === "Done") {
    await parts.giveEvidence({
      phase: "recovered",
      target,
      outcome: "restored",
      evidence: { restoredCount: restored.length },
    });
  }
  await parts.records.undone({ id, state, message: message.slice(0, MESSAGE_LIMIT) });
  return undoing;
}

const MESSAGE_LIMIT = 1024; // crds/pystolruns.yaml: status.records[].lastError

async function undo({ objects }: Parts, { target, change }: Order): Promise<Undoing> {
  for (let attempt = 1; ; attempt++) {
    const current = await objects.read(target);
    if (!current) {
      const message = `${named(target)} is gone, and its change with it.`;
      return { state: "Done", message, restored: [] };
    }
    const essence = essenceOf(current);
    const restoration = restorationOf(essence, change);
    const isAsBefore = restoration.restored.length === 0;
    // Somebody else's write after the one that was recorded: with that, the recorded one can only have failed.
    if (isAsBefore && restoration.conflicts.length > 0) return settled(target, restoration, []);
    try {
      if (isAsBefore) {
        await fence(objects, target, current);
        return settled(target, restoration, []);
      }
      const operations = operationsBetween(essence, restoration.value);
      const after = await objects.operate(target, operations, current.metadata);
      const left = restorationOf(essenceOf(after), change);
      if (left.restored.length > 0)
        throw new Error(`${named(target)} still differs at ${placesText(left.restored)}.`);
      return settled(target, left, restoration.restored);
    } catch (error) {
      const isLost = hasReason(error, "NotFound") || hasReason(error, "Conflict");
      if (isLost && attempt < ATTEMPTS) continue;
      const refused = refusedForOthers(error, restoration);
      if (refused === undefined) throw error;
      return { state: "Conflict", message: `${named(target)}: ${refused}`, restored: [] };
    }
  }
}

function settled(target: Order["target"], { conflicts }: Restoration, restored: string[]): Undoing {
  if (conflicts.length > 0) {
    const places = placesText(conflicts);
    const message = `Somebody else has changed ${named(target)} meanwhile at ${places}; that was left alone.`;
    return { state: "Conflict", message, restored };
  }
  const message =
    restored.length > 0
      ? `${named(target)} is as it was: ${placesText(restored)} restored.`
      : `${named(target)} was as before already.`;
  return { state: "Done", message, restored };
}

/** The old values that remain to be restored do not go with what somebody else wrote, says the server. */
function refusedForOthers(error: unknown, { conflicts }: Restoration): string | undefined {
  if (!(error instanceof ApiError) || error.code !== 422 || conflicts.length === 0)
    return undefined;
  return `what somebody else changed at ${placesText(conflicts)} does not go with the old values: ${error.message}`;
}
