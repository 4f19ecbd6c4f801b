import { setTimeout as delay } from "node:timers/promises";
import { ApiError, ConnectionError } from "../../kubernetes/errors.ts";
import { type PystolAction, pystolActions } from "../../kubernetes/resources.ts";
import type { PystolControlPlane } from "../../test/support/pystol-control-plane.ts";
import type { Part } from "./played-pods.ts";

const POLL_MS = 250;
const PATIENCE_MS = 300_000;

/** The stories of which the churn is made, and how often of twenty each is drawn. */
const STORIES = [
  { weight: 10, role: "plain", part: "reports", ending: "nothing" },
  { weight: 3, role: "undoable", part: "reports", ending: "nothing" },
  { weight: 2, role: "undoable", part: "leaves an open record", ending: "nothing" },
  { weight: 1, role: "plain", part: "is killed after its claim", ending: "nothing" },
  { weight: 1, role: "plain", part: "never starts", ending: "stop" },
  { weight: 1, role: "undoable", part: "never starts", ending: "delete" },
  { weight: 1, role: "no-such-role", part: "never starts", ending: "nothing" },
  { weight: 1, role: "plain", part: "reports", ending: "delete" },
] as const satisfies readonly { weight: number; role: string; part: Part; ending: string }[];

export type Story = (typeof STORIES)[number];

/** What came of the churn so far. */
export interface ChurnCounts {
  actions: number;
  verdicts: Record<string, number>;
  /** What was not as it must be. */
  problems: string[];
}

/** Draws a story by a number from 0 to 1. */
export function storyFor(random: number): Story {
  let left = random * STORIES.reduce((sum, { weight }) => sum + weight, 0);
  for (const story of STORIES) {
    left -= story.weight;
    if (left < 0) return story;
  }
  return STORIES[0];
}

/** Keeps `atOnce` actions going until `signal`: each is made, ends as its story says, and is deleted. */
export async function churn(
  world: PystolControlPlane,
  options: {
    atOnce: number;
    random: () => number;
    parts: Map<string, Part>;
    counts: ChurnCounts;
    signal: AbortSignal;
  },
): Promise<void> {
  const { atOnce, signal } = options;
  let made = 0;
  const lane = async () => {
    while (!signal.aborted) {
      made += 1;
      await live(world, `soak-${made}`, options);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

async function live(
  { client }: PystolControlPlane,
  name: string,
  { random, parts, counts }: Parameters<typeof churn>[1],
): Promise<void> {
  const story = storyFor(random());
  const place = { namespace: "shop", name };
  const made = await insisted(() => client.create(pystolActions, actionOf(name, story.role)));
  const uid = made?.metadata.uid ?? "";
  parts.set(uid, story.part);
  counts.actions += 1;
  if (story.ending === "stop")
    await insisted(() => client.mergePatch(pystolActions, place, { spec: { stop: true } }));
  if (story.ending !== "delete") {
    const verdict = await until(
      async () => (await client.get(pystolActions, place)).status?.verdict,
    );
    counts.verdicts[verdict ?? "none"] = (counts.verdicts[verdict ?? "none"] ?? 0) + 1;
    const expected = verdictOf(story);
    if (verdict !== expected)
      counts.problems.push(
        `${name} (${JSON.stringify(story)}) came to ${verdict}, not ${expected}`,
      );
  }
  await insisted(() => client.delete(pystolActions, place));
  const isGone = await until(async () => {
    const { items } = await client.list(pystolActions, {
      namespace: "shop",
      query: { fieldSelector: `metadata.name=${name}` },
    });
    return items.length === 0 || undefined;
  });
  if (!isGone) counts.problems.push(`${name} could not be deleted`);
  parts.delete(uid);
}

function verdictOf({ part, ending }: Story): string {
  if (ending === "stop") return "Aborted";
  return part === "reports" ? "Passed" : "Error";
}

function actionOf(name: string, role: string): PystolAction {
  return {
    ...{ apiVersion: pystolActions.apiVersion, kind: pystolActions.kind },
    metadata: { name, namespace: "shop" },
    spec: { role, timeout: "5m", startDeadline: "5m" },
  };
}

/** Tries again for as long as the API server is away; what it refuses because it is done already is done. */
async function insisted<T>(act: () => Promise<T>): Promise<T | undefined> {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (error instanceof ApiError && error.code < 429) {
        if (error.reason === "NotFound" || error.reason === "AlreadyExists") return undefined;
        throw error;
      }
      if (!(error instanceof ApiError) && !(error instanceof ConnectionError)) throw error;
      await delay(POLL_MS);
    }
  }
}

async function until<T>(read: () => Promise<T | undefined>): Promise<T | undefined> {
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    const value = await insisted(read);
    if (value !== undefined) return value;
    await delay(POLL_MS);
  }
  return undefined;
}
