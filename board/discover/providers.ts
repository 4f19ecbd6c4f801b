/**
 * What a badge is about: the result of a job, a figure that is no result (a version, a count of downloads),
 * or a text that never changes.
 */
export type BadgeKind = "status" | "information" | "static";

export interface Provider {
  readonly name: string;
  readonly kind: BadgeKind;
}

type Row = readonly [name: string, host: RegExp, path: RegExp, kind?: BadgeKind];

const ANY = /(?:)/u;
const SHIELDS = /^(?:img|raster)\.shields\.io$/u;
const SHIELDS_STATUS =
  /^\/(?:github\/(?:actions\/workflow\/status|workflow\/status|checks-status|deployments)|endpoint|gitlab\/(?:pipeline-status|pipeline|coverage)|travis|circleci|appveyor|azure-devops\/(?:build|tests|coverage|release)|jenkins|bitbucket\/pipelines|buildkite|cirrus|codecov|coveralls|codeclimate|codacy|sonar|snyk|website|uptimerobot|netlify|readthedocs|ossf-scorecard|cii|drone|bitrise|teamcity|wercker|scrutinizer|docker\/(?:cloud\/build|build)|pre-?commit|nodeping|jitpack|concourse)\b/u;
const GITEA = /^\/[^/]+\/[^/]+\/actions\/workflows\/.+\/badge\.svg$/u;

/** In this order: a company's own host is known by the form of its paths alone. */
const ROWS: readonly Row[] = [
  ["GitHub Actions", /^github\.com$/u, /\/(?:actions\/)?workflows\/.+\/badge\.svg$/u],
  ["Shields", SHIELDS, /^\/(?:static|badge)\b/u, "static"],
  ["Shields", SHIELDS, SHIELDS_STATUS],
  ["Shields", SHIELDS, ANY, "information"],
  ["Badgen", /^(?:flat\.)?badgen\.net$/u, /^\/(?:static|badge)\b/u, "static"],
  [
    "Badgen",
    /^(?:flat\.)?badgen\.net$/u,
    /^\/(?:github\/(?:status|checks)|https|travis|circleci|appveyor|azure-pipelines|codecov|coveralls|codeclimate|lgtm)\b/u,
  ],
  ["Badgen", /^(?:flat\.)?badgen\.net$/u, ANY, "information"],
  ["Badge Fury", /^badge\.fury\.io$/u, ANY, "information"],
  ["Travis CI", /(?:^|\.)travis-ci\.(?:com|org)$/u, /\.(?:svg|png)$/u],
  [
    "CircleCI",
    /^(?:dl\.)?circleci\.com$/u,
    /^\/(?:gh|bb|gl|circleci)\/.+\.(?:svg|png)$|^\/status-badge\/img\//u,
  ],
  ["Azure Pipelines", /^dev\.azure\.com$|\.visualstudio\.com$/u, /\/_apis\/(?:public\/)?build\b/u],
  ["AppVeyor", /^ci\.appveyor\.com$/u, /^\/api\/projects\/status\//u],
  ["Quay", /^quay\.io$/u, /\/status$/u],
  ["Read the Docs", /^(?:app\.)?readthedocs\.(?:org|com)$/u, /^\/projects\/[^/]+\/badge\b/u],
  ["Read the Docs", /\.readthedocs\.(?:org|io)$/u, /\/badge\b/u],
  ["Codecov", /^(?:app\.)?codecov\.io$/u, /badge\.svg|\.svg$|\.txt$/u],
  ["Coveralls", /^coveralls\.io$/u, /^\/repos\/.+badge\.(?:svg|png)$/u],
  ["SonarQube", ANY, /^(?:\/[^/]+)?\/api\/project_badges\//u],
  [
    "OpenSSF Best Practices",
    /^(?:www\.)?bestpractices\.dev$|^bestpractices\.coreinfrastructure\.org$/u,
    /^(?:\/[a-z]{2}(?:-[A-Z]{2})?)?\/projects\/\d+\/(?:badge|baseline)/u,
  ],
  ["OpenSSF Scorecard", /^api\.(?:securityscorecards|scorecard)\.dev$/u, /\/badge$/u],
  ["Snyk", /^(?:www\.)?snyk\.io$/u, /badge\.svg$/u],
  ["Go Report Card", /^goreportcard\.com$/u, /^\/badge\//u],
  ["pre-commit.ci", /^results\.pre-commit\.ci$/u, /^\/badge\//u],
  ["Semaphore", /(?:^|\.)semaphoreci\.com$|\.semaphoreci\.com$/u, /\.svg$/u],
  ["Bitrise", /^app\.bitrise\.io$/u, /status\.svg$/u],
  ["CodeShip", /(?:^|\.)codeship\.(?:com|io)$/u, /\/status$|\/status\.svg$/u],
  ["Codefresh", /^g\.codefresh\.io$/u, /^\/api\/badges\//u],
  ["Netlify", /^api\.netlify\.com$/u, /^\/api\/v1\/badges\//u],
  ["AWS CodeBuild", /^codebuild\.[a-z0-9-]+\.amazonaws\.com$/u, /^\/badges$/u],
  ["Cirrus CI", /^api\.cirrus-ci\.com$/u, /\.svg$/u],
  ["Buildkite", /^badge\.buildkite\.com$/u, /\.(?:svg|json)$/u],
  ["Code Climate", /^(?:api\.)?codeclimate\.com$/u, /badge/u],
  ["Codacy", /^(?:app|api)\.codacy\.com$/u, /\/badge\//iu],
  ["Scrutinizer", /^scrutinizer-ci\.com$/u, /\/badges\//u],
  ["Coverity", /^scan\.coverity\.com$/u, /badge\.svg$/u],
  ["GitLab", ANY, /\/(?:-\/)?badges\/.+\/(?:pipeline|coverage|build)\.svg$/u],
  ["GitLab", ANY, /\/-\/badges\/release\.svg$/u, "information"],
  ["Gitea", ANY, GITEA],
  ["Jenkins", ANY, /\/job\/.+\/badge\/(?:icon|text)$|\/buildStatus\/(?:icon|text)$/u],
  ["Woodpecker", ANY, /^\/api\/badges\/\d+\/(?:status\.svg|cc\.xml)$/u],
  ["Drone", ANY, /^\/api\/badges\/[^/]+\/[^/]+\/(?:status\.svg|cc\.xml)$/u],
  ["Concourse", ANY, /^\/api\/v1\/teams\/.+\/badge$/u],
  ["Gatus", ANY, /^\/api\/v1\/endpoints\/[^/]+\/(?:health|uptimes|response-times)\b.*\/badge/u],
  ["TeamCity", ANY, /\/app\/rest\/builds\/.*statusIcon/u],
  ["a service of your own", ANY, /(?:^|[/_-])badge(?:\.svg|\.json)?$|\/badges?\/.+\.svg$/iu],
];

/** Whose badge it is, told by its address alone; undefined for what is no badge as far as we know. */
export function providerOf(address: string): Provider | undefined {
  const url = URL.parse(address);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) return undefined;
  const row = ROWS.find(([, host, path]) => host.test(url.hostname) && path.test(url.pathname));
  return row === undefined ? undefined : { name: row[0], kind: row[3] ?? "status" };
}
