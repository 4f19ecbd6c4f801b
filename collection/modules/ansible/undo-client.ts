import { askRunner } from "./runner-socket.ts";

/** How to undo one change, all of it: whoever recovers has nothing but this. */
export interface UndoRecord {
  /** Unique in the run. */
  id: string;
  /** The UID of what is changed. */
  targetUID?: string;
  /** The node that it is on, where that matters. */
  node?: string;
  /** The module that undoes it, as NAMESPACE.COLLECTION.MODULE. */
  module: string;
  /** The module's arguments. Never a value from a Secret. */
  args: Record<string, unknown>;
}

/**
 * What came of undoing: Done (it is as it was), Conflict (somebody else changed it meanwhile, and it was left alone), Failed
 * (to be tried again).
 */
export interface Undone {
  id: string;
  state: "Done" | "Conflict" | "Failed";
  message?: string;
}

export interface UndoClient {
  /** Must come before the change: returns once the record is stored. */
  undo(record: UndoRecord): Promise<void>;
  /** Says what came of undoing a record. */
  undone(result: Undone): Promise<void>;
}

/**
 * Keeps undo records with Pystol's runner, which listens on the unix socket at `path`; without a path with nobody, so that a
 * module works without Pystol too. Both functions throw if the runner refuses; after that nothing may be changed.
 */
export function undoClient(path: string | undefined): UndoClient {
  return {
    undo: async (record) => {
      if (path) await askRunner(path, { type: "undo", ...record });
    },
    undone: async (result) => {
      if (path) await askRunner(path, { type: "undone", ...result });
    },
  };
}
