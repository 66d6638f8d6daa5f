import { expect, test } from 'vitest';
import { openBench } from './support/bench.ts';
import { lastObject } from './support/command-line.ts';
import { rows } from './support/rows.ts';

const offices = { hq: { rows: rows(0, 3) }, branch: {} };

test('probe', async () => {
  await using bench = await openBench({ offices, table: { conflicts: 'hold' } });
  await bench.run();
  for (const [name, office] of bench.offices) {
    const [first] = office.records;
    office.control.updateAsUser({ table: 'Contacts', recordId: first?.recordId ?? '', values: { name: `${name} name` } });
  }
  console.log((await bench.run()).lines.join('\n'));
  for (const args of [['list'], ['list', '--held', '--json']]) {
    const { code, stdout, stderr } = await bench.command('conflicts', ...args);
    console.log(code, stdout, stderr);
  }
  const id = (await bench.command('conflicts', 'list')).stdout.slice(0, 8);
  for (const args of [['show', id], ['resolve', id, '--keep', 'brnch'],['resolve', id], ['resolve', id, '--keep', 'branch', '--field', 'nme'], ['resolve', id, '--keep', 'branch'], ['show', id], ['show','zz'], ['show','0000'], ['undo', id], ['list']]) {
    const { code, stdout, stderr } = await bench.command('conflicts', ...args);
    console.log(args.join(' '), '->', code, '\n' + stdout, stderr);
  }
  expect(lastObject).toBeDefined();
  expect(await bench.command('status')).toBe(1);
});
