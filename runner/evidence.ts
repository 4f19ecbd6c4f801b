import type { Report } from "../crds/types/report.ts";
import type { Target } from "./targets.ts";

export type ReportTarget = NonNullable<Report["targets"]>[number];
export type Phase = "injected" | "recovered" | "observed";

/** What a role says of a target; `observed` is neither the fault's effect nor its end. */
export interface EvidenceMessage {
  type: "evidence";
  phase: Phase;
  target: ReportTarget;
  outcome: string;
  evidence?: Record<string, unknown>;
}

const RECORDS_LIMIT = 1000;
const TEXT_LIMIT = 253;

/** A message of the evidence protocol, or the sentence that says what is wrong with it. */
export function parseEvidence(value: unknown): EvidenceMessage | string {
  if (!isObject(value)) return "expected a JSON object";
  const { type, phase, target, outcome, evidence } = value;
  if (type !== "evidence") return `type is ${show(type)}; expected "evidence"`;
  if (phase !== "injected" && phase !== "recovered" && phase !== "observed")
    return `phase is ${show(phase)}; expected "injected", "recovered" or "observed"`;
  if (!isObject(target) || !isText(target.kind) || !isText(target.name))
    return `target is ${show(target)}; expected an object with kind and name`;
  for (const field of ["apiVersion", "namespace", "uid"]) {
    if (target[field] !== undefined && !isText(target[field]))
      return `target.${field} is ${show(target[field])}; expected a text of 1 to ${TEXT_LIMIT} characters`;
  }
  if (!isText(outcome)) return `outcome is ${show(outcome)}; expected a word, for example "killed"`;
  if (evidence !== undefined && !isObject(evidence))
    return `evidence is ${show(evidence)}; expected a JSON object`;
  const { apiVersion, kind, namespace, name, uid } = target as unknown as ReportTarget;
  return {
    type,
    phase,
    outcome,
    target: {
      kind,
      name,
      ...(apiVersion ? { apiVersion } : {}),
      ...(namespace ? { namespace } : {}),
      ...(uid ? { uid } : {}),
    },
    ...(evidence ? { evidence } : {}),
  };
}

interface EvidenceRecord {
  target: ReportTarget;
  phases: Set<Phase>;
}

/** What the role has proved so far, for each target of the run and for whatever else it spoke of. */
export class Evidence {
  readonly #records = new Map<string, EvidenceRecord>();
  readonly #targets: readonly Target[];

  constructor(targets: readonly Target[]) {
    this.#targets = targets;
    for (const target of targets) this.#records.set(target.uid, { target, phases: new Set() });
  }

  /** Takes a message in; later ones for the same target add to its evidence. Returns what is wrong with it, or undefined. */
  add({ phase, target, outcome, evidence }: EvidenceMessage): string | undefined {
    const key = target.uid ?? `${target.kind}/${target.namespace ?? ""}/${target.name}`;
    const known = this.#records.get(key);
    if (!known && this.#records.size >= RECORDS_LIMIT)
      return `there is evidence of ${RECORDS_LIMIT} targets already`;
    const merged = { ...known?.target.evidence, ...evidence };
    this.#records.set(key, {
      target: { ...target, ...known?.target, outcome, evidence: merged },
      phases: new Set([...(known?.phases ?? []), phase]),
    });
    return undefined;
  }

  /** The run's own targets in their order, then what else there is evidence of. */
  get targets(): ReportTarget[] {
    return [...this.#records.values()].map(({ target }) => target);
  }

  /** Whether there is at least one record that the role made. */
  get isAny(): boolean {
    return [...this.#records.values()].some(({ phases }) => phases.size > 0);
  }

  /** Whether each of the run's targets (without any: at least one record) reached that phase. */
  hasAll(phase: Phase): boolean {
    if (this.#targets.length > 0) {
      return this.#targets.every(({ uid }) => this.#records.get(uid)?.phases.has(phase));
    }
    return [...this.#records.values()].some(({ phases }) => phases.has(phase));
  }
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= TEXT_LIMIT;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 80) ?? "missing";
}
