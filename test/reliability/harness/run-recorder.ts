import type { AnsweredWrite } from "../../support/api-proxy/api-proxy.ts";
import { type Fate, PASS } from "../../support/api-proxy/fate.ts";
import type { ProxiedRequest } from "../../support/api-proxy/request.ts";
import type { KubeletPod, PodLife } from "../../support/test-kubelet/pod-life.ts";
import { type Actor, type CrashPoint, isSameStep, type Step, StepCounter } from "./crash-points.ts";
import { type ProofWorld, runOf } from "./proof-world.ts";

const OPERATOR = "system:serviceaccount:pystol-system:pystol-operator";
/** Lines of the runner that say nothing of where it is. */
const NO_BOUNDARY = ["output", "taskOk", "taskStarted"];

/** What else happens to a run than a crash. */
export interface Disturbance {
  /** What becomes of a request; undefined where it is let through. `who` asks. */
  disturb?: (request: ProxiedRequest, who: Actor | undefined) => Fate | undefined;
  /** Done once, when a runner tells of this event for the first time. */
  at?: { event: string; act: (life: PodLife) => Promise<unknown> | unknown };
}

/** Follows one run at a time through the proxy and the kubelet, and breaks it at its point. */
export class RunRecorder {
  readonly #steps = new StepCounter();
  readonly #world: ProofWorld;
  readonly #point: CrashPoint | undefined;
  readonly #disturbance: Disturbance;
  readonly #firstWrite: number;
  #hasStruck = false;
  #acting: Promise<unknown> | undefined;
  /** Two pods of one run that lived at the same time. */
  readonly overlaps: string[] = [];
  /** Jobs that the operator made for a run one of whose pods still lived. */
  readonly hasty: string[] = [];

  constructor(world: ProofWorld, point: CrashPoint | undefined, disturbance: Disturbance = {}) {
    this.#disturbance = disturbance;
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
    this.#actAt(pod.metadata.name, label);
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

  /** Resolves once what was to be done at an event is done; throws what it threw. */
  async acted(): Promise<void> {
    await this.#acting;
  }

  #actAt(podName: string, label: string): void {
    const { at } = this.#disturbance;
    const life = this.#world.kubelet.lifeOf(podName);
    if (this.#acting || !at || at.event !== label || !life) return;
    this.#hasStruck = true;
    this.#acting = Promise.resolve(at.act(life));
    // acted() throws it too, but the run may never come so far.
    this.#acting.catch((error) => console.error(error));
  }

  #decide(request: ProxiedRequest): Fate {
    const { caller, label } = request;
    const isOperator = caller.user === OPERATOR;
    const who = isOperator ? "operator" : caller.pod && actorOf(caller.pod);
    const fate = this.#disturbance.disturb?.(request, who || undefined);
    if (fate) this.#hasStruck = true;
    if (fate || !request.isWrite) return fate ?? PASS;
    // The renewals of the leader's Lease belong to no run.
    if (isOperator && /^(POST|PUT|PATCH) leases/.test(label)) return PASS;
    if (!isOperator && !caller.pod) return PASS;
    const actor = isOperator ? "operator" : actorOf(caller.pod ?? "");
    const step = this.#steps.next(actor, "write", label);
    if (isOperator && label === "POST jobs") this.#lookAround(request.body);
    if (!this.#isHere(step)) return PASS;
    const first = () => this.#strike(caller.pod);
    return { kind: this.#point?.when ?? "before", cut: "reset", first };
  }

  #lookAround(body: string): void {
    const { name } = (JSON.parse(body) as { metadata: { name: string } }).metadata;
    for (const { isRunning, pod } of this.#world.kubelet.lives)
      if (isRunning && runOf(pod.metadata.name) === runOf(name))
        this.hasty.push(`the Job ${name} was made while ${pod.metadata.name} lived`);
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
