import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { IS_FULL, SEED, sampled } from "../../support/sample.ts";
import { type CrashPoint, crashPointsOf, nameOf } from "./crash-points.ts";
import type { TestedRole } from "./fixtures.ts";
import { type MatrixOutcome, noteOutcome, type PointOutcome, progressOf } from "./outcome.ts";
import { type Play, play } from "./play.ts";
import { type ProofWorld, startProofWorld } from "./proof-world.ts";
import { RunRecorder } from "./run-recorder.ts";

const SAMPLE = 4;
/** How many control planes play points at the same time: most of a point is waiting. */
const LANES = IS_FULL ? 2 : 1;

/** A control plane of its own, with the run that is played there. */
interface Lane {
  play: (point?: CrashPoint) => Promise<Play>;
  world: ProofWorld;
}

/** The tests of one role's crash matrix. The points come from a run that nobody disturbs. */
export function crashMatrix(role: TestedRole): void {
  describe(`the crash matrix of a ${role} role (seed ${SEED})`, () => {
    const lanes: Lane[] = [];

    beforeAll(async () => {
      for (let count = 0; count < LANES; count++) lanes.push(await startLane(role));
    }, 600_000);
    afterAll(() => Promise.all(lanes.map(({ world }) => world[Symbol.asyncDispose]())));

    test(
      "holds at every point",
      async () => {
        const undisturbed = await lanes[0]?.play();
        expect(undisturbed?.violations).toEqual([]);
        expect(undisturbed?.verdict).toBe("Passed");
        const all = crashPointsOf(undisturbed?.trace ?? []);
        const points = sampled(all, SAMPLE, nameOf);
        const matrix = `crash matrix, ${role} role`;
        const { known, add } = await progressOf(matrix);
        const outcomes = points.flatMap((point) => known.get(nameOf(point)) ?? []);
        const left = points.filter((point) => !known.has(nameOf(point)));
        const note = () => noteOutcome(matrix, summaryOf(all.length, outcomes));
        await note();
        const playLeft = async (lane: Lane) => {
          for (let point = left.shift(); point; point = left.shift()) {
            const outcome = await outcomeOf(lane, point);
            outcomes.push(outcome);
            await add(outcome);
            await note();
          }
        };
        await Promise.all(lanes.map(playLeft));
        await note();
        const { violations, missed = [] } = summaryOf(all.length, outcomes);
        expect(violations).toEqual({});
        // What a run does is the same but for what two clocks decide together.
        expect(missed.length).toBeLessThanOrEqual(Math.ceil(points.length / 10));
      },
      IS_FULL ? 3_600_000 : 600_000,
    );
  });
}

async function startLane(role: TestedRole): Promise<Lane> {
  let recorder: RunRecorder | undefined;
  let count = 0;
  const world = await startProofWorld({
    onLine: (pod, line) => recorder?.onLine(pod, line),
    onStart: (life) => recorder?.onStart(life),
  });
  return {
    world,
    play: (point) => {
      recorder = new RunRecorder(world, point);
      return play(world, recorder, {
        ...{ name: `${role}-${++count}`, role },
        ...(point ? { point } : {}),
      });
    },
  };
}

async function outcomeOf(lane: Lane, point: CrashPoint): Promise<PointOutcome> {
  const name = nameOf(point);
  const from = performance.now();
  const { violations, isStruck } = await lane.play(point);
  const seconds = Math.round((performance.now() - from) / 1000);
  const held = violations.length === 0 ? "held" : "BROKEN";
  console.log(held, `(${seconds} s)`, name, ...violations);
  return { point: name, isReached: isStruck, violations };
}

function summaryOf(points: number, outcomes: readonly PointOutcome[]): MatrixOutcome {
  const missed = outcomes.filter(({ isReached }) => !isReached).map(({ point }) => point);
  const broken = outcomes.filter(({ violations }) => violations.length > 0);
  return {
    ...{ points, played: outcomes.length - missed.length, missed },
    violations: Object.fromEntries(broken.map(({ point, violations }) => [point, violations])),
  };
}
