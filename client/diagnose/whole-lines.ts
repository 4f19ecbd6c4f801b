/** The bytes from the second line on, for what may begin within a line: half of a secret would not be known as one. */
export function fromNextLine(bytes: Buffer): Buffer {
  const end = bytes.indexOf(10);
  return end < 0 ? Buffer.alloc(0) : bytes.subarray(end + 1);
}
