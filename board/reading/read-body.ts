import { type Draft, nothing } from "./draft.ts";
import { isCctray, readCctray } from "./read-cctray.ts";
import { readJson } from "./read-json.ts";
import { readSvg } from "./read-svg.ts";
import { readText } from "./read-text.ts";
import { sniff } from "./sniff.ts";
import { NotSvgError } from "./svg/parse-svg.ts";
import { tidy } from "./words/normalize.ts";

interface Hints {
  /** What plain text is about, where the service does not say. */
  readonly label: string;
  /** The project that is meant of a CCTray feed. */
  readonly project: string | undefined;
}

/** What a body says by itself, whatever its name or content type is. Never throws. */
export function readBody(body: Uint8Array, { label, project }: Hints): Draft {
  const content = sniff(body);
  switch (content.kind) {
    case "empty":
      return nothing("content: the body is empty");
    case "binary":
      return nothing(`content: a ${content.format} holds no words`);
    case "html":
      return nothing("content: an HTML page, often one to sign in, is no badge");
    case "json":
      return readJson(content.text);
    case "text":
      return readText(content.text, label);
    case "xml":
      return isCctray(content.text) ? readCctray(content.text, project) : readXml(content.text);
  }
}

function readXml(xml: string): Draft {
  try {
    return readSvg(xml);
  } catch (error) {
    if (!(error instanceof NotSvgError)) throw error;
    return nothing(`content: no SVG, ${tidy(error.message)}`);
  }
}
