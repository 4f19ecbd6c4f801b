/** What was got for a badge. All but the body is missing for a file, and each part may be. */
export interface Evidence {
  readonly body: Uint8Array;
  readonly httpStatus?: number;
  /** The badge's address as the configuration has it; tells whose badge it is, and is in no output. */
  readonly url?: string;
  /** The address that answered, where redirects led to another. */
  readonly answeredBy?: string;
  /** The header's value; Travis CI and Netlify name the state there. */
  readonly contentDisposition?: string;
  /** The header's value; of Travis CI it is the end of the last build. */
  readonly lastModified?: string;
}
