/** The hashes of files in a text that holds values, in JSON within JSON or not. */
const hashes = /sha256\\*":\\*"([0-9a-f]{64})\\*"/g;

export function* namedIn(text: string): Generator<string> {
  for (const [, sha256 = ''] of text.matchAll(hashes)) yield sha256;
}
