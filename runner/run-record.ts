import { setTimeout as delay } from "node:timers/promises";
import type { PystolRunStatus } from "../crds/types/pystolruns.ts";
import type { Report } from "../crds/types/report.ts";
import type { Client, JsonPatchOperation } from "../kubernetes/client.ts";
import { type PystolRun, pystolRuns, RUNS_NAMESPACE } from "../kubernetes/resources.ts";
import { watch } from "../kubernetes/watch.ts";
import { type Patience, retried } from "./retried.ts";

const RETRY_MS = 1000;
const WATCH_SECONDS = 300;

export type Claim = NonNullable<PystolRunStatus["claim"]>;
export type ClaimResult = { kind: "claimed"; run: PystolRun } | { kind: "taken"; by: string };

/** The PystolRun of this pod, whose status the runner alone writes once it holds the claim. */
export class RunRecord {
  readonly #client: Client;
  readonly #place: { namespace: string; name: string };

  constructor(client: Client, name: string) {
    this.#client = client;
    this.#place = { namespace: RUNS_NAMESPACE, name };
  }

  /**
   * Makes the run this pod's own by compare-and-set, or says which pod has it: of however many pods of the run, one wins.
   * Kubernetes may start a Job's pod twice: https://kubernetes.io/docs/concepts/workloads/controllers/job/
   *
   * @throws the last error where the API server is away for longer than `patience` allows, or refuses.
   */
  claim(claim: Claim, patience: Patience): Promise<ClaimResult> {
    return retried(patience, async () => {
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
  }

  /** Stores a part of the status; with `patience` as the claim is stored. */
  async store(status: Partial<PystolRunStatus>, patience?: Patience): Promise<void> {
    const act = () => this.#patch(status);
    await (patience ? retried(patience, act) : act());
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
    const place = { ...this.#place, subresource: "status" };
    await retried(patience, () => this.#client.jsonPatch(pystolRuns, place, operations));
  }

  /** Resolves once the run's spec.stop is set, or with false when `signal` aborts first. */
  async stopped(signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      try {
        const run = await this.#client.get(pystolRuns, this.#place);
        if (run.spec.stop) return true;
        const events = watch(this.#client, pystolRuns, {
          namespace: this.#place.namespace,
          fieldSelector: `metadata.name=${this.#place.name}`,
          resourceVersion: run.metadata.resourceVersion ?? "0",
          timeoutSeconds: WATCH_SECONDS,
          signal,
        });
        for await (const event of events) if (event.object.spec?.stop) return true;
      } catch (_error) {
        // Whatever ended the watch, the next read shows what was missed meanwhile; the run's deadline ends it all.
      }
      await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
    return false;
  }

  #patch(status: Partial<PystolRunStatus>, resourceVersion?: string): Promise<PystolRun> {
    return this.#client.mergePatch(
      pystolRuns,
      { ...this.#place, subresource: "status" },
      { ...(resourceVersion ? { metadata: { resourceVersion } } : {}), status },
    );
  }
}
