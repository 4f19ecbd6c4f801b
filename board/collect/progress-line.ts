import type { Progress } from "./collect-board.ts";

const QUIET_MS = 1_000;
const REWRITE_MS = 100;
const LINE_MS = 10_000;

/** Where lines go: standard error. */
export interface LineStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Tells how far a collection is: call `tell` for each badge, and `end` before anything else is printed. */
export interface ProgressLine {
  tell(progress: Progress): void;
  end(): void;
}

/**
 * Says nothing for the first second. On a terminal one line is written over and over; elsewhere a line comes every ten seconds.
 * `now` in ms, for example `performance.now`.
 */
export function progressLine(stream: LineStream, now: () => number): ProgressLine {
  const isTerminal = stream.isTTY === true;
  const begunAt = now();
  let saidAt = begunAt - LINE_MS + (isTerminal ? 0 : QUIET_MS);
  let isOpen = false;
  return {
    tell({ done, badges, unread }) {
      const at = now();
      const isDue = at - saidAt >= (isTerminal ? REWRITE_MS : LINE_MS);
      if (at - begunAt < QUIET_MS || !isDue) return;
      saidAt = at;
      isOpen = isTerminal;
      const text = `${done} of ${badges} badges, ${unread} without a reading`;
      stream.write(isTerminal ? `\r\u001b[2K${text}` : `${text}\n`);
    },
    end() {
      if (isOpen) stream.write("\r\u001b[2K");
      isOpen = false;
    },
  };
}
