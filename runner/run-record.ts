import type { PystolRunStatus } from "../crds/types/pystolruns.ts";
import type { Report } from "../crds/types/report.ts";
import type { Client, JsonPatchOperation } from "../kubernetes/client.ts";
import { hasReason } from "../kubernetes/errors.ts";
import { type PystolRun, pystolRuns, RUNS_NAMESPACE } from "../kubernetes/resources.ts";
import type { Change } from "./records.ts";
import { type Patience, retried } from "./retried.ts";
import { otherPod, type Turn, testsOf } from "./turn.ts";

/** How often a change is decided anew because the status was not what it was decided on. */
const TRIES = 5;

export type Claim = NonNullable<PystolRunStatus["claim"]>;
export type Recovery = NonNullable<PystolRunStatus["recovery"]>;
export type ClaimResult = { kind: "claimed"; run: PystolRun } | { kind: "taken"; by: string };

/**
 * The PystolRun of this pod. Whoever holds its claim writes its status, until a recovery has taken over; helper pods write
 * their answers beside that. So each write names the fields that it changes, and tests that it is still its turn.
 */
export class RunRecord {
  readonly #client: Client;
  readonly #place: { namespace: string; name: string };
  #turn: Turn | undefined;
  #latest: PystolRun | undefined;
  #lastWrite: Promise<unknown> = Promise.resolve();

  constructor(client: Client, name: string) {
    this.#client = client;
    this.#place = { namespace: RUNS_NAMESPACE, name };
  }

  /** The status as this pod read or wrote it last. */
  get status(): PystolRunStatus {
    return this.#latest?.status ?? {};
  }

  /**
   * Makes the run this pod's own by compare-and-set, or says which pod has it: of however many pods of the run, one wins.
   * Kubernetes may start a Job's pod twice: https://kubernetes.io/docs/concepts/workloads/controllers/job/
   *
   * @throws the last error where the API server is away for longer than `patience` allows, or refuses.
   */
  async claim(claim: Claim, patience: Patience): Promise<ClaimResult> {
    const result = await retried(patience, async (): Promise<ClaimResult> => {
      const run = await this.#client.get(pystolRuns, this.#place);
      const holder = run.status?.claim;
      // With our own nonce it is our own claim, whose answer was lost on the way.
      if (holder) {
        const isOurs = holder.nonceSHA256 === claim.nonceSHA256;
        return isOurs ? { kind: "claimed", run } : { kind: "taken", by: holder.podName };
      }
      const status = { claim, startTime: claim.time };
      return { kind: "claimed", run: await this.#patch(status, run.metadata.resourceVersion) };
    });
    if (result.kind === "claimed") {
      this.#latest = result.run;
      this.#turn = { kind: "claim", podUID: claim.podUID };
    }
    return result;
  }

  /**
   * Takes the recovery of the run over by compare-and-set, or says which pod has a recovery of that attempt or a later one.
   *
   * @throws as `claim`.
   */
  async claimRecovery(recovery: Recovery, patience: Patience): Promise<ClaimResult> {
    const result = await retried(patience, async (): Promise<ClaimResult> => {
      const run = await this.#client.get(pystolRuns, this.#place);
      const holder = run.status?.recovery;
      if (holder?.podUID === recovery.podUID) return { kind: "claimed", run };
      if (holder && holder.attempt >= recovery.attempt)
        return { kind: "taken", by: holder.podName };
      return {
        kind: "claimed",
        run: await this.#patch({ recovery }, run.metadata.resourceVersion),
      };
    });
    if (result.kind === "claimed") {
      this.#latest = result.run;
      this.#turn = { kind: "recovery", podUID: recovery.podUID };
    }
    return result;
  }

  /**
   * Changes the status by what `decide` makes of the newest one, one change after the other. Returns why it was refused, or
   * undefined once the API server has stored it (or there was nothing to change).
   *
   * @throws where the API server is away for longer than `patience` allows or refuses, and where another pod has taken over.
   */
  change(
    decide: (status: PystolRunStatus) => Change,
    patience: Patience,
  ): Promise<string | undefined> {
    return this.#inOrder(() => this.#change(decide, patience));
  }

  async #change(
    decide: (status: PystolRunStatus) => Change,
    patience: Patience,
  ): Promise<string | undefined> {
    for (let tries = 1; ; tries += 1) {
      const change = decide(this.status);
      if (change.kind === "refused") return change.message;
      if (change.kind === "none") return undefined;
      try {
        await retried(patience, () => this.#jsonPatch(change.operations));
        return undefined;
      } catch (error) {
        // A test of the patch that failed, or a change that is there already because the first answer was lost.
        if (!hasReason(error, "Invalid") || tries === TRIES) throw error;
        const { status = {} } = await retried(patience, () => this.read());
        const other = otherPod(this.#turn, status);
        if (other)
          throw new Error(`Another pod has taken over the run: ${other}.`, { cause: error });
      }
    }
  }

  /** Reads the run anew. */
  async read(): Promise<PystolRun> {
    this.#latest = await this.#client.get(pystolRuns, this.#place);
    return this.#latest;
  }

  /** Stores fields of the status that no other pod writes; with `patience` as the claim is stored. */
  async store(
    status: Pick<PystolRunStatus, "targets" | "injectedTime" | "recoveredTime">,
    patience?: Patience,
  ): Promise<void> {
    const operations = Object.entries(status).flatMap(([name, value]): JsonPatchOperation[] =>
      value === undefined ? [] : [{ op: "add", path: `/status/${name}`, value }],
    );
    const act = () => this.#jsonPatch(operations);
    await this.#inOrder(() => (patience ? retried(patience, act) : act()));
  }

  /**
   * Stores the report whole, in place of whatever a role may have written there with the pod's token.
   *
   * @throws the last error where the API server is away for longer than `patience` allows, or refuses.
   */
  async storeReport(report: Report, patience: Patience): Promise<void> {
    const { injectedTime, recoveredTime } = report;
    const marks = Object.entries({ injectedTime, recoveredTime });
    const operations: JsonPatchOperation[] = [
      { op: "add", path: "/status/report", value: report },
      ...marks.flatMap(([name, value]): JsonPatchOperation[] =>
        value ? [{ op: "add", path: `/status/${name}`, value }] : [],
      ),
    ];
    await this.#inOrder(() => retried(patience, () => this.#jsonPatch(operations)));
  }

  #inOrder<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#lastWrite.then(act);
    this.#lastWrite = done.catch(() => undefined);
    return done;
  }

  async #jsonPatch(operations: readonly JsonPatchOperation[]): Promise<void> {
    const place = { ...this.#place, subresource: "status" };
    const guarded = [...testsOf(this.#turn), ...operations];
    this.#latest = await this.#client.jsonPatch(pystolRuns, place, guarded);
  }

  #patch(status: Partial<PystolRunStatus>, resourceVersion?: string): Promise<PystolRun> {
    return this.#client.mergePatch(
      pystolRuns,
      { ...this.#place, subresource: "status" },
      { ...(resourceVersion ? { metadata: { resourceVersion } } : {}), status },
    );
  }
}
