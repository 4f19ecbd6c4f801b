import { colorConflict } from "./color/color-conflict.ts";
import { type Draft, nothing } from "./draft.ts";
import type { Evidence } from "./evidence.ts";
import { judgeExplicit } from "./explicit.ts";
import { CONFIDENCE } from "./finding.ts";
import { byFileName, byProvider } from "./habits.ts";
import type { How } from "./how.ts";
import { parseUrl } from "./http-address.ts";
import type { Provider } from "./providers/provider.ts";
import { providerAt } from "./providers/providers.ts";
import { readBody } from "./read-body.ts";
import type { Reading } from "./state.ts";

export type { Evidence } from "./evidence.ts";

export const BODY_LIMIT_BYTES = 256 * 1024; // the largest badges with an embedded logo are near 60 KiB
const LONGEST_SHOWN = 120; // characters of a label or message
const LONGEST_REASON = 300; // characters of a rule or conflict

const PLAIN: How = {};

/**
 * Decides what a badge says. Pure; never throws; work is linear in the size of the body; green is never guessed.
 * The order of evidence: what the configuration says (`how`), the HTTP status, the kind of content, fields of JSON and
 * CCTray, the file's name, the service's own habits, words, numbers under a known label, ids and comments, exactly
 * known colours, a red hue; otherwise unknown. An answer other than 2xx is never passing, whatever the configuration says.
 */
export function readBadge(evidence: Evidence, how: How = PLAIN): Reading {
  const services = servicesOf(evidence);
  const draft = draftOf(evidence, how, services);
  const explicit = judgeExplicit(how, draft);
  const { httpStatus = 200 } = evidence;
  const isAnswer = httpStatus >= 200 && httpStatus < 300;
  if (explicit !== undefined && (isAnswer || !isGood(explicit.state))) {
    return readingOf({ ...draft, finding: explicit });
  }
  if (!isAnswer) {
    const { label, message } = draft; // its colour would be that of an answer
    const rule = `http: the service answered ${httpStatus}`;
    return readingOf({ ...nothing(rule), label, message });
  }
  return readingOf(withColorConflict(draft, services));
}

const isGood = (state: string) => state === "passing" || state === "info";

/** The name of the service that a badge is of, where its address tells. */
export function serviceOf(evidence: Pick<Evidence, "url" | "answeredBy">): string | undefined {
  return servicesOf(evidence)[0]?.provider.name;
}

interface Service {
  readonly provider: Provider;
  readonly url: URL;
}

/** The badge's own service first, then the one that a redirect led to. */
function servicesOf({ url, answeredBy }: Pick<Evidence, "url" | "answeredBy">): Service[] {
  const own = serviceAt(url);
  const other = answeredBy === url ? undefined : serviceAt(answeredBy);
  const services = other?.provider.isOfOwnAddress === true ? [own] : [own, other];
  return services.filter((service) => service !== undefined);
}

function serviceAt(address: string | undefined): Service | undefined {
  const url = parseUrl(address);
  const provider = url && providerAt(url);
  return url === undefined || provider === undefined ? undefined : { provider, url };
}

function draftOf(evidence: Evidence, how: How, services: readonly Service[]): Draft {
  if (evidence.body.length > BODY_LIMIT_BYTES) {
    return nothing(`size: more than ${BODY_LIMIT_BYTES / 1024} KiB, no badge is that large`);
  }
  const label = services.find(({ provider }) => provider.label)?.provider.label ?? "";
  const read = readBody(evidence.body, { label, project: how.project });
  let draft = byFileName(read, evidence.contentDisposition);
  for (const { provider, url } of services) {
    draft = byProvider(draft, provider, url, { ...evidence, isStatus: how.treatAs === "status" });
  }
  return draft;
}

function withColorConflict(draft: Draft, services: readonly Service[]): Draft {
  const habits = services.flatMap(({ provider }) => provider.habit ?? []);
  const conflict = draft.conflict ?? colorConflict(draft, habits);
  return conflict === undefined ? draft : { ...draft, conflict };
}

function readingOf({ label, message, finding, conflict, color, ranAt, run }: Draft): Reading {
  const isSure = conflict === undefined;
  return {
    state: finding.state,
    label: shorten(label, LONGEST_SHOWN),
    message: shorten(message, LONGEST_SHOWN),
    rule: shorten(finding.rule, LONGEST_REASON),
    confidence: isSure ? finding.confidence : Math.min(finding.confidence, CONFIDENCE.doubt),
    ...(isSure ? {} : { conflict: shorten(conflict, LONGEST_REASON) }),
    ...(color === undefined ? {} : { color }),
    ...(ranAt === undefined ? {} : { ranAt }),
    ...(run === undefined ? {} : { run }),
  };
}

function shorten(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1).toWellFormed()}…`;
}
