/** One line of Prometheus' text format. */
export interface MetricSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (\S+)$/u;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\[\\"n])*)"/gu;

/**
 * Parses the text format strictly: each metric has its HELP and TYPE before all of its samples, which stand together and differ
 * in their labels. Throws otherwise. https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function parseMetrics(text: string): MetricSample[] {
  if (!text.endsWith("\n")) throw new Error("the last line does not end");
  const samples: MetricSample[] = [];
  const seen = new Set<string>();
  let helped = "";
  let typed = "";
  for (const line of text.slice(0, -1).split("\n")) {
    const head = /^# (HELP|TYPE) (\S+) (.+)$/u.exec(line);
    if (head?.[1] === "HELP") {
      if (seen.has(`# ${head[2]}`)) throw new Error(`${head[2]} is there twice`);
      seen.add(`# ${head[2]}`);
      helped = head[2] ?? "";
      continue;
    }
    if (head?.[1] === "TYPE") {
      typed = head[2] ?? "";
      continue;
    }
    const sample = SAMPLE.exec(line);
    if (sample === null) throw new Error(`no sample: ${line}`);
    const [, name = "", pairs = "", value] = sample;
    if (name !== helped || name !== typed)
      throw new Error(`${name} has no HELP and TYPE before it`);
    if (seen.has(`${name}{${pairs}}`)) throw new Error(`the same sample twice: ${line}`);
    seen.add(`${name}{${pairs}}`);
    samples.push({ name, labels: labelsOf(pairs), value: Number(value) });
  }
  return samples;
}

function labelsOf(pairs: string): Record<string, string> {
  return Object.fromEntries(
    [...pairs.matchAll(LABEL)].map(([, key = "", value = ""]) => [
      key,
      value.replace(/\\(.)/gu, (_whole, character) => (character === "n" ? "\n" : character)),
    ]),
  );
}
