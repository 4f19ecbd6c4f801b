import type { Draft } from "../draft.ts";
import type { Finding } from "../finding.ts";
import type { State } from "../state.ts";

/** A service whose badges are known by their address: what is true of them and of no others. */
export interface Provider {
  readonly name: string;
  /** Of host and path ("quay.io/repository/o/r/status"), in lower case; the path of an address decides where anybody may run the service. */
  readonly at: RegExp;
  /** What its badge means, where that says more than the general rules do. */
  readonly read?: (badge: Draft, url: URL) => Finding | undefined;
  /** What `read` says is true only where the badge's own address is meant, not one that a redirect led to. */
  readonly isOfOwnAddress?: boolean;
  /** What its plain-text form is about. */
  readonly label?: string;
  /** Where a picture of it cannot be read: how to get one that can. */
  readonly hint?: string;
  /** Its Last-Modified is the end of the last run. */
  readonly isDatedByRun?: boolean;
  /** A colour that contradicts its word, and that it is known for. */
  readonly habit?: { readonly state: State; readonly color: string };
}
