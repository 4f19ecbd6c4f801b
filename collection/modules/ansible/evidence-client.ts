import { connect } from "node:net";
import { text } from "node:stream/consumers";

export interface EvidenceRecord {
  phase: "injected" | "recovered" | "observed";
  target: { apiVersion?: string; kind: string; namespace?: string; name: string; uid?: string };
  outcome: string;
  evidence: Record<string, unknown>;
}

/** Gives evidence to whoever wants it. */
export type GiveEvidence = (record: EvidenceRecord) => Promise<void>;

/**
 * Gives evidence to Pystol's runner, which listens on the unix socket at `path`; without a path to nobody, so that a module
 * works without Pystol too.
 *
 * @throws if the runner refuses it.
 */
export function evidenceClient(path: string | undefined): GiveEvidence {
  return async (record) => {
    if (!path) return;
    const socket = connect(path);
    socket.end(`${JSON.stringify({ type: "evidence", ...record })}\n`);
    const answer = JSON.parse(await text(socket)) as { ok: boolean; error?: string };
    if (!answer.ok) throw new Error(`Pystol's runner refused evidence: ${answer.error}`);
  };
}
