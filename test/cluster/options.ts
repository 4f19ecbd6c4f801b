import { InvalidArgumentError } from "commander";

/** A kind cluster's name. https://github.com/kubernetes-sigs/kind/blob/v0.33.0/pkg/internal/apis/config/validate.go */
export function clusterName(value: string): string {
  // A node's host name is the cluster's with "-control-plane" after it, and has at most 63 characters.
  if (/^[a-z0-9][a-z0-9.-]{0,48}$/.test(value)) return value;
  throw new InvalidArgumentError(
    'Expected lower-case letters, digits, "." and "-", 49 characters at most, such as "pystol".',
  );
}

export function workerCount(value: string): number {
  if (/^[0-9]$/.test(value)) return Number(value);
  throw new InvalidArgumentError("Expected a whole number from 0 to 9.");
}
