import { CONFIDENCE } from "../finding.ts";
import { judgeByLabel } from "../words/judge-by-label.ts";
import type { Provider } from "./provider.ts";
import { readInforming, readStatic } from "./read-fixed.ts";

const INFORMING_OF_SHIELDS =
  /^img\.shields\.io\/(?:npm|pypi|crates|gem|nuget|docker|maven-central|packagist|conda)\/(?:v|l|d[a-z]{0,9}|pyversions|image-size|pulls|stars)\/|^img\.shields\.io\/github\/(?:license|stars|forks|watchers|languages|repo-size|last-commit|commit-activity|contributors|v|downloads|release-date|issues|issues-pr|followers)(?:[-/])/u;

/** Services that measure quality, and those that draw badges for others. */
export const QUALITY_PROVIDERS: readonly Provider[] = [
  {
    name: "OpenSSF Best Practices",
    at: /^(?:www\.)?bestpractices\.(?:dev|coreinfrastructure\.org)\/(?:[a-z-]{2,9}\/)?projects\/\d+[/.]/u,
    read: ({ message }) => {
      const said = judgeByLabel("best practices", message);
      return said && { ...said, rule: `provider: ${said.rule}`, confidence: CONFIDENCE.certain };
    },
  },
  {
    name: "OpenSSF Scorecard",
    at: /^api\.(?:securityscorecards\.dev|scorecard\.dev)\/projects\/.+\/badge$/u,
  },
  { name: "Codecov", at: /^(?:app\.)?codecov\.io\/.+\/badge\.(?:svg|txt)$/u, label: "coverage" },
  {
    name: "Coveralls",
    at: /^(?:s3\.amazonaws\.com\/assets\.)?coveralls\.io\//u,
    label: "coverage",
  },
  {
    name: "SonarQube",
    at: /\/api\/project_badges\/(?:measure|quality_gate|ai_code_assurance)$/u,
    hint: "measure?metric=alert_status draws its words as text",
  },
  { name: "Snyk", at: /^(?:www\.)?snyk\.io\/test\/.+\/badge\.svg$/u },
  { name: "Go Report Card", at: /^goreportcard\.com\/badge\//u },
  {
    name: "Upptime",
    at: /^raw\.githubusercontent\.com\/.+\/api\/.+\/(?:uptime|response-time)[a-z-]*\.json$/u,
  },
  { name: "fury.io", at: /^badge\.fury\.io\//u, read: readInforming },
  {
    name: "shields.io",
    at: /^img\.shields\.io\/(?:badge\/(?!dynamic\/)|static\/v1|:|badge$)|^(?:flat\.)?badgen\.net\/(?:static|badge)\//u,
    read: readStatic,
    isOfOwnAddress: true, // a service that redirects there has measured before
  },
  { name: "shields.io", at: INFORMING_OF_SHIELDS, read: readInforming },
  { name: "shields.io", at: /^img\.shields\.io\//u },
  { name: "badgen.net", at: /^(?:flat\.)?badgen\.net\//u },
];
