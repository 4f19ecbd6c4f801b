import { expect, test } from "vitest";
import { progressLine } from "../../../board/collect/progress-line.ts";
import { causesOf, lineOf } from "../../../board/collect/summary.ts";

/** What is written when a badge is done at each of the given times, in ms. */
function written(isTTY: boolean, times: readonly number[]): string[] {
  const texts: string[] = [];
  let now = 0;
  const line = progressLine({ isTTY, write: (text) => texts.push(text) }, () => now);
  times.forEach((time, at) => {
    now = time;
    line.tell({ done: at + 1, badges: times.length, unread: 1 });
  });
  line.end();
  return texts;
}

test("nothing is said within the first second", () => {
  expect(written(true, [10, 500, 999])).toEqual([]);
  expect(written(false, [10, 500, 999])).toEqual([]);
});

test("a terminal has one line, written over, which is gone at the end", () => {
  expect(written(true, [1000, 1050, 1200])).toEqual([
    "\r\u001b[2K1 of 3 badges, 1 without a reading",
    "\r\u001b[2K3 of 3 badges, 1 without a reading",
    "\r\u001b[2K",
  ]);
});

test("a log has a line each ten seconds", () => {
  expect(written(false, [1500, 9000, 11_500, 22_000])).toEqual([
    "1 of 4 badges, 1 without a reading\n",
    "3 of 4 badges, 1 without a reading\n",
    "4 of 4 badges, 1 without a reading\n",
  ]);
});

test("what was not read is told by cause, the largest first, without what may be secret", () => {
  const problem = (reason: string) => ({ since: "2026-11-23T08:00:00.000Z", reason });
  const causes = causesOf([
    {
      badge: "https://me:pw@a.example/x.svg?token=t#f",
      problem: problem("the service answered 403"),
    },
    { badge: "https://b.example/1.svg?token=t", problem: problem("it refused the connection") },
    { badge: "https://b.example/2.svg", problem: problem("it refused the connection") },
  ]);
  expect(causes.map(lineOf)).toEqual([
    "no reading of 2 badges of b.example: it refused the connection",
    "no reading of https://a.example/x.svg: the service answered 403",
  ]);
});
