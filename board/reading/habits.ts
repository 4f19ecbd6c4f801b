import type { Draft } from "./draft.ts";
import type { Evidence } from "./evidence.ts";
import { CONFIDENCE } from "./finding.ts";
import type { Provider } from "./providers/provider.ts";
import { settle } from "./settle.ts";
import { comparable } from "./words/normalize.ts";
import { stateOfWhole } from "./words/vocabulary.ts";

/** A draft with what the name of the file says ("passing.svg"), where its words are drawn as shapes; it lifts nothing that is red. */
export function byFileName(draft: Draft, contentDisposition: string | undefined): Draft {
  if (contentDisposition === undefined || draft.isSilent !== true) return draft;
  const name = /filename="?([\w.-]{1,80})"?/iu.exec(contentDisposition)?.[1] ?? "";
  const word = comparable(name.replace(/\.(?:svg|png)$/iu, ""));
  const state = stateOfWhole(word);
  if (state === undefined) return draft;
  const rule = `filename: the service named it "${word}"`;
  const found = { state, rule, confidence: CONFIDENCE.filename };
  return { ...draft, message: word, isSilent: false, ...settle(found, draft.finding) };
}

/** Of what was asked, and whether the configuration wants it judged although it only informs. */
type Asked = Evidence & { readonly isStatus: boolean };

/** A draft with what is true of one service's badges alone. */
export function byProvider(draft: Draft, provider: Provider, url: URL, asked: Asked): Draft {
  const found = provider.read?.(draft, url);
  const ranAt = provider.isDatedByRun === true ? timeOf(asked.lastModified) : undefined;
  const dated = ranAt === undefined ? draft : { ...draft, ranAt };
  if (found === undefined) return withHint(dated, provider);
  if (found.state === "info" && asked.isStatus) return dated;
  if (found.state === "passing" && draft.conflict !== undefined) return dated;
  return { ...dated, ...settle(found, draft.finding) };
}

/** A reason for which nothing was read, with what to do about it. */
function withHint(draft: Draft, { hint, name }: Provider): Draft {
  const { finding } = draft;
  if (hint === undefined || finding.confidence > 0 || finding.state !== "unknown") return draft;
  return { ...draft, finding: { ...finding, rule: `${finding.rule} (${name}: ${hint})` } };
}

function timeOf(httpDate: string | undefined): string | undefined {
  const time = httpDate === undefined ? Number.NaN : Date.parse(httpDate);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
