import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CrashPoint, crashPointsOf, nameOf } from "./crash-points.ts";
import type { TestedRole } from "./fixtures.ts";
import { noteOutcome } from "./outcome.ts";
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

    test(
      "holds at every point",
      async () => {
        const undisturbed = await played();
        expect(undisturbed.violations).toEqual([]);
        expect(undisturbed.verdict).toBe("Passed");
        const all = crashPointsOf(undisturbed.trace);
        const points = sampled(all, SAMPLE, nameOf);
        const violations: Record<string, string[]> = {};
        const missed: string[] = [];
        for (const point of points) {
          const { violations: found, isStruck } = await played(point);
          if (!isStruck) missed.push(nameOf(point));
          if (found.length > 0) violations[nameOf(point)] = found;
          console.log(`${found.length === 0 ? "held" : "BROKEN"}: ${nameOf(point)}`, ...found);
        }
        await noteOutcome(`crash matrix, ${role} role`, {
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
