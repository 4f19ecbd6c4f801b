// Loaded into a program under test with --import: on SIGUSR2 its calendar jumps by the milliseconds that the file CLOCK_FILE
// holds, as a machine's does whose time was set. Timers and performance.now() go on as before, which they do there too.
import { readFileSync } from "node:fs";

let offsetMs = 0;
const Real = Date;

class JumpingDate extends Real {
  constructor(...args: unknown[]) {
    if (args.length === 0) super(Real.now() + offsetMs);
    else super(...(args as [number]));
  }

  static override now(): number {
    return Real.now() + offsetMs;
  }
}

globalThis.Date = JumpingDate as DateConstructor;
process.on("SIGUSR2", () => {
  offsetMs = Number(readFileSync(process.env.CLOCK_FILE ?? "", "utf8"));
});
