import type { Provider } from "./provider.ts";
import { fills, words } from "./read-words.ts";

/** Build and deployment services, known by their hosts. */
export const CLOUD_PROVIDERS: readonly Provider[] = [
  {
    name: "Travis CI",
    at: /^(?:api\.|app\.|www\.)?travis-ci\.(?:com|org)\//u,
    read: words("Travis", {
      passing: "passing",
      failing: "failing",
      error: "failing",
      pending: "running",
      canceled: "cancelled",
      unknown: "unknown",
    }),
    isDatedByRun: true,
  },
  {
    name: "CircleCI",
    at: /^(?:dl\.)?circleci\.com\//u,
    read: fills("CircleCI", { "#239922": "passing", "#f24646": "failing" }),
    hint: "style=shield draws its words as text",
  },
  {
    name: "Azure Pipelines",
    at: /\/_apis\/build\/status\//u,
    read: words(
      "Azure",
      {
        succeeded: "passing",
        failed: "failing",
        "partially succeeded": "warning",
        canceled: "cancelled",
        "never built": "unknown",
        unknown: "unknown",
        "set up now": "unknown",
      },
      { "set up now": "there is no such pipeline" },
    ),
  },
  {
    name: "AppVeyor",
    at: /^ci\.appveyor\.com\/api\/projects\/status\//u,
    hint: "svg=true gives words",
  },
  {
    name: "Quay",
    at: /^quay\.io\/repository\/.+\/status$/u,
    read: words("Quay", {
      ready: "passing",
      failed: "failing",
      building: "running",
      cancelled: "cancelled",
      none: "unknown",
    }),
  },
  {
    name: "AWS CodeBuild",
    at: /^(?:codebuild\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\/badges|[a-z0-9.-]*codebuild[a-z0-9.-]*\.amazonaws\.com(?:\.cn)?\/)/u,
    read: words(
      "CodeBuild",
      {
        passing: "passing",
        failing: "failing",
        "in progress": "running",
        unknown: "unknown",
      },
      { failing: "a stopped build looks the same" },
    ),
  },
  {
    name: "Semaphore",
    at: /^[^/]+\.semaphoreci\.com\/badges\//u,
    read: fills("Semaphore", { "#19a974": "passing", "#e53935": "failing", "#e42522": "failing" }),
    hint: "style=shields draws its words as text",
  },
  {
    name: "Bitrise",
    at: /^app\.bitrise\.io\/app\//u,
    read: fills("Bitrise", { "#0fc389": "passing", "#ff4400": "failing" }),
  },
  {
    name: "CodeShip",
    at: /^app\.codeship\.com\/projects\//u,
    read: fills("CodeShip", { "#2c995d": "passing", "#b13b39": "failing", "#0e6e70": "running" }),
  },
  {
    name: "Codefresh",
    at: /^g\.codefresh\.io\/api\/badges\//u,
    read: words("Codefresh", { success: "passing", error: "failing", failed: "failing" }),
  },
  {
    name: "Netlify",
    at: /^api\.netlify\.com\/api\/v1\/badges\//u,
    read: fills("Netlify", {
      "#0f4a21": "passing",
      "#800a20": "failing",
      "#603408": "running",
      "#181a1c": "cancelled",
    }),
  },
  {
    name: "Read the Docs",
    at: /^(?:app\.)?readthedocs\.(?:org|com)\/projects\/[^/]+\/badge/u,
    read: words("Read the Docs", { passing: "passing", failing: "failing", unknown: "unknown" }),
    hint: "style=social shows no state; leave it out",
  },
  { name: "pre-commit.ci", at: /^results\.pre-commit\.ci\/badge\//u },
];
