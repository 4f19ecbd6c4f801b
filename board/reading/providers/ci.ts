import type { Provider } from "./provider.ts";
import { readJenkins } from "./read-fixed.ts";
import { readGithub } from "./read-github.ts";
import { words } from "./read-words.ts";

const KILLED = "a killed run looks the same";

/** Services that anybody may run: known by the path of their badges, wherever they are. GitHub comes first, for Gitea copies its path. */
export const CI_PROVIDERS: readonly Provider[] = [
  {
    name: "GitHub Actions",
    at: /^github\.com\/[^/]+\/[^/]+\/(?:actions\/)?workflows\/.+\/badge\.svg$/u,
    read: readGithub,
  },
  {
    name: "Gitea or Forgejo Actions",
    at: /^[^/]+\/[^/]+\/[^/]+\/actions\/workflows\/[^/]+\/badge\.svg$/u,
    read: words("Gitea", {
      success: "passing",
      failure: "failing",
      unknown: "unknown",
      cancelled: "cancelled",
      skipped: "skipped",
      waiting: "running",
      running: "running",
      blocked: "running",
    }),
    habit: { state: "unknown", color: "#97ca00" },
  },
  {
    name: "GitLab CI",
    at: /\/badges\/.+\/pipeline\.svg$/u,
    read: words(
      "GitLab",
      {
        passed: "passing",
        success: "passing",
        failed: "failing",
        running: "running",
        pending: "running",
        preparing: "running",
        created: "running",
        scheduled: "running",
        "waiting for resource": "running",
        canceled: "cancelled",
        canceling: "cancelled",
        skipped: "skipped",
        manual: "unknown",
        unknown: "unknown",
      },
      { manual: "it waits for somebody to go on" },
    ),
  },
  { name: "GitLab CI", at: /\/badges\/.+\/coverage\.svg$/u },
  {
    name: "Jenkins",
    at: /\/(?:badge\/(?:icon|text)|buildstatus\/(?:icon|text))$/u,
    read: (badge, url) => readJenkins(badge, url) ?? readJenkinsWords(badge),
    hint: "leave out a style of the kind ball-16x16, or take /badge/text",
  },
  {
    name: "Woodpecker or Drone",
    at: /\/api\/badges\/.+\/status\.svg$/u,
    read: words(
      "Woodpecker",
      {
        success: "passing",
        failure: "failing",
        error: "failing",
        started: "running",
        none: "unknown",
      },
      { error: KILLED },
    ),
  },
  {
    name: "Concourse",
    at: /\/api\/v1\/(?:teams\/[^/]+\/)?pipelines\/.+\/badge$/u,
    read: words("Concourse", {
      passing: "passing",
      failing: "failing",
      errored: "failing",
      aborted: "cancelled",
      unknown: "unknown",
    }),
  },
  {
    name: "TeamCity",
    at: /\/app\/rest\/builds\/.+\/statusicon(?:\.svg)?$/u,
    hint: "its words are drawn; take .../status in the place of .../statusIcon as the twin",
  },
  {
    name: "Gatus",
    at: /\/api\/v1\/endpoints\/[^/]+\/health\/badge\.(?:svg|shields)$/u,
    read: words("Gatus", { up: "passing", down: "failing", "?": "unknown" }),
  },
  { name: "Gatus", at: /\/api\/v1\/endpoints\/[^/]+\/(?:uptimes|response-times)\/.+\.svg$/u },
];

const readJenkinsWords = words("Jenkins", {
  passing: "passing",
  failing: "failing",
  unstable: "warning",
  aborted: "cancelled",
  running: "running",
  disabled: "skipped",
  "not run": "unknown",
});
