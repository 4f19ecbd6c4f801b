import type { AnsweredWrite } from "../../support/api-proxy/api-proxy.ts";
import { type Fate, PASS } from "../../support/api-proxy/fate.ts";
import type { ProxiedRequest } from "../../support/api-proxy/request.ts";
import type { KubeletPod, PodLife } from "../../support/test-kubelet/pod-life.ts";
import { type Actor, type CrashPoint, isSameStep, type Step, StepCounter } from "./crash-points.ts";
import { type ProofWorld, runOf } from "./proof-world.ts";

const OPERATOR = "system:serviceaccount:pystol-system:pystol-operator";
/** Lines of the runner that say nothing of where it is. */
const NO_BOUNDARY = ["output", "taskOk", "taskStarted"];

/** Follows one run at a time through the proxy and the kubelet, and breaks it at its point. */
export class RunRecorder {
  readonly #steps = new StepCounter();
  readonly #world: ProofWorld;
  readonly #point: CrashPoint | undefined;
  readonly #firstWrite: number;
  #hasStruck = false;
  /** Two pods of one run that lived at the same time. */
  readonly overlaps: string[] = [];

  constructor(world: ProofWorld, point: CrashPoint | undefined) {
    this.#world = world;
    this.#point = point;
    this.#firstWrite = world.proxy.writes.length;
    world.proxy.decide = (request) => this.#decide(request);
  }

  get hasStruck(): boolean {
    return this.#hasStruck;
  }

  get trace(): readonly Step[] {
    return this.#steps.trace;
  }

  /** The writes since the beginning that the API server answered. */
  get writes(): readonly AnsweredWrite[] {
    return this.#world.proxy.writes.slice(this.#firstWrite);
  }

  onLine(pod: KubeletPod, line: string): void {
    const label = boundaryOf(line);
    if (label === undefined) return;
    const step = this.#steps.next(actorOf(pod.metadata.name), "event", label);
    if (this.#isHere(step)) void this.#strike(pod.metadata.name);
  }

  onStart(life: PodLife): void {
    const run = runOf(life.pod.metadata.name);
    for (const other of this.#world.kubelet.lives) {
      const name = other.pod.metadata.name;
      if (other !== life && other.isRunning && runOf(name) === run)
        this.overlaps.push(`${life.pod.metadata.name} started while ${name} lived`);
    }
  }

  #decide(request: ProxiedRequest): Fate {
    const { caller, label } = request;
    if (!request.isWrite) return PASS;
    const isOperator = caller.user === OPERATOR;
    // The renewals of the leader's Lease belong to no run.
    if (isOperator && /^(POST|PUT|PATCH) leases/.test(label)) return PASS;
    if (!isOperator && !caller.pod) return PASS;
    const actor = isOperator ? "operator" : actorOf(caller.pod ?? "");
    const step = this.#steps.next(actor, "write", label);
    if (!this.#isHere(step)) return PASS;
    const first = () => this.#strike(caller.pod);
    return { kind: this.#point?.when ?? "before", cut: "reset", first };
  }

  #isHere(step: Step): boolean {
    const isIt = this.#point !== undefined && isSameStep(step, this.#point.step);
    return isIt && !this.#hasStruck;
  }

  async #strike(podName: string | undefined): Promise<void> {
    this.#hasStruck = true;
    const victims = this.#point?.victims ?? [];
    const lives = this.#world.kubelet.lives.filter(
      ({ isRunning, pod }) => isRunning && (!podName || pod.metadata.name === podName),
    );
    const operator = victims.includes("operator") ? this.#world.keeper.kill() : undefined;
    if (victims.includes("runner")) await Promise.all(lives.map((life) => life.kill()));
    await operator;
  }
}

/** "pa-UID-r1-xxxxx" is a pod that recovers, "pa-UID-xxxxx" one that injects. */
function actorOf(podName: string): Actor {
  return /^-r\d+-/.test(podName.slice(runOf(podName).length)) ? "recovery" : "runner";
}

function boundaryOf(line: string): string | undefined {
  try {
    const { event, phase } = JSON.parse(line) as { event: string; phase?: string };
    if (NO_BOUNDARY.includes(event)) return undefined;
    return phase ? `${event} ${phase}` : event;
  } catch (_notJson) {
    return undefined; // an error message
  }
}
