/** Text of strangers on one line, at most `longest` characters: nothing invisible, nothing that turns its direction. */
export function plainText(text: string, longest = 300): string {
  const plain = text.toWellFormed().replace(/\s+/gu, " ").replace(UNSEEN, "").trim();
  return plain.length <= longest ? plain : `${plain.slice(0, longest - 1).toWellFormed()}…`;
}

/** Joiners stay: several scripts and many emoji are spelled with them. */
const UNSEEN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Co}\p{Cn}]/gu;
