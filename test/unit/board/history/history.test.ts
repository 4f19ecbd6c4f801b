import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { observe } from "../../../../board/history/observe.ts";
import type { Span } from "../../../../board/history/span.ts";
import { summaryOf } from "../../../../board/history/summary.ts";
import { STATES, type State } from "../../../../board/reading/state.ts";

const LIMITS = { everyMinutes: 60, historyDays: 10 };
const HOUR = 3_600_000;
const START = Date.parse("2026-11-01T00:00:00.000Z");
const at = (hours: number) => new Date(START + hours * HOUR).toISOString();

/** What a list of states, one each hour, leaves as a history; `undefined` is an hour in which nobody looked. */
function historyOf(states: ReadonlyArray<State | undefined>): readonly Span[] {
  return states.reduce<readonly Span[]>(
    (history, state, hour) =>
      state === undefined ? history : observe(history, { state, at: at(hour) }, LIMITS),
    [],
  );
}

const hours = (state: State | undefined, count: number) =>
  Array.from({ length: count }, () => state);

describe("observe", () => {
  test("prolongs the last span by an observation of the same state in time", () => {
    expect(historyOf(hours("passing", 5))).toEqual([{ state: "passing", from: at(0), to: at(4) }]);
  });

  test("begins another span with another state", () => {
    expect(historyOf(["passing", "failing"])).toEqual([
      { state: "passing", from: at(0), to: at(0) },
      { state: "failing", from: at(1), to: at(1) },
    ]);
  });

  test("begins another span where nobody looked for three times the interval", () => {
    const inTime = historyOf(["passing", ...hours(undefined, 2), "passing"]);
    expect(inTime).toHaveLength(1);
    const late = historyOf(["passing", ...hours(undefined, 3), "passing"]);
    expect(late.map(({ from, to }) => [from, to])).toEqual([
      [at(0), at(0)],
      [at(4), at(4)],
    ]);
  });

  test("is not confused by a clock that went back", () => {
    const history = historyOf(hours("passing", 3));
    expect(observe(history, { state: "failing", at: at(1) }, LIMITS)).toEqual(history);
  });

  test("forgets what is older than its days, and keeps no more than 200 spans", () => {
    const states = Array.from({ length: 24 * 30 }, (_, hour) =>
      hour % 2 === 0 ? "passing" : "failing",
    ) satisfies State[];
    const history = historyOf(states);
    expect(history).toHaveLength(200);
    const old = observe(history, { state: "passing", at: at(24 * 60) }, LIMITS);
    expect(old).toEqual([{ state: "passing", from: at(24 * 60), to: at(24 * 60) }]);
  });
});

describe("summaryOf", () => {
  const summed = (states: ReadonlyArray<State | undefined>, nowHour: number) =>
    summaryOf(historyOf(states), LIMITS, START + nowHour * HOUR);

  test("of nothing says nothing", () => {
    expect(summed([], 5)).toEqual({ strip: [], flipsPerWeek: 0 });
  });

  test("draws what nobody saw apart from every state", () => {
    const { strip } = summed([...hours("passing", 5), ...hours(undefined, 4), "passing"], 10);
    expect(strip).toEqual([
      { state: "passing", from: 0, to: 0.4 },
      { state: undefined, from: 0.4, to: 0.9 },
      { state: "passing", from: 0.9, to: 0.9 },
      { state: undefined, from: 0.9, to: 1 },
    ]);
  });

  test("bounds the availability by what was not observed", () => {
    const { availability } = summed([...hours("passing", 5), ...hours("failing", 4)], 10);
    expect(availability?.least).toBeCloseTo(0.4);
    expect(availability?.most).toBeCloseTo(0.7); // failing was seen from 5 to 8
  });

  test("counts a state that is neither up nor down as both", () => {
    const { availability } = summed([...hours("unknown", 6), ...hours("passing", 6)], 12);
    expect(availability?.least).toBeCloseTo(5 / 12);
    expect(availability?.most).toBe(1);
  });

  test("knows no availability where nothing is known of it", () => {
    expect(summed(hours("unknown", 5), 10).availability).toBeUndefined();
    expect(summed(["passing"], 10).availability).toBeUndefined();
  });

  test("knows since when it is failing, at the latest", () => {
    const states = [...hours("passing", 3), ...hours("failing", 2), ...hours(undefined, 5)];
    expect(summed([...states, "failing"], 11).failingSince).toBe(at(3));
    expect(summed([...states, "failing", "passing"], 12).failingSince).toBeUndefined();
    expect(summed(["failing", "running", "failing"], 3).failingSince).toBe(at(2));
  });

  test("counts the changes between passing and failing of the last seven days", () => {
    const states: State[] = ["passing", "failing", "running", "failing", "passing", "unknown"];
    expect(summed(states, 6).flipsPerWeek).toBe(2);
    expect(summed(states, 24 * 7 + 2).flipsPerWeek).toBe(1);
    expect(summed(states, 24 * 8).flipsPerWeek).toBe(0);
  });

  test("has a strip without holes and bounds in order, whatever was observed", () => {
    const state = fc.option(fc.constantFrom(...STATES), { nil: undefined });
    fc.assert(
      fc.property(
        fc.array(state, { maxLength: 60 }),
        fc.double({ min: 60, max: 400, noNaN: true }),
        (states, nowHour) => {
          const { strip, availability } = summed(states, nowHour);
          if (strip.length === 0) return;
          expect([strip[0]?.from, strip.at(-1)?.to]).toEqual([0, 1]);
          for (const [index, part] of strip.entries()) {
            if (index > 0) expect(part.from).toBe(strip[index - 1]?.to);
          }
          const { least, most } = availability ?? { least: 0, most: 1 };
          expect(least).toBeGreaterThanOrEqual(0);
          expect(most).toBeLessThanOrEqual(1);
          expect(least).toBeLessThanOrEqual(most + 1e-9);
        },
      ),
    );
  });
});
