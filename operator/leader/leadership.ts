/** Who may act. */
export interface Leadership {
  /** Resolves when this process leads. It never leads twice: a loss ends it. */
  readonly leading: Promise<void>;
  /** Whether nobody else can lead now, as far as this process can know. */
  readonly isLeading: boolean;
  /** Throws, and gives up, where it must not act any longer. */
  assertLeading(): void;
  /** Stands for election, then leads, until `signal` or the loss. Never throws. */
  run(signal: AbortSignal): Promise<void>;
  /** Lets another lead at once. Call it after `run`, when nothing of this process acts any longer. */
  release(): Promise<void>;
}

/** That of an operator that was told that there is no other. */
export const ALONE: Leadership = {
  leading: Promise.resolve(),
  isLeading: true,
  assertLeading: () => undefined,
  run: async () => undefined,
  release: async () => undefined,
};
