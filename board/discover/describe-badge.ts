import { workflowBadgeOf } from "../lint/github-rules.ts";
import { providerOf } from "./providers.ts";

/** Hosts, the paths of their badges, and the page that such a badge stands for. */
const PAGES: ReadonlyArray<readonly [RegExp, string]> = [
  [
    /^https:\/\/([^/]+\/.+?)\/(?:-\/)?badges\/.+\/(?:pipeline|coverage|build)\.svg/u,
    "https://$1/-/pipelines",
  ],
  [/^https:\/\/(?:api|app)\.travis-ci\.com\/([^/]+\/[^/.?]+)/u, "https://app.travis-ci.com/$1"],
  [/^https:\/\/(?:app\.)?codecov\.io\/(gh|gl|bb)\/([^/]+\/[^/?]+)/u, "https://codecov.io/$1/$2"],
  [
    /^https:\/\/coveralls\.io\/repos\/(github|gitlab|bitbucket)\/([^/]+\/[^/]+)\/badge/u,
    "https://coveralls.io/$1/$2",
  ],
  [
    /^https:\/\/(?:app\.)?readthedocs\.org\/projects\/([^/]+)\/badge/u,
    "https://app.readthedocs.org/projects/$1/",
  ],
  [
    /^https:\/\/(?:www\.)?bestpractices\.dev\/(?:[a-z]{2}(?:-[A-Z]{2})?\/)?projects\/(\d+)\//u,
    "https://www.bestpractices.dev/projects/$1",
  ],
  [
    /^https:\/\/api\.(?:securityscorecards|scorecard)\.dev\/projects\/(github\.com\/[^/]+\/[^/]+)\/badge/u,
    "https://scorecard.dev/viewer/?uri=$1",
  ],
  [/^https:\/\/goreportcard\.com\/badge\/([^?#]+)/u, "https://goreportcard.com/report/$1"],
  [
    /^https:\/\/results\.pre-commit\.ci\/badge\/github\/([^/]+\/[^/]+)\/([^?#]+)\.svg/u,
    "https://results.pre-commit.ci/latest/github/$1/$2",
  ],
  [/^https:\/\/quay\.io\/repository\/([^/]+\/[^/]+)\/status/u, "https://quay.io/repository/$1"],
];

/** The page about a badge's job, where its address tells it. */
export function pageOf(address: string): string | undefined {
  const url = URL.parse(address);
  const workflow = url === null ? undefined : workflowBadgeOf(url);
  if (workflow?.file !== undefined) {
    const query = workflow.branch
      ? `?query=${encodeURIComponent(`branch:${workflow.branch}`)}`
      : "";
    return `https://github.com/${workflow.slug}/actions/workflows/${encodeURIComponent(workflow.file)}${query}`;
  }
  const row = PAGES.find(([pattern]) => pattern.test(address));
  return row === undefined ? undefined : row[0].exec(address)?.[0].replace(row[0], row[1]);
}

/** A name for a badge that nobody gave one: its workflow, what it measures, or its service. */
export function nameOf(address: string): string {
  const url = URL.parse(address);
  const workflow = url === null ? undefined : workflowBadgeOf(url);
  if (workflow !== undefined) {
    return workflow.file?.replace(/\.ya?ml$/u, "") ?? workflow.name ?? "build";
  }
  const { name = "badge" } = providerOf(address) ?? {};
  if (name === "GitLab") return /coverage\.svg/u.test(address) ? "coverage" : "pipeline";
  if (name === "Codecov" || name === "Coveralls") return "coverage";
  if (name === "Read the Docs") return "docs";
  return name === "a service of your own" ? (url?.hostname ?? "badge") : name;
}
