import { judgeColor } from "../color/judge-color.ts";
import { parseColor } from "../color/parse-color.ts";
import type { Draft } from "../draft.ts";
import { CONFIDENCE, type Finding } from "../finding.ts";

/** A badge whose words stand in its address says the same for ever, whatever happens. */
export function readStatic(): Finding {
  const rule = "provider: its words stand in its address, so that nothing is measured";
  return { state: "info", rule, confidence: CONFIDENCE.certain };
}

/** A badge that is known to tell a version, a licence or a count, unless it tells that there is none. */
export function readInforming({ finding }: Draft): Finding | undefined {
  if (finding.state === "unknown" && finding.confidence > 0) return undefined;
  return {
    state: "info",
    rule: "provider: this kind of badge informs and judges nothing",
    confidence: CONFIDENCE.certain,
  };
}

/**
 * Jenkins lets the address set the words (`status`) and the colour. With set words only its own colour is a result:
 * https://plugins.jenkins.io/embeddable-build-status/
 */
export function readJenkins({ color = "" }: Draft, { searchParams }: URL): Finding | undefined {
  if (!searchParams.has("status")) return undefined;
  const drawn = searchParams.has("color") ? undefined : parseColor(color);
  const said = drawn && judgeColor([drawn]);
  const rule = 'provider: "status" in its address sets the words';
  return said === undefined
    ? { state: "unknown", rule, confidence: CONFIDENCE.certain }
    : { ...said, rule: `${rule}, and ${said.rule} says ${said.state}` };
}
