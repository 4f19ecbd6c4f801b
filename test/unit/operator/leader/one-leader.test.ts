import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Elector } from "../../../../operator/leader/elector.ts";
import { SimulatedLease } from "./simulated-lease.ts";
import { ProcessClock, SimulatedTime } from "./simulated-time.ts";

const SECONDS = 1000;
const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };

/** What happens to one process, in seconds from the start. */
interface Fate {
  /** Its clock against the others', in percent; ordinary ones differ by much less than one. */
  ratePercent: number;
  pauses: { at: number; for: number }[];
  /** Between these nothing that it sends or should get arrives. */
  cutOff: { at: number; for: number }[];
  stopsAt: number | undefined;
}

interface Course {
  fates: Fate[];
  delaySeed: number;
}

const span = fc.record({
  at: fc.integer({ min: 0, max: 90 }),
  for: fc.integer({ min: 1, max: 40 }),
});
const fate: fc.Arbitrary<Fate> = fc.record({
  ratePercent: fc.integer({ min: -10, max: 10 }),
  pauses: fc.array(span, { maxLength: 3 }),
  cutOff: fc.array(span, { maxLength: 3 }),
  stopsAt: fc.option(fc.integer({ min: 5, max: 100 }), { nil: undefined }),
});
const course: fc.Arbitrary<Course> = fc.record({
  fates: fc.array(fate, { minLength: 2, maxLength: 3 }),
  delaySeed: fc.nat(),
});

/** A small generator of chance: https://en.wikipedia.org/wiki/Lehmer_random_number_generator */
function chance(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** Lets electors stand for two minutes; `observe` sees who believes at each moment that it leads. */
async function play({ fates, delaySeed }: Course, observe: (leaders: number[]) => void) {
  const time = new SimulatedTime();
  const lease = new SimulatedLease(time);
  const random = chance(delaySeed);
  const isWithin = (spans: Fate["pauses"]) =>
    spans.some(({ at, for: seconds }) => {
      const second = time.now / SECONDS;
      return second >= at && second < at + seconds;
    });
  const processes = fates.map((each, index) => {
    const clock = new ProcessClock(time, {
      ...{ rate: 1 + each.ratePercent / 100, offset: random() * 1e6, random },
    });
    for (const { at, for: seconds } of each.pauses) {
      time.after(at * SECONDS, () => clock.pauseUntil((at + seconds) * SECONDS));
    }
    const network = { delay: () => random() * 300, isLost: () => isWithin(each.cutOff) };
    const stop = new AbortController();
    const state = { hasEnded: false };
    const elector = new Elector({
      store: lease.storeFor(clock, network),
      candidate: { identity: `process-${index}` },
      ...{ clock, log },
      onLost: () => {
        state.hasEnded = true; // as the operator: the process is gone
        stop.abort();
      },
    });
    const running = elector.run(stop.signal).then(() => elector.release());
    if (each.stopsAt !== undefined) time.after(each.stopsAt * SECONDS, () => stop.abort());
    return { clock, elector, state, running, stop };
  });
  await time.run(120 * SECONDS, () => {
    const leaders = processes.flatMap(({ elector, clock, state }, index) =>
      elector.isLeading && !clock.isPaused && !state.hasEnded ? [index] : [],
    );
    observe(leaders);
  });
  for (const { stop } of processes) stop.abort();
  return lease;
}

const well: Fate = { ratePercent: 0, pauses: [], cutOff: [], stopsAt: undefined };

describe("of several electors", () => {
  test("never do two lead at once, whatever is paused, cut off, lost, or told to end", async () => {
    await fc.assert(
      fc.asyncProperty(course, async (given) => {
        await play(given, (leaders) => expect(leaders.length).toBeLessThanOrEqual(1));
      }),
      { numRuns: 150 },
    );
  }, 120_000);

  test("one leads from the start and for as long as nothing happens", async () => {
    const leaders = new Set<number>();
    await play({ fates: [well, well, well], delaySeed: 1 }, (now) => {
      for (const leader of now) leaders.add(leader);
    });
    expect(leaders.size).toBe(1);
  });

  test("another leads after each that is told to end, and nobody when all were", async () => {
    const order: number[] = [];
    const fates = [20, 40, 60].map((stopsAt) => ({ ...well, stopsAt }));
    const lease = await play({ fates, delaySeed: 2 }, ([leader]) => {
      if (leader !== undefined && order.at(-1) !== leader) order.push(leader);
    });
    expect(new Set(order).size).toBe(order.length);
    expect(order).toContain(2);
    expect(lease.holder).toBe("");
  });

  test("the other leads after one that was paused for longer than its Lease, which gives up", async () => {
    const seen = new Set<number>();
    const paused = { ...well, pauses: [{ at: 10, for: 30 }] };
    await play({ fates: [paused, paused, well], delaySeed: 3 }, (now) => {
      for (const leader of now) seen.add(leader);
    });
    expect(seen).toContain(2);
  });
});
