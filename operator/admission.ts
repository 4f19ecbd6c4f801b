/** How many actions may run at once. */
export interface Limits {
  maxConcurrentActions: number;
  /** 0 sets no limit. */
  maxConcurrentActionsPerNamespace: number;
}

/** Whether an action may start now, or how many start before it and what it waits for. */
export type Turn =
  | { kind: "start" }
  | { kind: "wait"; position: number; reason: "MaxConcurrentActions" | "NamespaceQuota" };

/** What orders the actions that wait. */
export interface Candidate {
  uid: string;
  key: string;
  namespace: string;
  priority: number;
  /** As the API server wrote it: RFC 3339 in UTC, so that text order is time order. */
  created: string;
}

interface Share {
  waiting: Candidate[];
  running: Set<string>;
}

/**
 * Who runs and who waits. The order is priority (higher first), creation, UID; an action that its namespace's quota holds back
 * holds back nobody of another namespace. Whether an action may start follows from its rank alone, so that of several that
 * are looked at at the same time, none takes another's place. Every question costs O(namespaces * log n).
 */
export class Admission {
  readonly #limits: Limits;
  readonly #shares = new Map<string, Share>();
  readonly #places = new Map<string, Candidate & { isRunning: boolean }>();
  #running = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Puts an action where it belongs; one that is known moves. Returns whether a place became free. */
  set(candidate: Candidate, isRunning: boolean): boolean {
    const known = this.#places.get(candidate.uid);
    if (known && known.isRunning === isRunning) return false;
    const wasRunning = known !== undefined && this.remove(candidate.uid);
    const share = this.#shareOf(candidate.namespace);
    this.#places.set(candidate.uid, { ...candidate, isRunning });
    if (isRunning) {
      share.running.add(candidate.uid);
      this.#running += 1;
    } else share.waiting.splice(rankOf(share.waiting, candidate), 0, candidate);
    return wasRunning && !isRunning;
  }

  /** Forgets an action. Returns whether a place became free. */
  remove(uid: string): boolean {
    const known = this.#places.get(uid);
    if (!known) return false;
    this.#places.delete(uid);
    const share = this.#shareOf(known.namespace);
    if (known.isRunning) {
      share.running.delete(uid);
      this.#running -= 1;
    } else share.waiting.splice(rankOf(share.waiting, known), 1);
    if (share.running.size === 0 && share.waiting.length === 0)
      this.#shares.delete(known.namespace);
    return known.isRunning;
  }

  /** The turn of an action that waits; one that is not known may not start yet. */
  turnOf(uid: string): Turn {
    const known = this.#places.get(uid);
    if (!known) return { kind: "wait", position: this.waiting, reason: "MaxConcurrentActions" };
    let position = 0;
    let mayStartBefore = 0;
    for (const share of this.#shares.values()) {
      const before = rankOf(share.waiting, known);
      position += before;
      mayStartBefore += Math.min(before, this.#roomOf(share));
    }
    const own = this.#shareOf(known.namespace);
    if (rankOf(own.waiting, known) >= this.#roomOf(own))
      return { kind: "wait", position, reason: "NamespaceQuota" };
    const free = this.#limits.maxConcurrentActions - this.#running;
    return mayStartBefore < free
      ? { kind: "start" }
      : { kind: "wait", position, reason: "MaxConcurrentActions" };
  }

  /** How many wait. */
  get waiting(): number {
    return this.#places.size - this.#running;
  }

  /** The keys of the first `count` that no quota holds back. */
  heads(count: number): string[] {
    const first = [...this.#shares.values()].flatMap((share) =>
      share.waiting.slice(0, Math.min(count, this.#roomOf(share))),
    );
    return first
      .sort((a, b) => (isBefore(a, b) ? -1 : 1))
      .slice(0, count)
      .map(({ key }) => key);
  }

  #roomOf({ running }: Share): number {
    const quota = this.#limits.maxConcurrentActionsPerNamespace;
    return quota === 0 ? Number.POSITIVE_INFINITY : Math.max(0, quota - running.size);
  }

  #shareOf(namespace: string): Share {
    let share = this.#shares.get(namespace);
    if (!share) {
      share = { waiting: [], running: new Set() };
      this.#shares.set(namespace, share);
    }
    return share;
  }
}

/** How many of the sorted `waiting` come before `candidate`. */
function rankOf(waiting: readonly Candidate[], candidate: Candidate): number {
  let low = 0;
  let high = waiting.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(waiting[middle] as Candidate, candidate)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isBefore(a: Candidate, b: Candidate): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority;
  if (a.created !== b.created) return a.created < b.created;
  return a.uid < b.uid;
}
