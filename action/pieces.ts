/** The ways in which a workflow may use the action: all of it in one step, or its parts as steps of their own. */
export type Piece = "all" | "setup" | "run" | "report";

export const PIECES: readonly Piece[] = ["all", "setup", "run", "report"];
