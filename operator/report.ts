import { createHash } from "node:crypto";
import { Ajv, type ValidateFunction } from "ajv";
import schema from "../crds/report.schema.json" with { type: "json" };
import type { Report } from "../crds/types/report.ts";

/** Made when the first report comes: compiling takes 30 ms, for which no action should wait after a start. */
let validate: ValidateFunction<Report> | undefined;

function isReport(candidate: unknown): candidate is Report {
  const options = { strict: false, validateFormats: false, validateSchema: false };
  validate ??= new Ajv(options).compile<Report>(schema);
  return validate(candidate);
}

/**
 * A report that the runner wrote itself, or undefined. What a role prints, or leaves as a termination message, is none: it
 * cannot carry the nonce whose SHA-256 is in the run's claim.
 */
export function trustedReport(candidate: unknown, nonceSha256: string): Report | undefined {
  if (!isReport(candidate)) return undefined;
  const digest = createHash("sha256").update(candidate.nonce).digest("hex");
  return digest === nonceSha256 ? candidate : undefined;
}

/** The same, of a pod's termination message. */
export function trustedMessage(text: string | undefined, nonceSha256: string): Report | undefined {
  if (!text) return undefined;
  try {
    return trustedReport(JSON.parse(text), nonceSha256);
  } catch (_notJson) {
    return undefined; // cut short, or somebody else's text: as good as none
  }
}
