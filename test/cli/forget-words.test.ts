/** What `forget` says of what stands in the way. */
import { expect, test } from 'vitest';
import { outcomeLines } from '../../src/cli/forget/words.ts';

const removed = { values: 0, history: 0, conflicts: 0, examples: 0, replicas: 0 };

test.each([
  ['file-too-large', false],
  ['509', true],
])(
  'of a record that stays for a file that cannot be read (%s) it is not said that it goes by itself: %s',
  (code, goes) => {
    const lines = outcomeLines(
      { table: 'contacts', key: 'K-1', yes: true, past: false },
      {
        kind: 'bare',
        removed,
        hindrances: [
          { why: 'there', server: 'branch' },
          { why: 'parked', server: 'branch', code },
        ],
      },
    );
    const text = lines.map((line) => line.trim()).join(' ');
    expect([
      text.includes('goes with the next delivery'),
      text.includes('delete it there yourself if'),
    ]).toEqual([goes, !goes]);
  },
);
