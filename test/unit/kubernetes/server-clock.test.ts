import { expect, test } from "vitest";
import { ServerClock } from "../../../kubernetes/server-clock.ts";

const NOON = Date.parse("Mon, 23 Nov 2026 12:00:00 GMT");

function clock() {
  const time = { elapsedMs: 0, ownMs: NOON + 3_600_000 };
  return {
    time,
    server: new ServerClock(
      () => time.elapsedMs,
      () => time.ownMs,
    ),
  };
}

test("before the first answer it is this machine's time", () => {
  expect(clock().server.now()).toBe(NOON + 3_600_000);
});

test("an own clock that is an hour off, or jumps, does not matter once an answer came", () => {
  const { server, time } = clock();
  server.hear("Mon, 23 Nov 2026 12:00:00 GMT");
  time.ownMs += 7_200_000;
  time.elapsedMs += 1500;
  expect(server.now()).toBe(NOON + 1500);
});

test("an answer of the same second does not set it back", () => {
  const { server, time } = clock();
  server.hear("Mon, 23 Nov 2026 12:00:00 GMT");
  time.elapsedMs += 10_900;
  server.hear("Mon, 23 Nov 2026 12:00:10 GMT");
  expect(server.now()).toBe(NOON + 10_900);
});

test.each(["Mon, 23 Nov 2026 11:59:00 GMT", "Mon, 23 Nov 2026 12:05:00 GMT"])(
  "a server whose clock was set is followed: %s",
  (date) => {
    const { server } = clock();
    server.hear("Mon, 23 Nov 2026 12:00:00 GMT");
    server.hear(date);
    expect(server.now()).toBe(Date.parse(date));
  },
);

test.each([undefined, "yesterday", ["a", "b"]])(
  "what is no date counts for nothing: %s",
  (date) => {
    const { server } = clock();
    server.hear("Mon, 23 Nov 2026 12:00:00 GMT");
    server.hear(date);
    expect(server.now()).toBe(NOON);
  },
);
