import type { Answers, Outcome } from "./answers.ts";
import type { Ask } from "./collect-badge.ts";
import { commonValidators, type Plan } from "./plan.ts";

/** Asks for each address once, however many tiles show it. */
export function askOnce(plans: readonly Plan[], answers: Answers): Ask {
  const validators = commonValidators(plans);
  const asked = new Map<string, Promise<Outcome>>();
  return (address) => {
    const before = asked.get(address);
    if (before !== undefined) return before;
    const headers = validators.get(address);
    const outcome = answers.get(address, headers === undefined ? {} : { headers });
    asked.set(address, outcome);
    return outcome;
  };
}
