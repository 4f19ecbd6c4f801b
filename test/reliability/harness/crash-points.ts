/** Who acts in a run. */
export type Actor = "operator" | "runner" | "recovery";

/** Something that happened in a run, so named that it has the same name in every run. */
export interface Step {
  actor: Actor;
  /** An API write, or a line that a runner told. */
  kind: "write" | "event";
  label: string;
  /** 1 for the first step of that actor, kind and label. */
  occurrence: number;
}

export type Victim = "operator" | "runner";

/** Where a run is broken. An event has no before. */
export interface CrashPoint {
  step: Step;
  when: "before" | "after";
  victims: readonly Victim[];
}

/**
 * The points of a run that went undisturbed: the operator killed before and after each of its writes, the runner before and
 * after each of its writes and after each line that it told, and both together at each of these writes that happens while the
 * runner lives.
 */
export function crashPointsOf(trace: readonly Step[]): CrashPoint[] {
  const isRunners = (step: Step) => step.actor !== "operator";
  const first = trace.findIndex(isRunners);
  const last = trace.findLastIndex(isRunners);
  return trace.flatMap((step, index): CrashPoint[] => {
    if (step.kind === "event") return [{ step, when: "after", victims: ["runner"] }];
    const own: Victim = step.actor === "operator" ? "operator" : "runner";
    const isAmidst = first <= index && index <= last;
    const victims: (readonly Victim[])[] = [[own], ...(isAmidst ? [BOTH] : [])];
    return victims.flatMap((killed) =>
      (["before", "after"] as const).map((when) => ({ step, when, victims: killed })),
    );
  });
}

const BOTH: readonly Victim[] = ["operator", "runner"];

/** "operator killed after operator PATCH pystolactions/status phase=Running #1" */
export function nameOf({ step, when, victims }: CrashPoint): string {
  return `${victims.join(" and ")} killed ${when} ${step.actor} ${step.label} #${step.occurrence}`;
}

/** Numbers the steps of a run as they come. */
export class StepCounter {
  readonly #counts = new Map<string, number>();
  readonly trace: Step[] = [];

  next(actor: Actor, kind: Step["kind"], label: string): Step {
    const key = `${actor} ${kind} ${label}`;
    const occurrence = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, occurrence);
    const step = { actor, kind, label, occurrence };
    this.trace.push(step);
    return step;
  }
}

export function isSameStep(one: Step, other: Step): boolean {
  return (
    one.actor === other.actor &&
    one.kind === other.kind &&
    one.label === other.label &&
    one.occurrence === other.occurrence
  );
}
