/** How bash runs a script of a workflow: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell */
export const BASH = ["--noprofile", "--norc", "-e", "-o", "pipefail"];

/** Signals what is left of the process group that the process leads. What is another user's, as what sudo started is, stays. */
export function killGroup(leader: number | undefined, signal: NodeJS.Signals): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, signal);
  } catch (error) {
    // ESRCH: nothing of it is left. EPERM: all that is left is another user's, and nobody but that user may end it.
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code !== "ESRCH" && code !== "EPERM") throw error;
  }
}
