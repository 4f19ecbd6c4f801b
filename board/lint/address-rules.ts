import { providerOf } from "../discover/providers.ts";
import type { Context } from "./context.ts";
import { deathOf } from "./dead-services.ts";
import { missingBranch, oldGitHubAddress } from "./github-rules.ts";
import { withParameter } from "./parameters.ts";

/** What is wrong with an address; `better` is what to write instead, where that can be told. */
export interface Complaint {
  readonly rule: string;
  readonly message: string;
  readonly better?: string;
}

export type AddressRule = (address: string, url: URL, context: Context) => Complaint | undefined;

/** In this order; each one sees what the ones before made of the address. */
const RULES: readonly AddressRule[] = [
  viaProxy,
  movedHost,
  deadService,
  plainHttp,
  oldGitHubAddress,
  pictureOnly,
  missingBranch,
];

/** Everything wrong with a badge's address, and the address to use instead. Improving it twice changes nothing more. */
export function improve(
  address: string,
  context: Context,
): { readonly address: string; readonly complaints: readonly Complaint[] } {
  let better = address;
  const complaints = RULES.flatMap((rule) => {
    const url = URL.parse(better);
    const complaint = url === null ? undefined : rule(better, url, context);
    better = complaint?.better ?? better;
    return complaint ?? [];
  });
  return { address: better, complaints };
}

/** The public copy stopped serving everybody in 2021: https://github.com/Rob--W/cors-anywhere/issues/301 */
function viaProxy(_address: string, { hostname, pathname, search }: URL): Complaint | undefined {
  if (!/(?:^|\.)cors-anywhere\./u.test(hostname)) return undefined;
  const inner = `${pathname.replace(/^\/+/u, "")}${search}`.replace(/^(https?:)\/+/iu, "$1//");
  const better = /^https?:\/\//iu.test(inner) ? inner : `https://${inner}`;
  const message =
    "cors-anywhere has not served everybody since 2021; a page can show the badge itself";
  return { rule: "dead-host", message, ...(URL.canParse(better) ? { better } : {}) };
}

function movedHost(address: string, { hostname }: URL): Complaint | undefined {
  if (/(?:^|\.)travis-ci\.org$/u.test(hostname)) {
    const message = "travis-ci.org ended in 2021; builds moved to travis-ci.com";
    return { rule: "dead-host", message, better: withHost(address, "api.travis-ci.com") };
  }
  if (hostname === "bestpractices.coreinfrastructure.org") {
    const message = "the Best Practices badge moved to bestpractices.dev";
    return { rule: "dead-host", message, better: withHost(address, "www.bestpractices.dev") };
  }
  return undefined;
}

function withHost(address: string, host: string): string {
  return address.replace(/^https?:\/\/[^/?#]*/iu, `https://${host}`);
}

function deadService(_address: string, url: URL): Complaint | undefined {
  const death = deathOf(url);
  return death === undefined
    ? undefined
    : { rule: "dead-host", message: `${death}; take the badge away` };
}

/** Only where the host is a known public service: one of your own may have no https. */
function plainHttp(address: string, url: URL): Complaint | undefined {
  const isPublic = /\.[a-z]{2,}$/iu.test(url.hostname) && url.port === "";
  const name = providerOf(address)?.name ?? "";
  if (url.protocol !== "http:" || !isPublic || !PUBLIC.test(url.hostname) || name === "")
    return undefined;
  const message =
    "an address with http: can be changed on its way, and browsers block or replace it";
  return { rule: "http", message, better: address.replace(/^http:/iu, "https:") };
}

const PUBLIC =
  /(?:^|\.)(?:github\.com|shields\.io|badgen\.net|fury\.io|travis-ci\.com|circleci\.com|azure\.com|visualstudio\.com|appveyor\.com|quay\.io|readthedocs\.(?:org|io|com)|codecov\.io|coveralls\.io|sonarcloud\.io|bestpractices\.dev|securityscorecards\.dev|scorecard\.dev|snyk\.io|goreportcard\.com|pre-commit\.ci|semaphoreci\.com|bitrise\.io|codefresh\.io|netlify\.com|amazonaws\.com|cirrus-ci\.com|buildkite\.com|codeclimate\.com|codacy\.com|scrutinizer-ci\.com|coverity\.com|gitlab\.com|codeberg\.org)$/u;

/** Forms without a word in them: nobody but a person who sees colours can read those. */
function pictureOnly(address: string, url: URL): Complaint | undefined {
  const better = withWords(address, url);
  if (better === undefined || better === address) return undefined;
  const message = "this form has no words that a program or a screen reader can read";
  return { rule: "picture-only", message, better };
}

function withWords(address: string, { hostname, pathname, searchParams }: URL): string | undefined {
  const isOneOf = (...values: Array<string | null>) => values.includes(searchParams.get("style"));
  switch (providerOf(address)?.name) {
    case "CircleCI":
      return isOneOf(null, "svg") ? withParameter(svg(address), "style", "shield") : undefined;
    case "AppVeyor":
      return searchParams.get("svg") === "true" ? undefined : withParameter(address, "svg", "true");
    case "SonarQube":
      return pathname.endsWith("/quality_gate")
        ? withParameter(
            address.replace(/\/quality_gate(?=[?#]|$)/u, "/measure"),
            "metric",
            "alert_status",
          )
        : undefined;
    case "Semaphore":
      return isOneOf("semaphore") ? withParameter(address, "style", "shields") : undefined;
    case "Shields":
      return hostname === "raster.shields.io" || pathname.endsWith(".png")
        ? withHost(address, "img.shields.io").replace(/\.png(?=[?#]|$)/u, "")
        : undefined;
    case "Travis CI":
    case "Coveralls":
    case "Badge Fury":
      return svg(address);
    default:
      return undefined;
  }
}

const svg = (address: string) => address.replace(/\.png(?=[?#]|$)/u, ".svg");
