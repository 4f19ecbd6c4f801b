import { describe, expect, test } from "vitest";
import { WorkInProgress } from "../../../../operator/metrics/work-in-progress.ts";

describe("work in progress", () => {
  test("is as old as what was not finished yet, whichever ended between", () => {
    let now = 1000;
    const work = new WorkInProgress(() => now);
    expect([work.longestSeconds, work.totalSeconds]).toEqual([0, 0]);
    work.started();
    now += 2000;
    work.started();
    now += 1000;
    expect([work.longestSeconds, work.totalSeconds]).toEqual([3, 4]);
    work.finished(1);
    expect([work.longestSeconds, work.totalSeconds]).toEqual([3, 3]);
    work.started();
    now += 1000;
    work.finished(4);
    expect([work.longestSeconds, work.totalSeconds]).toEqual([1, 1]);
  });
});
