/** What was found, in words that are the same on the screen and in the file. */
import type { Comparison } from './compare.ts';

/** What the first run will find, for a comment and for the screen. */
export function comparisonWords({
  servers,
  sampled,
  isWhole,
  sameKey,
  differing,
  kind,
  alikeBy,
}: Comparison): readonly string[] {
  const [a, b] = servers;
  const looked = isWhole
    ? `all records of ${a} (${sampled[0]}) and ${b} (${sampled[1]})`
    : `a sample of ${a} (${sampled[0]} records) and ${b} (${sampled[1]})`;
  const found = `By ${looked}, these files hold ${sameKey} with the same key, of which ${differing} differ`;
  const words: Readonly<Record<typeof kind, readonly string[]>> = {
    'one-empty': [emptyWords(servers, sampled)],
    same: [`${found}.`],
    'few-differ': [
      `${found}. The first run takes one value of each and keeps the other (serversync conflicts list).`,
    ],
    drifted: [
      `${found}: they drifted apart. The first run halts before it writes (more than 1 in 100, and at least 20). Decide first which file is right: docs/prepare-filemaker.md.`,
    ],
    apart: [`By ${looked}, no key is on both, and nothing looks alike: each gets the records of the other.`],
    'keys-made-apart': [
      `By ${looked}, ${sameKey === 0 ? 'no key is' : `${sameKey} keys are`} on both, but ${alikeBy?.records} have the same ${alikeBy?.field ?? 'values'}: the keys were made in each file by itself, and every record would be there twice. Prepare the files first: docs/prepare-filemaker.md.`,
    ],
  };
  return words[kind];
}

function emptyWords([a, b]: Comparison['servers'], [ofA, ofB]: Comparison['sampled']): string {
  if (ofA === 0 && ofB === 0) return `Neither ${a} nor ${b} holds a record yet.`;
  return `${ofA === 0 ? a : b} holds no records: the first run fills it.`;
}
