import type { PystolActionSpec } from "../crds/types/pystolactions.ts";

type Selector = NonNullable<NonNullable<PystolActionSpec["target"]>["selector"]>;

/**
 * A label selector as the API takes it in a query.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#list-and-watch-filtering
 */
export function labelSelectorText(selector: Selector): string {
  const labels = Object.entries(selector.matchLabels ?? {}).map(
    ([key, value]) => `${key}=${value}`,
  );
  const expressions = (selector.matchExpressions ?? []).map(expressionText);
  return [...labels, ...expressions].join(",");
}

type Expression = NonNullable<Selector["matchExpressions"]>[number];

function expressionText({ key, operator, values = [] }: Expression): string {
  switch (operator) {
    case "In":
      return `${key} in (${values.join(",")})`;
    case "NotIn":
      return `${key} notin (${values.join(",")})`;
    case "Exists":
      return key;
    case "DoesNotExist":
      return `!${key}`;
  }
}
