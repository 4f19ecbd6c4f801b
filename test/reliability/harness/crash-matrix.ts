import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CrashPoint, crashPointsOf, nameOf } from "./crash-points.ts";
import type { TestedRole } from "./fixtures.ts";
import { noteOutcome, type PointOutcome, progressOf } from "./outcome.ts";
import { type Play, play } from "./play.ts";
import { type ProofWorld, startProofWorld } from "./proof-world.ts";
import { RunRecorder } from "./run-recorder.ts";
import { IS_FULL, SEED, sampled } from "./sample.ts";

const SAMPLE = 8;

/** The tests of one role's crash matrix. The points come from a run that nobody disturbs. */
export function crashMatrix(role: TestedRole): void {
  describe(`the crash matrix of a ${role} role (seed ${SEED})`, () => {
    let world: ProofWorld;
    let recorder: RunRecorder | undefined;
    let count = 0;

    beforeAll(async () => {
      world = await startProofWorld({
        onLine: (pod, line) => recorder?.onLine(pod, line),
        onStart: (life) => recorder?.onStart(life),
      });
    }, 300_000);
    afterAll(() => world?.[Symbol.asyncDispose]());

    const played = (point?: CrashPoint): Promise<Play> => {
      recorder = new RunRecorder(world, point);
      return play(world, recorder, {
        ...{ name: `${role}-${++count}`, role },
        ...(point ? { point } : {}),
      });
    };

    const outcomeOf = async (point: CrashPoint, name: string): Promise<PointOutcome> => {
      const { violations, isStruck } = await played(point);
      console.log(violations.length === 0 ? "held" : "BROKEN", name, ...violations);
      return { point: name, isReached: isStruck, violations };
    };

    test(
      "holds at every point",
      async () => {
        const undisturbed = await played();
        expect(undisturbed.violations).toEqual([]);
        expect(undisturbed.verdict).toBe("Passed");
        const all = crashPointsOf(undisturbed.trace);
        const points = sampled(all, SAMPLE, nameOf);
        const matrix = `crash matrix, ${role} role`;
        const { known, add } = await progressOf(matrix);
        const violations: Record<string, readonly string[]> = {};
        const missed: string[] = [];
        for (const point of points) {
          const name = nameOf(point);
          const outcome = known.get(name) ?? (await outcomeOf(point, name));
          if (!known.has(name)) await add(outcome);
          if (!outcome.isReached) missed.push(name);
          if (outcome.violations.length > 0) violations[name] = outcome.violations;
        }
        await noteOutcome(matrix, {
          ...{ points: all.length, played: points.length - missed.length, missed },
          violations,
        });
        expect(violations).toEqual({});
        // What a run does is the same but for what two clocks decide together.
        expect(missed.length).toBeLessThanOrEqual(Math.ceil(points.length / 10));
      },
      IS_FULL ? 3_600_000 : 600_000,
    );
  });
}
