import { askRunner } from "./runner-socket.ts";

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
 * works without Pystol too. The function throws if the runner refuses it.
 */
export function evidenceClient(path: string | undefined): GiveEvidence {
  return async (record) => {
    if (path) await askRunner(path, { type: "evidence", ...record });
  };
}
