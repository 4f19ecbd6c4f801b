import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { IS_FULL, SEED, sampled } from "../support/sample.ts";
import type { Fault } from "./faults/fault.ts";
import { networkFaults } from "./faults/network.ts";
import { holdingFaults, objectFaults } from "./faults/objects.ts";
import { serverFaults } from "./faults/server.ts";
import { noteOutcome, progressOf } from "./harness/outcome.ts";
import { play } from "./harness/play.ts";
import { type ProofWorld, startProofWorld } from "./harness/proof-world.ts";
import { RunRecorder } from "./harness/run-recorder.ts";

const MATRIX = "fault list";
const SAMPLE = 3;
const LONGEST_MS = 600_000;

const all = [
  ...networkFaults(),
  ...serverFaults(),
  ...objectFaults("plain"),
  ...objectFaults("phased"),
  ...holdingFaults(),
];
const chosen = sampled(
  all.filter(({ isLong }) => IS_FULL || !isLong),
  SAMPLE,
  ({ name }) => name,
);

describe(`a run holds where (seed ${SEED})`, () => {
  let world: ProofWorld;
  let recorder: RunRecorder | undefined;
  const violations: Record<string, readonly string[]> = {};
  let progress: Awaited<ReturnType<typeof progressOf>>;
  beforeAll(async () => {
    progress = await progressOf(MATRIX);
    world = await startProofWorld({
      onLine: (pod, line) => recorder?.onLine(pod, line),
      onStart: (life) => recorder?.onStart(life),
    });
  }, 300_000);
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
    const { known } = await progressOf(MATRIX);
    const played = known.size + Object.keys(violations).length;
    await noteOutcome(MATRIX, { points: all.length, played, violations });
  });

  // %s and not $name, which vitest would cut short.
  test.for(chosen.map((fault, index) => [fault.name, { ...fault, index }] as const))(
    "%s",
    { timeout: LONGEST_MS },
    async ([, fault]) => {
      if (progress.known.get(fault.name)?.violations.length === 0) return; // held before
      violations[fault.name] = ["it was not played to its end"];
      // A new operator has not been waiting for its next try since the fault before.
      await world.keeper.kill();
      await world.keeper.ready();
      recorder = recorderOf(fault);
      await fault.before?.(world);
      const played = await play(world, recorder, {
        ...{ name: `fault-${fault.index}`, role: "plain", ...fault.action },
        during: async (uid) => fault.during?.(world, uid),
      });
      violations[fault.name] = played.violations;
      console.log(
        played.violations.length === 0 ? "held" : "BROKEN",
        fault.name,
        ...played.violations,
      );
      expect(played.violations).toEqual([]);
      await fault.after?.(world);
      if (fault.disturb || fault.whenTold) expect(played.isStruck).toBe(true);
      delete violations[fault.name];
      await progress.add({ point: fault.name, isReached: true, violations: [] });
    },
  );

  function recorderOf({ disturb, whenTold }: Fault): RunRecorder {
    return new RunRecorder(world, undefined, {
      ...(disturb ? { disturb } : {}),
      ...(whenTold
        ? {
            at: {
              event: whenTold.event,
              act: ({ pod }) => whenTold.act(world, pod.metadata.name),
            },
          }
        : {}),
    });
  }
});
