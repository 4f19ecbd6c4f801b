/** One pair on the kind cluster, in ms since the creation of the action and of the bare Job: soon after each other, in an order drawn by chance. */
export interface KindPair {
  /** The action's verdict, or its Injected; of many at once, the last. */
  actionMs: number;
  /** The bare Job's Complete, or its container's start; of many at once, the last Complete. */
  jobMs: number;
}

export interface KindResults {
  verdicts: KindPair[];
  injections: KindPair[];
  /** `failed` counts those that did not pass, or did not complete: on a small machine a hundred at once take each other's time. */
  manyAtOnce: { count: number; pairs: KindPair[]; failed: { actions: number; jobs: number } };
}
