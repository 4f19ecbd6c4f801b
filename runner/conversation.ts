import type { EventLog } from "./events.ts";
import type { EvidenceMessage } from "./evidence.ts";
import type { NodeMessage, RoleMessage, UndoMessage, UndoneMessage } from "./messages.ts";
import { answerTo, ordering } from "./node-orders.ts";
import { adding, closing } from "./records.ts";
import type { Redaction } from "./redaction.ts";
import type { Patience } from "./retried.ts";
import { type Answer, refusal } from "./role-socket.ts";
import type { RunRecord } from "./run-record.ts";
import type { RunWatch } from "./run-watch.ts";

/** A helper that has not answered by then is taken for gone. */
const NODE_ANSWER_MS = 60_000;

export interface ConversationParts {
  record: RunRecord;
  watch: RunWatch;
  log: EventLog;
  patience: Patience;
  /** Takes evidence in, or says what is wrong with it. */
  takeEvidence: (message: EvidenceMessage) => string | undefined;
  /** Why the role may not change anything now, so that it may record no undo either, or undefined if it may. */
  whyNoUndo: () => string | undefined;
  redaction: Redaction;
  /** Aborts when nobody waits for an answer any more; a stop is no reason, since what it ends is undone by orders, too. */
  signal: AbortSignal;
}

/** Answers a role's messages: "ok" only once what it asked for is stored, and an order once the node's helper has answered. */
export function conversation(parts: ConversationParts): (message: RoleMessage) => Promise<Answer> {
  return async (message) => {
    switch (message.type) {
      case "evidence":
        return answerOf(parts.takeEvidence(message));
      case "undo":
        return answerOf(await takeUndo(parts, message));
      case "undone":
        return answerOf(await takeUndone(parts, message));
      case "node":
        return await takeOrder(parts, message);
    }
  };
}

const HOLDS_SECRET =
  "it holds a value of a Secret; name the Secret and its key instead, because many may read a run";

async function takeUndo(parts: ConversationParts, message: UndoMessage) {
  const { record, log, patience } = parts;
  const problem = parts.whyNoUndo();
  if (problem !== undefined) return problem;
  if (parts.redaction.isIn(message)) return HOLDS_SECRET;
  const refused = await record.change(({ records }) => adding(records, message), patience);
  if (refused === undefined) {
    const { id, targetUID, module } = message;
    log.add({ event: "undoRecorded", id, module, ...(targetUID ? { targetUID } : {}) });
  }
  return refused;
}

async function takeUndone(parts: ConversationParts, message: UndoneMessage) {
  const { record, log, patience } = parts;
  const { id, state } = message;
  const text = message.message && parts.redaction.text(message.message);
  const result = { type: message.type, id, state, ...(text ? { message: text } : {}) };
  const refused = await record.change(({ records }) => closing(records, result), patience);
  if (refused === undefined) {
    log.add({ event: "undone", id, state, ...(text ? { message: text } : {}) });
  }
  return refused;
}

async function takeOrder(parts: ConversationParts, { order }: NodeMessage): Promise<Answer> {
  const { record, watch, log, patience } = parts;
  const problem = order.want === "Applied" ? parts.whyNoUndo() : undefined;
  if (problem !== undefined) return refusal(problem);
  if (parts.redaction.isIn(order)) return refusal(HOLDS_SECRET);
  const stale = record.status.nodeAnswers?.find(({ id }) => id === order.id);
  const refused = await record.change((status) => ordering(status, order), patience);
  if (refused !== undefined) return refusal(refused);
  log.add({ event: "nodeOrder", ...order });
  const signal = AbortSignal.any([parts.signal, AbortSignal.timeout(NODE_ANSWER_MS)]);
  const answer = await watch.until(({ status }) => answerTo(status, order, stale), signal);
  if (!answer) {
    const seconds = NODE_ANSWER_MS / 1000;
    return refusal(
      `the helper on the node ${order.node} did not say within ${seconds} s that ${order.id} is ${order.want}`,
    );
  }
  log.add({ event: "nodeAnswer", ...answer });
  const { state, message, evidence, time } = answer;
  return {
    ok: true,
    answer: { state, time, ...(message ? { message } : {}), ...(evidence ? { evidence } : {}) },
  };
}

const answerOf = (problem: string | undefined): Answer =>
  problem === undefined ? { ok: true } : refusal(problem);
