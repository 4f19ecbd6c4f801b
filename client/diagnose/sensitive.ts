/** What stands where a secret was. */
export const REDACTED = "[redacted]";

/**
 * The end of a name whose value is a secret: password, accessToken, AWS_SECRET_ACCESS_KEY, client-key-data. A name that goes on,
 * such as secretName or tokenExpirationSeconds, is none.
 */
export const SENSITIVE_END =
  "(?:\\b(?:auth|pass|pwd)|passw(?:or)?d|passphrase|[-_.]pass|[-_.]pwd|token|secret|credentials?|[-_.]key|apikey|accesskey|privatekey|secretkey|encryptionkey|signingkey|client-key-data|client-certificate-data|[-_.]auth|authorization|last-applied-configuration)";

const ENDS_SENSITIVE = new RegExp(`${SENSITIVE_END}$`, "i");
/** Of environment variables any part of the name counts: they are anybody's. */
const SENSITIVE_VARIABLE = /passw|passphrase|_pass|pwd|token|secret|credential|key|auth/i;

/** Whether a field of that name holds a secret. */
export function isSensitiveName(name: string): boolean {
  return ENDS_SENSITIVE.test(name);
}

/** Whether an environment variable of that name may hold a secret. */
export function isSensitiveVariable(name: string): boolean {
  return SENSITIVE_VARIABLE.test(name);
}
