import { workflowBadgeOf } from "../lint/github-rules.ts";

/** Parameters that change how a badge looks, and not what it says. */
const LOOKS =
  /^(?:style|logo\w*|color\w*|label\w*|link|cacheSeconds|maxAge|icon\w*|scale|svg|type|kill_cache|ts|v|_)$/u;

/** The same text for two addresses of the same badge: of the same job, whatever it looks like. */
export function badgeKey(address: string): string {
  const url = URL.parse(address);
  if (url === null) return address;
  const workflow = workflowBadgeOf(url);
  if (workflow !== undefined) {
    const { slug, file, name = "", branch = "" } = workflow;
    const event = url.searchParams.get("event") ?? "";
    return `github ${slug.toLowerCase()} ${file ?? `name ${name}`} ${branch} ${event}`;
  }
  const parameters = [...url.searchParams].filter(([name]) => !LOOKS.test(name));
  const query = new URLSearchParams(parameters.toSorted()).toString();
  return `${url.host.replace(/^www\./u, "")}${url.pathname.replace(/\.(?:svg|png)$/u, "")}?${query}`;
}
