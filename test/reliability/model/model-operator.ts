import { ApiError } from "../../../kubernetes/errors.ts";
import type { PystolRole, Resource } from "../../../kubernetes/resources.ts";
import { ActionGone, apply } from "../../../operator/apply.ts";
import { type RunSettings, reconcile } from "../../../operator/reconcile.ts";
import { ModelCaches } from "./model-caches.ts";
import type { ModelCluster } from "./model-cluster.ts";

const KEY = "shop/broken";

export const SETTINGS: RunSettings = {
  ...{ runnerImage: "runner:1", keepSeconds: 60, recoverySeconds: 300, nodeFaults: false },
};

/** The real reconcile and the real apply on what a model of the caches knows. */
export class ModelOperator {
  readonly #cluster: ModelCluster;
  readonly #fixed: { role: PystolRole; namespace: Resource };
  caches: ModelCaches;
  /** Whether the last decision was to do nothing, not even to read. */
  isAtRest = false;

  constructor(cluster: ModelCluster, fixed: { role: PystolRole; namespace: Resource }) {
    this.#cluster = cluster;
    this.#fixed = fixed;
    this.caches = new ModelCaches(cluster.server, fixed);
  }

  /** Forgets all that it knows, as SIGKILL and a start do. */
  restart(): void {
    this.caches = new ModelCaches(this.#cluster.server, this.#fixed);
  }

  /**
   * Decides once and does the first `steps` of what it decided: less than all is a crash in the midst. Returns when it wants to
   * look again. A refused write ends the plan, as in operator/controller.ts.
   */
  async reconcile(steps = Number.POSITIVE_INFINITY): Promise<number | undefined> {
    const { server, nowMs } = this.#cluster;
    const plan = reconcile(this.caches.worldOf(KEY), SETTINGS, nowMs);
    const stores = this.caches.stores();
    this.isAtRest = plan.steps.length === 0;
    for (const step of plan.steps.slice(0, steps)) {
      try {
        await apply(server.client(), stores, step);
        for (const finding of this.caches.findings.values())
          finding.at = Math.min(finding.at, nowMs);
      } catch (error) {
        const isExpected = error instanceof ApiError || error instanceof ActionGone;
        if (!isExpected) throw error;
        return 0;
      }
    }
    return plan.requeueAfterMs;
  }
}
