/** What kind and the engines say where the network or a race was to blame, and what that is in our words. */
const PASSING: readonly (readonly [RegExp, string])[] = [
  [/TLS handshake timeout|i\/o timeout|context deadline exceeded.*pull/i, "a connection timed out"],
  [
    /connection reset by peer|unexpected EOF|connection refused.*(?:registry|docker\.io|https:)/i,
    "a connection was cut",
  ],
  [/toomanyrequests|429 Too Many Requests/i, "a registry asked to wait"],
  [
    /\b50[0234] (?:Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out)/i,
    "a registry had an error",
  ],
  [
    /Temporary failure in name resolution|server misbehaving/i,
    "a host's name could not be resolved",
  ],
  // systemd in the node was slower than kind waits: https://github.com/kubernetes-sigs/kind/issues/2972
  [/could not find a log line that matches/i, "a node's systemd did not come up in time"],
  // kind draws a free port and the engine takes it later: somebody may come between.
  [/port is already allocated|address already in use/i, "a port was taken meanwhile"],
];

/** With one of these in the output another try ends the same way. */
const LASTING: readonly RegExp[] = [
  /no space left on device|disk quota exceeded/i,
  /manifest (?:unknown|for .* not found)|pull access denied|unauthorized|denied: /i,
  /too many open files/i,
  /invalid configuration|unknown field|error (?:loading|decoding) config|unable to decode/i,
  /permission denied/i,
  // kubeadm has waited for minutes by then, and its own log is full of connections that failed meanwhile.
  /failed to (?:init|join) node with kubeadm/i,
  /exec format error|no matching manifest/i,
];

/**
 * Why a creation may succeed on another try, or undefined where it would fail again. Judged from the text, since kind has one exit code;
 * what is not known counts as lasting. `fixedPorts` says that the configuration names host ports, which stay in use.
 */
export function passingFailure(output: string, fixedPorts: boolean): string | undefined {
  if (LASTING.some((sign) => sign.test(output))) return undefined;
  const found = PASSING.find(([sign]) => sign.test(output))?.[1];
  return fixedPorts && found === "a port was taken meanwhile" ? undefined : found;
}
