/** Keeps an action of an undoable role until its run was ended and undone. */
export const ACTION_FINALIZER = "pystol.org/run";
/** Keeps a run of an undoable role until what it recorded is undone, however it is deleted. */
export const RUN_FINALIZER = "pystol.org/recovery";
/** Keeps the runner's pod, and with it the termination message, until the verdict is stored. */
export const POD_FINALIZER = "pystol.org/report";
