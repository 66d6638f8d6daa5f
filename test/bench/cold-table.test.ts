import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type ColdStart, coldTable, withColdStarts } from '../../bench/cold-table.ts';
import { functionNames } from '../../infra/bundle.ts';

const page = readFileSync(new URL('../../docs/aws.md', import.meta.url), 'utf8');

test('the page of AWS names the cold start of every function that is deployed', () => {
  const [, table = ''] = page.split('<!-- cold starts: npm run bench:cold -->');
  const rows = (table.split('<!-- end of cold starts -->')[0] ?? '').match(/^\| [a-z]+ \|/gm);
  expect(rows).toEqual(functionNames.map((name) => `| ${name} |`));
});

const took = (ms: number) => ({ wallMs: ms, cpuMs: ms / 2 });

test('a function’s row has its median, and replaces what stood between the marks alone', () => {
  const one: ColdStart = {
    name: 'write',
    codeBytes: 2_360_000,
    packedBytes: 690_000,
    runs: [10, 3_000, 1_200].map((ms) => ({ load: took(ms), answer: took(ms * 2) })),
  };
  const table = coldTable([one]);
  expect(table).toContain('| write | 2.36 | 0.69 | 1,024 | 1,200 | 600 | 2,400 | 1,200 |');
  const written = withColdStarts(page, table);
  expect(written).toContain(table);
  expect(written.split('\n## ')).toHaveLength(page.split('\n## ').length);
});
