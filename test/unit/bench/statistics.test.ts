import { describe, expect, it } from "vitest";
import { estimateMean, estimateRatio, quantile } from "../../bench/statistics.ts";

describe("estimateMean", () => {
  it("has the interval of Student's t", () => {
    // With scipy: stats.t.interval(0.95, 4, loc=3, scale=stats.sem([1, 2, 3, 4, 5])) is (1.0368, 4.9632).
    const { value, lower, upper, samples } = estimateMean([1, 2, 3, 4, 5]);
    expect(value).toBe(3);
    expect(lower).toBeCloseTo(1.0368, 3);
    expect(upper).toBeCloseTo(4.9632, 3);
    expect(samples).toBe(5);
  });

  it("knows nothing of the spread of one sample", () => {
    const { value, lower, upper } = estimateMean([7]);
    expect([value, lower, upper]).toEqual([7, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });

  it("holds the true mean in 95 of 100 intervals", () => {
    const random = generator(1);
    const inside = Array.from({ length: 4000 }, () => {
      const { lower, upper } = estimateMean(Array.from({ length: 6 }, () => normal(random) + 10));
      return lower <= 10 && 10 <= upper;
    }).filter(Boolean).length;
    expect(inside / 4000).toBeGreaterThan(0.94);
    expect(inside / 4000).toBeLessThan(0.96);
  });

  it("refuses to take the mean of nothing", () => {
    expect(() => estimateMean([])).toThrow("no values");
  });
});

describe("estimateRatio", () => {
  it("does not see what slows down both of a pair", () => {
    const { value, lower, upper } = estimateRatio([
      [200, 100],
      [20, 10],
      [2, 1],
    ]);
    expect(value).toBeCloseTo(2, 9);
    expect(lower).toBeCloseTo(2, 9);
    expect(upper).toBeCloseTo(2, 9);
  });

  it("is turned over when its pairs are", () => {
    const pairs = [
      [3, 2],
      [5, 4],
      [9, 5],
    ] as const;
    const one = estimateRatio(pairs);
    const other = estimateRatio(pairs.map(([over, under]) => [under, over]));
    expect(other.value).toBeCloseTo(1 / one.value, 9);
    expect(other.lower).toBeCloseTo(1 / one.upper, 9);
    expect(other.upper).toBeCloseTo(1 / one.lower, 9);
  });

  it("refuses what was not measured", () => {
    expect(() => estimateRatio([[1, Number.NaN]])).toThrow("positive");
    expect(() => estimateRatio([[0, 1]])).toThrow("positive");
  });
});

describe("quantile", () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it.each([
    [0.5, 50],
    [0.99, 99],
    [1, 100],
    [0, 1],
  ])("%f of the whole numbers to 100 do not exceed %i", (part, value) => {
    expect(quantile(hundred, part)).toBe(value);
  });

  it("is the only value of one", () => {
    expect(quantile([3], 0.99)).toBe(3);
  });

  it("refuses to choose from nothing", () => {
    expect(() => quantile([], 0.5)).toThrow("no values");
  });
});

/** Mulberry32, so that the test is the same each time. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** https://en.wikipedia.org/wiki/Box%E2%80%93Muller_transform */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
