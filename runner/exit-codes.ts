/** What the runner's exit code says of a run. */
export const EXIT = { passed: 0, otherVerdict: 1, notReported: 2, claimTaken: 3 };

/** And of a recovery. */
export const RECOVERY_EXIT = { closed: 0, open: 1, taken: EXIT.claimTaken };
