const web = { selector: { matchLabels: { app: "web" } } };

/** Specs of PystolActions that must be refused, and what the refusal names. */
export const badActions: { why: string; spec: unknown; says: RegExp }[] = [
  { why: "no role", spec: {}, says: /spec\.role/ },
  { why: "an empty role", spec: { role: "" }, says: /spec\.role/ },
  { why: "a role that is no name", spec: { role: "Kill Pods" }, says: /spec\.role/ },
  {
    why: "a field that does not exist",
    spec: { role: "r", durration: "1m" },
    says: /spec\.durration/,
  },
  {
    why: "selector and names",
    spec: { role: "r", target: { ...web, names: ["a"] } },
    says: /spec\.target/,
  },
  {
    why: "neither selector nor names",
    spec: { role: "r", target: { amount: 1 } },
    says: /spec\.target/,
  },
  {
    why: "an empty selector",
    spec: { role: "r", target: { selector: {} } },
    says: /spec\.target\.selector/,
  },
  {
    why: "a selector without labels",
    spec: { role: "r", target: { selector: { matchLabels: {} } } },
    says: /spec\.target\.selector/,
  },
  {
    why: "an unknown operator",
    spec: {
      role: "r",
      target: { selector: { matchExpressions: [{ key: "a", operator: "Like", values: ["b"] }] } },
    },
    says: /matchExpressions\[0\]\.operator/,
  },
  {
    why: "Exists with values",
    spec: {
      role: "r",
      target: { selector: { matchExpressions: [{ key: "a", operator: "Exists", values: ["b"] }] } },
    },
    says: /matchExpressions\[0\]/,
  },
  {
    why: "In without values",
    spec: { role: "r", target: { selector: { matchExpressions: [{ key: "a", operator: "In" }] } } },
    says: /matchExpressions\[0\]/,
  },
  {
    why: "names twice the same",
    spec: { role: "r", target: { names: ["a", "a"] } },
    says: /spec\.target\.names/,
  },
  {
    why: "no name in names",
    spec: { role: "r", target: { names: [] } },
    says: /spec\.target\.names/,
  },
  {
    why: "amount with names",
    spec: { role: "r", target: { names: ["a"], amount: 1 } },
    says: /spec\.target\.amount/,
  },
  {
    why: "amount 0",
    spec: { role: "r", target: { ...web, amount: 0 } },
    says: /spec\.target\.amount/,
  },
  {
    why: "amount 101%",
    spec: { role: "r", target: { ...web, amount: "101%" } },
    says: /spec\.target\.amount/,
  },
  {
    why: "amount that is a word",
    spec: { role: "r", target: { ...web, amount: "most" } },
    says: /spec\.target\.amount/,
  },
  {
    why: "amount 1001",
    spec: { role: "r", target: { ...web, amount: 1001 } },
    says: /spec\.target\.amount/,
  },
  {
    why: "maxUnavailablePercent 0",
    spec: { role: "r", target: { ...web, maxUnavailablePercent: 0 } },
    says: /maxUnavailablePercent/,
  },
  {
    why: "maxUnavailablePercent 101",
    spec: { role: "r", target: { ...web, maxUnavailablePercent: 101 } },
    says: /maxUnavailablePercent/,
  },
  {
    why: "extraVars that are a list",
    spec: { role: "r", extraVars: [1] },
    says: /spec\.extraVars/,
  },
  {
    why: "extraVarsFrom without a name",
    spec: { role: "r", extraVarsFrom: [{ secretRef: {} }] },
    says: /extraVarsFrom\[0\]\.secretRef\.name/,
  },
  { why: "a duration without a unit", spec: { role: "r", duration: "60" }, says: /spec\.duration/ },
  {
    why: "a duration in words",
    spec: { role: "r", duration: "5 minutes" },
    says: /spec\.duration/,
  },
  { why: "a negative duration", spec: { role: "r", duration: "-5s" }, says: /spec\.duration/ },
  {
    why: "a duration over a day",
    spec: { role: "r", duration: "25h", timeout: "24h" },
    says: /spec\.duration/,
  },
  {
    why: "a duration over the timeout",
    spec: { role: "r", duration: "10m" },
    says: /spec\.duration/,
  },
  { why: "a timeout of nothing", spec: { role: "r", timeout: "0s" }, says: /spec\.timeout/ },
  {
    why: "a start deadline that is a number",
    spec: { role: "r", startDeadline: 60 },
    says: /spec\.startDeadline/,
  },
  { why: "dryRun as text", spec: { role: "r", dryRun: "yes" }, says: /spec\.dryRun/ },
  { why: "a negative seed", spec: { role: "r", seed: -1 }, says: /spec\.seed/ },
  { why: "a fractional seed", spec: { role: "r", seed: 1.5 }, says: /spec\.seed/ },
  { why: "a priority out of bounds", spec: { role: "r", priority: 1001 }, says: /spec\.priority/ },
  {
    why: "an unknown verdict to expect",
    spec: { role: "r", expect: ["Fine"] },
    says: /spec\.expect\[0\]/,
  },
  { why: "nothing to expect", spec: { role: "r", expect: [] }, says: /spec\.expect/ },
  {
    why: "the same verdict twice",
    spec: { role: "r", expect: ["Passed", "Passed"] },
    says: /spec\.expect/,
  },
  {
    why: "another's name as requester",
    spec: { role: "r", requester: "somebody-else" },
    says: /spec\.requester/,
  },
  {
    why: "a negative time to live",
    spec: { role: "r", ttlSecondsAfterFinished: -1 },
    says: /ttlSecondsAfterFinished/,
  },
];

const plain = { collection: "pystol.actions", role: "killpods" };

/** Specs of PystolRoles that must be refused. */
export const badRoles: { why: string; name?: string; spec: unknown; says: RegExp }[] = [
  { why: "no collection", spec: { role: "killpods" }, says: /spec\.collection/ },
  {
    why: "a collection without a namespace",
    spec: { ...plain, collection: "actions" },
    says: /spec\.collection/,
  },
  { why: "a path for a role", spec: { ...plain, role: "../etc" }, says: /spec\.role/ },
  { why: "an image with a space", spec: { ...plain, image: "a b" }, says: /spec\.image/ },
  { why: "a name over 48 characters", name: "a".repeat(49), spec: plain, says: /metadata\.name/ },
  {
    why: "git at a branch",
    spec: { ...plain, source: { git: { url: "https://example.org/x.git", commit: "main" } } },
    says: /spec\.source\.git\.commit/,
  },
  {
    why: "a source over http",
    spec: {
      ...plain,
      source: { archive: { url: "http://example.org/x", sha256: "0".repeat(64) } },
    },
    says: /spec\.source\.archive\.url/,
  },
  { why: "an empty source", spec: { ...plain, source: {} }, says: /spec\.source/ },
  {
    why: "a wildcard in its rules",
    spec: { ...plain, rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["*"] }] },
    says: /spec\.rules/,
  },
  { why: "an unknown scope", spec: { ...plain, scope: "Global" }, says: /spec\.scope/ },
  {
    why: "Cluster scope without a kind",
    spec: { ...plain, scope: "Cluster" },
    says: /spec\.actsOn/,
  },
  { why: "undo without phases", spec: { ...plain, undoable: true }, says: /spec\.undoable/ },
];

/** Changes of the spec of a stored action that must be refused. */
export const badChanges: { why: string; patch: unknown; says: RegExp }[] = [
  { why: "another role", patch: { role: "pingtest" }, says: /spec\.role/ },
  { why: "another amount", patch: { target: { amount: 3 } }, says: /spec\.target/ },
  { why: "no target", patch: { target: null }, says: /spec\.target/ },
  { why: "another duration", patch: { duration: "31s" }, says: /spec\.duration/ },
  { why: "no duration", patch: { duration: null }, says: /spec\.duration/ },
  { why: "another timeout", patch: { timeout: "6m" }, says: /spec\.timeout/ },
  { why: "another start deadline", patch: { startDeadline: "2m" }, says: /spec\.startDeadline/ },
  { why: "another seed", patch: { seed: 2 }, says: /spec\.seed/ },
  { why: "a dry run", patch: { dryRun: true }, says: /spec\.dryRun/ },
  { why: "another priority", patch: { priority: 1 }, says: /spec\.priority/ },
  { why: "other expectations", patch: { expect: ["Failed"] }, says: /spec\.expect/ },
  { why: "a requester afterwards", patch: { requester: "admin" }, says: /spec\.requester/ },
  {
    why: "a time to live afterwards",
    patch: { ttlSecondsAfterFinished: 1 },
    says: /spec\.ttlSecondsAfterFinished/,
  },
  {
    why: "Secrets afterwards",
    patch: { extraVarsFrom: [{ secretRef: { name: "a" } }] },
    says: /spec\.extraVarsFrom/,
  },
  {
    why: "a changed value in extraVars",
    patch: { extraVars: { gracePeriodSeconds: 1 } },
    says: /spec\.extraVars/,
  },
  {
    why: "a renamed key in extraVars",
    patch: { extraVars: { gracePeriodSeconds: null, grace: 0 } },
    says: /spec\.extraVars/,
  },
  {
    why: "a removed key in extraVars",
    patch: { extraVars: { gracePeriodSeconds: null } },
    says: /spec\.extraVars/,
  },
  {
    why: "a deep change in extraVars",
    patch: { extraVars: { nested: { list: [{ deep: 2 }] } } },
    says: /spec\.extraVars/,
  },
  {
    why: "a deep addition to extraVars",
    patch: { extraVars: { nested: { more: 1 } } },
    says: /spec\.extraVars/,
  },
  { why: "no extraVars", patch: { extraVars: null }, says: /spec\.extraVars/ },
];
