import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Queue } from "../../../operator/queue.ts";

let queue: Queue;
beforeEach(() => {
  vi.useFakeTimers();
  queue = new Queue({ now: () => Date.now(), random: () => 1 });
});
afterEach(() => {
  queue.close();
  vi.useRealTimers();
});

/** The keys that can be taken now, in order; each stays in work. */
async function taken(count: number): Promise<(string | undefined)[]> {
  const keys: (string | undefined)[] = [];
  for (let index = 0; index < count; index++) keys.push(await queue.take());
  return keys;
}

describe("a queue", () => {
  test("gives a key once, however often it was added", async () => {
    for (const key of ["a", "b", "a", "a"]) queue.add(key);
    expect(await taken(2)).toEqual(["a", "b"]);
    expect(queue.depth).toBe(0);
  });

  test("gives a key that was added while it was worked on again, and only after that work is done", async () => {
    queue.add("a");
    await queue.take();
    queue.add("a");
    queue.add("a");
    expect(queue.depth).toBe(0);
    queue.done("a");
    expect(await queue.take()).toBe("a");
    queue.done("a");
    expect(queue.depth).toBe(0);
  });

  test("gives the highest priority first, then the oldest", async () => {
    queue.add("resync", -100);
    queue.add("first");
    queue.add("second");
    queue.add("urgent", 5);
    expect(await taken(4)).toEqual(["urgent", "first", "second", "resync"]);
  });

  test("lifts a waiting key to a higher priority and never lowers it", async () => {
    queue.add("a", -100);
    queue.add("b");
    queue.add("a", 10);
    queue.add("a", -5);
    expect(await taken(2)).toEqual(["a", "b"]);
  });

  test("adds a key later, at the earliest of the times asked for", async () => {
    queue.addAfter("a", 5000);
    queue.addAfter("a", 1000);
    queue.addAfter("a", 9000);
    vi.advanceTimersByTime(999);
    expect(queue.depth).toBe(0);
    vi.advanceTimersByTime(1);
    expect(queue.depth).toBe(1);
    await queue.take();
    vi.advanceTimersByTime(10_000);
    queue.done("a");
    expect(queue.depth).toBe(0);
  });

  test("takes a wait that no timer can hold, and does not come at once", () => {
    queue.addAfter("a", 30 * 24 * 3600 * 1000);
    vi.advanceTimersByTime(24 * 3600 * 1000);
    expect(queue.depth).toBe(0);
  });

  test("doubles the delay with each failure up to a minute, and starts anew when the key is forgotten", () => {
    const delays = Array.from({ length: 11 }, () => queue.retry("a"));
    expect(delays.slice(0, 4)).toEqual([200, 400, 800, 1600]);
    expect(delays.at(-1)).toBe(60_000);
    queue.forget("a");
    expect(queue.retry("a")).toBe(200);
  });

  test("waits for as long as the server asks", () => {
    expect(queue.retry("a", 7000)).toBe(7000);
  });

  test("lets go of whoever waits when it is closed", async () => {
    const waiting = queue.take();
    queue.close();
    expect(await waiting).toBeUndefined();
    expect(await queue.take()).toBeUndefined();
  });
});
