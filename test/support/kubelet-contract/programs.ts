/** A path in a pod, or what a variable says instead, as Pystol's runner takes it: the test kubelet's pods have no such paths. */
const pathOr = (variable: string, path: string) => `"\${${variable}:-${path}}"`;
const LOG = pathOr("PYSTOL_TERMINATION_LOG", "/dev/termination-log");
const ACCOUNT = pathOr(
  "PYSTOL_SERVICE_ACCOUNT_DIRECTORY",
  "/var/run/secrets/kubernetes.io/serviceaccount",
);
const FOREVER = "while :; do sleep 1 & wait $!; done";

/** The variables by which Pystol's programs know their pod. */
export const IDENTITY = Object.entries({
  PYSTOL_POD_NAME: "metadata.name",
  PYSTOL_POD_UID: "metadata.uid",
  PYSTOL_NODE_NAME: "spec.nodeName",
}).map(([name, fieldPath]) => ({ name, valueFrom: { fieldRef: { fieldPath } } }));

/** Works for so long that it is seen running, leaves a message, and ends. */
export const endsWith = (exitCode: number, message = "done") =>
  `sleep 3; printf %s "${message}" > ${LOG}; exit ${exitCode}`;

/** Leaves a message of 5,003 bytes whose last are "end". */
export const TALKS_TOO_MUCH = `head -c 5000 /dev/zero | tr '\\0' a > ${LOG}; printf end >> ${LOG}`;

/** Runs until SIGTERM, leaves a message, and ends. */
export const obeys = (exitCode: number) =>
  `trap 'printf asked > ${LOG}; exit ${exitCode}' TERM; echo ready; ${FOREVER}`;

/** At SIGTERM it says so, takes five seconds more, and ends. */
export const obeysSlowly = (exitCode: number) =>
  `trap 'echo asked; sleep 5; exit ${exitCode}' TERM; echo ready; ${FOREVER}`;

/** Leaves a message, and runs until SIGKILL. */
export const DEAF = `trap '' TERM; printf deaf > ${LOG}; echo ready; ${FOREVER}`;

/** Says its token, and runs until SIGTERM. */
export const SAYS_TOKEN = `trap 'exit 0' TERM; cat ${ACCOUNT}/token; echo; ${FOREVER}`;

/** Takes 100 MB of memory. */
export const NEEDS_MEMORY = `filled=$(head -c 100000000 /dev/zero | tr '\\0' a); ${FOREVER}`;

/** Writes 8 MB to $HOME. */
export const NEEDS_DISK = `head -c 8000000 /dev/zero > "$HOME/filled"; echo ready; ${FOREVER}`;

/** Creates the ConfigMap $EFFECT in $NAMESPACE by $TOKEN at SIGTERM, on a connection that it has had before. */
export const ACTS_AT_LAST = `exec node -e '
const { EFFECT, KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port, NAMESPACE, TOKEN } = process.env;
const https = require("https");
const ca = require("fs").readFileSync(process.argv[1]);
const agent = new https.Agent({ ca, keepAlive: true });
const headers = { authorization: "Bearer " + TOKEN, "content-type": "application/json" };
const ask = (method, path, body, then) => https
  .request({ agent, headers, host, method, path, port }, (answer) => answer.resume().on("end", then))
  .end(body);
const path = "/api/v1/namespaces/" + NAMESPACE + "/configmaps";
const body = JSON.stringify({ metadata: { name: EFFECT } });
process.on("SIGTERM", () => ask("POST", path, body, () => process.exit(0)));
setInterval(() => undefined, 1000);
ask("GET", "/version", "", () => console.log("ready"));
' ${ACCOUNT}/ca.crt`;
